"""The switches of the provisions, each with its values as config.toml writes them."""

from __future__ import annotations

from enum import StrEnum


class ReviewerRule(StrEnum):
    """二: what a missing 审核人 leads to; `sheet`: a letter without an approval sheet (审核表) is refused."""

    OFF = "off"
    WARN = "warn"
    REFUSE = "refuse"
    SHEET = "sheet"


class BareRule(StrEnum):
    """五.4: what files attached outside an archive lead to."""

    REFUSE = "refuse"
    WARN = "warn"
    ACCEPT = "accept"


class BodyRule(StrEnum):
    """五.4: what a draft written in the letter itself leads to."""

    REFUSE = "refuse"
    ACCEPT = "accept"


class StrangerRule(StrEnum):
    """一.3: what mail of a sender outside the roster leads to."""

    HOLD = "hold"
    ACCEPT = "accept"


class UnaskedRule(StrEnum):
    """三.3: what a draft labelled 约稿 leads to that answers no commission known here."""

    HOLD = "hold"
    ACCEPT = "accept"


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


class OverlapRule(StrEnum):
    """What several unmet targets of a unit in one period take away: each its own, or the largest alone."""

    SUM = "sum"
    LARGEST = "largest"


class FloorSpan(StrEnum):
    """Over what time a unit's points never fall below 0."""

    NONE = "none"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


class TieBreak(StrEnum):
    """What ranks units with equal points: the points of their adoptions, the number of their drafts."""

    ADOPTION = "adoption"
    REPORTED = "reported"


class PersonsRanked(StrEnum):
    """Whose points the table of persons counts: nobody's, the drafts' authors', the senders'."""

    NONE = "none"
    AUTHOR = "author"
    OFFICER = "officer"


class Measure(StrEnum):
    """What a target counts: drafts reported, drafts adopted, points."""

    REPORTED = "reported"
    ADOPTED = "adopted"
    POINTS = "points"
