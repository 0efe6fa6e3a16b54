"""Kinds and tiers as config.toml writes them, with plain values; `rule()` makes what the rules work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from rulebook.amounts import amount
from rulebook.kind_rules import AdoptionJoins, DayUnit, Kind, KindRule, Role, TierRule, TimeLimit
from rulebook.switches import BareRule, BodyRule


class LimitUnit(StrEnum):
    """How the limit of a kind is counted; `none`: it may come at any time."""

    NONE = "none"
    DAYS = "days"
    WORKDAYS = "workdays"
    HOURS = "hours"


class KindAdoption(StrEnum):
    """What an adoption of a kind does: as for all kinds, or its own way; `none`: it does not score."""

    GENERAL = "general"
    REPLACES = "replaces"
    ADDS = "adds"
    ONLY = "only"
    NONE = "none"


class KindBare(StrEnum):
    """What files of a kind outside an archive lead to, where it is not as for all kinds."""

    GENERAL = "general"
    REFUSE = "refuse"
    WARN = "warn"
    ACCEPT = "accept"


class KindBody(StrEnum):
    """What a draft of a kind in the letter itself leads to, where it is not as for all kinds."""

    GENERAL = "general"
    REFUSE = "refuse"
    ACCEPT = "accept"


class LateCounts(StrEnum):
    """Whether a late draft of a kind fills a target."""

    GENERAL = "general"
    YES = "yes"
    NO = "no"


_DAY_UNITS = {
    LimitUnit.DAYS: DayUnit.CALENDAR,
    LimitUnit.WORKDAYS: DayUnit.WORKDAYS,
    LimitUnit.HOURS: DayUnit.HOURS48,
}


@dataclass(frozen=True, slots=True)
class KindEntry:
    """
    `[[provisions.kinds]]`: see `KindRule`.

    `limit_count`: days, workdays or hours by `limit`; `limit_until`: the hour at which the last day
    ends, 00:00 its end. `least`, `most`: characters, 0 without a bound.
    """

    name: str
    role: Role = Role.REPORT
    short: str = ""
    code: str = ""
    column: str = ""
    points: float = 1
    late_points: float = 0
    labels: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    limit: LimitUnit = LimitUnit.NONE
    limit_count: int = 2
    limit_until: time = time()
    least: int = 0
    most: int = 0
    adoption: KindAdoption = KindAdoption.GENERAL
    late_adoption: bool = True
    late_counts: LateCounts = LateCounts.GENERAL
    short_as: str = ""
    pictures: int = 0
    pictures_as: str = ""
    bare_attachment: KindBare = KindBare.GENERAL
    body_draft: KindBody = KindBody.GENERAL
    by_link: bool = False

    def rule(self) -> KindRule:
        """Make the rule; a kind without labels of its own is labelled by its name."""
        joins = self.adoption in (KindAdoption.REPLACES, KindAdoption.ADDS, KindAdoption.ONLY)
        return KindRule(
            name=Kind(self.name),
            role=self.role,
            short=self.short,
            code=self.code,
            column=self.column,
            points=amount(self.points),
            late_points=amount(self.late_points),
            labels=self.labels or (self.name,),
            features=self.features,
            limit=self._limit(),
            least=self.least,
            most=self.most,
            counts_adoption=self.adoption is not KindAdoption.NONE,
            adoption=AdoptionJoins(self.adoption.value) if joins else None,
            late_adoption=self.late_adoption,
            late_counts=None
            if self.late_counts is LateCounts.GENERAL
            else self.late_counts is LateCounts.YES,
            short_as=Kind(self.short_as) if self.short_as else None,
            pictures=self.pictures,
            pictures_as=Kind(self.pictures_as) if self.pictures_as else None,
            bare=None
            if self.bare_attachment is KindBare.GENERAL
            else BareRule(self.bare_attachment.value),
            by_link=self.by_link,
            body=None if self.body_draft is KindBody.GENERAL else BodyRule(self.body_draft.value),
        )

    def _limit(self) -> TimeLimit | None:
        unit = _DAY_UNITS.get(self.limit)
        if unit is None:
            return None
        if unit is DayUnit.HOURS48:
            return TimeLimit(unit=unit, hours=self.limit_count)
        until = None if self.limit_until == time() else self.limit_until
        return TimeLimit(self.limit_count, unit, until)


@dataclass(frozen=True, slots=True)
class TierKind:
    """What an adoption of one kind gives in a tier, where it differs."""

    kind: str
    points: float


@dataclass(frozen=True, slots=True)
class TierEntry:
    """`[[provisions.tiers]]`: a tier of outlets, the first is tier 1; `short`: for narrow columns."""

    name: str
    points: float = 0
    short: str = ""
    kinds: tuple[TierKind, ...] = ()

    def rule(self) -> TierRule:
        """Make the rule."""
        own = {one.kind: amount(one.points) for one in self.kinds}
        return TierRule(self.name, amount(self.points), own, short=self.short)
