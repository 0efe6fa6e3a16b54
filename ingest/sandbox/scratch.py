"""Folders for passing files, each held by one process; what a dead one left is swept away."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "worker-"


def claim(home: Path) -> Path:
    """
    Return a new empty folder below `home`, this process's own until it ends, however it ends.

    Folders of processes that are gone are removed first. Raises OSError.
    """
    home = home.absolute()
    with _alone(home):
        _sweep(home)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        # never closed: the system lets go of the lock when the process is gone
        holder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(holder, fcntl.LOCK_EX)
    return folder


def sweep(home: Path) -> None:
    """Remove the folders below `home` that no living process holds. Never raises."""
    with suppress(OSError), _alone(home):
        _sweep(home)


def _sweep(home: Path) -> None:
    for folder in home.iterdir():
        if not folder.name.startswith(_PREFIX):
            continue
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Between making a folder and holding it nobody may sweep."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
