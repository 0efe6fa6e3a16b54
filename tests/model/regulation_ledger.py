"""From events to dated lines of points: what is known at a moment, and whom a name belonged to on a day."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from tests.model.regulation_types import (
    ACCEPTED,
    COMMISSIONED,
    DAY,
    FEATURE,
    HELD,
    LATE,
    REFUSED,
    VOID,
    WITHDRAWN,
    Adoption,
    Decision,
    Draft,
    Office,
    Period,
    Provision,
    Unit,
    judge_time,
    office_day,
    period_of,
)

ZERO = Decimal(0)
STATE_OF_ACT = {
    "accept": ACCEPTED,
    "refuse": REFUSED,
    "hold": HELD,
    "void": VOID,
    "withdraw": WITHDRAWN,
}


# ---------------------------------------------------------------- a unit has a history
class Directory:
    def __init__(self, office: Office) -> None:
        self.units = {u.id: u for u in office.units}
        self.steps = [(old, u.id, u.since) for u in office.units for old in u.successor_of]
        self.steps += [(s.old, s.new, s.day) for s in office.successions]
        self._own: dict[tuple[str | None, date], str | None] = {}

    def end(self, unit: Unit) -> date:
        ends = [day - DAY for old, _, day in self.steps if old == unit.id]
        return min([unit.until or date.max, *ends])

    def in_force(self, unit: Unit, day: date) -> bool:
        return unit.since <= day <= self.end(unit)

    def forward(self, unit_id: str, asked: date) -> str:
        """The unit that carries this one on the day asked about."""
        seen = {unit_id}
        while True:
            step = [new for old, new, day in self.steps if old == unit_id and day <= asked]
            if not step or step[0] in seen:
                return unit_id
            unit_id = step[0]
            seen.add(unit_id)

    def back(self, unit_id: str, asked: date) -> str | None:
        """A name used before its unit began. OPEN: a rename goes to its one predecessor, a merge to none."""
        while self.units[unit_id].since > asked:
            before = [old for old, new, _ in self.steps if new == unit_id]
            if len(before) != 1:
                return None
            unit_id = before[0]
        return unit_id

    def begun(self, unit_id: str) -> date:
        before = [old for old, new, _ in self.steps if new == unit_id]
        return min([self.units[unit_id].since, *(self.begun(old) for old in before)])

    def own(self, name: str | None, day: date) -> str | None:
        """The unit in force on that day which takes the name: longest name first, then who bears it now."""
        if (name, day) not in self._own:
            self._own[name, day] = self._find(name, day)
        return self._own[name, day]

    def _find(self, name: str | None, day: date) -> str | None:
        text = "".join(unicodedata.normalize("NFKC", name or "").split())
        found: list[tuple[int, int, int, str]] = []
        for unit in self.units.values():
            now = {unit.name_on(day), *unit.aliases, *unit.members}
            for key in unit.all_names():
                plain = "".join(unicodedata.normalize("NFKC", key).split())
                if not plain or plain not in text:
                    continue
                if self.in_force(unit, day):
                    order, distance = (0 if key in now else 1), 0
                else:  # an ended unit (the latest first) before one not yet begun (the first first)
                    ended = self.end(unit) < day
                    order = 2 if ended else 3
                    distance = (day - self.end(unit)).days if ended else (unit.since - day).days
                found.append((-len(plain), order, distance, unit.id))
        if not found:
            return None
        unit_id: str | None = min(found)[3]
        assert unit_id is not None
        unit_id = self.back(unit_id, day)
        if unit_id is None:
            return None
        unit_id = self.forward(unit_id, day)
        return unit_id if self.in_force(self.units[unit_id], day) else None

    def place(self, name: str | None, name_day: date, asked: date) -> str | None:
        """The row on the day asked about, of a name stored on an earlier day."""
        unit_id = self.own(name, name_day)
        if unit_id is None:
            return None
        if self.units[unit_id].since > asked:
            return self.back(unit_id, asked)
        return self.forward(unit_id, asked)

    def rows_of(self, period: Period, asked: date) -> list[Unit]:
        """The units that have a row in a period. A merge inside the period shows one row.
        OPEN: a unit that ended in the period without a successor keeps its row there."""
        return [
            u
            for u in self.units.values()
            if self.begun(u.id) <= period.end
            and u.since <= asked
            and self.end(u) >= period.start
            and self.forward(u.id, asked) == u.id
        ]


# ---------------------------------------------------------------- facts and lines
@dataclass(frozen=True)
class Fact:
    """A draft as people and machine have left it at some moment."""

    draft: Draft
    day: date  # the receipt's office day
    state: str
    kind: str | None
    unit: str | None


@dataclass(frozen=True)
class Line:
    day: date
    unit: str | None
    unit_day: date
    sign: int  # +1 given, -1 taken back because something replaces it
    amount: Decimal
    part: str  # submission, adoption, hand
    key: str
    kind: str = ""
    tier: int = 0


class Ledger:
    def __init__(self, office: Office) -> None:
        self.office = office
        self.directory = Directory(office)
        self._officers = {o.id: o for o in office.officers}
        self._decisions: dict[str, list[Decision]] = defaultdict(list)
        for decision in sorted(
            office.decisions, key=lambda d: d.moment
        ):  # stable: list order in a tie
            self._decisions[decision.draft].append(decision)
        self._provisions: dict[date, Provision | None] = {}
        self._facts: dict[datetime, dict[str, Fact]] = {}
        self._lines: dict[datetime, list[Line]] = {}

    def provision(self, day: date) -> Provision | None:
        """OPEN: each by its own day: a draft by receipt, an adoption by its day, a target by key day."""
        if day not in self._provisions:
            known = [p for p in self.office.provisions if p.since <= day]
            rules = max(known, key=lambda p: p.since) if known else None
            self._provisions[day] = rules if rules and day >= rules.effective_from else None
        return self._provisions[day]

    # ------------------------------------------------------------ what is known at a moment
    def fact(self, draft: Draft, at: datetime) -> Fact:
        day = office_day(draft.received)
        state, event = draft.state, draft.event_day
        # "decided in this order: an open commission that it answers" comes first
        kind = COMMISSIONED if draft.commission else draft.kind
        unit = draft.unit
        if unit is None and draft.sender in self._officers:
            unit = self._officers[draft.sender].unit_on(day)
        rules = self.provision(day)
        for decision in self._decisions[draft.id]:
            if decision.moment > at:
                break
            judge_again = False
            if decision.act in STATE_OF_ACT:
                state = STATE_OF_ACT[decision.act]  # a person overrules every single judgement
            elif decision.act == "unit":
                unit = str(decision.value)
            elif decision.act == "day":
                event = decision.value if isinstance(decision.value, date) else None
                judge_again = rules is not None and kind in rules.timeliness_kinds
            elif decision.act == "kind":
                new = str(decision.value)
                judge_again = rules is not None and (
                    (kind in rules.timeliness_kinds) != (new in rules.timeliness_kinds)
                )
                kind = new
            else:
                raise ValueError(decision.act)
            # OPEN: another day or kind moves a draft between accepted and late (or back to held where
            # the day cannot be); a held or refused one stays so until a person accepts it.
            if judge_again and state in (ACCEPTED, LATE):
                assert rules is not None
                state = judge_time(kind, draft.received, event, rules, self.office.calendar)
        if state in (ACCEPTED, LATE) and (kind is None or unit is None):
            state = HELD  # KIND_UNCERTAIN; "held for claiming, unscored until claimed"
        return Fact(draft, day, state, kind, unit)

    def facts(self, at: datetime) -> dict[str, Fact]:
        if at not in self._facts:
            self._facts[at] = {
                d.id: self.fact(d, at) for d in self.office.drafts if (d.seen or d.received) <= at
            }
        return self._facts[at]

    def adoptions(self, at: datetime) -> list[tuple[Adoption, Fact | None]]:
        """Adoptions standing at a moment, in the order of their days, each with the draft linked by then."""
        found = []
        for adoption in sorted(self.office.adoptions, key=lambda a: (a.day, a.id)):
            if adoption.recorded > at or (adoption.withdrawn_at and adoption.withdrawn_at <= at):
                continue
            draft = adoption.draft
            for moment, linked in sorted(adoption.links, key=lambda link: link[0]):
                draft = linked if moment <= at else draft
            found.append((adoption, self.facts(at).get(draft or "")))
        return found

    def submission_points(self, at: datetime) -> dict[str, Decimal]:
        """Draft -> its submission point, before any adoption replaces it (and after a weekly cap)."""
        used: Counter[tuple[str | None, Period]] = Counter()
        result = {}
        for fact in sorted(self.facts(at).values(), key=lambda f: (f.draft.received, f.draft.id)):
            rules = self.provision(fact.day)
            if fact.state != ACCEPTED or rules is None or fact.kind is None:
                continue
            if rules.weekly_cap is not None and fact.kind in rules.weekly_cap_kinds:
                slot = (
                    self.directory.own(fact.unit, fact.day) or fact.unit,
                    period_of("week", fact.day),
                )
                used[slot] += 1
                if used[slot] > rules.weekly_cap:
                    continue
            result[fact.draft.id] = rules.points.get(fact.kind, ZERO)
        return result

    def lines(self, at: datetime) -> list[Line]:
        if at not in self._lines:
            self._lines[at] = list(self._make_lines(at))
        return self._lines[at]

    def _make_lines(self, at: datetime) -> Iterable[Line]:
        chains: dict[str, list[Line]] = defaultdict(list)
        for adoption, fact in self.adoptions(at):
            rules = self.provision(adoption.day)
            # OPEN: an adoption without a draft counts as 综合 unless a person said otherwise.
            kind = (fact.kind if fact else None) or adoption.kind or FEATURE
            if rules is None or kind not in rules.adoption_kinds:
                continue
            if fact and fact.state in rules.states_that_end_adoptions:
                continue
            name = adoption.unit or (fact.unit if fact else None)
            chain = "d:" + fact.draft.id if fact else "a:" + adoption.id
            points = rules.adoption_points[adoption.tier]
            chains[chain].append(
                Line(
                    adoption.day,
                    name,
                    adoption.day,
                    1,
                    points,
                    "adoption",
                    "a:" + adoption.id,
                    tier=adoption.tier,
                )
            )
        for draft_id, points in self.submission_points(at).items():
            fact = self.facts(at)[draft_id]
            given = Line(
                fact.day,
                fact.unit,
                fact.day,
                1,
                points,
                "submission",
                "d:" + draft_id,
                fact.kind or "",
            )
            chain_of_draft = chains.get(given.key)
            if chain_of_draft is None:
                yield given
            elif (
                chain_of_draft[0].day > fact.day
            ):  # replaced later: both lines, each on its own day
                yield given
                yield replace(given, day=chain_of_draft[0].day, sign=-1)
            # else the adoption came first and has already replaced the point: nothing to give
        for adopted in chains.values():
            standing: list[Line] = []
            for i, line in enumerate(adopted):
                rules = self.provision(line.day)
                assert rules is not None
                now = self.winners(adopted[: i + 1], rules.several_adoptions)
                yield from (w for w in now if w not in standing)
                yield from (replace(w, day=line.day, sign=-1) for w in standing if w not in now)
                standing = now
        for n, hand in enumerate(self.office.hand_lines):
            if hand.recorded <= at:
                yield Line(hand.day, hand.unit, hand.day, 1, hand.points, "hand", f"h:{n}")

    @staticmethod
    def winners(adopted: list[Line], mode: str) -> list[Line]:
        """Of several adoptions of one draft, those that count. A tie goes to the earlier one."""
        if mode == "sum_all":
            return list(adopted)
        if mode == "sum_tiers":
            return [x for i, x in enumerate(adopted) if x.tier not in {y.tier for y in adopted[:i]}]
        if mode != "highest":
            raise ValueError(mode)
        return [max(adopted, key=lambda x: x.amount)]  # max keeps the first of equals
