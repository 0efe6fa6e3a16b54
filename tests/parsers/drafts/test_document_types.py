"""An approval sheet in the same document as its draft."""

from __future__ import annotations

from datetime import date

import pytest

from parsers.drafts.document_types import draft_under_sheet
from parsers.drafts.splitting import SplitContext, describe_each
from parsers.drafts.text import TextFacts
from rulebook.model import Form

UNITS = ("湖塘镇应急管理局", "湖塘镇")
TITLE = "湖塘镇开展锅炉房专项检查"
LEAD = "12月13日，湖塘镇应急管理局联合市场监管分局，对辖区5家浴室、3所学校的锅炉房开展专项检查，查看检验报告。"
END = "检查中发现1家浴室锅炉房堆放被褥，已督促整改。"
SHEET = (
    "湖塘镇信息宣传稿件审签单",
    f"稿件标题\t{TITLE}\t类别\t工作动态",
    "拟稿人\t钱一鸣\t拟稿时间\t2022年12月12日",
    "部门负责人意见\t同意上报。周镕\t日期\t12月13日",
    "分管领导意见\t同意。何静\t日期\t12月14日",
)
NOTE = "填表说明：本表由拟稿人填写，经部门负责人、分管领导逐级审核签字后，随稿件电子版一并报送至局人事教育科。"


def read(*paragraphs: str) -> tuple[TextFacts, ...]:
    tables = (tuple(tuple(row.split("\t")) for row in paragraphs if "\t" in row),)
    return describe_each(paragraphs, tables, SplitContext("稿件.docx", date(2022, 12, 14), UNITS))


@pytest.mark.parametrize("place", ["above", "below"])
def test_the_sheet_is_told_from_the_draft(place: str) -> None:
    text = (TITLE, LEAD, END)
    (facts,) = read(*SHEET, *text) if place == "above" else read(*text, *SHEET)
    assert (facts.title, facts.body, facts.form) == (TITLE, (LEAD, END), None)
    assert (facts.author, facts.reviewer) == ("钱一鸣", "周镕")
    assert facts.label_line == "工作动态"
    assert facts.event_date.day == date(2022, 12, 13)
    assert not facts.maybe_several


def test_a_draft_without_a_title_has_the_sheets() -> None:
    (facts,) = read(*SHEET, LEAD, END)
    assert facts.title == TITLE


def test_a_mark_of_secrecy_on_the_sheet_is_seen() -> None:
    (facts,) = read(*SHEET, "密级\t秘密★1年", TITLE, LEAD, END)
    assert facts.secret_mark == "秘密★"


@pytest.mark.parametrize("more", [(), (NOTE,), ("同意报送。",)])
def test_a_sheet_alone_stays_a_sheet(more: tuple[str, ...]) -> None:
    assert draft_under_sheet([*SHEET, *more], UNITS) == [*SHEET, *more]
    (facts,) = read(*SHEET, *more)
    assert facts.form is Form.APPROVAL


def test_a_table_of_figures_stays_in_the_draft() -> None:
    rows = ("单位\t领导意见数\t时间", "湖塘镇\t3\t12月13日")
    text = [TITLE, LEAD, *rows, END]
    assert draft_under_sheet(text, UNITS) == text


@pytest.mark.parametrize(
    "rows",
    [
        (("稿件标题", "湖塘镇召开例会"), ("撰稿人", "张三"), ("审核意见", "同意。李四")),
        (
            ("标题", "湖塘镇召开例会"),
            ("拟稿", "张三"),
            ("部门负责人审核", "李四"),
            ("领导签发", "王建国"),
        ),
        (("报送单位", "湖塘镇"), ("撰稿人", "张三"), ("分管领导签字", "李四"), ("日期", "3月5日")),
    ],
)
def test_a_sheet_is_known_by_its_fields_whatever_it_is_called(
    rows: tuple[tuple[str, ...], ...],
) -> None:
    lines = ["\t".join(row) for row in rows]
    (found,) = describe_each(lines, (rows,), SplitContext("IMG.docx", date(2022, 12, 14), UNITS))
    assert found.form is Form.APPROVAL
    assert found.reviewer.startswith("李四")
