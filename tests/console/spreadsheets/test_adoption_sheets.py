"""Sheets of adoptions made by somebody who had not seen the program: what is plain is read, the rest asked."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from console.actions.adoptions import listed_tier
from console.settings.loading import load
from console.spreadsheets.adoption_days import day_of
from console.spreadsheets.adoptions import AdoptionSheet, read_adoptions
from console.spreadsheets.reading import SheetError
from rulebook.unit_history import UnitHistory

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "tests" / "samples" / "office" / "adoptions"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
SETTINGS = load(ROOT / "config.toml", {})


def read(path: Path, name: str = "") -> AdoptionSheet:
    received = date.fromisoformat(EXPECTED[name or path.name]["received"])
    history = UnitHistory(SETTINGS.provisions_on_day)
    return read_adoptions(path, history, received, tier=listed_tier(SETTINGS))


def asked(path: Path) -> dict[int, str]:
    with pytest.raises(SheetError) as told:
        read(path)
    found = re.findall(r"第(\d+)行：(.*)", str(told.value))
    return {int(number): sentence for number, sentence in found}


def row_of(one: dict[str, Any]) -> int:
    return int(re.findall(r"\d+", one["at"])[-1])


def test_a_list_of_excel_is_read_but_for_the_day_that_nobody_can_read(tmp_path: Path) -> None:
    path = SAMPLES / "a1_一季度录用情况.xlsx"
    assert list(asked(path)) == [10]
    book = openpyxl.load_workbook(path)
    sheet = book["一季度"]
    sheet["E10"] = "2022-03-05"
    book.save(tmp_path / "a1.xlsx")
    got = read(tmp_path / "a1.xlsx", path.name)
    wanted = {row_of(one): one for one in EXPECTED[path.name]["rows"]}
    assert [number for number, _ in got.rows] == list(wanted)  # no sum, no title
    for number, row in got.rows:
        one = wanted[number]
        assert (row.title, row.outlet) == (one["title"], one["outlet"])
        assert number == 10 or str(row.day) == one["date"]
    assert any("第5行" in note and "2022-02-18" in note for note in got.notes)
    assert any("第7行" in note and "44627" in note for note in got.notes)
    assert any("第13行" in note and "不是网址" in note for note in got.notes)


def test_what_contradicts_the_list_or_names_no_day_is_asked_about() -> None:
    faults = asked(SAMPLES / "a2_录用台账.xls")
    assert set(faults) == {5, 10, 11, 12}
    assert "五类" in faults[5]
    assert "没有这一天" in faults[10]


def test_rows_of_a_text_file_keep_their_lines(tmp_path: Path) -> None:
    path = SAMPLES / "a3_发布汇总_GBK.csv"
    assert set(asked(path)) == {5, 8, 9}
    text = path.read_bytes().decode("gbk")
    for wrong, right in (
        ("3/9/22", "2022-03-09"),
        ("2022-12-30", "2021-12-30"),
        ("上周五", "2022-3-18"),
    ):
        text = text.replace(wrong, right)
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    assert list(asked(tmp_path / path.name)) == [8]  # its unit is not written


def test_a_table_of_word_is_read_with_the_year_of_its_title() -> None:
    name = "a4_洛阳镇录用情况.docx"
    got = read(SAMPLES / name)
    told = [(row.unit, row.title, row.outlet, str(row.day)) for _, row in got.rows]
    wanted = EXPECTED[name]["rows"]
    assert told == [(one["unit"], one["title"], one["outlet"], one["date"]) for one in wanted]


def test_a_table_with_a_column_for_each_tier_is_refused_with_how_to_write_it() -> None:
    with pytest.raises(SheetError, match=r"按类别分列.*每行一条"):
        read(SAMPLES / "a5_录用统计_横表.ods")


@pytest.mark.parametrize(
    ("written", "above", "day"),
    [
        ("2022年3月5日 09:12", "", "2022-03-05"),
        ("２０２２．３．５", "", "2022-03-05"),
        ("20220305", "", "2022-03-05"),
        ("3月5日", "2022年第一季度", "2022-03-05"),
        ("12月28日", "2021年12月—2022年1月", "2021-12-28"),
        ("3月5日", "2021年至2022年", ""),
        ("3月5日", "", ""),
        ("3.50", "2022年", ""),
        ("2月26日-28日", "2022年", ""),
    ],
)
def test_a_day_is_read_or_asked_about_and_never_guessed(written: str, above: str, day: str) -> None:
    found, told = day_of(written, above, date(2022, 6, 1))
    assert str(found or "") == day
    assert day or told
