"""What a kind or a tier is called, whichever version of the provisions knew it; the newest word counts."""

from __future__ import annotations

from datetime import date

from rulebook.kind_entries import KindEntry
from rulebook.kind_rules import Kind, Role
from rulebook.versions import (
    in_force_on,
    kind_named,
    kinds_of,
    role_of,
    rule_of,
    short_name,
    tier_name,
)
from tests.rulebook.builders import provisions

OLD = provisions(
    since=date(2022, 1, 1), kinds=(KindEntry("要情", code="yq"), KindEntry("长篇", short="长"))
)
NEW = provisions(since=date(2023, 1, 1), kinds=(KindEntry("要情", code="yq", points=3.0),))
BOTH = (OLD, NEW)


def test_the_version_of_a_day_is_the_latest_that_had_begun() -> None:
    days = (date(2021, 1, 1), date(2022, 12, 31), date(2023, 1, 1), date(2030, 1, 1))
    assert [in_force_on(BOTH, day) for day in days] == [OLD, OLD, NEW, NEW]


def test_a_kind_is_as_the_newest_version_has_it() -> None:
    newest = rule_of(BOTH, Kind("要情"))
    assert newest is not None
    assert newest == NEW.rule_of(Kind("要情")) != OLD.rule_of(Kind("要情"))
    assert [rule.name for rule in kinds_of(BOTH)] == ["要情", "长篇"]
    assert kinds_of(BOTH)[0] == newest


def test_a_kind_that_only_an_older_version_knew_keeps_its_name() -> None:
    assert rule_of(BOTH, Kind("长篇")) == OLD.rule_of(Kind("长篇"))
    assert (short_name(BOTH, Kind("长篇")), short_name(BOTH, Kind("别的"))) == ("长", "别的")
    assert isinstance(role_of(BOTH, Kind("长篇")), Role)
    assert role_of(BOTH, Kind("别的")) is None


def test_a_kind_is_found_by_name_code_and_short_name() -> None:
    found = [kind_named(BOTH, written) for written in (" 要情 ", "yq", "长", "长篇", "", "别的")]
    assert found == ["要情", "要情", "长篇", "长篇", None, None]


def test_a_tier_has_a_name_even_where_no_version_gives_one() -> None:
    assert tier_name(BOTH, None) == "类别待定"
    assert tier_name(BOTH, 99) == "第99类"
