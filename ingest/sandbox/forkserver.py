"""Where workers are born: a small clean process that loads the parsers and never sees a password."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from multiprocessing import forkserver, get_context, process, util
from multiprocessing.context import ForkServerContext

LOADED = ["ingest.examination"]

MAX_FOLDER_BYTES = 70
"""Of the folder of temporary files; a socket's name of 36 comes to it."""

_SHORT_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run")


def workers_context() -> ForkServerContext:
    """Return the context of workers; processes started in it find the parsers loaded."""
    context = get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    _shorten_socket_path()
    return context


def _shorten_socket_path() -> None:
    """
    Have multiprocessing's sockets made in a short folder where TMPDIR is too long for one.

    Source: unix(7): a path of 107 bytes at most.
    """
    configuration = process.current_process()._config  # type: ignore[attr-defined]
    if "tempdir" in configuration or len(os.fsencode(tempfile.gettempdir())) <= MAX_FOLDER_BYTES:
        return
    for parent in _SHORT_FOLDERS:
        with contextlib.suppress(OSError):
            folder = tempfile.mkdtemp(prefix="pymp-", dir=parent)
            util.Finalize(None, shutil.rmtree, (folder, True), exitpriority=-100)
            configuration["tempdir"] = folder
            return


def open_early() -> None:
    """Have the parsers loaded while the rest of the program is; otherwise the first worker does it."""
    workers_context()
    forkserver.ensure_running()
