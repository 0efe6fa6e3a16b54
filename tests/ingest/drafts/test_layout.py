"""Several drafts in one document are told by its layout: never one of them silently for all."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK

from ingest.drafts.assembly import sort_pieces
from parsers.mediatypes import sniff
from parsers.reading import PARSERS
from parsers.types import File, Limits, ResourceBudget, Text
from rulebook.model import Draft

UNITS = ("湖塘镇应急管理局", "湖塘镇", "牛塘镇")
RECEIVED = date(2022, 4, 14)
DATED = (
    (
        "湖塘镇开展防汛演练",
        "4月13日，湖塘镇开展防汛演练，120名民兵用时25分钟筑起50米子堤，检验集结能力。",
    ),
    (
        "湖塘镇举办安全员培训",
        "4月12日，湖塘镇举办安全员培训班，全镇18名安全员参加，培训后进行了闭卷考试。",
    ),
)
UNDATED = (
    DATED[0],
    (
        "湖塘镇推广安全夜校",
        "夜校每周一课，授课老师由业务骨干和退休安全员担任，内容涵盖机械伤害、有限空间和消防。",
    ),
)
HEADS = ("压实责任", "压实企业主体责任一抓到底", "织密防控网络守护一方平安")
Title = Callable[[docx.document.Document, str], None]


def heading(document: docx.document.Document, title: str) -> None:
    document.add_heading(title, 1)


def centred(document: docx.document.Document, title: str) -> None:
    document.add_paragraph(title).alignment = WD_ALIGN_PARAGRAPH.CENTER


def bold(document: docx.document.Document, title: str) -> None:
    document.add_paragraph().add_run(title).bold = True


def page(document: docx.document.Document, title: str) -> None:
    if document.paragraphs:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph(title)


def drafts_of(document: docx.document.Document, name: str = "动态.docx") -> tuple[Draft, ...]:
    out = io.BytesIO()
    document.save(out)
    return read(name, out.getvalue())


def read(name: str, data: bytes) -> tuple[Draft, ...]:
    file = File(f"稿.zip/{name}", data)
    file = File(file.path, data, sniff(file))
    (parser,) = [parser for parser in PARSERS if parser.claims(file)]
    facts = [
        part for part in parser.parse(file, ResourceBudget(Limits())) if isinstance(part, Text)
    ]
    return sort_pieces(facts, received=RECEIVED, unit_names=UNITS).drafts


@pytest.mark.parametrize("title", [heading, centred, bold, page])
def test_titles_of_one_look_with_a_day_below_each_are_drafts(title: Title) -> None:
    document = docx.Document()
    for name, text in DATED:
        title(document, name)
        document.add_paragraph(text)
    assert [draft.title for draft in drafts_of(document)] == [name for name, _ in DATED]


@pytest.mark.parametrize("title", [heading, centred, page])
def test_where_a_day_is_missing_a_person_is_asked(title: Title) -> None:
    document = docx.Document()
    for name, text in UNDATED:
        title(document, name)
        document.add_paragraph(text)
    (draft,) = drafts_of(document)
    assert draft.maybe_several


def test_a_second_title_that_nothing_marks_is_asked_about() -> None:
    document = docx.Document()
    for name, text in UNDATED:
        document.add_paragraph(name)
        document.add_paragraph(text)
    (draft,) = drafts_of(document)
    assert draft.maybe_several


@pytest.mark.parametrize("head", HEADS)
def test_headings_within_one_draft_make_no_drafts(head: str) -> None:
    document = docx.Document()
    heading(document, DATED[0][0])
    document.add_paragraph(DATED[0][1])
    document.add_heading(head, 2)
    document.add_paragraph(UNDATED[1][1])
    bold(document, head + "不放松")
    document.add_paragraph(UNDATED[1][1] + "课后还有考试。")
    (draft,) = drafts_of(document)
    assert not draft.maybe_several


def test_two_lines_of_a_centred_title_are_one() -> None:
    document = docx.Document()
    centred(document, "让安全的种子落地生根")
    centred(document, "湖塘镇推广安全夜校纪实")
    document.add_paragraph(DATED[0][1])
    document.add_paragraph(UNDATED[1][1])
    (draft,) = drafts_of(document)
    assert not draft.maybe_several


def test_an_automatic_list_below_the_heading_of_a_kind_is_taken_apart() -> None:
    document = docx.Document()
    document.add_paragraph("湖塘镇舆情信息")
    for text in (
        "4月13日，网民“春江”在微博发帖，反映厚余村有人露天焚烧垃圾，转发21次，村委会已扑灭。",
        "4月12日，12345热线接到业主投诉，称3号楼电梯一周内困人2次，物业公司已被约谈。",
    ):
        document.add_paragraph(text, style="List Number")
    drafts = drafts_of(document, "舆情.docx")
    assert [draft.event_date.day for draft in drafts] == [date(2022, 4, 13), date(2022, 4, 12)]


def test_pages_of_an_rtf_and_headings_of_a_web_page_are_told() -> None:
    cut = r"\par\page "
    source = cut.join(rf"{name}\par {text}" for name, text in UNDATED)
    escaped = "".join(
        c if ord(c) < 128 else f"\\u{ord(c) - 65536 * (ord(c) > 32767)}?" for c in source
    )
    (draft,) = read("动态.rtf", ("{\\rtf1\\ansi " + escaped + "\\par}").encode("ascii"))
    assert draft.maybe_several
    web = "".join(f"<h1>{name}</h1><p>{text}</p>" for name, text in UNDATED)
    (draft,) = read("动态.html", f"<html><meta charset=utf-8><body>{web}</body></html>".encode())
    assert draft.maybe_several
