"""Words of the regulation as data: inputs, periods, unit history and the small pure functions.

Written from rulebook.md alone (the product's code was not read).
"OPEN:" marks a place where the text is silent and a default was chosen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

# Asia/Shanghai has had no summer time since 1991, so a fixed offset is exact for this regulation.
OFFICE = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = timedelta(days=1)
NEWS, OPINION, FEATURE, COMMISSIONED = "工作动态", "舆情", "综合", "约稿"
KINDS = (NEWS, OPINION, FEATURE, COMMISSIONED)
TIERS = (1, 2, 3, 4, 5)
TOWNS, SECTIONS = "板块", "科室、大队"
UNASSIGNED = "未归属"
HELD, ACCEPTED, REFUSED, LATE = "held", "accepted", "refused", "late"
DUPLICATE, WITHDRAWN, VOID = "duplicate", "withdrawn", "void"
SPANS = ("week", "month", "quarter", "half", "year")


# ---------------------------------------------------------------- days and periods
def office_day(moment: datetime) -> date:
    """The office's calendar day of an aware moment."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment must know its zone")
    return moment.astimezone(OFFICE).date()


@dataclass(frozen=True, order=True)
class Period:
    start: date
    end: date
    span: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    @property
    def key_day(self) -> date:
        """The day that decides where the period belongs: Thursday of a week, else the last day."""
        return self.start + 3 * DAY if self.span == "week" else self.end


def period_of(span: str, day: date) -> Period:
    """The period of that span which holds the day. Weeks run Monday to Sunday."""
    if span == "week":
        monday = day - day.weekday() * DAY
        return Period(monday, monday + 6 * DAY, span)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[span]
    first = (day.month - 1) // months * months + 1
    nxt = first + months
    end = date(day.year + (nxt > 12), nxt - 12 if nxt > 12 else nxt, 1) - DAY
    return Period(date(day.year, first, 1), end, span)


def following(period: Period) -> Period:
    return period_of(period.span, period.end + DAY)


def quarter_of(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3 + 1


def quarter_of_week(day: date) -> tuple[int, int]:
    """A week belongs to the quarter of its Thursday (ISO 8601); any day of the week may be given."""
    return quarter_of(period_of("week", day).key_day)


def parts(period: Period, span: str) -> Iterator[Period]:
    """The shorter periods that belong to a period.

    OPEN: the text gives the Thursday rule for quarters only; months, halves and years follow it too.
    """
    if SPANS.index(span) > SPANS.index(period.span):
        return
    part = period_of(span, period.start)
    while part.start <= period.end:
        if part.key_day in period:
            yield part
        part = following(part)


@dataclass(frozen=True)
class WorkCalendar:
    """State Council days. Without data for a day: Monday to Friday."""

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day in self.makeup_workdays:
            return True
        return day not in self.holidays and day.weekday() < 5

    def has_workday(self, period: Period) -> bool:
        days = (period.end - period.start).days + 1
        return any(self.is_workday(period.start + i * DAY) for i in range(days))


# ---------------------------------------------------------------- provisions, dated by `since`
@dataclass(frozen=True)
class Target:
    group: str
    kind: str
    span: str
    count: int


REGULATION_TARGETS = (
    Target(SECTIONS, NEWS, "week", 1),
    Target(SECTIONS, OPINION, "week", 3),
    Target(SECTIONS, FEATURE, "month", 1),
    Target(TOWNS, NEWS, "week", 1),
    Target(TOWNS, OPINION, "week", 3),
    Target(TOWNS, FEATURE, "quarter", 1),
)


def _kind_points() -> Mapping[str, Decimal]:
    return {NEWS: Decimal(1), OPINION: Decimal(1), FEATURE: Decimal(2), COMMISSIONED: Decimal(2)}


def _tier_points() -> Mapping[int, Decimal]:
    return {t: Decimal(p) for t, p in zip(TIERS, (15, 12, 10, 6, 4), strict=True)}


@dataclass(frozen=True)
class Provision:
    since: date = date(2022, 2, 24)
    effective_from: date = date(2022, 2, 24)
    points: Mapping[str, Decimal] = field(default_factory=_kind_points)
    adoption_points: Mapping[int, Decimal] = field(default_factory=_tier_points)
    adoption_kinds: frozenset[str] = frozenset({FEATURE})
    several_adoptions: str = "highest"  # or sum_tiers (each tier once: OPEN), sum_all
    weekly_cap: int | None = None
    # OPEN: what a cap would cap. Here: scored drafts of these kinds, of one unit in one Mon-Sun week,
    # earliest receipt first; a capped draft is reported but not scored.
    weekly_cap_kinds: frozenset[str] = frozenset(KINDS)
    late_counts_to_target: bool = True
    targets: tuple[Target, ...] = REGULATION_TARGETS
    waive_zero_workday_week: bool = True
    timeliness_unit: str = "calendar"  # or workdays, hours48
    timeliness_days: int = 2
    timeliness_kinds: frozenset[str] = frozenset({NEWS, OPINION})
    min_characters: int = 800
    # OPEN: does an adoption stand when its draft was voided or withdrawn? "no points, counted
    # nowhere" is read to cover it. Adoptions of held, late, refused or duplicate drafts stand.
    states_that_end_adoptions: frozenset[str] = frozenset({VOID, WITHDRAWN})


# ---------------------------------------------------------------- the 2-day rule, the length
def deadline(
    event_day: date, unit: str = "calendar", days: int = 2, calendar: WorkCalendar = WorkCalendar()
) -> datetime:
    """The last moment in time: 24:00 of event day + days, that is 00:00 of the day after."""
    last = event_day
    if unit in ("calendar", "hours48"):
        # OPEN: hours48 with only a day known is counted from that day's end, so it equals two days.
        last += (2 if unit == "hours48" else days) * DAY
    elif unit == "workdays":
        left = days
        while left:
            last += DAY
            left -= calendar.is_workday(last)
    else:
        raise ValueError(unit)
    return datetime.combine(last + DAY, time(0), OFFICE)


def is_late(
    received: datetime,
    event_day: date,
    unit: str = "calendar",
    days: int = 2,
    calendar: WorkCalendar = WorkCalendar(),
) -> bool:
    """OPEN: 24:00 sharp is "the last moment in time", so it is still in time."""
    office_day(received)  # refuses a naive moment
    return received > deadline(event_day, unit, days, calendar)


def judge_time(
    kind: str | None,
    received: datetime,
    event_day: date | None,
    rules: Provision,
    calendar: WorkCalendar = WorkCalendar(),
) -> str:
    """accepted, late or held (no day, or a day after the receipt), as the rule of timeliness says."""
    if kind not in rules.timeliness_kinds:
        return ACCEPTED
    if event_day is None or event_day > office_day(received):
        return HELD
    late = is_late(received, event_day, rules.timeliness_unit, rules.timeliness_days, calendar)
    return LATE if late else ACCEPTED


def propose_state(
    kind: str | None,
    received: datetime,
    event_day: date | None,
    characters: int,
    rules: Provision,
    calendar: WorkCalendar = WorkCalendar(),
) -> str:
    """What the text says of a well-formed, original draft before any person has spoken."""
    if kind is None or (kind == FEATURE and characters < rules.min_characters):
        return HELD  # KIND_UNCERTAIN, TOO_SHORT
    return judge_time(kind, received, event_day, rules, calendar)


def count_characters(text: str) -> int:
    """字数 as Word counts it: Chinese characters and full-width marks one each, Latin runs one each.

    OPEN: half-width marks inside a run do not split it (3.5, well-known: one word, as in Word) and
    count nothing alone. Full-width letters and digits count one each, as in Word.
    """
    total, in_word = 0, False
    for ch in text:
        category, width = unicodedata.category(ch), unicodedata.east_asian_width(ch)
        if category in ("Mn", "Me", "Cf"):
            continue  # marks without a width of their own
        if category[0] in "ZC":
            in_word = False
        elif width in "WF" or ch in "“”‘’…—·":
            total, in_word = total + 1, False
        elif category[0] in "LN":
            total, in_word = total + (not in_word), True
    return total


# ---------------------------------------------------------------- units and officers
@dataclass(frozen=True)
class Rename:
    day: date
    name: str


@dataclass(frozen=True)
class Unit:
    id: str
    name: str
    group: str
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    since: date = date.min
    until: date | None = None  # last day in force
    successor_of: tuple[str, ...] = ()  # from `since` on; one id: a rename; two: a merge
    renames: tuple[Rename, ...] = ()  # the same unit under another name from a day on

    def name_on(self, day: date) -> str:
        current = self.name
        for change in sorted(self.renames, key=lambda r: r.day):
            if change.day <= day:
                current = change.name
        return current

    def all_names(self) -> frozenset[str]:
        return frozenset((self.name, *(r.name for r in self.renames), *self.aliases, *self.members))


@dataclass(frozen=True)
class Succession:
    """An existing unit takes another one in from a day on."""

    old: str
    new: str
    day: date


@dataclass(frozen=True)
class Appointment:
    unit: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Officer:
    id: str
    appointments: tuple[Appointment, ...]

    def unit_on(self, day: date) -> str | None:
        """OPEN: two appointments on one day: the later one. An ended officer: the last unit."""
        begun = sorted((a for a in self.appointments if a.since <= day), key=lambda a: a.since)
        live = [a for a in begun if a.until is None or a.until >= day]
        if live:
            return live[-1].unit
        return max(begun, key=lambda a: a.until or day).unit if begun else None


# ---------------------------------------------------------------- what happens in a year
@dataclass(frozen=True)
class Draft:
    id: str
    received: datetime  # the mail server's INTERNALDATE
    kind: str | None
    state: str  # the machine's verdict
    unit: str | None = None  # the name as stored on the day
    event_day: date | None = None
    characters: int = 0
    commission: str | None = None
    sender: str | None = None  # officer id, used where no unit name was stored
    seen: datetime | None = None  # when our poller learnt of it; never makes a draft late


@dataclass(frozen=True)
class Decision:
    draft: str
    moment: datetime
    act: str  # accept refuse hold void withdraw day kind unit
    value: str | date | None = None


@dataclass(frozen=True)
class Adoption:
    id: str
    tier: int
    day: date
    recorded: datetime
    unit: str | None = None  # OPEN: where given it rules, else the linked draft's unit
    draft: str | None = None
    kind: str | None = None  # what a person said of it while no draft is linked
    links: tuple[tuple[datetime, str | None], ...] = ()  # linked to a draft later
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class HandLine:
    unit: str
    day: date
    points: Decimal
    recorded: datetime


@dataclass(frozen=True)
class Bonus:
    unit: str
    year: int
    points: Decimal
    recorded: datetime


@dataclass(frozen=True)
class Sanction:
    unit: str
    day: date
    recorded: datetime
    reason: str = ""


@dataclass(frozen=True)
class Publication:
    period: Period
    moment: datetime


@dataclass(frozen=True)
class Office:
    """A plain list of everything that happened."""

    units: tuple[Unit, ...] = ()
    provisions: tuple[Provision, ...] = (Provision(),)
    calendar: WorkCalendar = WorkCalendar()
    successions: tuple[Succession, ...] = ()
    officers: tuple[Officer, ...] = ()
    drafts: tuple[Draft, ...] = ()
    decisions: tuple[Decision, ...] = ()
    adoptions: tuple[Adoption, ...] = ()
    hand_lines: tuple[HandLine, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    publications: tuple[Publication, ...] = ()
    # OPEN: which day is "the day asked about" for a period's rows. period_end: units merged later in
    # the year have two rows in earlier quarters; moment: they have one row as soon as the question is
    # asked after the merge (never later than that year's end). Year rows are alike in both.
    row_day: str = "period_end"
