"""
合写: what was agreed about a draft's points, and lines by hand that keep to it whatever becomes of them.

The agreement is a line of the journal: who wrote it together, at what ratio. Whenever the draft's points
change (voided, another unit, printed, withdrawn, corrected rules) the difference to what was passed on is
entered as lines on the days on which the draft's own points stand, so that they balance day by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.hand_line_entry import HandLine, enter
from ledger.hand_line_facts import SharedAmong
from ledger.journal import JournalEntry, append
from ledger.models.decisions import HandLineRow, JournalRow, StandingRow
from ledger.score_lines import Scores, scored_of
from ledger.states import Act
from rulebook.amounts import SHARE, Amount, amount, rounded, total
from rulebook.unit_history import UnitHistory

BETWEEN = ":"
Places = dict[tuple[date, str], Amount]


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    Who shares a draft's points with its unit, and how.

    `partners` as they were named; `weights`: the draft's own unit first, then theirs. `approved_by`: whose word it is.
    """

    partners: tuple[str, ...]
    weights: tuple[Decimal, ...]
    approved_by: str

    @property
    def ratio(self) -> str:
        """The weights as people write them: 3:2."""
        return BETWEEN.join(f"{amount(one):f}" for one in self.weights)


def agreed(session: Session, drafts: Sequence[int]) -> dict[int, Agreement]:
    """Return what was last agreed about these drafts, by their numbers; nothing for most."""
    found: dict[int, Agreement] = {}
    for row in session.scalars(
        select(JournalRow)
        .where(JournalRow.draft_id.in_(drafts), JournalRow.act == Act.SHARED)
        .order_by(JournalRow.seq)
    ):
        weights = tuple(Decimal(one) for one in row.facts["ratio"].split(BETWEEN))
        found[row.draft_id or 0] = Agreement(
            tuple(row.facts["units"]), weights, row.facts["approved_by"]
        )
    return found


def agree(session: Session, draft: int, made: Agreement, who: str, now: datetime) -> None:
    """Record an agreement in the caller's transaction, which holds the journal."""
    facts: SharedAmong = {
        "units": list(made.partners),
        "ratio": made.ratio,
        "approved_by": made.approved_by,
    }
    append(session, JournalEntry(now, who, Act.SHARED, facts, draft=draft))


def follow(
    session: Session, scores: Scores, drafts: Sequence[int], who: str, now: datetime
) -> list[HandLine]:
    """
    Have what partners were given follow the points of these drafts; returns the lines that were entered.

    Called wherever drafts' lines are written anew, after them, in the same transaction.
    """
    entered: list[HandLine] = []
    for draft, agreement in agreed(session, drafts).items():
        row = session.get_one(StandingRow, draft)
        owed = wanted(session, scores, row, agreement)
        before = given(session, scores, draft)
        for place, has in before.items():
            owed[place] = owed.get(place, 0) - has
        why = f"第{draft}号稿件合写" + ("，得分变动后按比例重分" if before else "")
        for (day, unit), points in sorted(owed.items(), key=lambda one: (one[0][0], -one[1])):
            if points:
                line = HandLine(unit, day, amount(points), why, agreement.approved_by)
                enter(session, scores, line, who, now, shared=draft)
                entered.append(line)
    return entered


def wanted(session: Session, scores: Scores, row: StandingRow, agreement: Agreement) -> Places:
    """Tell what each unit's lines shall sum up to on each day, the draft's own among them."""
    history = UnitHistory(scores.provisions_on_day)
    by_day: dict[tuple[date, str], list[Amount]] = {}
    for line in scores.lines_of(session, scored_of(row)):
        by_day.setdefault((line.day, line.unit), []).append(line.points)
    sums: Places = {}
    whole = sum(agreement.weights)
    for (day, own), several in by_day.items():
        for partner, weight in zip(agreement.partners, agreement.weights[1:], strict=True):
            there = name_on(history, day, partner)
            part = rounded(total(several) * weight / whole, SHARE)
            if there != own and part:
                sums[day, there] = sums.get((day, there), 0) + part
                sums[day, own] = sums.get((day, own), 0) - part
    return sums


def given(session: Session, scores: Scores, draft: int) -> Places:
    """Sum what lines gave and took so far, by day and unit."""
    history = UnitHistory(scores.provisions_on_day)
    sums: Places = {}
    for line in session.scalars(
        select(HandLineRow)
        .where(HandLineRow.shared_draft == draft, HandLineRow.removed.is_(False))
        .order_by(HandLineRow.id)
    ):
        place = line.day, name_on(history, line.day, line.unit)
        sums[place] = sums.get(place, 0) + line.points
    return sums


def name_on(history: UnitHistory, day: date, name: str) -> str:
    """
    Return what a unit is called on a day.

    Before several merged into it that is the first of them; the name itself where that day knows none.
    """
    unit = history.unit(name, day)
    if unit is not None:
        return unit.name
    return next(iter(history.predecessors(name, day)), name)
