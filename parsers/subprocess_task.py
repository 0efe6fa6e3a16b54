"""A task in a process of its own: for libraries in which hostile bytes end the whole process."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import select
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

MEMORY = 600_000_000
"""Bytes that a library may take for one document."""

_PIECE = 1 << 16


def rows_of(
    task: Callable[[], list[list[str]]], seconds: float, memory: int = MEMORY
) -> list[list[str]] | None:
    """
    What `task` returns; None when it fails, dies, takes longer, or needs so many bytes more than
    this process has. Where there is no fork it is done right here.

    Source: fork(2). Nothing is executed, hence it works behind all walls.
    """
    if not hasattr(os, "fork"):
        return task()
    reading, writing = os.pipe()
    with warnings.catch_warnings():  # of threads: the child needs nothing that they may hold
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _work(task, reading, writing, memory)
    os.close(writing)
    try:
        told = _told(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        rows: list[list[str]] = json.loads(told)
    except ValueError:  # it died on the way
        return None
    return rows


def _told(reading: int, until: float) -> bytes:
    """All that the child writes until it ends; what it wrote until then when time is up."""
    pieces = []
    while select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(reading, _PIECE)
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _work(task: Callable[[], list[list[str]]], reading: int, writing: int, memory: int) -> None:
    """The child's whole life. It says nothing on standard error and cleans up nothing of its parent's."""
    try:
        signal.signal(signal.SIGABRT, signal.SIG_DFL)
        os.close(reading)
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _bound(memory)
        rest = memoryview(json.dumps(task()).encode())
        while rest:
            rest = rest[os.write(writing, rest) :]
    finally:
        os._exit(0)


def _bound(memory: int) -> None:
    """Behind the walls nobody may see how much is taken: there is a bound of its own."""
    import resource

    with contextlib.suppress(OSError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = min([taken + memory, *(bound for bound in (soft, hard) if bound >= 0)])
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
