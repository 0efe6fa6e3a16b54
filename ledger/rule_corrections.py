"""
A corrected regulation: what it makes of drafts that were judged under the earlier words.

Each draft whose verdict would be another gets a line of the journal of its own, with nothing decided in
it but that the rules are others; whoever was told another verdict, or other points, is owed a letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.corrections import AppliedRuling, ComposeCorrections
from ledger.decisions import Decisions
from ledger.models.decisions import AdoptionRow, JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.rulings import judged_of, rulings_of, standing_of
from ledger.score_lines import Scores, adoption_of, scored_of
from ledger.states import Act
from rulebook.amounts import Amount
from rulebook.points import Adoption
from rulebook.provisions import Provisions
from rulebook.rulings import CurrentVerdict, Ruling, UnfinishedRuling, apply_rulings
from rulebook.timeliness import IsWorkday

BATCH = 500


@dataclass(frozen=True, slots=True)
class Regulation:
    """All versions together: the provisions of a receipt, and the points under them."""

    provisions_at: Callable[[datetime], Provisions]
    scores: Scores
    is_workday: IsWorkday


@dataclass(frozen=True, slots=True)
class Retold:
    """A draft that stands otherwise under corrected rules. `received`: when its letter came."""

    draft: int
    letter: int
    title: str
    unit: str
    received: datetime
    before: CurrentVerdict
    after: CurrentVerdict
    points_before: Amount
    points_after: Amount

    @property
    def judged_otherwise(self) -> bool:
        """Whether more than its points are others."""
        return self.before != self.after


def retold(session: Session, before: Regulation, after: Regulation) -> Iterator[Retold]:
    """Yield every draft whose verdict or points would be others, the earliest first."""
    last = 0
    while True:
        rows = session.execute(
            select(DraftRow, LetterRow, StandingRow)
            .join(LetterRow, LetterRow.id == DraftRow.letter_id)
            .join(StandingRow, StandingRow.draft_id == DraftRow.id)
            .where(DraftRow.id > last)
            .order_by(DraftRow.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        first, last = rows[0][0].id, rows[-1][0].id
        adopted, decided = _facts_between(session, first, last)
        for draft, letter, row in rows:
            stands = standing_of(row)
            rulings: list[Ruling] = []
            if draft.id in decided:
                rulings = [one for _, one in rulings_of(session, draft.id)]
            verdict = _verdict(draft, letter, row, rulings, before, after)
            scored, adoptions = scored_of(row), adopted.get(draft.id, [])
            was = before.scores.points_with(scored, adoptions)
            points = after.scores.points_with(
                replace(scored, kind=verdict.kind, outcome=verdict.outcome, timely=verdict.timely),
                adoptions,
            )
            if verdict != stands or points != was:
                yield Retold(
                    *(draft.id, letter.id, draft.title, row.unit or "", letter.received),
                    *(stands, verdict, was, points),
                )


def correct(
    session: Session,
    changed: list[Retold],
    decisions: Decisions,
    who: str,
    why: str,
    now: datetime,
    owe: ComposeCorrections,
) -> int:
    """
    Have these drafts stand as the corrected rules say, and owe what their senders have to be told.

    `decisions` are those under the corrected rules; the caller holds the journal. Returns the number of
    letters to people that this concerns.
    """
    by_letter: dict[int, list[AppliedRuling]] = {}
    for one in changed:
        ruled = decisions.rule_within(session, one.draft, Ruling(), who, why, now)
        ruled = replace(ruled, points_before=one.points_before, points_after=one.points_after)
        by_letter.setdefault(one.letter, []).append(ruled)
    for ruled_of_letter in by_letter.values():
        decisions.owe(session, ruled_of_letter, owe, now)
    return len(by_letter)


def _facts_between(
    session: Session, first: int, last: int
) -> tuple[dict[int, list[Adoption]], set[int]]:
    """Read what was printed of these drafts, and which of them somebody decided on."""
    adopted: dict[int, list[Adoption]] = {}
    for row in session.scalars(
        select(AdoptionRow).where(
            AdoptionRow.draft_id.between(first, last), AdoptionRow.withdrawn.is_(False)
        )
    ):
        adopted.setdefault(row.draft_id or 0, []).append(adoption_of(row))
    decided = session.scalars(
        select(JournalRow.draft_id).where(
            JournalRow.draft_id.between(first, last),
            JournalRow.act.in_((Act.RULED, Act.CLAIMED)),
        )
    )
    return adopted, {number for number in decided if number is not None}


def _verdict(
    draft: DraftRow,
    letter: LetterRow,
    row: StandingRow,
    rulings: Sequence[Ruling],
    before: Regulation,
    after: Regulation,
) -> CurrentVerdict:
    """Return how a draft would stand; one to which the corrected words make no difference as it stands."""
    old, new = before.provisions_at(letter.received), after.provisions_at(letter.received)
    if old == new:
        return standing_of(row)
    first = judged_of(draft, letter)
    try:
        under_old = apply_rulings(first, rulings, old, before.is_workday)
        under_new = apply_rulings(first, rulings, new, after.is_workday)
    except UnfinishedRuling:
        return standing_of(row)
    return standing_of(row) if under_old == under_new else under_new
