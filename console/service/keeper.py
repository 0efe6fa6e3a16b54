"""One office of several, its mail and its pages, kept going in a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from apscheduler.schedulers.base import BaseScheduler

from console.actions.rule_changes import rules_changed
from console.actions.upgrade import make_data_folder, upgrade
from console.actions.walls import require_walls
from console.application import (
    Application,
    Busy,
    hold_data_folder,
    open_application,
)
from console.clock import now
from console.offices.clashes import Claims
from console.offices.installation import Installation
from console.offices.paused import paused_office
from console.relay_accounts import RelayAccounts
from console.service.jobs import OfficeJobs
from console.service.leasing import holding_rounds
from console.service.office_thread import IDLE, LOOK, OfficeThread, Seen
from console.service.turns import Turn, Turns
from console.settings.loading import ConfigError, Settings
from console.state import asked_round, last_round
from ingest.round_types import Examiners
from ledger.models.instance_lock import InstanceLock

_log = logging.getLogger(__name__)

SPREAD = 30.0
"""Seconds over which the first rounds of all offices are spread."""
RULES_EVERY = 5
"""Every how many looks at an office it is asked whether its rules are others."""

Mount = Callable[[Application], AbstractContextManager[object]]
"""Has an office's pages served as long as the block lasts."""


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What the offices of an installation share: hands, never data.

    `collects`: whether mail is collected and sent, or pages served alone. `relays`: of an account that
    several use one learns how many letters others sent.
    """

    installation: Installation
    scheduler: BaseScheduler
    turns: Turns
    claims: Claims
    mount: Mount
    environ: Mapping[str, str]
    collects: bool = True
    relays: RelayAccounts = field(default_factory=RelayAccounts)


class Keeper(OfficeThread):
    """Keeps an office's mail and pages going. While it is paused its pages stay open."""

    def __init__(self, name: str, shared: Shared) -> None:
        super().__init__(name, shared.installation, shared.claims, shared.environ)
        self._shared = shared

    def _tell(self, error: Exception) -> None:
        """Name what is in the way once, in the log and beside the ledger."""
        super()._tell(error)
        if not isinstance(error, Busy):  # whoever holds it tells of his own rounds
            with contextlib.suppress(Exception):
                settings = self._installation.settings(self.name, self._environ)
                last_round.record_round(settings.data_dir, now(), self.trouble, 0.0)

    def _serve(self, settings: Settings, seen: Seen) -> None:
        shared = self._shared
        require_walls(settings)
        make_data_folder(settings)
        with contextlib.ExitStack() as at_the_end:
            if shared.collects:
                at_the_end.enter_context(
                    hold_data_folder(settings.data_dir, shared=settings.engine.queued)
                )
                self._upgrade(settings)
            turn: list[Turn] = []

            def in_turn(workers: Examiners) -> Turn:
                turn.append(Turn(workers, shared.turns))
                return turn[0]

            application = at_the_end.enter_context(
                open_application(settings, self._environ, in_turn, shared.relays)
            )
            lock = at_the_end.enter_context(
                holding_rounds(application) if shared.collects else nullcontext()
            )
            at_the_end.enter_context(shared.mount(application))
            self.trouble = ""
            _log.info("单位 %s（%s）已打开", self.name, settings.office.name)
            self._go_on(application, lock, turn[0], seen)
        _log.info("单位 %s 已关闭", self.name)

    def _go_on(
        self, application: Application, lock: InstanceLock | None, turn: Turn, seen: Seen
    ) -> None:
        settings, jobs, looks = application.settings, None, 0
        try:
            while not self._halt.is_set():
                rests = paused_office(settings) is not None or lock is None
                if rests and jobs is not None:
                    self._end(jobs)
                    if jobs.cut_short:
                        return  # opened anew, with workers
                    jobs = None
                    _log.info("单位 %s 暂停收信和发信，网页照常", self.name)
                elif not rests and jobs is None and lock is not None:
                    jobs = OfficeJobs(
                        application, lock, self._shared.scheduler, turn, _offset(self.name)
                    )
                    jobs.start()
                if jobs is not None and jobs.trouble:
                    raise ConfigError(jobs.trouble)
                if asked_round.take(settings.data_dir) and jobs is not None:
                    jobs.collect_now()
                application.workers.rest(IDLE)
                looks += 1
                if looks % RULES_EVERY == 0 and rules_changed(application):
                    return
                anew, seen = self._is_changed(seen)
                if anew:
                    return
                self._halt.wait(LOOK)
        finally:
            if jobs is not None:
                self._end(jobs)

    def _end(self, jobs: OfficeJobs) -> None:
        jobs.halt()
        self._whole = jobs.finish() and self._whole

    def _upgrade(self, settings: Settings) -> None:
        done = upgrade(settings, self._environ, now())
        if done.copy:
            _log.warning(
                "台账已从结构 %s 升级到 %s，升级前的台账在 %s", done.before, done.after, done.copy
            )


def _offset(name: str) -> float:
    """Return when an office's first round is, in seconds: no two of many at once, always the same."""
    return zlib.crc32(name.encode()) % 1000 / 1000 * SPREAD
