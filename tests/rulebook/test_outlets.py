"""主要载体分类: whole names only, and what is typed finds what is meant."""

from __future__ import annotations

import pytest

from rulebook.outlets import suggestions, tier_of
from rulebook.provisions import Outlet, Provisions
from tests.rulebook.builders import provisions

RULES = provisions(
    outlets=(
        Outlet("新华社", 1, ("新华通讯社",)),
        Outlet("新华网", 2),
        Outlet("新华日报", 2),
        Outlet("新华报业网", 3),
        Outlet("区应急管理局微信", 4, ("武进应急",)),
    )
)


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("新华社", 1),
        ("新华通讯社", 1),
        ("《新华日报》", 2),
        (" 新华网 ", 2),
        ("新华报业网", 3),
        ("“武进应急”", 4),
        ("区应急管理局（微信）", 4),
    ],
)
def test_an_outlet_is_known_by_name_and_alias_however_it_is_quoted(name: str, tier: int) -> None:
    found = tier_of(name, RULES)
    assert found is not None
    assert found.tier == tier


@pytest.mark.parametrize(
    "name", ["新华", "新华社江苏频道", "新华日报社", "网", "", "《》", "某某报"]
)
def test_a_part_of_a_name_or_more_than_it_is_another_outlet(name: str) -> None:
    assert tier_of(name, RULES) is None


def test_every_outlet_of_the_offices_list_is_found_under_each_of_its_names(
    office: Provisions,
) -> None:
    for outlet in office.outlets:
        for name in (outlet.name, *outlet.aliases):
            assert tier_of(name, office) == outlet


def test_what_is_typed_is_completed_the_nearest_first() -> None:
    assert suggestions("新华日", RULES)[0].name == "新华日报"
    assert {outlet.tier for outlet in suggestions("新华", RULES)} == {1, 2, 3}
    assert suggestions("", RULES) == ()
    assert suggestions("完全不同的东西", RULES) == ()


def test_five_are_suggested_at_most_and_half_of_the_letters_are_enough() -> None:
    many = provisions(outlets=tuple(Outlet(f"{letter}报", 1) for letter in "甲乙丙丁戊己"))
    assert [one.name for one in suggestions("报", many)] == ["甲报", "乙报", "丙报", "丁报", "戊报"]
    assert [one.name for one in suggestions("己刊", many)] == ["己报"]
