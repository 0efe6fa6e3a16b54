"""A line of ±points entered in the caller's transaction: by a person, or since a shared draft's points changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from ledger.days import check_counted_day, unit_on
from ledger.deed_checks import filled, is_blank, points_in_range
from ledger.errors import InvalidInput
from ledger.hand_line_facts import HandLineAdded
from ledger.journal import JournalEntry, append
from ledger.models.decisions import HandLineRow
from ledger.score_lines import Scores
from ledger.states import Act
from rulebook.amounts import Amount


@dataclass(frozen=True, slots=True)
class HandLine:
    """One line as a person enters it. `unit` empty: of the person alone."""

    unit: str
    day: date
    points: Amount
    why: str
    approved_by: str
    person: str = ""
    clause: str = ""


def checked(line: HandLine, scores: Scores, now: datetime) -> HandLine:
    """
    Return a line as it may be entered by a person.

    Raises: InvalidInput for a line of nobody, of nothing or out of range, without a reason, that nobody
            approved, of a day to come or before counting began, or of a unit that there was not then.
    """
    if is_blank(line.unit) and is_blank(line.person):
        raise InvalidInput("请写明加减分的单位或个人。")
    if not line.points:
        raise InvalidInput("加减的分数不能是 0。")
    points_in_range("加减的分数", line.points)
    line = replace(
        line,
        why=filled("加减分的事由", line.why),
        approved_by=filled("加减分的审批人", line.approved_by),
    )
    check_counted_day("日期", line.day, now, scores.provisions_on_day)
    if not line.unit:
        return line
    return replace(line, unit=unit_on(line.day, line.unit, scores.provisions_on_day))


def enter(
    session: Session,
    scores: Scores,
    line: HandLine,
    who: str,
    now: datetime,
    shared: int | None = None,
) -> int:
    """
    Enter a line that was checked; returns its number. The caller holds the journal.

    Args: `shared`: the draft whose points it passes on to a unit that wrote it, too.
    """
    row = HandLineRow(
        unit=line.unit,
        person=line.person,
        day=line.day,
        points=line.points,
        clause=line.clause,
        why=line.why,
        approved_by=line.approved_by,
        removed=False,
        shared_draft=shared,
        seq=0,
    )
    session.add(row)
    session.flush()
    facts: HandLineAdded = {
        "hand_line": row.id,
        "unit": line.unit,
        "person": line.person,
        "day": line.day.isoformat(),
        "points": str(line.points),
        "clause": line.clause,
        "approved_by": line.approved_by,
    }
    if shared is not None:
        facts["shared_draft"] = shared
    row.seq = append(session, JournalEntry(now, who, Act.HAND_LINE, facts, line.why))
    session.flush()
    scores.refresh_hand_line(session, row.id)
    return row.id
