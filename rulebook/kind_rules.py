"""
Kinds of drafts, groups of units and tiers of outlets, as an office's provisions list them.

A kind is known by its name; where code has to treat one kind otherwise than another it asks the
kind's `Role`. A file without the sections has the kinds, groups and tiers of `rulebook/default_rules.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import NewType

from rulebook.amounts import Amount
from rulebook.switches import BareRule, BodyRule

Kind = NewType("Kind", str)
"""What a draft is: the name of one of the provisions' kinds."""

Group = NewType("Group", str)
"""Which table a unit stands in: the name of one of the provisions' groups."""


class Role(StrEnum):
    """What a kind is to the rules: a report of an event, of the public's opinion, an essay, an asked piece."""

    REPORT = "report"
    OPINION = "opinion"
    ARTICLE = "article"
    COMMISSION = "commission"


class DayUnit(StrEnum):
    """How a limit is counted."""

    CALENDAR = "calendar"
    WORKDAYS = "workdays"
    HOURS48 = "hours48"


class AdoptionJoins(StrEnum):
    """What an adoption does to the points of the submission: takes their place, adds, or counts alone."""

    REPLACES = "replaces"
    ADDS = "adds"
    ONLY = "only"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """
    Until when a draft must have come: `days` after the event's day, as `unit` counts them.

    `until`: on the last day only until this hour; None: until the day ends. `hours48` counts hours,
    `hours` of them or else 24 a day, from the end of the event's day.
    """

    days: int = 2
    unit: DayUnit = DayUnit.CALENDAR
    until: time | None = None
    hours: int = 0

    @property
    def told(self) -> str:
        """The limit as people say it."""
        if self.unit is DayUnit.HOURS48 and self.hours:
            return f"{self.hours}小时"
        if not self.days:
            return "当天"
        return f"{self.days}个工作日" if self.unit is DayUnit.WORKDAYS else f"{self.days}天"

    @property
    def within(self) -> str:
        """Until when a draft is asked for, as people say it: 事件发生后2天内, 事件发生当天18:00前."""
        if self.unit is not DayUnit.HOURS48 and not self.days:
            return f"事件发生当天{f'{self.until:%H:%M}前' if self.until else '内'}"
        last = f"（最后一天{self.until:%H:%M}截止）" if self.until else ""
        return f"事件发生后{self.told}内{last}"

    @property
    def length(self) -> tuple[int, bool]:
        """By what limits are compared: the hours that they run at most, workdays longer than days."""
        hours = self.hours if self.unit is DayUnit.HOURS48 and self.hours else 24 * self.days
        return hours, self.unit is DayUnit.WORKDAYS


@dataclass(frozen=True, slots=True)
class KindRule:
    """
    One kind of drafts.

    Attributes: `short`: for narrow columns. `code`: in addresses and exports; its name where empty.
                `role`: what it is to the rules.
                `column`: the heading of its column in the points table; kinds with the same heading
                share it. `column_key`: its name in JSON; empty: a place in the list `counts`.
                `points`: of an accepted draft in time; `late_points`: of a late one.
                `labels`: words that name the kind. `features`: words by which an unlabelled text is
                recognised.
                `limit`: None: it may come at any time.
                `least`, `most`: characters of its text, 0 without a bound.
                `counts_adoption`: whether its adoption scores. `adoption`: what that does to the
                points of its submission, None: as `points.adoption_joins` says.
                `late_adoption`: whether that of a late draft scores. `late_counts`: whether a late
                draft fills a target, None: as `timeliness.late_counts_to_target` says.
                `short_as`: what a draft with fewer than `least` characters is taken as, None: a
                person decides. `pictures`: how many it needs; `pictures_as`: what it is taken as
                with fewer. `bare`, `body`: as the provisions' switches, None: as they say.
                `by_link`: pieces that were printed already, reported by title, outlet, day and link.
    """

    name: Kind
    role: Role = Role.REPORT
    short: str = ""
    code: str = ""
    column: str = ""
    column_key: str = ""
    points: Amount = 1
    late_points: Amount = 0
    labels: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    limit: TimeLimit | None = None
    least: int = 0
    most: int = 0
    counts_adoption: bool = True
    adoption: AdoptionJoins | None = None
    late_adoption: bool = True
    late_counts: bool | None = None
    short_as: Kind | None = None
    pictures: int = 0
    pictures_as: Kind | None = None
    bare: BareRule | None = None
    body: BodyRule | None = None
    by_link: bool = False

    @property
    def key(self) -> str:
        """What stands for it in addresses, forms and exports."""
        return self.code or self.name

    @property
    def label(self) -> str:
        """Its name where little room is."""
        return self.short or self.name

    @property
    def heading(self) -> str:
        """The heading of its column."""
        return self.column or self.name


@dataclass(frozen=True, slots=True)
class GroupRule:
    """
    A group of units: one table, ranked by itself.

    `title` stands in the table's brackets, its name where empty. `places`: its units are places,
    which the reports of others may be about.
    """

    name: Group
    title: str = ""
    places: bool = False


@dataclass(frozen=True, slots=True)
class TierRule:
    """
    A tier of outlets. `kinds`: points of single kinds, by name, where they are not `points`.

    `key` and `short` serve the tables: the name in the notice's template, a heading of two lines.
    """

    name: str
    points: Amount = 0
    kinds: Mapping[str, Amount] = field(default_factory=dict)
    key: str = ""
    short: str = ""

    def of(self, kind: Kind | None) -> Amount:
        """Return what an adoption of such a draft gives."""
        return self.points if kind is None else self.kinds.get(kind, self.points)
