"""What differs between two versions of the provisions is told in Chinese, key by key."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from rulebook.canonical import MAX_SHOWN, NAMES, differences
from rulebook.model import Unit
from rulebook.provisions import Outlet, Provisions, Timeliness
from tests.rulebook.builders import UNITS, limited, provisions

KEYS = {
    "since", "effective_from", "targets", "units", "labels", "assessment", "clauses", "manners", "shares",
    "successor_of", "adoption_joins", "whole_minutes", "weekly_cap", "late_counts_to_target",
    "limit", "count", "pictures", "pictures_as", "role", "name", "clause", "title", "points", "kinds",
}  # fmt: skip


def test_every_key_that_an_office_sets_has_a_chinese_name() -> None:
    named = {field.name for field in fields(Provisions) if field.init} - NAMES.keys()
    assert named <= {"column", "other_papers"}
    assert {field.name for field in (*fields(Timeliness), *fields(Unit))} - NAMES.keys() == set()
    assert KEYS - NAMES.keys() == set()


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (provisions(), []),
        (provisions(source="新规定"), ["依据：测试用规定 → 新规定"]),
        (provisions(since=date(2023, 1, 1)), ["起用日期：2022-01-01 → 2023-01-01"]),
        (provisions(source=""), ["依据：测试用规定 → （空）"]),
        (
            provisions(source="长" * MAX_SHOWN),
            [f"依据：测试用规定 → {'长' * 60}"],
        ),
        (
            provisions(source="长" * (MAX_SHOWN + 1)),
            [f"依据：测试用规定 → {'长' * 60}…"],
        ),
        (provisions(timeliness=Timeliness(days=3)), ["时限·天数：2 → 3"]),
        (provisions(units=UNITS[1:]), ["单位“湖塘镇”：删去"]),
        (provisions(units=(*UNITS, replace(UNITS[0], name="新镇"))), ["单位“新镇”：新增"]),
        (
            provisions(units=(replace(UNITS[0], aliases=("湖塘",)), *UNITS[1:])),
            ["单位“湖塘镇”的别名：删去湖塘镇应急管理局；新增湖塘"],
        ),
        (
            provisions(units=(replace(UNITS[0], aliases=()), *UNITS[1:])),
            ["单位“湖塘镇”的别名：删去湖塘镇应急管理局"],
        ),
    ],
)
def test_what_differs_is_told_by_its_place_what_it_was_and_what_it_is(
    after: Provisions, told: list[str]
) -> None:
    assert differences(provisions(), after) == told


def test_a_yes_is_told_as_one() -> None:
    before, after = (limited(whole_minutes=one) for one in (True, False))
    assert differences(before, after) == ["时限·精确到分钟：是 → 否"]


def test_the_same_names_twice_are_told_as_whole_lists() -> None:
    twice = (Outlet("江南报", 1), Outlet("江南报", 2))
    told = differences(provisions(outlets=()), provisions(outlets=twice))
    assert told[0].startswith("载体：（空） → ")
