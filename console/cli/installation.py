"""`shougao run` and `shougao console` over a folder of offices."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from console.application import Application
from console.cli.terminal import exit_with_error, print_line
from console.cli.web import first_login
from console.offices.installation import Installation
from console.web.server import NoPlace, own_names, place, serving_app

if TYPE_CHECKING:
    from console.web.front_door import FrontDoor

_log = logging.getLogger(__name__)


def run_installation(
    installation: Installation, *, pages: bool = True, collects: bool = True
) -> None:
    """Serve every office of a folder: rounds, delivery, digests and pages, until SIGTERM."""
    from console.service.installation import serve_installation
    from console.service.log_lines import log_to_stderr
    from rulebook.provisions import default_provisions

    log_to_stderr(installation.file.log.format, default_provisions().zone)
    with contextlib.ExitStack() as at_the_end:
        door, thread = (
            _door(installation, at_the_end, needed=not collects) if pages else (None, None)
        )

        @contextlib.contextmanager
        def mount(application: Application) -> Iterator[None]:
            if door is None:
                yield
                return
            first_login(application)
            with door.mount(application):
                yield

        ended = serve_installation(
            installation, mount, os.environ, collects=collects, alive=_alive(thread, collects)
        )
        if not collects and thread is not None and not thread.is_alive():
            exit_with_error("工作台意外停止，原因见日志。", 1)
    if not ended:  # the interpreter would wait for what does not end
        logging.shutdown()
        os._exit(1)


def run_workers(installation: Installation, concurrency: int) -> None:
    """Examine and enter what was collected for every office of a folder, until SIGTERM."""
    from console.service.installation import work_for_installation
    from console.service.log_lines import log_to_stderr
    from rulebook.provisions import default_provisions

    log_to_stderr(installation.file.log.format, default_provisions().zone)
    if not work_for_installation(installation, concurrency, os.environ):
        logging.shutdown()
        os._exit(1)


def _door(
    installation: Installation, at_the_end: contextlib.ExitStack, *, needed: bool
) -> tuple[FrontDoor | None, threading.Thread | None]:
    """Open the pages' server; without its port the mail goes on, unless the pages are all there is to do."""
    from console.web.front_door import FrontDoor

    where = installation.file.console
    try:
        places = place(where.host, where.port, where.address)
    except NoPlace as error:
        if needed:
            exit_with_error(str(error), 1)
        _log.error("没有工作台：%s", error)
        return None, None
    door = FrontDoor(
        own_names(where.address, where.host),
        listed=where.list_offices,
        told=_log_says,
        names=installation.names,
    )
    thread = at_the_end.enter_context(serving_app(door, where.address, where.proxies, places))
    print_line(f"工作台：{where.address.rstrip('/') or f'http://{where.host}:{where.port}'}")
    return door, thread


def _alive(thread: threading.Thread | None, collects: bool) -> Callable[[], bool]:
    """Say whether the service is to go on: without mail it ends with its pages."""
    return lambda: collects or thread is None or thread.is_alive()


def _log_says(name: str) -> None:
    """Have the log say whose request this is."""
    from console.service.log_lines import OFFICE

    OFFICE.set(name)
