"""The rulings of the journal and the rows of verdicts, converted to the rulebook's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.journal import JournalEntry
from ledger.journal_facts import Ruled
from ledger.models.conversations import QuestionRow, StatementRow
from ledger.models.decisions import JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.states import Act
from rulebook.model import Kind
from rulebook.points import ProvisionsOn
from rulebook.provisions import Provisions
from rulebook.reasons import Reason
from rulebook.rulings import CurrentVerdict, FirstVerdict, Ruling
from rulebook.timeliness import IsWorkday


@dataclass(frozen=True, slots=True)
class Rules:
    """What standings and scores are derived from, besides the journal: the regulation by moment and by day."""

    provisions_at: Callable[[datetime], Provisions]
    provisions_on_day: ProvisionsOn
    is_workday: IsWorkday


def standing_of(row: StandingRow) -> CurrentVerdict:
    """Convert a row to the rulebook's word."""
    return CurrentVerdict(
        unit=row.unit,
        kind=row.kind,
        event_date=row.event_date,
        deadline=row.deadline,
        timely=row.timely,
        outcome=row.outcome,
        reasons=tuple(Reason[name] for name in row.reasons),
        voided=row.voided,
        commission=row.commission_id,
    )


def judged_of(draft: DraftRow, letter: LetterRow) -> FirstVerdict:
    """Return a draft as the program first judged it."""
    return FirstVerdict(
        unit=draft.unit,
        kind=draft.kind,
        event_date=draft.event_date,
        received=letter.received,
        reasons=tuple(Reason[name] for name in draft.reasons),
        of_letter=_of_letter(draft, letter),
        commission=draft.commission_id,
        deadline=draft.deadline,
    )


def rulings_of(session: Session, draft: int) -> list[tuple[JournalEntry, Ruling]]:
    """List everything that was ruled on a draft and not taken back, the first first."""
    rows = session.scalars(
        select(JournalRow)
        .where(JournalRow.draft_id == draft, JournalRow.act.in_((Act.RULED, Act.CLAIMED)))
        .order_by(JournalRow.seq)
    )
    return [
        (
            JournalEntry(row.at, row.who, row.act, row.facts, row.why, row.letter_id, row.draft_id),
            ruling_of(row.facts),
        )
        for row in not_undone(rows.all())
    ]


def not_undone(rows: Sequence[JournalRow]) -> list[JournalRow]:
    """Leave out those rulings that others of these take back, and those that only take back."""
    undone = {row.facts[UNDOES] for row in rows if UNDOES in row.facts}
    return [row for row in rows if row.seq not in undone and UNDOES not in row.facts]


UNDOES = "undoes"
TAKEN_BACK = "撤销"
"""Why a line of the journal stands there that takes another one back."""
_FACT_NAMES = {"event_date": "happened"}
"""What a journal's line calls a thing that the code calls otherwise: lines are never rewritten."""


def facts_of(ruling: Ruling) -> Ruled:
    """Build what the journal keeps of a ruling: what it leaves as it was is left out."""
    facts: dict[str, Any] = {}
    for field in fields(ruling):
        value = getattr(ruling, field.name)
        if value is not None:
            name = _FACT_NAMES.get(field.name, field.name)
            facts[name] = value.isoformat() if isinstance(value, date) else value
    return cast(Ruled, facts)


def ruling_of(facts: Mapping[str, Any]) -> Ruling:
    """Parse what a journal entry (RULED, CLAIMED) decided."""
    values = {name: value for name, value in facts.items() if name != "sealed"}
    if "kind" in values:
        values["kind"] = Kind(values["kind"])
    if "happened" in values:
        values["event_date"] = date.fromisoformat(values.pop("happened"))
    return Ruling(**values)


def first_standing(draft: DraftRow, letter: LetterRow) -> CurrentVerdict:
    """Return how a draft stood as it was entered, before anybody ruled on it."""
    return CurrentVerdict(
        unit=draft.unit,
        kind=draft.kind,
        event_date=draft.event_date,
        deadline=draft.deadline,
        timely=draft.timely,
        outcome=draft.outcome,
        reasons=(*_of_letter(draft, letter), *(Reason[name] for name in draft.reasons)),
        voided=False,
        commission=draft.commission_id,
    )


def _of_letter(draft: DraftRow, letter: LetterRow) -> tuple[Reason, ...]:
    """Return what stands against the letter, which a draft that a person made out of it has no part in."""
    if Reason.DRAWN_BY_HAND.name in draft.reasons:
        return ()
    return tuple(Reason[fault["reason"]] for fault in letter.faults)


def handled_by_another(session: Session, seq: int) -> str:
    """Tell who changed a draft meanwhile."""
    who = row.who if (row := session.get(JournalRow, seq)) else ""
    return f"这篇稿件刚刚由 {who} 处理过，您的改动没有保存。请看过新的结果再决定。"


def settle_statements(session: Session, draft: int, who: str, now: datetime) -> list[StatementRow]:
    """Settle what the officer said about a draft: a person has decided on it; returns what was."""
    rows = session.scalars(
        select(StatementRow).where(StatementRow.draft_id == draft, StatementRow.settled.is_(None))
    ).all()
    for row in rows:
        row.settled, row.settled_by = now, who
    return list(rows)


def unsettle(
    session: Session, draft: int, who: str, at: datetime
) -> list[StatementRow | QuestionRow]:
    """Put back what a ruling that is taken back had settled: what was said and asked; returns it."""
    rows: list[StatementRow | QuestionRow] = []
    for said in session.scalars(
        select(StatementRow).where(
            StatementRow.draft_id == draft,
            StatementRow.settled == at,
            StatementRow.settled_by == who,
        )
    ):
        said.settled, said.settled_by = None, ""
        rows.append(said)
    for asked in session.scalars(
        select(QuestionRow).where(
            QuestionRow.draft_id == draft, QuestionRow.closed == at, QuestionRow.closed_by == who
        )
    ):
        asked.closed, asked.closed_by = None, ""
        rows.append(asked)
    return rows
