"""What the table of persons rests on: drafts with their authors or senders, adoptions, points by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, Select, or_, select

from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, HandLineRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow, OfficerRow
from rulebook.periods import Period
from rulebook.persons import PersonRow, Written, persons
from rulebook.points import Adoption, HandPoints, ProvisionsOn, Scored
from rulebook.provisions import PersonsRanked

_MANY = 20_000
"""Rows that are read at once."""


def persons_of(
    engine: Engine, period: Period, provisions_on_day: ProvisionsOn
) -> tuple[PersonRow, ...]:
    """
    Rank the persons of a period, as the provisions of its last day say: authors or senders.

    Returns: nothing where they rank none.
    """
    ranked = provisions_on_day(period.last).points.persons
    if ranked is PersonsRanked.NONE:
        return ()
    in_period = StandingRow.day.between(period.first, period.last)
    printed = (
        select(AdoptionRow.draft_id)
        .where(AdoptionRow.day.between(period.first, period.last), AdoptionRow.withdrawn.is_(False))
        .where(AdoptionRow.draft_id.is_not(None))
    )
    drafts: Select[*tuple[Any, ...]] = (
        select(
            DraftRow.author, LetterRow.officer,
            StandingRow.draft_id, StandingRow.unit, StandingRow.kind, StandingRow.day,
            StandingRow.outcome, StandingRow.timely, StandingRow.voided,
        )
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .join(LetterRow, LetterRow.id == StandingRow.letter_id)
        .where(or_(in_period, StandingRow.draft_id.in_(printed)))
        .order_by(StandingRow.draft_id)
        .execution_options(yield_per=_MANY)
    )  # fmt: skip
    columns = (
        AdoptionRow.id, AdoptionRow.draft_id, AdoptionRow.unit, AdoptionRow.kind,
        AdoptionRow.outlet, AdoptionRow.tier, AdoptionRow.day, AdoptionRow.manner,
    )  # fmt: skip
    with read_only(engine).connect() as connection:
        adoptions: dict[int, list[Adoption]] = defaultdict(list)
        for row in connection.execute(
            select(*columns)
            .join(StandingRow, StandingRow.draft_id == AdoptionRow.draft_id)
            .where(AdoptionRow.withdrawn.is_(False))
            .where(or_(in_period, AdoptionRow.draft_id.in_(printed)))
        ):
            adoptions[row.draft_id].append(Adoption(*row))
        written = []
        for author, officer, *scored in map(tuple, connection.execute(drafts)):
            name = author if ranked is PersonsRanked.AUTHOR else officer
            draft = Scored(*scored)
            names = tuple(one for one in (name or "").split("、") if one)
            written.append(Written(draft, names, tuple(adoptions.get(draft.draft, ()))))
        by_hand = [
            HandPoints(row.id, row.unit, row.day, row.points, row.why, row.clause, row.person)
            for row in connection.execute(
                select(HandLineRow.__table__).where(
                    HandLineRow.person != "",
                    HandLineRow.removed.is_(False),
                    HandLineRow.day.between(period.first, period.last),
                )
            )
        ]
        officers: Mapping[str, str] = {
            row.name: row.unit
            for row in connection.execute(
                select(OfficerRow.name, OfficerRow.unit).where(
                    or_(OfficerRow.begins.is_(None), OfficerRow.begins <= period.last),
                    or_(OfficerRow.ends.is_(None), OfficerRow.ends >= period.first),
                )
            )
        }
    return persons(written, by_hand, period, provisions_on_day, officers)
