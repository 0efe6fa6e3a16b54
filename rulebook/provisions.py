"""The figures and switches of the regulation for one span of time. Values come from config.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rulebook import default_rules
from rulebook.amounts import Amount, amount
from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OPINION
from rulebook.kind_entries import KindEntry, TierEntry
from rulebook.kind_rules import (
    AdoptionJoins,
    DayUnit,
    Group,
    GroupRule,
    Kind,
    KindRule,
    Role,
    TierRule,
    TimeLimit,
)
from rulebook.model import Unit
from rulebook.periods import Span
from rulebook.switches import (
    AdoptionKinds,
    AdoptionSum,
    BareRule,
    BodyRule,
    FloorSpan,
    JointDraft,
    Measure,
    OpinionDay,
    OverlapRule,
    PersonsRanked,
    ReviewerRule,
    StrangerRule,
    TieBreak,
    UnaskedRule,
)

__all__ = [
    "AdoptionKinds",
    "AdoptionSum",
    "BareRule",
    "BodyRule",
    "DayUnit",
    "FloorSpan",
    "JointDraft",
    "Measure",
    "OpinionDay",
    "OverlapRule",
    "PersonsRanked",
    "ReviewerRule",
    "StrangerRule",
    "TieBreak",
    "UnaskedRule",
]


MAX_SHORT = 4
"""Characters of a kind's name that need no shortening."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """
    The 2-day limit (四.1). `clock_tolerance_minutes`: Date may differ from INTERNALDATE by this much unremarked.

    `whole_minutes`: seconds are not looked at, so that what comes within the minute in which a limit
    in hours ends is in time.
    """

    days: int = 2
    unit: DayUnit = DayUnit.CALENDAR
    applies_to: tuple[Kind, ...] = (NEWS, OPINION)
    grace_after_refusal_hours: int = 0
    late_counts_to_target: bool = True
    clock_tolerance_minutes: int = 60
    opinion_day: OpinionDay = OpinionDay.POSTED
    whole_minutes: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """
    四.1: points per draft; `adoption` (四.2) lists tiers 一类…五类.

    `news` … `commission`, `adoption` and `adoption_kinds` serve a file that lists no kinds or tiers
    of its own. `adoption_joins`: what an adoption does to the points of the submission.

    `assessment` (四.3): what a rank of the table gives in the year's assessment, the first rank
    first; a rank beyond the list gets its last figure, an empty list gives none.

    `missing`: what several unmet targets of a unit in one period take away. `floor`: over what time a
    unit's points never fall below 0. `ties`: what ranks units with equal points, the first that
    differs. `persons`: whose points the table of persons counts; `shares`: how the authors of one
    draft divide its points, a list for two, one for three, of more authors the first ones alone;
    `persons_listed`: how many the notice names.
    """

    news: float = 1
    opinion: float = 1
    article: float = 2
    commission: float = 2
    adoption: tuple[float, ...] = (15, 12, 10, 6, 4)
    adoption_kinds: AdoptionKinds = AdoptionKinds.ARTICLE
    adoption_joins: AdoptionJoins = AdoptionJoins.REPLACES
    several_adoptions: AdoptionSum = AdoptionSum.HIGHEST
    weekly_cap: int = 0
    assessment: tuple[float, ...] = ()
    missing: OverlapRule = OverlapRule.SUM
    floor: FloorSpan = FloorSpan.NONE
    ties: tuple[TieBreak, ...] = ()
    persons: PersonsRanked = PersonsRanked.NONE
    shares: tuple[tuple[float, ...], ...] = ()
    persons_listed: int = 10


@dataclass(frozen=True, slots=True)
class Target:
    """
    三.1, 三.2: how many of a kind a unit of a group owes per period.

    `unit`: this unit alone, in place of what its group owes. `kind` empty: of all kinds together.
    `measure`: drafts reported, drafts adopted, or points. `missing_points`: what each one missing
    gives, below 0; `full_points`: what meeting it gives, with `by_share` as much of it as was met.
    """

    group: Group
    kind: Kind
    count: int
    period: Span
    unit: str = ""
    measure: Measure = Measure.REPORTED
    missing_points: float = 0
    full_points: float = 0
    by_share: bool = False

    def concerns(self, unit: Unit) -> bool:
        """Tell whether it is a unit's or its group's."""
        return self.unit == unit.name if self.unit else self.group == unit.group

    @property
    def scores(self) -> bool:
        """Whether meeting or missing it moves points."""
        return bool(self.missing_points or self.full_points)


@dataclass(frozen=True, slots=True)
class Outlet:
    """主要载体分类: an outlet, its tier 1..5, and the other names it goes by."""

    name: str
    tier: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manner:
    """A manner of being printed (头版、转载、综合采用) and by what it multiplies an adoption's points."""

    name: str
    times: float = 1


@dataclass(frozen=True, slots=True)
class OwnPeriod:
    """Days that the office reports on together, e.g. January and February; targets may be `own`."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause that reasons rest on, by their codes, and its words; see `rulebook/citations.py`."""

    reasons: tuple[str, ...]
    clause: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Weights:
    """
    How much each feature of an unlabelled text says for a kind.

    A kind is decided when it leads and has `unlabelled` at least; a label is contradicted from
    `contradiction` on, if the text says so `clearly` times as much as anything else.
    """

    opinion_word: int = 1
    opinion_leading: int = 1
    news_word: int = 1
    news_words_most: int = 3
    news_leading: int = 1
    news_leading_most: int = 2
    news_day: int = 1
    news_unit: int = 1
    article_length: int = 1
    article_without_day: int = 1
    article_heading: int = 1
    article_headings_most: int = 3
    unlabelled: int = 2
    contradiction: int = 3
    clearly: int = 2


@dataclass(frozen=True, slots=True)
class Labels:
    """
    Words that name a kind (四.1), and words by which an unlabelled text is recognised.

    `news`, `opinion`, `article`, `commission`: in subject, folder, file name or title.
    `…_features`: in an unlabelled text. `other_papers`: the last word of a title that belongs to no
    draft at all (讣告). `urgent`: what makes a report on public opinion one that is looked at first.
    """

    news: tuple[str, ...] = ("工作动态", "动态", "信息简报")
    opinion: tuple[str, ...] = ("舆情信息", "舆情")
    article: tuple[str, ...] = ("综合性原创文章", "综合性文章", "综合文章", "原创文章", "综合")
    commission: tuple[str, ...] = ("约稿",)
    opinion_features: tuple[str, ...] = ()
    news_features: tuple[str, ...] = ()
    other_papers: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class Provisions:
    """
    The regulation in force from `since` on (office day). `zone` is an IANA name.

    `addressees`: 主送 of notices, letter for letter; empty: as [notice] says.
    """

    since: date
    source: str
    effective_from: date
    units: tuple[Unit, ...]
    zone: str = "Asia/Shanghai"
    points: Points = field(default_factory=Points)
    timeliness: Timeliness = field(default_factory=Timeliness)
    labels: Labels = field(default_factory=Labels)
    targets: tuple[Target, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    article_characters: int = 800
    require_reviewer: ReviewerRule = ReviewerRule.WARN
    bare_attachment: BareRule = BareRule.REFUSE
    body_draft: BodyRule = BodyRule.REFUSE
    unknown_sender: StrangerRule = StrangerRule.HOLD
    unasked_commission: UnaskedRule = UnaskedRule.ACCEPT
    joint_draft: JointDraft = JointDraft.SENDER
    waive_zero_workday_week: bool = True
    near_duplicate: float = 0.85
    kinds: tuple[KindEntry, ...] = ()
    groups: tuple[GroupRule, ...] = ()
    tiers: tuple[TierEntry, ...] = ()
    clauses: tuple[Clause, ...] = ()
    manners: tuple[Manner, ...] = ()
    periods: tuple[OwnPeriod, ...] = ()
    addressees: str = ""
    kind_rules: tuple[KindRule, ...] = field(init=False, compare=False, repr=False)
    group_rules: tuple[GroupRule, ...] = field(init=False, compare=False, repr=False)
    tier_rules: tuple[TierRule, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Fill in the kinds, groups and tiers that the file leaves to the default."""
        kinds = tuple(entry.rule() for entry in self.kinds) or self._default_kinds()
        tiers = tuple(entry.rule() for entry in self.tiers)
        object.__setattr__(self, "kind_rules", kinds)
        object.__setattr__(self, "group_rules", self.groups or default_rules.groups())
        figures = [amount(points) for points in self.points.adoption]
        object.__setattr__(self, "tier_rules", tiers or default_rules.tiers(figures))

    def rule_of(self, kind: Kind | None) -> KindRule | None:
        """Return the rule of a kind; None of no kind, and of one that these provisions do not know."""
        return next((rule for rule in self.kind_rules if rule.name == kind), None)

    def role_of(self, kind: Kind | None) -> Role | None:
        """Return what a kind is to the rules."""
        rule = self.rule_of(kind)
        return rule.role if rule else None

    def of_role(self, role: Role) -> tuple[KindRule, ...]:
        """List the kinds of a role, in order."""
        return tuple(rule for rule in self.kind_rules if rule.role is role)

    def group_of(self, unit: Unit | None) -> GroupRule | None:
        """Return the group of a unit."""
        group = unit.group if unit else None
        return next((rule for rule in self.group_rules if rule.name == group), None)

    def is_place(self, unit: Unit | None) -> bool:
        """Tell whether a unit is a place, which the reports of others may be about."""
        group = self.group_of(unit)
        return group is not None and group.places

    @property
    def is_own_regulation(self) -> bool:
        """Whether they are those of an office that lists its own kinds or clauses."""
        return bool(self.kinds or self.clauses)

    @property
    def late_scores(self) -> bool:
        """Whether a late draft of some kind has points, fewer ones or below nothing, all the same."""
        return any(rule.late_points for rule in self.kind_rules)

    @property
    def late_scores_in_part(self) -> bool:
        """Whether late drafts of some limited kinds have points, and those of others none."""
        limited = [bool(rule.late_points) for rule in self.kind_rules if rule.limit is not None]
        return any(limited) and not all(limited)

    @property
    def welcomes_bare(self) -> bool:
        """Whether files need not be packed, so that nobody is asked to pack them."""
        return self.bare_attachment is not BareRule.REFUSE

    @property
    def commission_kind(self) -> Kind | None:
        """The kind of a piece that answers a commission, None when there is none."""
        return next((rule.name for rule in self.of_role(Role.COMMISSION)), None)

    def targets_of(self, unit: Unit, span: Span) -> list[Target]:
        """List what a unit owes in a period of a length; its own target goes before its group's."""
        targets = [one for one in self.targets if one.period is span and one.concerns(unit)]
        own = {(one.kind, one.measure) for one in targets if one.unit}
        return [one for one in targets if one.unit or (one.kind, one.measure) not in own]

    def times_of(self, manner: str) -> Amount:
        """Return by what the manners of an adoption, joined by “、”, multiply its points."""
        product: Amount = 1
        for name in manner.split("、"):
            for one in self.manners:
                if one.name == name.strip():
                    product *= amount(one.times)
        return amount(product)

    def short_in_notices(self, kind: Kind) -> str:
        """Return a kind's name where a notice has little room: in full while it is short itself."""
        rule = self.rule_of(kind)
        return kind if rule is None or len(kind) <= MAX_SHORT else rule.label

    def tier(self, number: int | None) -> TierRule | None:
        """Return a tier by its number, the first is 1; None where there is none."""
        known = number is not None and 1 <= number <= len(self.tier_rules)
        return self.tier_rules[(number or 1) - 1] if known else None

    def tier_name(self, number: int | None) -> str:
        """Return the name of a tier, "" while it is undecided."""
        tier = self.tier(number)
        return tier.name if tier else ""

    def _default_kinds(self) -> tuple[KindRule, ...]:
        points, labels, rule = self.points, self.labels, self.timeliness
        counted = {
            AdoptionKinds.ARTICLE: (ARTICLE,),
            AdoptionKinds.ARTICLE_AND_COMMISSION: (ARTICLE, COMMISSION),
            AdoptionKinds.ALL: (NEWS, OPINION, ARTICLE, COMMISSION),
        }[points.adoption_kinds]
        return default_rules.kinds(
            [
                amount(one)
                for one in (points.news, points.opinion, points.article, points.commission)
            ],
            (labels.news, labels.opinion, labels.article, labels.commission),
            (labels.news_features, labels.opinion_features, (), ()),
            rule.applies_to,
            TimeLimit(rule.days, rule.unit),
            self.article_characters,
            counted,
        )


def default_provisions() -> Provisions:
    """Return provisions of no office: the kinds, groups and tiers of a file that lists none."""
    return Provisions(since=date.min, source="", effective_from=date.min, units=())
