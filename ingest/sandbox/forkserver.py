"""Where workers are born: a small clean process that loads the parsers and never sees a password."""

from __future__ import annotations

from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext

LOADED = ["ingest.examination"]


def workers_context() -> ForkServerContext:
    """Return the context of workers; processes started in it find the parsers loaded."""
    context = get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    return context


def open_early() -> None:
    """Have the parsers loaded while the rest of the program is; otherwise the first worker does it."""
    workers_context()
    forkserver.ensure_running()
