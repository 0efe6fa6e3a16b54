"""
A worker for every office of a folder: each by itself over its own ledger, in turns at the processors.

Nothing of one office is in reach of another's thread: it has its own application, its own queue, its own
processes for letters. What they share is the turn (console/service/job_turn.py).
"""

from __future__ import annotations

import contextvars
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from console.actions.upgrade import make_data_folder
from console.actions.walls import require_walls
from console.application import Application, hold_data_folder, hold_ledger, open_application
from console.offices.clashes import Claims
from console.offices.installation import Installation
from console.offices.paused import paused_office
from console.service.job_turn import JobTurn
from console.service.office_thread import IDLE, LOOK, OfficeThread, Seen
from console.service.turns import Turns
from console.service.worker import WorkerEnded, work
from console.settings.loading import ConfigError, Settings
from ledger.models.instance_lock import InstanceLock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SharedHands:
    """
    What the offices of a worker share: hands, never data.

    `concurrency`: letters of an office at a time, 0 for its [limits] workers.
    """

    installation: Installation
    turns: Turns
    claims: Claims
    environ: Mapping[str, str]
    concurrency: int = 0


class WorkerKeeper(OfficeThread):
    """Works for one office while its settings share the work and it does not rest."""

    def __init__(self, name: str, shared: SharedHands) -> None:
        super().__init__(name, shared.installation, shared.claims, shared.environ)
        self._shared = shared

    def _serve(self, settings: Settings, seen: Seen) -> None:
        if not settings.engine.queued:
            _log.info("单位 %s 的来信由 shougao run 自己处理，不用解析程序", self.name)
            self._watch(seen, lambda: False)
            return
        if paused_office(settings) is not None:
            _log.info("单位 %s 已暂停，不处理来信", self.name)
            self._watch(seen, lambda: paused_office(settings) is None)
            return
        require_walls(settings)
        make_data_folder(settings)
        many = self._shared.concurrency or settings.limits.workers
        settings = replace(settings, limits=replace(settings.limits, workers=many))
        with (
            hold_data_folder(settings.data_dir, shared=True),
            open_application(settings, self._environ) as application,
            hold_ledger(application.engine, shared=True) as lock,
        ):
            self.trouble = ""
            _log.info("为单位 %s（%s）处理来信", self.name, settings.office.name)
            ended = self._work(application, many, lock, seen)
        if ended.trouble:
            raise ConfigError(ended.trouble)

    def _work(
        self, application: Application, many: int, lock: InstanceLock, seen: Seen
    ) -> WorkerEnded:
        """Work in a thread of its own until the office is to be opened anew, rests, or is gone."""
        stopped, ended = threading.Event(), threading.Event()
        turn, settings = JobTurn(self._shared.turns), application.settings
        found: list[WorkerEnded | Exception] = []

        def working() -> None:
            try:
                found.append(work(application, many, stopped, lock, turn))
            except Exception as error:  # told by whoever waits
                found.append(error)
            ended.set()

        context = contextvars.copy_context()  # the log says whose work it is
        thread = threading.Thread(
            target=context.run, args=(working,), name=f"worker-{self.name}", daemon=True
        )
        thread.start()
        try:

            def over() -> bool:
                application.workers.rest(IDLE)
                return ended.is_set() or paused_office(settings) is not None

            self._watch(seen, over)
        finally:
            stopped.set()
            thread.join()
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def _watch(self, seen: Seen, over: Callable[[], bool]) -> None:
        """Wait until the office is to be opened anew, is gone, or something is over."""
        while not self._halt.is_set() and not over():
            anew, seen = self._is_changed(seen)
            if anew:
                return
            self._halt.wait(LOOK)
