"""合写: a draft's points shared by the units that wrote it together, as lines by hand that balance each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.days import unit_on
from ledger.errors import InvalidInput, NotFound
from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.journal import hold
from ledger.models.database import read_only
from ledger.models.decisions import HandLineRow, StandingRow
from ledger.score_lines import Scores, scored_of
from rulebook.amounts import SHARE, Amount, amount, rounded, total
from rulebook.persons import shares_of
from rulebook.unit_history import UnitHistory

MAX_UNITS = 10
"""Units that write one draft together, at most."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What one of the units that wrote a draft has of its points."""

    unit: str
    points: Amount
    own: bool = False


class SharedDrafts:
    """Shares drafts' points among units; what is entered balances day by day."""

    def __init__(self, engine: Engine, scores: Scores, lines: HandLines) -> None:
        self._engine = engine
        self._scores = scores
        self._lines = lines

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

        For each day on which the draft gained points, a pair of lines passes each partner's part on;
        the draft's own unit keeps the rest. Asked once more, only the difference to what was entered
        is: after an adoption its points, on the adoption's day; to a unit that is named no more
        nothing is left. No partner: all of it goes back.

        Args: `ratio`: how much each has, the draft's own unit first; empty: as the provisions'
              `shares` say, else evenly.

        Returns: the lines that were entered.
        Raises: NotFound; InvalidInput for a draft of no unit or one that is not accepted, a unit
                that there was not, the draft's own, or a ratio of another length.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(StandingRow, draft, with_for_update=True)
            if row is None:
                raise NotFound(f"没有第 {draft} 号稿件；稿件的编号见 shougao export drafts。")
            if row.unit is None:
                raise InvalidInput("没有单位的稿件请先认领，再登记合写。")
            names = self._named(row, row.unit, partners)
            owed = self._wanted(session, row, row.unit, names, ratio)
            for key, has in self._given(session, row, row.unit).items():
                owed[key] = owed.get(key, 0) - has
            why = f"第{draft}号稿件合写"
            entered: list[HandLine] = []
            for (day, unit), points in sorted(owed.items()):
                for one, more in ((unit, points), (self._on(day, row.unit), -points)):
                    if more:
                        line = HandLine(one, day, amount(more), why, approved_by)
                        self._lines.enter(session, line, who, now, shared=draft)
                        entered.append(line)
            return entered

    def of(self, draft: int) -> tuple[Shared, ...]:
        """List who has how much of a draft's points by lines that were entered; its own unit first."""
        with Session(read_only(self._engine)) as session:
            row = session.get(StandingRow, draft)
            if row is None or row.unit is None:
                return ()
            given: dict[str, list[Amount]] = defaultdict(list)
            for (_, unit), points in self._given(session, row, row.unit).items():
                given[unit].append(points)
            sums = {unit: total(points) for unit, points in given.items() if any(points)}
            if not sums:
                return ()
            whole = self._scores.points_of(session, scored_of(row))
            own = amount(whole - total(sums.values()))
            return (
                Shared(row.unit, own, own=True),
                *(Shared(unit, points) for unit, points in sums.items()),
            )

    def _named(self, row: StandingRow, own: str, partners: Sequence[str]) -> list[str]:
        """Return the units of the draft's day that names mean, each once."""
        known = self._scores.provisions_on_day
        names = list(dict.fromkeys(unit_on(row.day, name, known) for name in partners))
        if self._on(row.day, own) in names:
            raise InvalidInput(f"{own}是这篇稿件自己的单位，合写的请写另外的单位。")
        if len(names) >= MAX_UNITS:
            raise InvalidInput(f"一篇稿件最多由 {MAX_UNITS} 个单位合写。")
        return names

    def _wanted(
        self, session: Session, row: StandingRow, own: str, names: list[str], ratio: Sequence[float]
    ) -> dict[tuple[date, str], Amount]:
        """Tell what each partner shall have of the points of each day."""
        provisions = self._scores.provisions_on_day(row.day)
        known = {len(one) for one in provisions.points.shares}
        if ratio:
            parts = _parts((own, *names), ratio)
        elif not known or not names or len(names) + 1 in known:
            parts = shares_of((own, *names), provisions.points)
        else:
            raise InvalidInput(f"规定里没有 {len(names) + 1} 个单位合写的比例，请写明比例。")
        by_day: dict[date, list[Amount]] = defaultdict(list)
        for line in self._scores.lines_of(session, scored_of(row)):
            by_day[line.day].append(line.points)
        wanted: dict[tuple[date, str], Amount] = {}
        for day, points in by_day.items():
            for name in names:
                there = self._on(day, name)
                if there != self._on(day, own):
                    part = rounded(total(points) * parts.get(name, Decimal(0)), SHARE)
                    wanted[day, there] = wanted.get((day, there), 0) + part
        return wanted

    def _given(
        self, session: Session, row: StandingRow, own: str
    ) -> Mapping[tuple[date, str], Amount]:
        """Sum what earlier lines gave to others than the draft's own unit, each by its name of the day."""
        given: dict[tuple[date, str], list[Amount]] = defaultdict(list)
        for line in session.scalars(
            select(HandLineRow)
            .where(HandLineRow.shared_draft == row.draft_id, HandLineRow.removed.is_(False))
            .order_by(HandLineRow.id)
        ):
            name = self._on(line.day, line.unit)
            if name != self._on(line.day, own):
                given[line.day, name].append(line.points)
        return {key: total(points) for key, points in given.items()}

    def _on(self, day: date, name: str) -> str:
        """Return what a unit is called on a day; the name itself where that day knows none."""
        unit = UnitHistory(self._scores.provisions_on_day).unit(name, day)
        return unit.name if unit else name


def _parts(names: Sequence[str], ratio: Sequence[float]) -> dict[str, Decimal]:
    weights = [Decimal(str(one)) for one in ratio]
    if len(weights) != len(names) or any(one <= 0 for one in weights):
        raise InvalidInput(
            f"比例要写 {len(names)} 个大于 0 的数，本单位在前，如 {'∶'.join('321'[: len(names)])}。"
        )
    return {name: one / sum(weights) for name, one in zip(names, weights, strict=True)}
