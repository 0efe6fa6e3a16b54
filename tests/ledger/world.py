"""A small ledger: letters entered as the service enters them, decided about as people do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.adoptions import AdoptionReport, Adoptions
from ledger.commissions import Commissions
from ledger.decisions import AppliedRuling, ConcernedLetter, Decisions
from ledger.letter_types import Headers, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.decisions import StandingRow
from ledger.queries.figures import Figures
from ledger.row_values import OutgoingMessage
from ledger.score_lines import Scores
from ledger.states import LetterKind
from rulebook.default_rules import ARTICLE, NEWS, OPINION, TOWNS
from rulebook.judge import judge
from rulebook.model import Draft, EventDate, Sender, Submission
from rulebook.periods import Span
from rulebook.provisions import Points, Provisions, Target
from tests.rulebook.builders import NEWS_TEXT, UNITS, draft, provisions

OFFICE = ZoneInfo("Asia/Shanghai")
MARCH = datetime(2022, 3, 8, 1, 0, tzinfo=UTC)  # a Tuesday, 09:00 in the office
RULES = provisions(
    points=Points(),
    targets=(
        Target(TOWNS, NEWS, 1, Span.WEEK),
        Target(TOWNS, OPINION, 3, Span.WEEK),
    ),
)


def raw_of(number: int) -> bytes:
    """The bytes of a letter of this world, for a vault."""
    return f"raw {number}".encode()


def digest_of(number: int) -> str:
    return hashlib.sha256(raw_of(number)).hexdigest()


class World:
    """Everything about one ledger under one set of provisions."""

    def __init__(self, engine: Engine, rules: Provisions = RULES) -> None:
        self.engine, self.rules = engine, rules
        self.scores = Scores(lambda _day: rules)
        self.letters = LetterRepository(engine, self.scores)
        self.decisions = Decisions(
            engine, lambda _moment: rules, lambda day: day.weekday() < 5, self.scores
        )
        self.adoptions = Adoptions(engine, self.scores)
        self.commissions = Commissions(engine)
        self.figures = Figures(engine, lambda _day: rules, lambda day: day.weekday() < 5)
        self.entered = 0

    def enter(
        self,
        *drafts: Draft,
        unit: str | None = "湖塘镇",
        received: datetime = MARCH,
        subject: str = "",
        owed: bool = True,
    ) -> int:
        """One letter through judge and book; returns its number. Its receipt is sent at once."""
        self.entered += 1
        subject = subject or f"【工作动态】{unit or '湖塘镇'}"
        seen = StoredMessage(
            "a", "INBOX", 1, str(self.entered), received, digest_of(self.entered), 9
        )
        (pending,) = self.letters.collect([seen], received)
        own = {"title": f"{unit}开展安全检查", "named_unit": unit} if unit else {}
        text = NEWS_TEXT.replace("湖塘镇", unit or "湖塘镇")
        pieces = drafts or (draft(f"{self.entered}.zip/稿.docx", text=text, **own),)
        sender = Sender("钱一鸣", "qian@town.example", unit, "钱一鸣" if unit else None)
        submission = Submission(subject, sender, received, ("稿.zip",), pieces, archives=1)
        verdict = judge(submission, self.rules, {})
        receipts = [receipt(f"<receipt.{self.entered}@office.example>")] if owed else []
        day = received.astimezone(OFFICE).date()
        headers = Headers(f"<{self.entered}@town.example>", received)
        assert self.letters.enter(pending.id, submission, verdict, headers, receipts, received, day)
        return pending.id

    def adopt(self, draft: int | None, day: date, tier: int | None = 2, unit: str = "") -> int:
        if draft is not None and not unit:
            with Session(self.engine) as session:
                standing = session.get(StandingRow, draft)
                unit = standing.unit or "" if standing else ""
        unit = unit or "湖塘镇"
        printed = AdoptionReport(unit, f"标题{draft}", "中国应急管理报", tier, day, draft, ARTICLE)
        then = datetime.combine(day, time(12), OFFICE)
        return self.adoptions.add(printed, "li", max(MARCH, then))


def receipt(message_id: str) -> OutgoingMessage:
    return OutgoingMessage(LetterKind.RECEIPT, "qian@town.example", (), "回执", message_id, b"raw")


def owing(_letter: ConcernedLetter, ruled: Sequence[AppliedRuling]) -> Sequence[OutgoingMessage]:
    """What the console's wiring does with a decision, short."""
    return [
        replace(receipt(f"<correction.{ruled[-1].seq}@office.example>"), kind=LetterKind.CORRECTION)
    ]


def article(number: int, **changes: object) -> Draft:
    """A 综合 of 1,200 characters by its label."""
    return draft(
        f"{number}.zip/【综合】稿{number}.docx",
        title=f"厂中厂治理的实践与思考之{number}",
        text="一、摸清底数\n" + "治" * 1200,
        characters=1200,
        event_date=EventDate(None),
        **changes,
    )


NAMES = tuple(unit.name for unit in UNITS)
LATER = timedelta(days=1)
