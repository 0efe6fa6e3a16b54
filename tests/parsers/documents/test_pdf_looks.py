"""Titles of a PDF are known by their print, pages by where their author ended them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from parsers.drafts import layout
from parsers.drafts.splitting import SplitContext, describe_each
from parsers.drafts.text import TextFacts
from parsers.types import Text

UNITS = ("湖塘镇应急管理局", "湖塘镇")
GAS = "湖塘镇检查加油站卸油安全"
CLASS = "湖塘镇召开三月安全例会"
GAS_TEXT = (
    "3月7日，湖塘镇应急管理局组织人员对辖区加油站开展专项检查，现场发现隐患5处，均"
    "已要求限期整改，并对两家台账不全的企业下达责令改正通知书。"
)
CLASS_TEXT = (
    "3月6日，三月份安全生产工作例会在镇政府举行，40家企业参加，会上通报了近期检查"
    "中发现的典型隐患，部署下一步排查整治工作。"
)

Page = Sequence[tuple[int, str]]


def printed(*pages: Page) -> bytes:
    """A PDF; what is larger than 16 points stands in the middle."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for lines in pages:
        height = 760.0
        for size, text in lines:
            most = 27 if size <= 16 else 18
            for at in range(0, len(text), most):
                canvas.setFont("STSong-Light", size)
                piece = text[at : at + most]
                if size > 16:
                    canvas.drawCentredString(297, height, piece)
                else:
                    canvas.drawString(80, height, piece)
                height -= size * 1.7
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def drafts(read_text: Callable[..., Text], *pages: Page) -> tuple[TextFacts, ...]:
    text: Text = read_text("稿件.pdf", printed(*pages))
    looks = layout.by_text(text.paragraphs, text.looks)
    reader = SplitContext("稿件.pdf", date(2022, 3, 8), UNITS, "", "", looks)
    return describe_each(text.paragraphs, text.tables, reader)


@pytest.mark.parametrize(
    "pages",
    [
        ([(22, GAS), (16, GAS_TEXT), (22, CLASS), (16, CLASS_TEXT)],),
        ([(22, GAS), (16, GAS_TEXT)], [(22, CLASS), (16, CLASS_TEXT)]),
        ([(16, GAS), (16, GAS_TEXT)], [(16, CLASS), (16, CLASS_TEXT)]),
    ],
    ids=["larger print", "larger print on pages", "pages alone"],
)
def test_each_title_begins_a_draft(read_text: Callable[..., Text], pages: tuple[Page, ...]) -> None:
    found = drafts(read_text, *pages)
    assert [(one.title, one.body) for one in found] == [(GAS, (GAS_TEXT,)), (CLASS, (CLASS_TEXT,))]


@pytest.mark.parametrize(
    "pages",
    [
        ([(22, GAS), (16, GAS_TEXT), (16, CLASS_TEXT)],),
        ([(22, GAS), (16, GAS_TEXT * 12)], [(16, CLASS_TEXT)]),
        (
            [
                (22, GAS),
                (18, "查隐患"),
                (16, GAS_TEXT),
                (18, "促整改"),
                (16, "整改由各村负责。" * 5),
            ],
        ),
        (
            [
                (22, "综合文章：把脉"),
                (18, "一张图"),
                (16, GAS_TEXT),
                (18, "一本账"),
                (16, CLASS_TEXT),
            ],
        ),
    ],
    ids=["one page", "a full page", "headings", "an article"],
)
def test_headings_and_full_pages_begin_none(
    read_text: Callable[..., Text], pages: tuple[Page, ...]
) -> None:
    (found,) = drafts(read_text, *pages)
    assert not found.maybe_several


def test_a_title_in_two_lines_is_one_and_never_runs_into_the_text(
    read_text: Callable[..., Text],
) -> None:
    title = "湖塘镇应急管理局联合消防救援大队开展加油站卸油作业检查"
    (found,) = drafts(read_text, [(22, title), (16, GAS_TEXT)])
    assert (found.title, found.body) == (title, (GAS_TEXT,))
