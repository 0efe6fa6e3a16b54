"""The workbook of a notice: figures, sums, charts, and names that must stay names."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from notifier.notice import text as notice_text
from notifier.notice.document import document
from notifier.notice.facts import Bonus
from notifier.notice.tables import is_rescaled
from notifier.notice.workbook import workbook
from rulebook.amounts import amount
from rulebook.default_rules import KINDS, TOWNS
from rulebook.model import Outcome, Timely, Unit
from rulebook.periods import parse
from rulebook.points import Adoption, Scored, lines_of
from rulebook.provisions import Points, Provisions, default_provisions
from rulebook.ranking import table
from tests.notifier.notice.columns import regulation

DAYS = st.dates(date(2022, 1, 1), date(2022, 9, 30))
UNITS = st.sampled_from(["甲镇", "乙镇"])
DRAFTS = st.builds(
    Scored,
    draft=st.just(0),
    unit=st.just("甲镇"),
    kind=st.sampled_from(KINDS),
    day=DAYS,
    outcome=st.sampled_from([Outcome.ACCEPTED, Outcome.REFUSED]),
    timely=st.sampled_from([Timely.ON_TIME, Timely.LATE]),
)
ADOPTIONS = st.builds(
    Adoption,
    id=st.integers(1, 99),
    draft=st.one_of(st.none(), st.integers(1, 30)),
    unit=UNITS,
    kind=st.sampled_from(KINDS),
    outlet=st.just("新华社"),
    tier=st.one_of(st.none(), st.integers(1, 5)),
    day=DAYS,
)

TOWNS_SHEET = "积分统计表（板块）"
REGULATION = regulation()


def opened(facts, values=True):
    return load_workbook(io.BytesIO(workbook(facts, REGULATION)), data_only=values)


def rows(sheet, first=1):
    return [list(row) for row in sheet.iter_rows(min_row=first, values_only=True)]


def test_the_sheets_are_the_tables_the_annex_and_the_charts(facts):
    assert opened(facts()).sheetnames == [
        TOWNS_SHEET,
        "积分统计表（科室、大队）",
        "报送与退稿",
        "任务完成",
        "录用（载体×单位）",
        "前期变动",
        "图表",
    ]
    assert opened(facts(period="2022")).sheetnames[-2] == "年终附加分"


def test_the_table_has_its_nine_columns_the_rank_and_the_sum(facts):
    found = rows(opened(facts())[TOWNS_SHEET])
    assert found[0][0] == "2022年第一季度信息宣传稿件积分统计表（板块）"
    assert found[1] == [
        *("单位", "工作动态/舆情", "综合性文章/约稿", "录用条数"),
        *[None] * 4,
        *("更正", "积分总计", "全年累计", "排名", "核对"),
    ]
    assert found[2][3:8] == ["一类", "二类", "三类", "四类", "五类"]
    assert found[3] == ["甲镇", 20, 3, 1, 0, 1, 0, 0, 0, 51, 51, 1, 51]
    assert found[4] == ["乙镇", 10, 2, 0, 0, 1, 0, 0, -2, 22, 22, 2, 22]


def test_totals_and_ranks_are_formulas_of_the_rows_and_the_ledgers_figure_stands_beside(facts):
    sheet = opened(facts(), values=False)[TOWNS_SHEET]
    assert sheet["J5"].value == "=B5*1+C5*2+D5*15+E5*12+F5*10+G5*6+H5*4+I5"
    assert sheet["L5"].value == "=RANK(J5,J$4:J$6)"
    assert sheet["M5"].value == 22
    offices = opened(facts(), values=False)["积分统计表（科室、大队）"]
    assert offices["J4"].value == "=B4*1+C4*2+D4*15+E4*12+F4*10+G4*6+H4*4+I4"


def test_a_row_that_does_not_add_up_shows_both_figures(facts):
    wrong = replace(facts().groups[0][1][0], points=99)
    found = rows(opened(facts(towns=(wrong,)))[TOWNS_SHEET])[3]
    assert (found[8], found[-1]) == (51, 99)


def test_a_scale_that_changed_within_the_period_is_a_number_in_the_sum_and_told(facts):
    """甲镇's earlier drafts weighed more: the sum is the ledger's all the same, and nothing is red."""
    first, *others = facts().groups[0][1]
    changed = facts(towns=(replace(first, points=Decimal("53.5")), *others), rescaled=True)
    assert opened(changed, values=False)[TOWNS_SHEET]["J4"].value.endswith("+I4+(2.5)")
    found = rows(opened(changed)[TOWNS_SHEET])
    assert (found[3][9], found[3][-1]) == (53.5, 53.5)
    told = notice_text.table_notes(changed, changed.groups[0][1])
    assert any("计分标准有变" in note and note.endswith("甲镇+2.5分。") for note in told)


def test_only_another_scale_is_a_change_of_scale():
    rules = default_provisions()
    same = replace(rules, since=date(2021, 6, 1), source="另一文件")
    assert not is_rescaled(rules, [same])
    assert is_rescaled(rules, [same, replace(rules, points=Points(opinion=3))])


def test_columns_that_mix_kinds_of_different_worth_are_not_added_up(facts):
    heads = rows(opened(facts(points=Points(opinion=2)))[TOWNS_SHEET])[1]
    assert "核对" not in heads


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "http://a.example", "<w:p>", "{{7*7}}", "_x0041_", "12"],
)
def test_names_stay_names(facts, name):
    full = facts()
    towns = (
        replace(full.groups[0][1][0], unit=name),
        replace(full.groups[0][1][1], unit=f"{name}乙"),
    )
    book = opened(facts(towns=towns), values=False)
    cell = book[TOWNS_SHEET]["A4"]
    assert cell.value.replace("_x005F_x0041_", "_x0041_") == name
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    note = [row[0] for row in rows(book[TOWNS_SHEET]) if row[0] and row[0].startswith("　　2.")]
    assert len(note) == 1


def test_characters_that_no_workbook_carries_are_left_out(facts):
    towns = (replace(facts().groups[0][1][0], unit="甲\x00\ud800镇"),)
    assert rows(opened(facts(towns=towns))[TOWNS_SHEET])[3][0] == "甲镇"


def test_the_annex_has_the_figures(facts):
    book = opened(facts())
    assert rows(book["报送与退稿"])[3] == ["乙镇", 12, 0, 0, 0, 0, 12, 2, 0, 1]
    heads, *_ = rows(book["任务完成"], first=2)
    found = dict(zip(heads, rows(book["任务完成"], first=2)[2], strict=True))
    assert found["单位"] == "乙镇"
    assert (found["工作动态应报"], found["工作动态按期完成"], found["总完成率"]) == (5, 3, 0.5)
    outlets = rows(book["录用（载体×单位）"], first=2)
    assert outlets[0] == [
        "单位",
        "新华社（一类）",
        "常州日报（三类）",
        "区政府网站（五类）",
        "合计",
    ]
    assert outlets[1:] == [
        ["甲镇", 1, 1, None, 2],
        ["乙镇", None, 1, None, 1],
        ["丁科", None, None, 1, 1],
        ["合计", 1, 2, 1, 4],
    ]
    assert rows(book["前期变动"])[2] == ["乙镇", "2021年第四季度", 30, 42, 12, "稿件被新华日报录用"]


def test_a_year_leaves_room_for_the_bonus(facts):
    book = opened(facts(period="2022", bonuses=(Bonus("甲镇", "3"),)))
    assert [row[-1] for row in rows(book["年终附加分"])][2:4] == ["3", "（待填）"]


def test_nothing_happened_is_a_workbook_too(empty):
    assert opened(empty()).sheetnames == [
        TOWNS_SHEET,
        "积分统计表（科室、大队）",
        "报送与退稿",
        "图表",
    ]


def test_charts_are_native_and_read_the_table(facts):
    with zipfile.ZipFile(io.BytesIO(workbook(facts()))) as book:
        charts = [name for name in book.namelist() if name.startswith("xl/charts/")]
        assert len(charts) == 2
        assert f"'{TOWNS_SHEET}'!$J$4:$J$6" in book.read(charts[0]).decode()
        assert not [name for name in book.namelist() if name.startswith("xl/media/")]


def test_it_prints_on_a4_with_its_heads_on_every_page(facts):
    sheet = opened(facts())[TOWNS_SHEET]
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "B4"
    assert sheet.column_dimensions["A"].width >= 8


def test_the_same_facts_give_the_same_workbook(facts):
    assert workbook(facts()) == workbook(facts())


@given(st.lists(DRAFTS, max_size=30), st.lists(ADOPTIONS, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_made_by_the_rulebook_add_up_in_the_workbook(facts, drafts, adoptions):
    provisions = Provisions(
        date(2022, 1, 1),
        "测试",
        date(2022, 1, 1),
        (Unit("甲镇", TOWNS), Unit("乙镇", TOWNS)),
    )
    numbered = [replace(draft, draft=number) for number, draft in enumerate(drafts, start=1)]
    lines = lines_of(numbered, adoptions, lambda day: provisions)
    found = table(TOWNS, lines, parse("2022Q2"), lambda day: provisions)
    sheet = rows(opened(facts(towns=found, offices=()))[TOWNS_SHEET])
    for row in sheet[3:5]:
        assert row[sheet[1].index("积分总计")] == row[-1]


@pytest.mark.parametrize("by_hand", [0, Decimal("-0.5")])
def test_word_and_excel_have_the_same_columns_which_add_up_to_the_points_of_their_rows(
    facts, by_hand
):
    first, *others = facts().groups[0][1]
    by_it = replace(first, by_hand=by_hand, points=amount(first.points + by_hand))
    made = facts(towns=(by_it, *others))
    book = load_workbook(io.BytesIO(workbook(made)), data_only=True)
    word = Document(io.BytesIO(document(made)))
    points = made.rules.points
    weights = (points.news, points.article, *points.adoption, 1, *([1] if by_hand else []))
    for shown_table, sheet, (_, rows) in zip(
        word.tables, book.worksheets, made.tables, strict=False
    ):
        heads = [re.sub(r"\s", "", cell.text) for cell in shown_table.rows[0].cells]
        assert ("加减分" in heads) == bool(by_hand)
        shown = [
            ["" if cell.value is None else str(cell.value) for cell in line[: len(heads)]]
            for line in sheet.iter_rows(min_row=2, max_row=3 + len(rows))
        ]
        assert [head for head in heads if head != "录用条数"] == [
            head for head in shown[0] if head not in ("", "录用条数")
        ]
        told = [[cell.text for cell in row.cells] for row in shown_table.rows[2:]]
        assert told == shown[2:]
        total = heads.index("积分总计")
        for line in told:
            added = zip(map(Decimal, line[1:total]), weights, strict=True)
            assert sum(many * Decimal(str(weight)) for many, weight in added) == Decimal(
                line[total]
            )


def test_raw_counts_of_the_annex_add_up_to_what_the_text_says(facts):
    made = facts()
    received = load_workbook(io.BytesIO(workbook(made)))["报送与退稿"]
    heads = [cell.value for cell in received[2]]
    lines: list[list[Any]] = [
        [cell.value for cell in line] for line in received.iter_rows(min_row=3)
    ]
    total = heads.index("实报合计")
    assert all(sum(line[1:total]) == line[total] for line in lines)
    said = "".join(text for _, told in notice_text.overview(made) for text in told)
    assert f"共收到稿件{sum(line[total] for line in lines)}篇" in said
