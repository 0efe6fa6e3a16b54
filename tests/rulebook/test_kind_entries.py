"""An entry of config.toml becomes the rule of a kind: what is left out is as the office's general rules say."""

from __future__ import annotations

from dataclasses import fields
from datetime import time

import pytest

from rulebook.kind_entries import (
    KindAdoption,
    KindBare,
    KindBody,
    KindEntry,
    LateCounts,
    LimitUnit,
    TierEntry,
    TierKind,
)
from rulebook.kind_rules import (
    AdoptionJoins,
    DayUnit,
    Group,
    GroupRule,
    Kind,
    KindRule,
    TierRule,
    TimeLimit,
)
from rulebook.provisions import BareRule, BodyRule


def test_what_is_left_out_is_left_to_the_general_rules() -> None:
    assert KindEntry("要情").rule() == KindRule(Kind("要情"), labels=("要情",))
    rule = KindRule(Kind("要情"))
    told = {one.name: getattr(rule, one.name) for one in fields(rule)}
    left = {name: value for name, value in told.items() if value not in ("", (), None)}
    assert left == {
        "name": "要情",
        "role": rule.role,
        "points": 1,
        "late_points": 0,
        "least": 0,
        "most": 0,
        "counts_adoption": True,
        "late_adoption": True,
        "pictures": 0,
        "by_link": False,
    }
    assert (rule.key, rule.label, rule.heading) == ("要情", "要情", "要情")


def test_what_is_said_is_in_the_rule() -> None:
    entry = KindEntry(
        *("要情", KindEntry("").role, "要", "yq", "要情栏", 2.5, -1),
        labels=("动态",),
        late_adoption=False,
        short_as="短讯",
        pictures=2,
        pictures_as="图片",
        by_link=True,
        least=100,
        most=900,
    )
    rule = entry.rule()
    assert (rule.key, rule.label, rule.heading) == ("yq", "要", "要情栏")
    assert (rule.labels, rule.late_adoption, rule.by_link) == (("动态",), False, True)
    assert (rule.short_as, rule.pictures, rule.pictures_as) == ("短讯", 2, "图片")
    assert (float(rule.points), rule.late_points, rule.least, rule.most) == (2.5, -1, 100, 900)


@pytest.mark.parametrize(
    ("limit", "until", "expected", "told", "within", "length"),
    [
        (LimitUnit.NONE, time(), None, "", "", (0, False)),
        (LimitUnit.DAYS, time(), TimeLimit(3), "3天", "事件发生后3天内", (72, False)),
        (
            *(LimitUnit.DAYS, time(18), TimeLimit(3, until=time(18)), "3天"),
            *("事件发生后3天内（最后一天18:00截止）", (72, False)),
        ),
        (
            *(LimitUnit.WORKDAYS, time(), TimeLimit(3, DayUnit.WORKDAYS), "3个工作日"),
            *("事件发生后3个工作日内", (72, True)),
        ),
        (
            *(LimitUnit.HOURS, time(), TimeLimit(unit=DayUnit.HOURS48, hours=3), "3小时"),
            *("事件发生后3小时内", (3, False)),
        ),
    ],
)
def test_a_limit_is_told_as_people_say_it(
    limit: LimitUnit,
    until: time,
    expected: TimeLimit | None,
    told: str,
    within: str,
    length: tuple[int, bool],
) -> None:
    made = KindEntry("要情", limit=limit, limit_count=3, limit_until=until).rule().limit
    assert made == expected
    if made is not None:
        assert (made.told, made.within, made.length) == (told, within, length)


def test_a_limit_of_two_days_is_the_usual_one_and_none_is_of_the_day() -> None:
    assert KindEntry("要情", limit=LimitUnit.DAYS).rule().limit == TimeLimit() == TimeLimit(2)
    assert (TimeLimit().hours, TimeLimit().length) == (0, (48, False))
    assert TimeLimit(0).within == "事件发生当天内"
    assert TimeLimit(0, until=time(18)).within == "事件发生当天18:00前"
    assert (TimeLimit(0).told, TimeLimit(2, DayUnit.HOURS48).told) == ("当天", "2天")
    assert TimeLimit(2, DayUnit.HOURS48).within == "事件发生后2天内"
    assert TimeLimit(2, DayUnit.HOURS48).length == (48, False)
    assert TimeLimit(2, DayUnit.CALENDAR, hours=5).length == (48, False)


@pytest.mark.parametrize(
    ("adoption", "counts", "joins"),
    [
        (KindAdoption.GENERAL, True, None),
        (KindAdoption.NONE, False, None),
        (KindAdoption.REPLACES, True, AdoptionJoins.REPLACES),
        (KindAdoption.ADDS, True, AdoptionJoins.ADDS),
        (KindAdoption.ONLY, True, AdoptionJoins.ONLY),
    ],
)
def test_what_an_adoption_does_is_the_kinds_or_the_general_rule(
    adoption: KindAdoption, counts: bool, joins: AdoptionJoins | None
) -> None:
    rule = KindEntry("要情", adoption=adoption).rule()
    assert (rule.counts_adoption, rule.adoption) == (counts, joins)


def test_late_ones_bare_files_and_bodies_are_the_kinds_or_the_general_rule() -> None:
    late = [KindEntry("要情", late_counts=one).rule().late_counts for one in LateCounts]
    assert dict(zip(LateCounts, late, strict=True)) == {
        LateCounts.GENERAL: None,
        LateCounts.YES: True,
        LateCounts.NO: False,
    }
    for bare in KindBare:
        rule = None if bare is KindBare.GENERAL else BareRule(bare.value)
        assert KindEntry("要情", bare_attachment=bare).rule().bare is rule
    for body in KindBody:
        of_body = None if body is KindBody.GENERAL else BodyRule(body.value)
        assert KindEntry("要情", body_draft=body).rule().body is of_body


def test_a_tier_has_points_of_its_own_for_some_kinds() -> None:
    rule = TierEntry("省级", 10, "省", (TierKind("要情", 12.5),)).rule()
    assert (rule.name, rule.short, rule.of(None), rule.of(Kind("长篇"))) == ("省级", "省", 10, 10)
    assert float(rule.of(Kind("要情"))) == 12.5
    assert (TierEntry("市级").rule().of(None), TierRule("市级").of(None)) == (0, 0)
    assert not GroupRule(Group("镇")).places
