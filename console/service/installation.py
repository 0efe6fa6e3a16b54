"""The service of a folder of offices: a keeper for each, the same pollers for all, offices come and go."""

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
from console.service.scheduler import clock_was_set, started_scheduler
from console.service.stopping import StopSignal
from console.service.turns import Turns
from console.settings.loading import ConfigError

_log = logging.getLogger(__name__)

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
    # SIGHUP means to look at once; the folder is looked at every few seconds anyway
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
    _raise_open_files()
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
    keepers: dict[str, Keeper] = {}
    clock = ClockSteps()
    look_at(keepers, shared)
    notify("READY=1")
    _log.info("服务已启动，%d 个单位：%s", len(keepers), "、".join(keepers) or "还没有单位")
    while not stop.wait(LOOK) and alive():
        look_at(keepers, shared)
        if seconds := clock.step():
            clock_was_set(scheduler, seconds)
    notify("STOPPING=1")
    scheduler.shutdown(wait=False)
    for keeper in keepers.values():
        keeper.halt()
    until = time.monotonic() + END_SECONDS
    ended = [keeper.join(until - time.monotonic()) for keeper in keepers.values()]
    if all(ended):
        _log.info("服务已停止，手头没有未完的事")
    else:
        _log.error("手头的事没有做完，留到下次启动")
    return all(ended)


def look_at(keepers: dict[str, Keeper], shared: Shared) -> None:
    """Have each office of the folder kept, and those that are gone no more."""
    try:
        names = shared.installation.names()
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
            keepers[name] = Keeper(name, shared)
            keepers[name].start()


def _raise_open_files() -> None:
    """Let this process open as many files as it may: each office has its ledger and its connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, MAX_OPEN), most))
