"""The office's pages, answered by a thread of the same process, for pictures and browsers' tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import uvicorn

from console.application import Application
from console.web.app import create_app


@contextmanager
def answering(application: Application, clock: Callable[[], datetime]) -> Iterator[str]:
    """Serve the pages at the clock's time; gives their address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(create_app(application, clock), log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
