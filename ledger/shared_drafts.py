"""合写: units that wrote a draft together share its points, by an agreement that its points follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.days import unit_on
from ledger.deed_checks import filled
from ledger.errors import InvalidInput, NotFound
from ledger.hand_line_entry import HandLine
from ledger.ids import DraftId
from ledger.journal import hold
from ledger.models.database import read_only
from ledger.models.decisions import StandingRow
from ledger.score_lines import Scores, scored_of
from ledger.shares import Agreement, agree, agreed, follow, given, name_on
from rulebook.amounts import Amount, amount, total
from rulebook.unit_history import UnitHistory

MAX_WEIGHT = 10_000
MAX_UNITS = 10
"""Units that write one draft together, at most."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What one of the units that wrote a draft has of its points."""

    unit: str
    points: Amount
    own: bool = False


class SharedDrafts:
    """Records who wrote a draft together; its points are shared at once and ever after (ledger/shares.py)."""

    def __init__(self, engine: Engine, scores: Scores) -> None:
        self._engine = engine
        self._scores = scores

    def share(
        self,
        draft: DraftId,
        partners: Sequence[str],
        approved_by: str,
        who: str,
        now: datetime,
        ratio: Sequence[float] = (),
    ) -> list[HandLine]:
        """
        Share a draft's points with the units that wrote it together with its own.

        For each day on which the draft gained points, lines pass each partner's part on; the draft's
        own unit keeps the rest. From then on the parts follow the draft's points. Agreed otherwise,
        only the difference is entered: to a unit that is named no more nothing is left. No partner:
        all of it goes back.

        Args: `ratio`: how much each has, the draft's own unit first; empty: as the provisions'
              `shares` say, else evenly.

        Returns: the lines that were entered.
        Raises: NotFound; InvalidInput for a draft of no unit, a unit that there was not, the draft's
                own, a ratio that is none or of another length, or nobody who approved it.
        """
        approved_by = filled("合写的审批人", approved_by)
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(StandingRow, draft, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {draft} 号稿件；稿件的编号见 shougao export drafts。")
            if row.unit is None:
                raise InvalidInput("没有单位的稿件请先认领，再登记合写。")
            names = self._named(session, row, row.unit, partners)
            own, *theirs = self._weights(row, names, ratio)
            pairs = self._in_order(row.day, zip(names, theirs, strict=True))
            made = Agreement(
                tuple(name for name, _ in pairs), (own, *(one for _, one in pairs)), approved_by
            )
            before = agreed(session, [draft]).get(draft)
            if before is None and not names:
                return []
            if before is None or replace(before, approved_by=approved_by) != made:
                agree(session, draft, made, who, now)
            return follow(session, self._scores, [draft], who, now)

    def of(self, draft: int) -> tuple[Shared, ...]:
        """List who has how much of a draft's points as was agreed; its own unit first."""
        with Session(read_only(self._engine)) as session:
            row = session.get(StandingRow, draft)
            agreement = agreed(session, [draft]).get(draft)
            if row is None or row.unit is None or agreement is None or not agreement.partners:
                return ()
            parts: dict[str, list[Amount]] = {}
            for partner in agreement.partners:
                there = self._on(row.day, partner)
                if there != self._on(row.day, row.unit):
                    parts[there] = []
            own = {row.unit} | {
                line.unit for line in self._scores.lines_of(session, scored_of(row))
            }
            for (_, unit), points in given(session, self._scores, draft).items():
                if unit not in own:
                    parts.setdefault(unit, []).append(points)
            agreed_on = {self._on(row.day, one) for one in agreement.partners}
            sums = {
                unit: total(points)
                for unit, points in parts.items()
                if unit in agreed_on or total(points)
            }
            whole = self._scores.points_of(session, scored_of(row))
            kept = amount(whole - total(sums.values()))
            return (
                Shared(row.unit, kept, own=True),
                *(Shared(unit, points) for unit, points in sums.items()),
            )

    def ratio(self, draft: int) -> str:
        """Return the ratio that was agreed, 3:2; "" for a draft that nobody shares."""
        with Session(read_only(self._engine)) as session:
            agreement = agreed(session, [draft]).get(draft)
        return agreement.ratio if agreement and agreement.partners else ""

    def _named(
        self, session: Session, row: StandingRow, own: str, partners: Sequence[str]
    ) -> list[str]:
        """
        Return the units that names mean, each once, by names that every day of the draft's points knows.

        Where a day of an adoption lies before units merged, that is the name that was given.
        """
        known = self._scores.provisions_on_day
        history = UnitHistory(known)
        days = {row.day, *(line.day for line in self._scores.lines_of(session, scored_of(row)))}
        names: dict[str, str] = {}
        for name in partners:
            of_day = unit_on(row.day, name, known)
            before = [day for day in sorted(days) if history.unit(of_day, day) is None]
            if before:
                unit_on(before[0], name, known)
            names.setdefault(of_day, name.strip() if before else of_day)
        if self._on(row.day, own) in names:
            raise InvalidInput(f"{own}是这篇稿件自己的单位，合写的请写另外的单位。")
        if len(names) >= MAX_UNITS:
            raise InvalidInput(f"一篇稿件最多由 {MAX_UNITS} 个单位合写。")
        return list(names.values())

    def _weights(
        self, row: StandingRow, names: Sequence[str], ratio: Sequence[float]
    ) -> tuple[Decimal, ...]:
        """Return how much each has, the draft's own unit first. Raises: InvalidInput."""
        many = len(names) + 1
        if ratio:
            return _given_weights(ratio, many)
        shares = {len(one): one for one in self._scores.provisions_on_day(row.day).points.shares}
        if names and shares and many not in shares:
            raise InvalidInput(f"规定里没有 {many} 个单位合写的比例，请写明比例。")
        weights = shares[many] if names and shares else (1,) * many
        return tuple(Decimal(str(one)) for one in weights)

    def _in_order(
        self, day: date, pairs: Iterable[tuple[str, Decimal]]
    ) -> list[tuple[str, Decimal]]:
        """Return partners in the order of the provisions, in which the page offers them."""
        order = [one.name for one in self._scores.provisions_on_day(day).units]
        return sorted(pairs, key=lambda pair: order.index(self._on(day, pair[0])))

    def _on(self, day: date, name: str) -> str:
        return name_on(UnitHistory(self._scores.provisions_on_day), day, name)


def _given_weights(ratio: Sequence[float], many: int) -> tuple[Decimal, ...]:
    weights = tuple(Decimal(str(one)) for one in ratio)
    if len(weights) != many or not all(
        one.is_finite() and 0 < one <= MAX_WEIGHT and one == round(one, 2) for one in weights
    ):
        raise InvalidInput(
            f"比例要写 {many} 个大于 0 的数，本单位在前，如 {'∶'.join('3211111111'[:many])}"
            f"（每个不超过 {MAX_WEIGHT}，最多两位小数）。"
        )
    return weights
