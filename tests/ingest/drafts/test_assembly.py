"""Facts sorted: drafts, sheets, listings, forms, pages that were recognised, pictures."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.drafts.assembly import Pieces, sort_pieces
from parsers.types import Fact, Image, Text
from rulebook.model import Draft
from rulebook.reasons import Reason, Remark

DAY = date(2026, 3, 7)
UNITS = ("湖塘镇应急管理局", "湖塘镇", "雪堰镇")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GAS = (
    "湖塘镇开展燃气安全专项检查",
    "3月5日，湖塘镇应急管理局组织执法人员对餐饮场所开展检查，发现隐患12处，均已责令整改。",
)
SWIM = (
    "雪堰镇组织防溺水宣传进校园",
    "3月6日，雪堰镇走进学校开展防溺水宣传，讲解安全知识，现场演示救援方法，受到师生好评。",
)
Rows = tuple[tuple[str, ...], ...]


def text(path: str, *paragraphs: str, tables: tuple[Rows, ...] = (), scanned: bool = False) -> Text:
    kind = XLSX if path.endswith(".xlsx") else DOCX
    return Text(f"稿件.zip/{path}", kind, paragraphs, tables, scanned=scanned)


def image(path: str, page_of: str = "") -> Image:
    return Image(f"稿件.zip/{path}", "image/jpeg", 1200, 800, page_of=page_of)


def sorted_out(*facts: Fact) -> Pieces:
    return sort_pieces(facts, received=DAY, unit_names=UNITS)


def draft_of(pieces: Pieces, name: str) -> Draft:
    return next(draft for draft in pieces.drafts if name in draft.file)


def role(pieces: Pieces, path: str) -> str:
    return pieces.roles[f"稿件.zip/{path}"]


FORM_ROWS: Rows = (
    ("稿件标题", GAS[0]),
    ("撰稿人", "张三"),
    ("审核人", "李四"),
    ("签发人", "王建国"),
)


def in_docx(title: str, rows: Rows) -> tuple[tuple[str, ...], tuple[Rows, ...]]:
    return (title, *("\t".join(row) for row in rows)), (rows,)


# -- approval sheets --


def test_a_sheet_in_a_document_is_no_draft_and_tells_who_signed() -> None:
    lines, tables = in_docx("信息稿件审签单", FORM_ROWS)
    pieces = sorted_out(text("燃气.docx", *GAS), text("附表.docx", *lines, tables=tables))
    assert [draft.title for draft in pieces.drafts] == [GAS[0]]
    assert pieces.drafts[0].reviewer.startswith("李四")
    assert role(pieces, "附表.docx") == "approval"


def test_a_sheet_in_a_workbook_says_what_it_is_in_its_first_row_or_its_name() -> None:
    for path, rows in (
        ("表.xlsx", (("信息稿件审签单",), *FORM_ROWS)),
        ("审签单.xlsx", FORM_ROWS),
    ):
        pieces = sorted_out(text("燃气.docx", *GAS), text(path, tables=(rows,)))
        assert role(pieces, path) == "approval"
        assert pieces.drafts[0].reviewer.startswith("李四")


def test_a_photographed_sheet_that_was_recognised_tells_who_signed_and_that_it_was() -> None:
    lines, tables = in_docx("信息稿件审签单", FORM_ROWS)
    sheet = text("审签单.jpg", *lines, tables=tables, scanned=True)
    (draft,) = sorted_out(text("燃气.docx", *GAS), sheet).drafts
    assert draft.reviewer.startswith("李四")
    assert draft.remarks == (Remark.REVIEWER_RECOGNISED,)
    assert not draft.scanned


def test_a_drafts_own_byline_goes_before_a_sheet() -> None:
    lines, tables = in_docx("信息稿件审签单", FORM_ROWS)
    pieces = sorted_out(
        text("燃气.docx", *GAS, "审核：周镕"), text("审签单.docx", *lines, tables=tables)
    )
    assert pieces.drafts[0].reviewer == "周镕"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("甲/审签单.docx", "乙/审签单.docx"),
        (f"{GAS[0]}审签单.docx", f"{SWIM[0]}审签单.docx"),
    ],
)
def test_each_sheet_speaks_for_its_own_draft(first: str, second: str) -> None:
    folders = ("甲/", "乙/") if first.startswith("甲") else ("", "")
    pieces = sorted_out(
        text(f"{folders[0]}{GAS[0]}.docx", *GAS),
        text(f"{folders[1]}{SWIM[0]}.docx", *SWIM),
        text(first, "审签单", "审核人\t李四", tables=((("审核人", "李四"),),)),
        text(second, "审签单", "审核人\t周红", tables=((("审核人", "周红"),),)),
    )
    assert draft_of(pieces, GAS[0]).reviewer == "李四"
    assert draft_of(pieces, SWIM[0]).reviewer == "周红"


def test_a_sheet_that_names_one_title_does_not_speak_for_another_draft() -> None:
    lines, tables = in_docx("信息稿件审签单", FORM_ROWS)
    pieces = sorted_out(
        text("一.docx", *GAS), text("二.docx", *SWIM), text("审签单.docx", *lines, tables=tables)
    )
    assert draft_of(pieces, "一").reviewer.startswith("李四")
    assert draft_of(pieces, "二").reviewer == ""


def test_one_sheet_without_titles_speaks_for_the_whole_letter() -> None:
    pieces = sorted_out(
        text("一.docx", *GAS),
        text("二.docx", *SWIM),
        text("审签单.docx", "审签单", "审核人\t李四", tables=((("审核人", "李四"),),)),
    )
    assert [draft.reviewer for draft in pieces.drafts] == ["李四", "李四"]


def test_a_photographed_sheet_is_nobodys_picture() -> None:
    pieces = sorted_out(text("燃气.docx", *GAS), image("审签单.jpg"), image("现场.jpg"))
    assert pieces.drafts[0].images == ("稿件.zip/现场.jpg",)
    assert role(pieces, "审签单.jpg") == "approval"


# -- listings and forms --

LIST_ROWS: Rows = (("序号", "稿件标题", "字数"), ("1", GAS[0], "120"), ("2", SWIM[0], "90"))


@pytest.mark.parametrize(
    "listing",
    [
        text("目录.txt", "稿件目录", f"1．{GAS[0]}", f"2．{SWIM[0]}"),
        text("目录.docx", "目　录", f"1. {GAS[0]}", f"2. {SWIM[0]}"),
        text(
            "清单.txt",
            "湖塘镇第一周信息报送清单",
            f"1、{GAS[0]}（工作动态）",
            f"2、{SWIM[0]}（工作动态）",
            "合计2篇，图片3张。",
            "报送人：钱一鸣",
        ),
        text("说明.txt", "本次报送稿件2篇：", f"1.{GAS[0]}", f"2.{SWIM[0]}"),
        text("表.docx", *in_docx("三月稿件", LIST_ROWS)[0], tables=(LIST_ROWS,)),
        text("表.xlsx", tables=(LIST_ROWS,)),
    ],
    ids=lambda listing: listing.path,
)
def test_a_cover_list_is_no_draft(listing: Text) -> None:
    pieces = sorted_out(text("1.docx", *GAS), text("2.docx", *SWIM), listing)
    assert sorted(draft.title for draft in pieces.drafts) == sorted((GAS[0], SWIM[0]))
    assert pieces.roles[listing.path] == "listing"


def test_a_draft_that_mentions_another_ones_title_stays_a_draft() -> None:
    review = text(
        "三.docx",
        "湖塘镇一周安全工作扫描",
        f"3月6日，湖塘镇召开例会。会上通报了“{GAS[0]}”和“{SWIM[0]}”两项工作的进展，要求各村、各企业对照问题"
        "清单逐项整改，明确责任人和完成时限，并于月底前开展回头看，确保隐患整改闭环到位。",
    )
    pieces = sorted_out(text("1.docx", *GAS), text("2.docx", *SWIM), review)
    assert len(pieces.drafts) == 3


def test_news_about_a_list_is_a_draft() -> None:
    news = text(
        "一.docx",
        "湖塘镇公布重大事故隐患清单",
        "3月6日，湖塘镇向社会公布重大事故隐患清单，涉及企业12家，均已明确整改时限和责任人，并安排专人跟踪督办到位。",
    )
    assert len(sorted_out(news).drafts) == 1


ROSTER: Rows = (("姓名", "职务", "联系电话", "备注"), ("孙明", "科员", "13900000000", ""))
SURVEY: Rows = (("序号", "体验馆名称", "地址"), ("1", "湖塘安全体验馆", "某路1号"))


@pytest.mark.parametrize(
    "form",
    [
        text("名单.docx", *in_docx("湖塘镇宣传员名单", ROSTER)[0], tables=(ROSTER,)),
        text("名单.xlsx", tables=(ROSTER,)),
        text("名单.jpg", *in_docx("湖塘镇宣传员名单", ROSTER)[0], tables=(ROSTER,), scanned=True),
        text("表.docx", *in_docx("公共安全体验馆摸排汇总表", SURVEY)[0], tables=(SURVEY,)),
        text("表.xlsx", tables=((("公共安全体验馆摸排汇总表",), *SURVEY),)),
        text("公共安全体验馆摸排汇总表.xlsx", tables=(SURVEY,)),
    ],
    ids=lambda form: form.path,
)
def test_rosters_and_surveys_are_misdirected(form: Text) -> None:
    pieces = sorted_out(form)
    assert pieces.drafts == ()
    assert [fault.reason for fault in pieces.faults] == [Reason.MISDIRECTED_FORM]
    assert pieces.roles[form.path] == "form"


# -- pages that were recognised --


def test_a_recognised_text_is_a_draft_and_says_so() -> None:
    first = "稿件.zip/IMG_1.jpg"
    pieces = sorted_out(
        text("IMG_1.jpg", *GAS, scanned=True), image("IMG_2.jpg", page_of=first), image("现场.jpg")
    )
    (draft,) = pieces.drafts
    assert draft.scanned
    assert draft.images == ("稿件.zip/现场.jpg",)
    assert [role(pieces, name) for name in ("IMG_1.jpg", "IMG_2.jpg")] == ["scan", "scan"]


def test_beside_a_written_text_a_recognised_one_is_no_second_draft() -> None:
    pieces = sorted_out(text("燃气.docx", *GAS), text("审签单.jpg", *SWIM, scanned=True))
    assert [draft.title for draft in pieces.drafts] == [GAS[0]]


def test_a_secrecy_mark_on_a_photographed_page_counts() -> None:
    pieces = sorted_out(text("IMG_1.jpg", "秘密★1年", *GAS, scanned=True))
    assert Reason.SECRET_MARK in [fault.reason for fault in pieces.faults]


# -- how many --


@pytest.mark.parametrize(
    ("subject", "note", "detail"),
    [
        ("湖塘镇工作动态3篇", "", "邮件主题写明3篇，收到1篇"),
        ("湖塘镇稿件", "现报送本周舆情2条，请查收。", "邮件正文写明2篇，收到1篇"),
    ],
)
def test_a_number_told_that_differs_is_a_fault_with_both_numbers(
    subject: str, note: str, detail: str
) -> None:
    pieces = sort_pieces(
        [text("燃气.docx", *GAS)], received=DAY, unit_names=UNITS, subject=subject, note=note
    )
    assert [(fault.reason, fault.detail) for fault in pieces.faults] == [
        (Reason.COUNT_DIFFERS, detail)
    ]


def test_a_number_in_a_file_name_counts_that_files_drafts() -> None:
    pieces = sorted_out(text("动态2篇.docx", *GAS), text("防溺水.docx", *SWIM))
    assert [fault.detail for fault in pieces.faults] == ["文件名“动态2篇.docx”写明2篇，收到1篇"]


def test_the_right_number_is_no_fault() -> None:
    pieces = sort_pieces(
        [text("燃气.docx", *GAS), text("防溺水.docx", *SWIM)],
        received=DAY,
        unit_names=UNITS,
        subject="湖塘镇动态2篇",
    )
    assert pieces.faults == ()


def test_a_covering_note_dates_a_lone_draft() -> None:
    undated = (GAS[0], "湖塘镇应急管理局组织执法人员对餐饮场所开展检查，发现隐患12处。")
    note = "附件是我镇3月5日开展燃气检查的动态，请查收。"
    pieces = sort_pieces([text("燃气.docx", *undated)], received=DAY, unit_names=UNITS, note=note)
    assert pieces.drafts[0].event_date.day == date(2026, 3, 5)


def test_the_short_pieces_of_a_collection_are_no_notes() -> None:
    short = "（二）群内传言停水", "3月6日，微信群传言全镇停水三天，已辟谣。"
    lines = ["舆情信息2条", "（一）网民反映扬尘", f"3月6日，网民发帖反映扬尘。{GAS[1]}", *short]
    assert len(sorted_out(text("舆情.docx", *lines)).drafts) == 2
