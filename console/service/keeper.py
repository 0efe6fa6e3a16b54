"""
One office of several, kept going in a thread of its own: whatever trips it, the others go on.

It is opened when its settings can be read, closed when they are gone, opened anew when they or the rules
are others, tried again when its ledger is away. While it is paused its pages stay open.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy.exc import DBAPIError

from console.actions.rule_changes import rules_changed
from console.actions.upgrade import make_data_folder, upgrade
from console.actions.walls import require_walls
from console.application import (
    Application,
    Busy,
    LedgerUnusable,
    hold_data_folder,
    open_application,
)
from console.clock import now
from console.offices.clashes import Claims
from console.offices.installation import Installation, environment_of
from console.offices.paused import paused_office
from console.service.jobs import OfficeJobs
from console.service.leasing import holding_rounds
from console.service.log_lines import OFFICE
from console.service.turns import Turn, Turns
from console.settings.loading import ConfigError, Settings
from console.state import asked_round, last_round
from ingest.round_types import Examiners
from ledger.models.instance_lock import InstanceLock
from ledger.models.troubles import sentence, trouble_of
from ledger.os_errors import describe

_log = logging.getLogger(__name__)

LOOK = 2.0
"""Seconds between two looks at an office's settings, its pause, its rules, and whether a round is asked for."""
AGAIN = 30.0
"""Seconds until an office that could not be opened is tried again; at once when its settings are others."""
IDLE = 30.0
"""Seconds after which an office's workers go, when nothing was asked of them."""
SPREAD = 30.0
"""Seconds over which the first rounds of all offices are spread."""

Mount = Callable[[Application], AbstractContextManager[object]]
"""Has an office's pages served as long as the block lasts."""


@dataclass(frozen=True, slots=True)
class Shared:
    """
    What the offices of an installation share: hands, never data.

    `collects`: whether mail is collected and sent, or pages served alone.
    """

    installation: Installation
    scheduler: BaseScheduler
    turns: Turns
    claims: Claims
    mount: Mount
    environ: Mapping[str, str]
    collects: bool = True


@dataclass(frozen=True, slots=True)
class _Seen:
    """An office's config.toml as it was looked at; another one is another file."""

    state: tuple[int, int, int] | None

    @classmethod
    def of(cls, path: Path) -> _Seen:
        try:
            status = path.stat()
        except OSError:
            return cls(None)
        return cls((status.st_mtime_ns, status.st_size, status.st_ino))


class Keeper:
    """Keeps one office going until it is told to halt. `trouble`: why it is not open, for people."""

    def __init__(self, name: str, shared: Shared) -> None:
        self.name = name
        self.trouble = ""
        self._shared = shared
        self._halt = threading.Event()
        self._path = shared.installation.config(name)
        self._environ = environment_of(name, shared.environ)
        self._thread = threading.Thread(target=self._run, name=f"office-{name}", daemon=True)
        self._whole = True

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def halt(self) -> None:
        """Begin nothing more; what is in hand is finished. Safe in any thread."""
        self._halt.set()

    def join(self, seconds: float) -> bool:
        """Wait for its end; whether all that it began has ended."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive() and self._whole

    @property
    def is_alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        OFFICE.set(self.name)
        while not self._halt.is_set() and self._path.exists():
            seen = _Seen.of(self._path)
            try:
                self._serve(seen)
                self.trouble = ""
                continue
            except Exception as error:  # whatever it is, it is this office's alone
                self._tell(error)
            finally:
                self._shared.claims.release(self.name)
            for _ in range(int(AGAIN / LOOK)):
                if self._halt.wait(LOOK) or _Seen.of(self._path) != seen:
                    break

    def _tell(self, error: Exception) -> None:
        """Name what is in the way once, in the log and beside the ledger."""
        told = _named(error)
        if told != self.trouble:
            if isinstance(error, ConfigError | LedgerUnusable | Busy | OSError | DBAPIError):
                _log.error("单位 %s 没有打开：%s", self.name, told)
            else:
                _log.error("单位 %s 出错停下，稍后重新打开", self.name, exc_info=error)
        self.trouble = told
        if not isinstance(error, Busy):  # whoever holds it tells of his own rounds
            with contextlib.suppress(Exception):
                settings = self._shared.installation.settings(self.name, self._environ)
                last_round.record_round(settings.data_dir, now(), told, 0.0)

    def _serve(self, seen: _Seen) -> None:
        """Open the office and serve it until it is to be opened anew, or no more."""
        shared = self._shared
        settings = shared.installation.settings(self.name, self._environ)
        shared.claims.take(settings)
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
                open_application(settings, self._environ, in_turn)
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
        self, application: Application, lock: InstanceLock | None, turn: Turn, seen: _Seen
    ) -> None:
        settings, jobs = application.settings, None
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
                if rules_changed(application):
                    return
                current = _Seen.of(self._path)
                if current != seen:
                    if self._can_be_read():
                        return
                    seen = current
                self._halt.wait(LOOK)
        finally:
            if jobs is not None:
                self._end(jobs)

    def _end(self, jobs: OfficeJobs) -> None:
        jobs.halt()
        self._whole = jobs.finish() and self._whole

    def _can_be_read(self) -> bool:
        """Tell whether the office is to be opened anew: its new settings are gone, or have no fault."""
        if not self._path.exists():
            self._halt.set()  # removed
            return True
        try:
            self._shared.installation.settings(self.name, self._environ)
        except ConfigError as error:
            _log.error("单位 %s 的新设置有误，暂照原来的设置运行：%s", self.name, error)
            return False
        _log.warning("单位 %s 的设置已更改，换用新的设置", self.name)
        return True

    def _upgrade(self, settings: Settings) -> None:
        done = upgrade(settings, self._environ, now())
        if done.copy:
            _log.warning(
                "台账已从结构 %s 升级到 %s，升级前的台账在 %s", done.before, done.after, done.copy
            )


def _named(error: Exception) -> str:
    """Name what keeps an office from being opened, for people."""
    if isinstance(error, ConfigError | LedgerUnusable | Busy):
        return str(error)
    if isinstance(error, DBAPIError):
        return f"{sentence(error)}：{trouble_of(error).remedy}"
    if isinstance(error, OSError):
        return f"本机出了问题（{describe(error)}）{f'：{error.filename}' if error.filename else ''}"
    return f"程序出错（{type(error).__name__}：{error}），详见服务的日志"


def _offset(name: str) -> float:
    """Return when an office's first round is, in seconds: no two of many at once, always the same."""
    return zlib.crc32(name.encode()) % 1000 / 1000 * SPREAD
