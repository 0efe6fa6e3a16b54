"""A seeded year of an office: the same input dataclasses, plausible and full of corner cases.

python3 generate.py 7              the figures of seed 7's year
python3 generate.py 7 --json       its events as JSON (for an adapter to another program)
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from tests.model.regulation_model import Model
from tests.model.regulation_types import (
    COMMISSIONED,
    DAY,
    DUPLICATE,
    FEATURE,
    HELD,
    KINDS,
    NEWS,
    OFFICE,
    OPINION,
    REFUSED,
    SECTIONS,
    TIERS,
    TOWNS,
    WITHDRAWN,
    Adoption,
    Appointment,
    Bonus,
    Decision,
    Draft,
    HandLine,
    Office,
    Officer,
    Provision,
    Publication,
    Rename,
    Sanction,
    Succession,
    Unit,
    WorkCalendar,
    office_day,
    period_of,
    propose_state,
)

# invented units; shapes of the real thing: aliases inside one another, one row of two sections
NAMES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("t1", "东溪镇", ("东溪镇经济发展局", "云州市南山区东溪镇"), ()),
    ("t2", "西桥镇", ("西桥镇应急管理局",), ()),
    ("t3", "石塘街道", (), ()),
    ("t4", "高新区", (), ()),
    ("t5", "高新北区", ("高新区北区", "北区"), ()),
    ("s1", "办公室", (), ()),
    ("s2", "人事教育科", ("人教科",), ()),
    ("s3", "调查减灾科、火灾防治科", (), ("调查减灾科", "火灾防治科")),
    ("s4", "危化科", (), ()),
    ("s5", "执法大队", ("执法队",), ()),
)
ZONES = (OFFICE, UTC, timezone(timedelta(hours=-5)))


class Year:
    def __init__(self, seed: int, year: int = 2023) -> None:
        self.rnd, self.year = Random(seed), year
        self.first, self.last = date(year, 1, 1), date(year, 12, 31)
        rnd = self.rnd
        off = period_of("week", self.day())  # a whole week without a workday
        self.calendar = WorkCalendar(
            frozenset(
                [*(off.start + i * DAY for i in range(7)), date(year, 1, 1), date(year, 5, 1)]
            ),
            frozenset() if rnd.random() < 0.5 else frozenset([off.start - 2 * DAY]),
        )
        self.rules = self.make_rules()
        self.units, self.successions = self.make_units()
        self.officers = tuple(self.make_officer(i) for i in range(6))
        self.end_of_time = datetime(year + 1, 3, 1, 12, tzinfo=OFFICE)

    def day(self, start: date | None = None, end: date | None = None) -> date:
        start, end = start or self.first, end or self.last
        return start + self.rnd.randint(0, max(0, (end - start).days)) * DAY

    def moment(self, day: date) -> datetime:
        """Any second of the office's day, told in any zone; midnight more often than chance has it."""
        clock = self.rnd.choice(
            (time(0), time(23, 59, 59), time(self.rnd.randrange(24), self.rnd.randrange(60)))
        )
        return datetime.combine(day, clock, OFFICE).astimezone(self.rnd.choice(ZONES))

    def later(self, moment: datetime) -> datetime:
        """Soon, or after a quarter or two."""
        days = self.rnd.choice((0, 1, 3, 10, 40, 100, 200))
        return min(
            self.end_of_time, moment + timedelta(days=days, minutes=self.rnd.randint(1, 600))
        )

    def make_rules(self) -> tuple[Provision, ...]:
        rnd = self.rnd
        first = Provision(
            adoption_kinds=rnd.choice(
                (frozenset({FEATURE}), frozenset({FEATURE, COMMISSIONED}), frozenset(KINDS))
            ),
            several_adoptions=rnd.choice(("highest", "highest", "sum_tiers", "sum_all")),
            weekly_cap=rnd.choice((None, None, None, 1, 2)),
            late_counts_to_target=rnd.random() < 0.8,
            waive_zero_workday_week=rnd.random() < 0.8,
            timeliness_unit=rnd.choice(("calendar", "calendar", "workdays")),
        )
        if rnd.random() < 0.3:  # another table of points from some day on
            points = {kind: value + Decimal("0.5") for kind, value in first.points.items()}
            return first, replace(first, since=self.day(), points=points)
        return (first,)

    def make_units(self) -> tuple[tuple[Unit, ...], tuple[Succession, ...]]:
        rnd = self.rnd
        units = {
            i: Unit(i, name, TOWNS if i[0] == "t" else SECTIONS, members, aliases)
            for i, name, aliases, members in NAMES
        }
        steps: list[Succession] = []
        if rnd.random() < 0.7:  # renamed, the same unit
            units["t3"] = replace(units["t3"], renames=(Rename(self.day(), "新石塘街道"),))
        if rnd.random() < 0.7:  # two merge into a new one
            units["t6"] = Unit("t6", "溪桥镇", TOWNS, since=self.day(), successor_of=("t1", "t2"))
        if rnd.random() < 0.5:  # renamed by succession
            units["s6"] = Unit(
                "s6", "危险化学品科", SECTIONS, since=self.day(), successor_of=("s4",)
            )
        if rnd.random() < 0.4:  # one takes another in
            steps.append(Succession("t5", "t4", self.day()))
        if rnd.random() < 0.3:  # ends, and nobody follows
            units["s5"] = replace(units["s5"], until=self.day())
        if rnd.random() < 0.3:  # begins within the year
            units["s7"] = Unit("s7", "应急指挥", SECTIONS, since=self.day())
        return tuple(units.values()), tuple(steps)

    def unit_name(self, day: date) -> str:
        """A name somebody might write on that day: current, old, an alias, a member, or nobody's."""
        rnd = self.rnd
        if rnd.random() < 0.03:
            return "某某科"
        unit = rnd.choice(self.units)
        if rnd.random() < 0.6:
            return unit.name_on(day)
        return rnd.choice(sorted(unit.all_names()))

    def make_officer(self, number: int) -> Officer:
        """Hand-overs: an appointment ends, the next begins, now and then in another unit."""
        change = self.day()
        first = Appointment(self.unit_name(self.first), date(self.year - 1, 1, 1), change - DAY)
        if self.rnd.random() < 0.3:
            return Officer(f"o{number}", (first,))
        return Officer(f"o{number}", (first, Appointment(self.unit_name(change), change)))

    def make_draft(self, number: int) -> Draft:
        rnd = self.rnd
        day = self.day() if rnd.random() < 0.8 else self.near_an_edge()
        received = self.moment(day)
        kind = rnd.choices((NEWS, OPINION, FEATURE, COMMISSIONED, None), (30, 40, 25, 6, 3))[0]
        event = (
            None if rnd.random() < 0.1 else day - rnd.choice((-1, 0, 0, 1, 1, 2, 2, 3, 4, 9)) * DAY
        )
        characters = rnd.choice((300, 799, 800, 1200))
        state = propose_state(kind, received, event, characters, self.rules[0], self.calendar)
        if rnd.random() < 0.15:
            state = rnd.choice((REFUSED, DUPLICATE, WITHDRAWN, HELD))
        named = rnd.random() < 0.85
        sender = None if named else rnd.choice(("stranger", *(o.id for o in self.officers)))
        return Draft(
            f"d{number:03}",
            received,
            kind,
            state,
            self.unit_name(day) if named else None,
            event,
            characters,
            "c1" if kind == COMMISSIONED and rnd.random() < 0.8 else None,
            sender,
            received + timedelta(hours=rnd.choice((0, 0, 0, 1, 90))),
        )

    def near_an_edge(self) -> date:
        edge = date(self.year, self.rnd.choice((1, 4, 7, 10)), 1)
        return self.day(max(self.first, edge - 4 * DAY), edge + 4 * DAY)

    def make_decisions(self, draft: Draft) -> list[Decision]:
        rnd, moment, made = self.rnd, draft.seen or draft.received, []
        for _ in range(rnd.choices((0, 1, 2, 3), (60, 25, 10, 5))[0]):
            moment = self.later(moment)
            act = rnd.choices(
                ("accept", "refuse", "hold", "void", "withdraw", "day", "kind", "unit"),
                (40, 8, 6, 5, 6, 12, 10, 10),
            )[0]
            value: str | date | None = None
            if act == "day":
                value = office_day(draft.received) - rnd.choice((-1, 0, 1, 2, 3, 5)) * DAY
            elif act == "kind":
                value = rnd.choice(KINDS)
            elif act == "unit":
                value = self.unit_name(office_day(draft.received))
            made.append(Decision(draft.id, moment, act, value))
        return made

    def make_adoption(self, number: int, drafts: Sequence[Draft]) -> Adoption:
        rnd = self.rnd
        draft = rnd.choice([d for d in drafts if d.kind == FEATURE] or list(drafts))
        if rnd.random() < 0.2:
            draft = rnd.choice(list(drafts))
        day = office_day(draft.received) + rnd.choice((-30, -3, 0, 0, 2, 5, 15, 60, 95, 150)) * DAY
        day = min(max(day, self.first), self.last)
        recorded = self.later(self.moment(day))
        how = rnd.random()
        unit = draft.unit if draft.unit and rnd.random() < 0.8 else None
        links: tuple[tuple[datetime, str | None], ...] = ()
        if how > 0.6:  # linked late, at times to the wrong one first
            links = ((self.later(recorded), draft.id),)
            if how > 0.9:
                links = ((recorded, rnd.choice(list(drafts)).id), *links)
        if unit is None and how > 0.5:
            unit = self.unit_name(day)
        return Adoption(
            f"a{number:02}",
            rnd.choice(TIERS),
            day,
            recorded,
            unit,
            draft.id if how <= 0.5 else None,
            rnd.choice((None, None, FEATURE, OPINION)),
            links,
            self.later(recorded) if rnd.random() < 0.1 else None,
        )

    def make_publications(self) -> list[Publication]:
        """Mostly each quarter some days after its end; now and then late, skipped or out of order."""
        rnd, made = self.rnd, []
        for number in range(4):
            quarter = period_of("quarter", date(self.year, 3 * number + 1, 1))
            if rnd.random() < 0.85:
                days = rnd.choice((3, 8, 8, 15, 100))
                made.append(
                    Publication(
                        quarter, datetime.combine(quarter.end + days * DAY, time(10), OFFICE)
                    )
                )
        if rnd.random() < 0.3:
            made.append(
                Publication(period_of("year", self.first), self.end_of_time - timedelta(days=30))
            )
        return made

    def hand_line(self) -> HandLine:
        day = self.day()
        points = Decimal(self.rnd.choice(("1", "-1", "0.5", "-2.25", "3.1")))
        return HandLine(self.unit_name(day), day, points, self.later(self.moment(day)))

    def office(self) -> Office:
        rnd = self.rnd
        drafts = tuple(self.make_draft(i) for i in range(rnd.randint(30, 200)))
        decisions = [d for draft in drafts for d in self.make_decisions(draft)]
        adoptions = tuple(
            self.make_adoption(i, drafts) for i in range(rnd.randint(2, max(3, len(drafts) // 5)))
        )
        hand = tuple(self.hand_line() for _ in range(rnd.randint(0, 5)))
        year_end = datetime(self.year + 1, 1, 20, 9, tzinfo=OFFICE)
        bonuses = tuple(Bonus(u.name, self.year, Decimal("2.5"), year_end) for u in self.units[:4])
        sanctions = (
            (Sanction(self.units[1].name, self.day(), year_end, "弄虚作假"),)
            if rnd.random() < 0.4
            else ()
        )
        return Office(
            self.units,
            self.rules,
            self.calendar,
            self.successions,
            self.officers,
            drafts,
            tuple(decisions),
            adoptions,
            hand,
            bonuses,
            sanctions,
            tuple(self.make_publications()),
        )


def generate(seed: int, year: int = 2023) -> Office:
    return Year(seed, year).office()


def plain(value: Any) -> Any:
    """Dataclasses as JSON: days and moments in ISO, Decimals as strings, sets sorted."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted((plain(v) for v in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    office = generate(seed)
    if "--json" in sys.argv:
        print(json.dumps(plain(office), ensure_ascii=False, indent=1))
        return
    model = Model(office)
    for span, month in (
        ("quarter", 1),
        ("quarter", 4),
        ("quarter", 7),
        ("quarter", 10),
        ("year", 1),
    ):
        period = period_of(span, date(2023, month, 1))
        print(
            f"\n{span} {period.start} – {period.end}  published: {model.published(period, end_of(office))}"
        )
        for row in model.report(period):
            print(
                f"{row.rank or '-':>3} {row.name}  {tuple(row.scored.values())} {tuple(row.adoptions.values())} "
                f"{row.submission_points}+{row.adoption_points}+{row.hand_points}+{row.corrections}={row.total}"
                f"  late {row.late} held {row.held} refused {row.refused}"
            )


def end_of(office: Office) -> datetime:
    """A moment after everything."""
    return max([p.moment for p in office.publications] + [d.received for d in office.drafts])


if __name__ == "__main__":
    main()
