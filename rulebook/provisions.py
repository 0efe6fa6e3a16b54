"""The figures and switches of the regulation for one span of time. Values come from config.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rulebook.model import Group, Kind, Unit
from rulebook.periods import Span


class ReviewerRule(StrEnum):
    """二: what a missing 审核人 leads to."""

    OFF = "off"
    WARN = "warn"
    REFUSE = "refuse"


class BareRule(StrEnum):
    """五.4: what files attached outside an archive lead to."""

    REFUSE = "refuse"
    WARN = "warn"


class StrangerRule(StrEnum):
    """一.3: what mail of a sender outside the roster leads to."""

    HOLD = "hold"
    ACCEPT = "accept"


class UnaskedRule(StrEnum):
    """三.3: what a draft labelled 约稿 leads to that answers no commission known here."""

    HOLD = "hold"
    ACCEPT = "accept"


class DayUnit(StrEnum):
    """四.1: how "2天" is counted."""

    CALENDAR = "calendar"
    WORKDAYS = "workdays"
    HOURS48 = "hours48"


class OpinionDay(StrEnum):
    """四.1: which day of a piece on public opinion counts."""

    POSTED = "posted"
    LAST = "last"


class JointDraft(StrEnum):
    """四.1: whom a draft of several units scores for."""

    SENDER = "sender"
    EACH = "each"


class AdoptionKinds(StrEnum):
    """四.2: the kinds whose adoption scores."""

    ARTICLE = "综合"
    ARTICLE_AND_COMMISSION = "综合+约稿"
    ALL = "all"


class AdoptionSum(StrEnum):
    """四.2: what several adoptions of one draft give."""

    HIGHEST = "highest"
    SUM_TIERS = "sum_tiers"
    SUM_ALL = "sum_all"


@dataclass(frozen=True, slots=True)
class Timeliness:
    """The 2-day limit (四.1). `clock_tolerance_minutes`: Date may differ from INTERNALDATE by this much unremarked."""

    days: int = 2
    unit: DayUnit = DayUnit.CALENDAR
    applies_to: tuple[Kind, ...] = (Kind.NEWS, Kind.OPINION)
    grace_after_refusal_hours: int = 0
    late_counts_to_target: bool = True
    clock_tolerance_minutes: int = 60
    opinion_day: OpinionDay = OpinionDay.POSTED


@dataclass(frozen=True, slots=True)
class Points:
    """
    四.1: points per draft; `adoption` (四.2) lists tiers 一类…五类.

    `assessment` (四.3): what a rank of the table gives in the year's assessment, the first rank
    first; a rank beyond the list gets its last figure, an empty list gives none.
    """

    news: int = 1
    opinion: int = 1
    article: int = 2
    commission: int = 2
    adoption: tuple[int, ...] = (15, 12, 10, 6, 4)
    adoption_kinds: AdoptionKinds = AdoptionKinds.ARTICLE
    several_adoptions: AdoptionSum = AdoptionSum.HIGHEST
    weekly_cap: int = 0
    assessment: tuple[float, ...] = ()

    def of(self, kind: Kind) -> int:
        """Return the points of one accepted draft in time."""
        match kind:
            case Kind.NEWS:
                return self.news
            case Kind.OPINION:
                return self.opinion
            case Kind.ARTICLE:
                return self.article
            case Kind.COMMISSION:
                return self.commission


@dataclass(frozen=True, slots=True)
class Target:
    """三.1, 三.2: how many of a kind a unit of a group owes per week, month or quarter."""

    group: Group
    kind: Kind
    count: int
    period: Span


@dataclass(frozen=True, slots=True)
class Outlet:
    """主要载体分类: an outlet, its tier 1..5, and the other names it goes by."""

    name: str
    tier: int
    aliases: tuple[str, ...] = ()


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
    draft at all (讣告).
    """

    news: tuple[str, ...] = ("工作动态", "动态", "信息简报")
    opinion: tuple[str, ...] = ("舆情信息", "舆情")
    article: tuple[str, ...] = ("综合性原创文章", "综合性文章", "综合文章", "原创文章", "综合")
    commission: tuple[str, ...] = ("约稿",)
    opinion_features: tuple[str, ...] = ()
    news_features: tuple[str, ...] = ()
    other_papers: tuple[str, ...] = ()
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class Provisions:
    """The regulation in force from `since` on (office day). `zone` is an IANA name."""

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
    unknown_sender: StrangerRule = StrangerRule.HOLD
    unasked_commission: UnaskedRule = UnaskedRule.ACCEPT
    joint_draft: JointDraft = JointDraft.SENDER
    waive_zero_workday_week: bool = True
    near_duplicate: float = 0.85
