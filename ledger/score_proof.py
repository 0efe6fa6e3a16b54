"""Proof of the table `scores`, row by row: what each line was given for, when, by what, to whom and why."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger.models.decisions import ScoreRow
from rulebook.amounts import Amount, amount
from rulebook.points import (
    Adoption,
    ProvisionsOn,
    Scored,
    ScoreLine,
    of_draft,
    submission_worths,
    submitted,
)

NAMED = 5
"""How many rows of a unit are named."""

_Row = tuple[int | None, int | None, str, date, str, Amount, str, date | None, int | None]
_COLUMNS = (
    ScoreRow.id, ScoreRow.draft_id, ScoreRow.adoption_id, ScoreRow.unit, ScoreRow.day, ScoreRow.what,
    ScoreRow.points, ScoreRow.why, ScoreRow.week, ScoreRow.hand_line_id,
)  # fmt: skip


class ScoreProof:
    """Compares the lines with those that the one scoring function gives, some drafts at a time."""

    def __init__(
        self,
        session: Session,
        provisions_on_day: ProvisionsOn,
        adoptions: Mapping[int, int | None],
        by_hand: Collection[int],
    ) -> None:
        """
        Begin a proof.

        Args: `adoptions`, `by_hand`: the numbers of those that cannot be read, each adoption with its
              draft. What their lines should be nobody can tell.
        """
        self._session = session
        self._adoptions, self._by_hand = adoptions, by_hand
        self._drafts = set(adoptions.values()) - {None}
        self._provisions_on = functools.cache(provisions_on_day)
        self._worth_of = submission_worths(self._provisions_on)
        self._altered: dict[str, list[int]] = defaultdict(list)
        self._missing: Counter[str] = Counter()

    def drafts(
        self,
        after: int,
        last: int | None,
        scored: Iterable[Scored],
        adoptions: Mapping[int, list[Adoption]],
        unread: Iterable[int] = (),
    ) -> None:
        """
        Compare the lines of the drafts behind one number up to another (None: all behind it).

        `unread`: drafts among them of which nobody can tell how they stand.
        """
        self._drafts.update(unread)
        expected: Counter[_Row] = Counter()
        for draft in scored:
            if draft.draft in self._drafts:
                continue
            printed = adoptions.get(draft.draft)
            if printed:
                expected.update(map(_row, of_draft(draft, printed, self._provisions_on)))
            elif draft.unit is not None:
                expected[_row(submitted(draft, draft.unit, *self._worth_of(draft)))] += 1
        within = ScoreRow.draft_id > after
        self._compare(expected, within if last is None else within & (ScoreRow.draft_id <= last))

    def others(self, lines: Iterable[ScoreLine]) -> None:
        """Compare the lines that no draft has: of texts that never came by mail, by hand, of a cap."""
        self._compare(
            Counter(_row(line) for line in lines if line.draft is None), ScoreRow.draft_id.is_(None)
        )

    def sentences(self) -> Iterator[str]:
        """Yield what was found: one Chinese sentence, for after a change of the rules it is every row."""
        units = sorted({*self._altered, *self._missing})
        if not units:
            return
        yield (
            f"积分明细表 scores 与规定算出的不一致（{'；'.join(map(self._of_unit, units))}；"
            "比对了分数、加分名目、依据、所属的录用和稿件）；"
            "如刚改过 config.toml 的规定，或刚升级，请运行 shougao ledger rescore"
        )

    def _of_unit(self, unit: str) -> str:
        rows, missing = sorted(self._altered[unit]), self._missing[unit]
        told = []
        if rows:
            named = "、".join(map(str, rows[:NAMED])) + ("等" if len(rows) > NAMED else "")
            told.append(f"第 {named} 行不对")
        if missing:
            told.append(f"少了或改了 {missing} 行")
        return f"{unit}：{'，'.join(told)}"

    def _compare(self, expected: Counter[_Row], within: ColumnElement[bool]) -> None:
        for number, *cells in self._session.execute(select(*_COLUMNS).where(within)):
            cells[5] = _rounded(cells[5])
            row = tuple(cells)
            if row[0] in self._drafts or row[1] in self._adoptions or row[8] in self._by_hand:
                continue
            if expected[row] > 0:
                expected[row] -= 1
            else:
                self._altered[str(row[2])].append(number)
        for row, many in expected.items():
            if many:
                self._missing[row[2]] += many


def _row(line: ScoreLine) -> _Row:
    return (
        line.draft, line.adoption, line.unit, line.day, line.what.value, _rounded(line.points),
        line.why, line.week, line.hand_line,
    )  # fmt: skip


def _rounded(points: Amount) -> Amount:
    """As the column of PostgreSQL keeps it."""
    return amount(round(float(points), 4))
