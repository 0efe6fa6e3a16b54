"""A table of persons: what each one's drafts and adoptions gave, shared among the authors of one draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rulebook.amounts import SHARE, Amount, rounded, total
from rulebook.periods import Period
from rulebook.points import Adoption, HandPoints, LineKind, ProvisionsOn, Scored, of_draft
from rulebook.provisions import Points


@dataclass(frozen=True, slots=True)
class Written:
    """A draft with those who wrote it, the first author first, and what outlets printed of it."""

    draft: Scored
    authors: tuple[str, ...]
    adoptions: tuple[Adoption, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of the table; `pieces` counts those that scored and were written together, too."""

    person: str
    unit: str
    pieces: int
    submitted: Amount
    adopted: Amount
    by_hand: Amount
    points: Amount
    rank: int


@dataclass(slots=True)
class _Sum:
    unit: str
    pieces: int
    submitted: list[Amount]
    adopted: list[Amount]
    by_hand: list[Amount]


def persons(
    written: Iterable[Written],
    by_hand: Iterable[HandPoints],
    period: Period,
    provisions_on_day: ProvisionsOn,
    roster: Mapping[str, str] | None = None,
) -> tuple[PersonRow, ...]:
    """
    Rank persons by the points of a period; equal points share a rank (1, 1, 3).

    Several authors of one draft divide its points by the provisions' `shares`; where these name
    fewer authors than wrote it, the first ones have all. A draft without an author is nobody's.

    Args: `roster`: officers and their units, who have a row without a draft, too.
    """
    sums = {name: _Sum(unit, 0, [], [], []) for name, unit in (roster or {}).items()}
    for one in written:
        if one.draft.unit is None:
            continue  # a stranger's, until it is claimed
        shares = shares_of(one.authors, provisions_on_day(one.draft.day).points)
        lines = of_draft(one.draft, one.adoptions, provisions_on_day)
        inside = [line for line in lines if line.day in period]
        received = one.draft.day in period and any(
            line.what is LineKind.SUBMITTED and line.scored > 0 for line in inside
        )
        for name, share in shares.items():
            person = sums.setdefault(name, _Sum(one.draft.unit or "", 0, [], [], []))
            person.pieces += received
            for line in inside:
                column = person.adopted if line.adoption else person.submitted
                column.append(line.points * share)
    for hand in by_hand:
        if hand.person and hand.day in period:
            person = sums.setdefault(hand.person, _Sum(hand.unit, 0, [], [], []))
            person.by_hand.append(hand.points)
    rows = [
        (name, person, _rounded([*person.submitted, *person.adopted, *person.by_hand]))
        for name, person in sums.items()
    ]
    rows.sort(key=lambda row: -row[2])
    totals = [points for _, _, points in rows]
    return tuple(
        PersonRow(
            name,
            person.unit,
            person.pieces,
            _rounded(person.submitted),
            _rounded(person.adopted),
            _rounded(person.by_hand),
            points,
            totals.index(points) + 1,
        )
        for name, person, points in rows
    )


def shares_of(authors: Sequence[str], points: Points) -> dict[str, Decimal]:
    """Return which part of a draft's points each author has; of more than the shares name, none."""
    names = list(dict.fromkeys(authors))
    known = {len(one): one for one in points.shares}
    if len(names) < 2:
        return dict.fromkeys(names, Decimal(1))
    if not known:
        return dict.fromkeys(names, Decimal(1) / len(names))
    weights = known.get(len(names)) or known[max(known)]
    parts = [Decimal(str(weight)) for weight in weights]
    whole = sum(parts[: len(names)])
    return {name: part / whole for name, part in zip(names, parts, strict=False)}


def _rounded(values: Iterable[Amount]) -> Amount:
    return rounded(total(values), SHARE)
