"""What provisions answer, and what holds where an office's file says nothing: the first office's regulation."""

from __future__ import annotations

import pytest

from rulebook.default_rules import ARTICLE, COMMISSION, NEWS, OFFICES, OPINION, TOWNS
from rulebook.kind_entries import KindEntry, LimitUnit, TierEntry
from rulebook.kind_rules import GroupRule, Kind, Role, TimeLimit
from rulebook.model import Unit
from rulebook.periods import Span
from rulebook.provisions import (
    AdoptionKinds,
    BareRule,
    Labels,
    Manner,
    Measure,
    Points,
    Target,
    Timeliness,
    Weights,
)
from tests.rulebook.builders import UNITS, provisions

RULES = provisions()
TOWN, OFFICE_UNIT = UNITS[0], UNITS[3]


def test_a_file_that_says_nothing_follows_the_first_offices_regulation() -> None:
    points = Points()
    assert (points.news, points.opinion, points.article, points.commission) == (1, 1, 2, 2)
    assert (points.adoption, points.weekly_cap, points.persons_listed) == (
        (15, 12, 10, 6, 4),
        0,
        10,
    )
    limit = Timeliness()
    assert (limit.days, limit.applies_to, limit.grace_after_refusal_hours) == (
        2,
        (NEWS, OPINION),
        0,
    )
    assert (limit.late_counts_to_target, limit.clock_tolerance_minutes) == (True, 60)
    assert not limit.whole_minutes
    target = Target(TOWNS, NEWS, 1, Span.WEEK)
    assert (target.missing_points, target.full_points, target.by_share, target.scores) == (
        *(0, 0, False),
        False,
    )
    assert Manner("头版").times == 1
    assert (RULES.article_characters, RULES.near_duplicate) == (800, 0.85)
    assert RULES.waive_zero_workday_week


def test_what_a_feature_weighs_where_nobody_says_otherwise() -> None:
    weights = Weights()
    thresholds = (weights.unlabelled, weights.contradiction, weights.clearly)
    most = (weights.news_words_most, weights.news_leading_most, weights.article_headings_most)
    assert (thresholds, most) == ((2, 3, 2), (3, 2, 3))
    assert {
        *(weights.opinion_word, weights.opinion_leading, weights.news_word, weights.news_leading),
        *(weights.news_day, weights.news_unit, weights.article_length),
        *(weights.article_without_day, weights.article_heading),
    } == {1}


def test_the_four_kinds_of_a_file_that_lists_none() -> None:
    limits = {rule.name: rule.limit for rule in RULES.kind_rules}
    assert limits == {NEWS: TimeLimit(), OPINION: TimeLimit(), ARTICLE: None, COMMISSION: None}
    assert [rule.least for rule in RULES.kind_rules] == [0, 0, 800, 0]
    assert [rule.points for rule in RULES.kind_rules] == [1, 1, 2, 2]
    assert [rule.role for rule in RULES.kind_rules] == list(Role)[:4]


@pytest.mark.parametrize(
    ("kinds", "counted"),
    [
        (AdoptionKinds.ARTICLE, {ARTICLE}),
        (AdoptionKinds.ARTICLE_AND_COMMISSION, {ARTICLE, COMMISSION}),
        (AdoptionKinds.ALL, {NEWS, OPINION, ARTICLE, COMMISSION}),
    ],
)
def test_adoptions_of_which_kinds_count(kinds: AdoptionKinds, counted: set[Kind]) -> None:
    rules = provisions(points=Points(adoption_kinds=kinds))
    assert {rule.name for rule in rules.kind_rules if rule.counts_adoption} == counted


def test_a_kind_has_a_role_and_what_is_none_has_none() -> None:
    assert RULES.role_of(OPINION) is Role.OPINION
    assert RULES.role_of(Kind("别的")) is RULES.role_of(None) is None
    assert RULES.commission_kind == COMMISSION
    assert provisions(kinds=(KindEntry("要情"),)).commission_kind is None


def test_towns_are_places_and_offices_are_none() -> None:
    assert [RULES.is_place(unit) for unit in (TOWN, OFFICE_UNIT, None)] == [True, False, False]
    stranger = Unit("某单位", GroupRule("外地").name)  # type: ignore[arg-type]
    assert (RULES.group_of(stranger), RULES.is_place(stranger)) == (None, False)
    assert [rule.places for rule in RULES.group_rules] == [True, False]


def test_a_tier_is_known_by_its_number_from_one_on() -> None:
    assert [RULES.tier_name(number) for number in (None, 0, 1, 5, 6)] == [
        "",
        "",
        "一类",
        "五类",
        "",
    ]
    assert [float(rule.points) for rule in RULES.tier_rules] == [15, 12, 10, 6, 4]
    own = provisions(tiers=(TierEntry("中央"), TierEntry("省级")))
    assert [own.tier_name(number) for number in (1, 2, 3)] == ["中央", "省级", ""]
    fewer = provisions(points=Points(adoption=(9,)))
    assert [rule.name for rule in fewer.tier_rules] == ["一类"]


def test_a_units_own_target_goes_before_its_groups() -> None:
    group = Target(TOWNS, NEWS, 1, Span.WEEK)
    own = Target(TOWNS, NEWS, 3, Span.WEEK, unit=TOWN.name)
    points = Target(TOWNS, NEWS, 9, Span.WEEK, measure=Measure.POINTS)
    month = Target(TOWNS, NEWS, 5, Span.MONTH)
    others = Target(OFFICES, NEWS, 2, Span.WEEK)
    rules = provisions(targets=(group, own, points, month, others))
    assert rules.targets_of(TOWN, Span.WEEK) == [own, points]
    assert rules.targets_of(UNITS[1], Span.WEEK) == [group, points]
    assert rules.targets_of(OFFICE_UNIT, Span.WEEK) == [others]
    assert rules.targets_of(TOWN, Span.MONTH) == [month]


def test_late_ones_score_in_part_where_some_limited_kinds_have_points_and_others_none() -> None:
    def rules(*late: float, free: float = 0) -> bool:
        limited = [
            KindEntry(f"类{number}", limit=LimitUnit.DAYS, late_points=one)
            for number, one in enumerate(late)
        ]
        return provisions(kinds=(*limited, KindEntry("长篇", late_points=free))).late_scores_in_part

    assert [rules(0, 1), rules(1, 1), rules(0, 0), rules(0, 0, free=1)] == [True, *[False] * 3]


@pytest.mark.parametrize(
    ("rule", "welcome"), [(BareRule.REFUSE, False), (BareRule.WARN, True), (BareRule.ACCEPT, True)]
)
def test_files_are_welcome_bare_where_nobody_refuses_them(rule: BareRule, welcome: bool) -> None:
    assert provisions(bare_attachment=rule).welcomes_bare is welcome


def test_a_long_name_of_a_kind_is_short_in_notices() -> None:
    assert RULES.short_in_notices(NEWS) == "工作动态"  # of four characters
    assert RULES.short_in_notices(ARTICLE) == "综合"
    own = provisions(
        kinds=(KindEntry("五个字的类", short="五字"), KindEntry("四字的类", short="四"))
    )
    assert [own.short_in_notices(rule.name) for rule in own.kind_rules] == ["五字", "四字的类"]
    assert RULES.short_in_notices(Kind("没有的一类")) == "没有的一类"


def test_manners_multiply() -> None:
    rules = provisions(manners=(Manner("头版", 1.5), Manner("转载", 0.5), Manner("图片", 2)))
    times = [float(rules.times_of(manner)) for manner in ("", "头版", "头版、 图片", "别的")]
    assert times == [1, 1.5, 3, 1]


def test_labels_that_nobody_lists_are_the_regulations_words() -> None:
    assert Labels().commission == ("约稿",)
    assert "综合" in Labels().article
