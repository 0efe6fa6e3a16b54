"""What tests of delivery share: an outbox to fill, a relay that answers by script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.letter_types import Headers, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.letters import OutboxRow
from ledger.outbox import Outbox
from ledger.row_values import OutgoingMessage
from ledger.score_lines import Scores
from ledger.states import DeliveryState, LetterKind
from notifier.delivery.deliver import Ceilings, Delivered, deliver
from notifier.delivery.relay import Accepted, Result, TransientFailure, Uncertain, no_hook
from notifier.delivery.send_log import SendLog
from notifier.delivery.smtp_replies import is_over_quota
from rulebook.model import Outcome, Sender, Submission, Verdict
from rulebook.provisions import Provisions

SCORES = Scores(lambda day: Provisions(date(2022, 1, 1), "规定", date(2022, 2, 24), ()))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)
FROM = "inbox@office.example"
QIAN, SUN = "qian@hutang.example", "sun@xueyan.example"
PLENTY = Ceilings(150, 800)
LATER = TransientFailure(timedelta(), "450 MI:DMC")


class ScriptedRelay:
    """Answers by script, then 250; remembers what it was offered."""

    def __init__(self, *script: Result | Exception, never_doubles: bool = False) -> None:
        self.never_doubles = never_doubles
        self.script = list(script)
        self.offered: list[tuple[bytes, tuple[str, ...]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def send(
        self,
        raw: bytes,
        sender: str,
        recipients: Sequence[str],
        before_end: Callable[[], None] = no_hook,
    ) -> Result:
        answer = self.script.pop(0) if self.script else Accepted("250 OK")
        if isinstance(answer, Accepted | Uncertain):
            before_end()
        self.offered.append((raw, tuple(recipients)))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def is_over_quota(self, reply: str) -> bool:
        return is_over_quota(reply)

    def check(self) -> str:
        return "脚本"


def raw_of(number: int) -> bytes:
    return f"Message-ID: <receipt.{number}@office.example>\r\n\r\n{number}\r\n".encode()


def owe(
    engine: Engine,
    number: int,
    recipient: str = QIAN,
    *copies: str,
    at: datetime = NOON,
    unit: str | None = "湖塘镇",
) -> None:
    """A letter came in and its receipt is owed; from a stranger where there is no unit."""
    book = LetterRepository(engine, SCORES)
    seen = StoredMessage("inbox", "INBOX", 1, str(number), at, f"{number:064d}", 1000)
    (pending,) = book.collect([seen], at)
    message_id = f"<receipt.{number}@office.example>"
    owed = OutgoingMessage(
        LetterKind.RECEIPT, recipient, copies, f"回执{number}", message_id, raw_of(number)
    )
    submission = Submission("主题", Sender("钱一鸣", recipient, unit), at, (), ())
    verdict = Verdict(Outcome.ACCEPTED, (), ())
    assert book.enter(pending.id, submission, verdict, Headers("", None), [owed], at, at.date())


def go(
    engine: Engine,
    relay: Any,
    now: datetime = NOON,
    ceilings: Ceilings = PLENTY,
    log: SendLog | None = None,
) -> Delivered:
    return deliver(Outbox(engine), relay, FROM, now, ceilings, log=log)


def killed_before_the_record(
    engine: Engine, relay: Any, monkeypatch: pytest.MonkeyPatch, log: SendLog | None = None
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(Outbox, "sent", killed)
        with pytest.raises(KeyboardInterrupt):
            go(engine, relay, log=log)


def states(engine: Engine) -> list[DeliveryState]:
    with Session(engine) as session:
        return [row.state for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]


def row(engine: Engine, number: int = 1) -> OutboxRow:
    with Session(engine) as session:
        return session.get_one(OutboxRow, number)


def numbers(relay: ScriptedRelay) -> list[int]:
    """List the numbers of the letters that a relay was offered, in order."""
    return [int(raw.split()[-1]) for raw, _ in relay.offered]
