"""
A folder of offices, served or worked for by one process: a thread for each, offices come and go.

The service has the same pollers for all; a worker the same turns at the processors.
"""

from __future__ import annotations

import contextlib
import logging
import resource
import signal
import time
from collections.abc import Callable, Mapping

from console.offices.clashes import Claims
from console.offices.installation import Installation
from console.service.clock_steps import ClockSteps
from console.service.keeper import Keeper, Mount, Shared
from console.service.notify import notify
from console.service.office_thread import OfficeThread
from console.service.scheduler import clock_was_set, started_scheduler
from console.service.stopping import StopSignal
from console.service.turns import Turns
from console.service.worker_keeper import SharedHands, WorkerKeeper
from console.settings.loading import ConfigError

_log = logging.getLogger(__name__)

Make = Callable[[str], OfficeThread]
"""Makes the thread that keeps an office of this name."""

LOOK = 5.0
"""Seconds between two looks at the folder of offices, at the clock, and whether SIGHUP has come."""
MAX_OPEN = 65_536
END_SECONDS = 150.0
"""Seconds that all offices together may take to end; systemd waits longer (console/service/units.py)."""


def serve_installation(
    installation: Installation,
    mount: Mount,
    environ: Mapping[str, str],
    *,
    collects: bool = True,
    alive: Callable[[], bool] = lambda: True,
) -> bool:
    """
    Serve every office of a folder until SIGTERM or SIGINT; return whether all that was begun has ended.

    Args:
        installation: the folder; offices that come, go or change while it runs are noticed.
        mount: has an office's pages served.
        environ: the process's, of which each office sees its own part.
        collects: whether mail is collected and sent.
        alive: says that the pages still are; the service ends with them.

    """
    stop = StopSignal()
    clock = ClockSteps()  # before anything is planned by the clock
    scheduler = started_scheduler(installation.file.service.pollers)
    shared = Shared(
        installation,
        scheduler,
        Turns(installation.file.service.readers),
        Claims(),
        mount,
        environ,
        collects,
    )

    def goes_on() -> bool:
        if seconds := clock.step():
            clock_was_set(scheduler, seconds)
        return alive()

    keepers: dict[str, OfficeThread] = {}
    _keep(keepers, installation, lambda name: Keeper(name, shared), stop, goes_on)
    scheduler.shutdown(wait=False)
    return _end(keepers)


def work_for_installation(
    installation: Installation, concurrency: int, environ: Mapping[str, str]
) -> bool:
    """
    Work for every office of a folder that shares its work, until SIGTERM or SIGINT.

    Args:
        installation: the folder; offices that come, go, rest or change while it runs are noticed.
        concurrency: letters of an office at a time; 0 for its [limits] workers.
        environ: the process's, of which each office sees its own part.

    Returns: whether all that was begun has ended.

    """
    stop = StopSignal()
    turns = Turns(installation.file.service.readers)
    shared = SharedHands(installation, turns, Claims(), environ, concurrency)
    keepers: dict[str, OfficeThread] = {}
    _keep(keepers, installation, lambda name: WorkerKeeper(name, shared), stop, lambda: True)
    return _end(keepers)


def look_at(keepers: dict[str, OfficeThread], installation: Installation, make: Make) -> None:
    """Have each office of the folder kept, and those that are gone no more."""
    try:
        names = installation.names()
    except ConfigError as error:
        _log.error("%s", error)  # those that are open stay open
        return
    for name in [one for one in keepers if not keepers[one].is_alive]:
        del keepers[name]
    for name, keeper in keepers.items():
        if name not in names:
            keeper.halt()  # forgotten once it has ended; one that comes back meanwhile waits for that
    for name in names:
        if name not in keepers:
            keepers[name] = make(name)
            keepers[name].start()


def _keep(
    keepers: dict[str, OfficeThread],
    installation: Installation,
    make: Make,
    stop: StopSignal,
    goes_on: Callable[[], bool],
) -> None:
    """Look at the folder every few seconds, until a signal comes or it does not go on."""
    # SIGHUP means to look at once; the folder is looked at every few seconds anyway
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
    _raise_open_files()
    look_at(keepers, installation, make)
    notify("READY=1")
    _log.info("已启动，%d 个单位：%s", len(keepers), "、".join(keepers) or "还没有单位")
    while not stop.wait(LOOK) and goes_on():
        look_at(keepers, installation, make)
    notify("STOPPING=1")


def _end(keepers: Mapping[str, OfficeThread]) -> bool:
    """Have all offices end at once; whether all that was begun has."""
    for keeper in keepers.values():
        keeper.halt()
    until = time.monotonic() + END_SECONDS
    ended = [keeper.join(until - time.monotonic()) for keeper in keepers.values()]
    if all(ended):
        _log.info("服务已停止，手头没有未完的事")
    else:
        _log.error("手头的事没有做完，留到下次启动")
    return all(ended)


def _raise_open_files() -> None:
    """Let this process open as many files as it may: each office has its ledger and its connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, MAX_OPEN), most))
