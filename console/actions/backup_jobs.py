"""
Backups that people ask for from the pages: made beside them, one at a time, and told when they are done.

A thread does the work, so that no page waits for it; what it is at stands in a small file, for every
process that serves pages and after a restart. A program that ends meanwhile leaves nothing half made: the
next backup sweeps what it began.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from console.actions.backups import BUSY, alone, back_up_office, heal, try_copy
from console.application import Application
from console.state import backup_job
from console.state.backup_job import BackupJob, JobState
from ledger.models.troubles import sentence
from ledger.os_errors import describe
from ledger.storage.backup import BackupError

BROKEN_OFF = "没有做完：程序中途停止了。请再做一次。"
_BROKEN = "程序出错了，没有做完；日志里有原因。"
_log = logging.getLogger(__name__)


class BackupJobs:
    """The backups that this process makes for people. Safe for several threads."""

    def __init__(self, application: Application, clock: Callable[[], datetime]) -> None:
        self._application = application
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    @property
    def last(self) -> BackupJob | None:
        """Tell how the last one stands, whichever process does it; one that nobody does any more has failed."""
        data = self._application.settings.data_dir
        job = backup_job.read(data)
        if job is None or job.state is not JobState.AT_WORK or self._at_work():
            return job
        try:
            with alone(data):
                job = backup_job.read(data)  # it may have ended while we looked
        except (BackupError, OSError):
            return job
        if job is not None and job.state is JobState.AT_WORK:
            return replace(job, state=JobState.FAILED, said=BROKEN_OFF)
        return job

    def make(self, folder: Path, who: str) -> None:
        """Begin with a backup. Raises: BackupError while another one is at work; OSError."""

        def work() -> str:
            settings = self._application.settings
            done = back_up_office(
                self._application, folder, settings.backup.keep_days, False, who, self._clock()
            )
            told = f"已备份为 {done.made.ledger.name}，原件 {done.made.files} 个，其中新增 {done.made.copied} 个。"
            if done.removed:
                told += f"删去了 {done.removed} 份过期的台账备份。"
            if done.made.damaged:
                names = "、".join(one.name for one in done.made.damaged[:5])
                healing = heal(self._application, done.made.damaged)
                raise BackupError(f"{told}有文件已损坏或不见，没有备份：{names}。{healing}")
            return told

        self._begin("正在备份", who, work)

    def try_out(self, file: Path, who: str) -> None:
        """Begin with a trial restore of a backup. Raises: BackupError while another one is at work; OSError."""

        def work() -> str:
            found = try_copy(self._application, file, who, self._clock())
            return f"试恢复成功：{file.name} 可以恢复，日志完好，原件齐全，里面有 {found} 封来信。"

        self._begin(f"正在试恢复 {file.name}", who, work)

    def wait(self) -> None:
        """Wait until nothing is at work in this process."""
        if (thread := self._thread) is not None:
            thread.join()

    def _at_work(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def _begin(self, what: str, who: str, work: Callable[[], str]) -> None:
        data = self._application.settings.data_dir
        with self._starting:
            if self._at_work():
                raise BackupError(BUSY)
            with alone(data):  # of another process
                job = BackupJob(who, self._clock(), JobState.AT_WORK, what)
                backup_job.record(data, job)
            self._thread = threading.Thread(
                target=self._work, args=(job, work), name="backup", daemon=True
            )
            self._thread.start()

    def _work(self, job: BackupJob, work: Callable[[], str]) -> None:
        state = JobState.FAILED
        try:
            said = work()
            state = JobState.DONE
        except BackupError as error:
            said = str(error)
        except OSError as error:
            said = f"没有做完：{describe(error)}。"
        except DBAPIError as error:
            said = f"没有做完：{sentence(error)}。"
        except Exception:
            _log.exception("备份没有做完")
            said = _BROKEN
        if state is JobState.FAILED:
            _log.error("%s：%s", job.said, said)
        with contextlib.suppress(
            OSError
        ):  # a full disk: the log has it, and the page says that it was cut off
            backup_job.record(
                self._application.settings.data_dir,
                replace(job, state=state, said=said, ended=self._clock()),
            )
