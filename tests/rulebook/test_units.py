"""Units are found by any of their names, the longest name first."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.default_rules import GROUPS, OFFICES, TOWNS
from rulebook.model import Unit
from rulebook.provisions import Provisions
from rulebook.units import all_names, find, names_of, near
from tests.rulebook.builders import UNITS

TOWN_NAMES = [
    *("雪堰镇", "礼嘉镇", "前黄镇", "湖塘镇", "牛塘镇", "洛阳镇", "湟里镇", "嘉泽镇"),
    *("南夏墅街道", "高新区", "高新北区", "西太湖", "科教城"),
]
OFFICE_NAMES = [
    *("办公室", "人事教育科", "应急指挥", "调查减灾科、火灾防治科", "自然灾害救援科"),
    *("危化科", "基础科", "综合协调科、巡查督查科", "政策法规科", "执法大队"),
]


def named(text: str, units: tuple[Unit, ...]) -> str | None:
    unit = find(text, units)
    return unit.name if unit else None


# -- the office's own list --


def test_the_two_tables_have_the_rows_of_the_regulation(office: Provisions) -> None:
    rows = {group: [unit.name for unit in office.units if unit.group == group] for group in GROUPS}
    assert rows == {TOWNS: TOWN_NAMES, OFFICES: OFFICE_NAMES}


def test_every_name_of_a_unit_finds_that_unit(office: Provisions) -> None:
    for unit in office.units:
        for name in names_of(unit):
            assert named(name, office.units) == unit.name, name
            assert named(f"常州市武进区{name}", office.units) == unit.name, name
            assert named(f"报送单位：{name}（公章）", office.units) == unit.name, name


def test_no_name_belongs_to_two_units(office: Provisions) -> None:
    names = [name for unit in office.units for name in names_of(unit)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("常州市武进区湖塘镇", "湖塘镇"),
        ("湖塘镇经济发展局", "湖塘镇"),
        ("湖塘镇应急管理局", "湖塘镇"),
        ("湖塘镇人民政府办公室", "湖塘镇"),
        ("高新区", "高新区"),
        ("武进国家高新区", "高新区"),
        ("高新北区", "高新北区"),
        ("高新区北区", "高新北区"),
        ("北区", "高新北区"),
        ("湖塘镇办公室", "湖塘镇"),
        ("人教科", "人事教育科"),
        ("区应急管理局人事教育科", "人事教育科"),
        ("调查减灾科", "调查减灾科、火灾防治科"),
        ("火灾防治科", "调查减灾科、火灾防治科"),
        ("综合协调科", "综合协调科、巡查督查科"),
        ("巡查督查科", "综合协调科、巡查督查科"),
        ("自然灾害救援科", "自然灾害救援科"),
        ("南夏墅", "南夏墅街道"),
        ("综合行政执法大队", "执法大队"),
    ],
)
def test_the_office_is_understood_by_the_names_people_use(
    office: Provisions, text: str, unit: str
) -> None:
    assert named(text, office.units) == unit


@pytest.mark.parametrize("text", ["", "外地某局", "湖塘", "高新", "科", "镇"])
def test_what_names_no_unit_finds_none(office: Provisions, text: str) -> None:
    assert find(text, office.units) is None


# -- any office's list --

WORDS = st.text(alphabet="东南西北区镇科", min_size=1, max_size=5)


@st.composite
def lists_of_units(pick: st.DrawFn) -> tuple[Unit, ...]:
    """Units whose names may contain one another and are never shared, as settings demand."""
    words = pick(st.lists(WORDS, min_size=1, max_size=12, unique=True))
    units = []
    while words:
        size = pick(st.integers(1, len(words)))
        (name, *others), words = words[:size], words[size:]
        half = len(others) // 2
        members, aliases = tuple(others[:half]), tuple(others[half:])
        units.append(Unit(name, TOWNS, members, aliases))
    return tuple(units)


@given(lists_of_units())
def test_in_any_list_every_name_finds_its_own_unit(units: tuple[Unit, ...]) -> None:
    for unit in units:
        for name in names_of(unit):
            assert find(name, units) is unit


@given(lists_of_units(), st.text(alphabet="东南西北区镇科局", max_size=12))
def test_no_longer_name_stands_in_the_text_than_the_one_that_was_taken(
    units: tuple[Unit, ...], text: str
) -> None:
    present = [name for name in all_names(units) if name in text]
    unit = find(text, units)
    if not present:
        assert unit is None
    else:
        assert unit is not None
        longest = max(len(name) for name in present)
        assert any(len(name) == longest and name in text for name in names_of(unit))


@given(lists_of_units(), st.text(alphabet="东南西北区镇科局", max_size=12), st.randoms())
def test_the_order_of_the_list_does_not_matter(
    units: tuple[Unit, ...], text: str, chance: Random
) -> None:
    shuffled = list(units)
    chance.shuffle(shuffled)
    assert named(text, tuple(shuffled)) == named(text, units)


@given(lists_of_units())
def test_all_names_are_told_once_and_the_longest_first(units: tuple[Unit, ...]) -> None:
    names = all_names(units)
    assert sorted(names) == sorted({name for unit in units for name in names_of(unit)})
    assert [len(name) for name in names] == sorted((len(name) for name in names), reverse=True)


def test_a_unit_goes_by_its_name_its_members_and_its_aliases() -> None:
    unit = Unit("甲科、乙科", OFFICES, ("甲科", "乙科"), ("甲乙科", "甲科"))
    assert names_of(unit) == ("甲科、乙科", "甲科", "乙科", "甲乙科")


def test_without_units_nothing_is_found() -> None:
    assert find("湖塘镇", ()) is None
    assert all_names(()) == ()


def test_of_two_names_equally_long_the_one_that_stands_first_is_taken() -> None:
    assert named("高新区致湖塘镇", UNITS) == "高新区"
    assert named("湖塘镇致高新区", UNITS) == "湖塘镇"


def test_what_is_typed_finds_the_nearest_units_and_four_at_most() -> None:
    several = tuple(Unit(f"{letter}镇", TOWNS) for letter in "甲乙丙丁戊")
    assert [unit.name for unit in near("乙镇", several)] == ["乙镇", "甲镇", "丙镇", "丁镇"]
    assert near("乙丑", several) == several[1:2]  # half of the letters
    assert near("乙丑寅卯", several) == near("  ", several) == ()
