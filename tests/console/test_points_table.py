"""A column of the points table is added in one place: all renderings of it are made from one list."""

import io
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from rich.console import Console

from console.cli.figures import summary_table
from console.figures_json import summary_json
from console.settings.loading import load
from console.web.openapi import points_row
from console.web.templating import environment
from ledger.queries.figures import Summary
from notifier.notice.document import document
from notifier.notice.facts import NoticeFacts
from notifier.notice.template import blank
from notifier.notice.workbook import workbook
from rulebook import points_table
from rulebook.default_rules import OFFICES, TOWNS
from rulebook.periods import parse
from rulebook.points_table import Column
from rulebook.provisions import Points, Provisions, default_provisions
from rulebook.ranking import TableRow
from tests.notifier.notice.columns import regulation

ROWS = (
    TableRow("甲镇", TOWNS, (20, 3), (1, 0, 1, 0, 0), 0, 51, 1),
    TableRow("乙镇", TOWNS, (10, 2), (0, 0, 1, 0, 0), -2, 22, 2),
)
REGULATION = regulation()
BEFORE, AFTER = REGULATION[:-2], REGULATION[-2:]
MORE = (
    *BEFORE,
    Column("scored", "计分稿件", 15, lambda row: 700 + row.counts[0], short="计分\n稿件"),
    *AFTER,
)
FACTS = NoticeFacts(
    office="某区应急管理局",
    period=parse("2022Q1"),
    groups=((TOWNS, ROWS), (OFFICES, ())),
    dated=date(2022, 4, 6),
    rules=default_provisions(),
    addressees="",
)


@pytest.fixture
def summary() -> Summary:
    tables = ((TOWNS, ROWS), (OFFICES, ()))
    return Summary(parse("2022Q1"), tables, (), (), None, MORE)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def provisions() -> Provisions:
    return load(Path(__file__).parents[2] / "config.toml", {}).provisions[-1]


def test_the_notice_has_its_nine_columns_and_the_rank() -> None:
    assert [column.label for column in points_table.official(REGULATION)] == [
        *("单位", "工作动态/舆情", "综合性文章/约稿", "一类", "二类", "三类", "四类", "五类"),
        *("积分总计", "排名"),
    ]


def test_a_further_column_stands_in_the_word_file() -> None:
    table = Document(io.BytesIO(document(FACTS, blank(default_provisions(), MORE), MORE))).tables[0]
    lines = [[cell.text.replace("\n", "") for cell in row.cells] for row in table.rows]
    place = lines[0].index("计分稿件")
    assert [line[place] for line in lines[2:]] == ["720", "710"]
    assert [line[place + 1] for line in lines[2:]] == ["51", "22"]


def test_a_further_column_stands_in_the_workbook_and_the_sum_still_finds_its_cells() -> None:
    sheet = load_workbook(io.BytesIO(workbook(FACTS, MORE))).worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    assert heads[8:14] == ["更正", "计分稿件", "积分总计", "全年累计", "排名", "核对"]
    assert [cell.value for cell in sheet[4]][9:10] == [720]
    assert sheet["K5"].value == f"={_weights(5)}+I5"


def test_a_further_column_stands_in_the_json_and_in_its_description(
    summary: Summary, provisions: Provisions
) -> None:
    told = summary_json(summary, None, provisions, ())
    row = told["tables"][0]["rows"][0]
    assert row["scored"] == 720
    assert row["adopted"] == [1, 0, 1, 0, 0]
    described = points_row(MORE)
    assert set(described["required"]) <= {*row}
    assert "scored" in described["required"]


def test_a_further_column_stands_in_the_terminal(summary: Summary, provisions: Provisions) -> None:
    out = Console(file=io.StringIO(), width=120)
    out.print(summary_table("积分", list(ROWS), summary, provisions, ()))
    assert isinstance(out.file, io.StringIO)
    assert "720" in out.file.getvalue()


def test_a_further_column_stands_on_the_page() -> None:
    page = environment("Asia/Shanghai", "某局", ()).get_template("notice_table.html")
    html = page.render(
        rows=ROWS, points_table=points_table, shown=points_table.on_screen(ROWS, MORE)
    )
    assert "计分稿件</th>" in html
    assert html.count('<td class="num">720</td>') == 1


def _weights(line: int) -> str:
    worth = (Points().news, Points().article, *Points().adoption)
    return "+".join(
        f"{letter}{line}*{points}" for letter, points in zip("BCDEFGH", worth, strict=True)
    )
