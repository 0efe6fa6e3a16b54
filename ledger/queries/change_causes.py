"""
Why a period's points changed after its notice went out: the deeds since then that made the difference.

Each thing that was touched (a draft with its adoptions, an adopted text that never came by mail, a line
by hand) is told from the journal once without and once with the later entries. Of these only as many
are named as the difference needs: what was taken back, or made no difference, blames nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, HandLineRow, JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.rulings import (
    UNDOES,
    Rules,
    first_standing,
    judged_of,
    not_undone,
    ruling_of,
    standing_of,
)
from ledger.score_lines import hand_points_of
from ledger.states import Act
from rulebook.amounts import Amount, total
from rulebook.model import Kind
from rulebook.periods import Period
from rulebook.points import (
    Adoption,
    Scored,
    ScoreLine,
    of_adoption,
    of_draft,
    of_hand,
)
from rulebook.rulings import UnfinishedRuling, apply_rulings
from rulebook.unit_history import UNPLACED, UnitHistory

DECIDED = (Act.RULED, Act.CLAIMED)
REGISTERED = (Act.ADOPTED, Act.ADOPTION_CHANGED)
MADE = (Act.ENTERED, Act.DRAWN)
PART = 500

Lines = Sequence[JournalRow]


@dataclass(frozen=True, slots=True)
class Cause:
    """One deed: the row whose points it changed and by how many, and a sentence; `entry`: of the journal."""

    unit: str
    points: Amount
    sentence: str
    entry: int


def causes(
    engine: Engine, period: Period, since: int, rules: Rules, zone: str, unit: str = ""
) -> list[Cause]:
    """
    List what changed points of a period after an entry of the journal, of all rows or one.

    The points of a row's causes add up to its difference, but for what the regulation, targets and caps
    make of them.
    """
    with Session(read_only(engine)) as session:
        book = _Book(session, period, since, rules, zone)
        found = [*book.drafts(), *book.adopted_alone(), *book.by_hand()]
    return sorted(
        (one for one in found if unit in ("", one.unit)), key=lambda one: (one.entry, one.unit)
    )


class _Book:
    """What the journal says of a period, with and without its later entries."""

    def __init__(
        self, session: Session, period: Period, since: int, rules: Rules, zone: str
    ) -> None:
        self._session, self._period, self._since, self._rules = session, period, since, rules
        self._zone = ZoneInfo(zone)
        self._history = UnitHistory(rules.provisions_on_day)
        # of one draft any adoption counts, whenever it was: the highest takes the others' place
        self._adoptions = {row.id: row for row in session.scalars(select(AdoptionRow))}
        self._registered: dict[int, list[JournalRow]] = defaultdict(list)
        for line in session.scalars(
            select(JournalRow).where(JournalRow.act.in_(REGISTERED)).order_by(JournalRow.seq)
        ):
            self._registered[line.facts["adoption"]].append(line)

    def drafts(self) -> Iterator[Cause]:
        """Yield what was done to drafts and to what was printed of them."""
        printed: dict[int, set[int]] = defaultdict(set)
        touched = set(self._touched())
        for number, lines in self._registered.items():
            for key in {line.facts["draft"] for line in lines if line.facts.get("draft")}:
                printed[key].add(number)
                if lines[-1].seq > self._since:
                    touched.add(key)
        numbers = sorted(touched)
        for start in range(0, len(numbers), PART):
            for draft, letter, standing, lines in self._read(numbers[start : start + PART]):
                of_adoptions = [one for key in printed[draft.id] for one in self._registered[key]]
                events = sorted([*lines, *of_adoptions], key=lambda line: line.seq)
                # a ledger older than the journal has no line that tells when a draft came
                made = any(line.act in MADE for line in lines)

                def worth(
                    kept: Lines,
                    draft: DraftRow = draft,
                    letter: LetterRow = letter,
                    standing: StandingRow = standing,
                    made: bool = made,
                ) -> dict[str, Amount]:
                    if made and not any(line.act in MADE for line in kept):
                        return {}
                    scored = self._scored(draft, letter, standing, kept)
                    adoptions = [one for one in self._told(kept) if one.draft == draft.id]
                    return self._summed(of_draft(scored, adoptions, self._rules.provisions_on_day))

                yield from self._needed(events, worth, f"《{draft.title}》")

    def adopted_alone(self) -> Iterator[Cause]:
        """Yield what was done to adopted texts that never came by mail."""
        for lines in self._registered.values():
            if lines[-1].seq > self._since:

                def worth(kept: Lines) -> dict[str, Amount]:
                    alone = [one for one in self._told(kept) if one.draft is None]
                    return self._summed(
                        of_adoption(one, self._rules.provisions_on_day) for one in alone
                    )

                yield from self._needed(lines, worth, "")

    def by_hand(self) -> Iterator[Cause]:
        """Yield points that were entered by hand, or taken back."""
        rows = {
            row.id: row
            for row in self._session.scalars(
                select(HandLineRow).where(
                    HandLineRow.day.between(self._period.first, self._period.last)
                )
            )
        }
        several: dict[int, list[JournalRow]] = defaultdict(list)
        for line in self._session.scalars(
            select(JournalRow).where(JournalRow.act == Act.HAND_LINE).order_by(JournalRow.seq)
        ):
            if line.facts["hand_line"] in rows:
                several[line.facts["hand_line"]].append(line)
        for number, lines in several.items():
            row = rows[number]

            def worth(kept: Lines, row: HandLineRow = row) -> dict[str, Amount]:
                stands = bool(kept) and not any(line.facts.get("removed") for line in kept)
                return self._summed(of_hand([hand_points_of(row)]) if stands else ())

            yield from self._needed(lines, worth, row.why)

    def _needed(
        self, lines: Lines, worth: Callable[[Lines], dict[str, Amount]], what: str
    ) -> Iterator[Cause]:
        """Yield of the later lines those that the difference needs, with what each of them adds."""
        before = [line for line in lines if line.seq <= self._since]
        later = [line for line in lines if line.seq > self._since]
        if not later:
            return
        then, now = worth(before), worth([*before, *later])
        for unit in sorted(then.keys() | now.keys()):
            if then.get(unit, 0) == now.get(unit, 0):
                continue
            kept = list(later)
            for line in later:
                without = [one for one in kept if one is not line]
                if worth([*before, *without]).get(unit, 0) == now.get(unit, 0):
                    kept = without
            stood = then.get(unit, 0)
            for number, line in enumerate(kept, start=1):
                stands = worth([*before, *kept[:number]]).get(unit, 0)
                if stands != stood:
                    points = total((stands, -stood))
                    yield Cause(unit, points, self._sentence(line, what), line.seq)
                stood = stands

    def _touched(self) -> Iterator[int]:
        """Yield the drafts of the period, or printed in it, that were decided on or made since."""
        first, last = self._period.first, self._period.last
        printed = select(AdoptionRow.draft_id).where(AdoptionRow.day.between(first, last))
        concerned = or_(StandingRow.day.between(first, last), StandingRow.draft_id.in_(printed))
        yield from self._session.scalars(
            select(StandingRow.draft_id)
            .join(JournalRow, JournalRow.draft_id == StandingRow.draft_id)
            .where(
                JournalRow.seq > self._since,
                JournalRow.act.in_((*DECIDED, Act.DRAWN)),
                concerned,
            )
            .distinct()
        )
        # a letter that came before the period's end and was entered late
        end = datetime.combine(last + timedelta(days=1), time(), self._zone)
        yield from self._session.scalars(
            select(StandingRow.draft_id)
            .join(JournalRow, JournalRow.letter_id == StandingRow.letter_id)
            .join(LetterRow, LetterRow.id == StandingRow.letter_id)
            .where(
                JournalRow.seq > self._since,
                JournalRow.act == Act.ENTERED,
                LetterRow.received < end,
                concerned,
            )
        )

    def _read(
        self, numbers: Sequence[int]
    ) -> Iterator[tuple[DraftRow, LetterRow, StandingRow, list[JournalRow]]]:
        """Yield drafts with the lines that made them and decided on them."""
        rows = self._session.execute(
            select(DraftRow, LetterRow, StandingRow)
            .join(LetterRow, LetterRow.id == DraftRow.letter_id)
            .join(StandingRow, StandingRow.draft_id == DraftRow.id)
            .where(DraftRow.id.in_(numbers))
            .order_by(DraftRow.id)
        ).all()
        of_draft_: dict[int, list[JournalRow]] = defaultdict(list)
        for line in self._session.scalars(
            select(JournalRow).where(
                JournalRow.draft_id.in_(numbers), JournalRow.act.in_((*DECIDED, Act.DRAWN))
            )
        ):
            of_draft_[line.draft_id or 0].append(line)
        entered = {
            line.letter_id: line
            for line in self._session.scalars(
                select(JournalRow).where(
                    JournalRow.letter_id.in_({letter.id for _, letter, _ in rows}),
                    JournalRow.act == Act.ENTERED,
                )
            )
        }
        for draft, letter, standing in rows:
            lines = of_draft_[draft.id]
            if not any(line.act is Act.DRAWN for line in lines) and letter.id in entered:
                lines = [entered[letter.id], *lines]
            yield draft, letter, standing, lines

    def _scored(
        self, draft: DraftRow, letter: LetterRow, standing: StandingRow, kept: Lines
    ) -> Scored:
        """Tell how a draft stands by some of its lines."""
        decided = [line for line in kept if line.act in DECIDED]
        rulings = [ruling_of(line.facts) for line in not_undone(decided)]
        verdict = first_standing(draft, letter)
        if rulings:
            provisions = self._rules.provisions_at(letter.received)
            try:
                verdict = apply_rulings(
                    judged_of(draft, letter), rulings, provisions, self._rules.is_workday
                )
            except UnfinishedRuling:
                verdict = standing_of(standing)
        return Scored(
            *(draft.id, verdict.unit, verdict.kind, standing.day),
            *(verdict.outcome, verdict.timely, verdict.voided),
        )

    def _told(self, kept: Lines) -> Iterator[Adoption]:
        """Yield the adoptions that stand by some of their lines."""
        merged: dict[int, dict[str, object]] = {}
        for line in kept:
            if line.act is Act.ADOPTED:
                merged[line.facts["adoption"]] = dict(line.facts)
            elif line.act is Act.ADOPTION_CHANGED and line.facts["adoption"] in merged:
                merged[line.facts["adoption"]].update(line.facts)
        for number, facts in merged.items():
            if not facts.get("withdrawn"):
                row, kind = self._adoptions[number], facts["kind"]
                yield Adoption(
                    *(number, facts["draft"], row.unit),  # type: ignore[arg-type]
                    *(Kind(str(kind)) if kind else None, row.outlet, facts["tier"], row.day),  # type: ignore[arg-type]
                    str(facts.get("manner", "")),
                )

    def _summed(self, lines: Iterable[ScoreLine]) -> dict[str, Amount]:
        """Sum lines of the period by the row in which they stand at its end."""
        sums: dict[str, Amount] = {}
        for line in lines:
            if line.points and line.unit and line.day in self._period:
                row = self._history.row(line.unit, line.day, self._period.last)
                name = row.unit if row else UNPLACED
                sums[name] = total((sums.get(name, 0), line.points))
        return sums

    def _sentence(self, line: JournalRow, what: str) -> str:
        """Say what was done and when; the year where it is not the period's."""
        day = line.at.astimezone(self._zone).date()
        told = f"{_day(day, self._period)}{self._deed(line, what)}"
        return told + (f"：{line.why}" if line.why and line.act is not Act.ENTERED else "")

    def _deed(self, line: JournalRow, what: str) -> str:
        if line.act is Act.ENTERED:
            return f"补收{what}"
        if line.act is Act.DRAWN:
            return f"补登{what}"
        if line.act is Act.HAND_LINE:
            # the line's own 事由 is the entry's `why`; of one that is taken back both are told
            return f"撤销加减分“{what}”" if line.facts.get("removed") else "加减分"
        if line.act in REGISTERED:
            row = self._adoptions[line.facts["adoption"]]
            deed = "登记" if line.act is Act.ADOPTED else "更改"
            deed = "撤销" if line.facts.get("withdrawn") else deed
            return f"{deed}{row.outlet}录用《{row.title}》"
        if UNDOES in line.facts:
            return f"撤销对{what}的核定"
        return f"核定{what}" if line.facts else f"按更正的规定重判{what}"


def _day(day: date, period: Period) -> str:
    year = f"{day.year}年" if day.year != period.last.year else ""
    return f"{year}{day.month}月{day.day}日"
