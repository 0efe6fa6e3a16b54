"""Failures that are expected: one Chinese sentence with its remedy, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError, OperationalError
from typer.exceptions import Abort, TyperException

from console.application import Busy
from console.cli.usage_errors import usage_error
from console.opened_ledger import LedgerUnusable
from console.settings.loading import ConfigError
from console.spreadsheets.reading import SheetError
from console.spreadsheets.roster import RosterError
from ingest.mailboxes.mailbox import MailboxRefused
from ingest.sandbox.pool import WorkerLost
from ledger.errors import InvalidInput, RulesChanged
from ledger.models.troubles import LedgerTrouble, sentence, trouble_of
from ledger.os_errors import describe
from ledger.storage.vault import VaultError
from notifier.delivery.relay import RelayRefused


@dataclass(frozen=True, slots=True)
class Failure:
    """What is told of a failure, and the exit code that stands for its kind."""

    sentence: str
    code: int


def told(error: BaseException) -> Failure | None:
    """Return what to tell of a failure; None for a fault of ours."""
    match error:
        case Abort():
            return Failure("已取消，什么也没有改。", 1)
        case TyperException():
            return Failure(usage_error(error), 2)
        case ConfigError() | RosterError() | SheetError() | InvalidInput():
            return Failure(str(error), 2)
        case MailboxRefused() | RelayRefused():
            return Failure(str(error), 3)
        case RulesChanged() | VaultError() | WorkerLost() | Busy() | LedgerUnusable():
            return Failure(str(error), 1)
        case DBAPIError():
            trouble = trouble_of(error)
            if trouble is LedgerTrouble.OTHER and not isinstance(error, OperationalError):
                return None
            return Failure(f"{sentence(error)}。{trouble.remedy}。", 1)
        case MemoryError():
            return Failure("内存不足：请关闭其他程序，或减少 [limits] workers。", 1)
        case OSError():
            place = f"：{error.filename}" if error.filename else ""
            return Failure(f"本机出了问题（{describe(error)}）{place}。", 1)
    return None
