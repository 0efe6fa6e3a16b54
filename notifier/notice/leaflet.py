"""
One sheet for officers (宣传员一页纸), as Markdown and .docx: how to pack, label, date; what receipts mean.

Pure. Every sentence about a receipt is that of `rulebook/reasons.py` in the office's words, and every
figure the provisions', so that the sheet is never out of date.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from notifier.notice.document import with_one_time_stamp
from rulebook.kind_rules import DayUnit, KindRule
from rulebook.labels import DAY_UNITS, OUTCOMES_IN_LETTERS
from rulebook.provisions import BareRule, BodyRule, Provisions, ReviewerRule
from rulebook.reasons import Outcome, Reason, Remark
from rulebook.wording import Wording

FONT = "宋体"
NOT_TOLD = (
    *(Reason.LOOKALIKE_SENDER, Reason.SEVERAL_SENDERS, Reason.NO_SENDER, Reason.INFECTED),
    Reason.DRAWN_BY_HAND,
)
"""What is rare, or a matter of staff, and would take room on the sheet."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of two cells under their headings."""

    heads: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, numbered sentences under it, and a table or none."""

    heading: str
    sentences: tuple[str, ...]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Leaflet:
    """The whole sheet."""

    title: str
    opening: str
    parts: tuple[Part, ...]
    closing: str


def leaflet(provisions: Provisions, words: Wording, address: str, office: str) -> Leaflet:
    """
    Write the sheet.

    Args:
        provisions: the regulation in force.
        words: how the office calls its officers, and whether files have to be packed.
        address: where drafts are sent.
        office: the name of the office, which stands at the end.

    """
    kinds, called = provisions.kind_rules, words.renamed
    return Leaflet(
        words.said("报送人员报稿一页纸"),
        f"收稿邮箱：{address}。请用登记过的邮箱发送；每封信发出后几分钟内会自动收到回执，以回执为准。",
        (
            Part("怎样报送", tuple(map(called, _how(words)))),
            Part("怎样标明类别", tuple(map(called, _labels(provisions))), _kinds(kinds)),
            Part("怎样写日期", tuple(map(called, _dates(provisions, words)))),
            Part(
                "收到回执以后",
                (
                    f"【{OUTCOMES_IN_LETTERS[Outcome.ACCEPTED]}】已经登记，按回执所列的类别和时限计；"
                    "有温馨提示的，下次注意即可。",
                    f"【{OUTCOMES_IN_LETTERS[Outcome.HELD]}】工作人员会人工核定，结果另发更正回执；"
                    "一般不用重发，按下表补充说明即可。",
                    f"【{OUTCOMES_IN_LETTERS[Outcome.REFUSED]}】没有登记，请按下表改好后尽快重发。",
                    called(
                        "对回执有不同意见、要撤稿或更换稿件，直接回复那封回执写明即可，工作人员会看到。"
                    ),
                ),
            ),
            *(
                Part(
                    f"{OUTCOMES_IN_LETTERS[outcome]}：原因和办法",
                    (),
                    _reasons(provisions, words, outcome),
                )
                for outcome in (Outcome.REFUSED, Outcome.HELD, Outcome.ACCEPTED)
            ),
            Part(
                "常见提示",
                tuple(
                    words.said(one.sentence)
                    for one in Remark
                    if not (one.for_staff or one is Remark.STATEMENT_SEEN)
                    and one.name not in _never(provisions)
                ),
            ),
        ),
        f"{office}。各条以现行规定（{provisions.source}）为准。",
    )


def _how(words: Wording) -> Iterator[str]:
    if words.packed:
        yield "每篇稿件的文字存成一个 Word、WPS、PDF 或文本文件，照片另存为图片，放进同一个文件夹。"
        yield "压缩成一个 zip、rar 或 7z 文件：不设密码，不分卷，不用“超大附件”。"
        yield "作为附件发送；正文里不必再贴稿件内容。几篇稿件可以放在一个压缩包里。"
    else:
        yield "每篇稿件的文字存成一个 Word、WPS、PDF 或文本文件，照片另存为图片，作为附件发送。"
    yield "稿件末尾写明作者和“审核：姓名”。标有密级的文件一律不得发到本邮箱。"
    yield "不要重复发送；要更换稿件，在主题里写“更正”或回复原来的回执。"


def _labels(provisions: Provisions) -> Iterator[str]:
    kinds = provisions.kind_rules
    example = kinds[0].name if kinds else "类别"
    unit = provisions.units[0].name if provisions.units else "××"
    yield f"邮件主题用“【】”标明类别，如“【{example}】{unit}开展……”；几类稿件分几封信发。"
    if provisions.commission_kind:
        yield f"{provisions.commission_kind}请在主题里写明约请的题目。"


def _kinds(kinds: tuple[KindRule, ...]) -> Table:
    rows = []
    for kind in kinds:
        limit = f"{kind.limit.within}报送" if kind.limit else "不限时间"
        rows.append((kind.name, limit))
    return Table(("类别", "时限"), tuple(rows))


def _dates(provisions: Provisions, words: Wording) -> Iterator[str]:
    yield "稿件第一段写明事件的日期，如“3月5日”；不要只写“近日”“日前”。"
    limits = [rule.limit for rule in provisions.kind_rules if rule.limit is not None]
    if not limits:
        return
    days = {one.unit for one in limits if one.days and one.unit is not DayUnit.HOURS48}
    if days:
        named = "、".join(DAY_UNITS[one].removeprefix("个") for one in DayUnit if one in days)
        until = "表中所列的钟点" if any(one.until for one in limits) else "24时"
        yield f"按天计的，事件当天不算，从第二天起数（按{named}），到最后一天{until}为止。"
    if any(one.unit is DayUnit.HOURS48 for one in limits):
        yield "按小时计的，文中写明钟点的从那时算起，没有写明的从当天24时算起。"
    yield "以邮箱服务器收到的时间为准，不看邮件里写的时间。"
    late = words.said("超过了规定的报送时限，本稿不计分。")
    yield late.replace("超过了规定的报送时限，本稿", "超过时限的，") + (
        "被退回后重发的，按重发收到的时间算。"
        if not provisions.timeliness.grace_after_refusal_hours
        else f"被退回的，在回执发出后{provisions.timeliness.grace_after_refusal_hours}小时内重发仍按原来的时间算。"
    )


def _never(provisions: Provisions) -> frozenset[str]:
    """Name what this office's regulation never leads to, by codes of reasons and remarks."""
    never = set()
    if provisions.require_reviewer is ReviewerRule.OFF:
        never.add("NO_REVIEWER")
    if provisions.body_draft is BodyRule.ACCEPT:
        never.add("BODY_DRAFT")
    if provisions.bare_attachment is BareRule.ACCEPT:
        never |= {"BARE_ATTACHMENT", "BODY_REPEATS_DRAFT"}
    return frozenset(never)


def _reasons(provisions: Provisions, words: Wording, outcome: Outcome) -> Table:
    without = {*NOT_TOLD}
    if provisions.require_reviewer is not ReviewerRule.REFUSE:
        without.add(Reason.NO_REVIEWER)
    if provisions.bare_attachment is not BareRule.REFUSE:
        without.add(Reason.BARE_ATTACHMENT)
    rows = tuple(
        (words.said(one.sentence), words.said(one.advice))
        for one in Reason
        if one.outcome is outcome and one not in without and one.name not in _never(provisions)
    )
    return Table(("回执里写的", "怎么办"), rows)


def markdown(sheet: Leaflet) -> str:
    """Write the sheet as Markdown."""
    lines = [f"# {sheet.title}", "", sheet.opening]
    for part in sheet.parts:
        lines += ["", f"## {part.heading}"]
        if part.sentences:
            lines += ["", *(f"{number}. {one}" for number, one in enumerate(part.sentences, 1))]
        if part.table is not None:
            lines += ["", f"| {' | '.join(part.table.heads)} |", "|---|---|"]
            lines += [f"| {left} | {right} |" for left, right in part.table.rows]
    return "\n".join([*lines, "", sheet.closing, ""])


def document(sheet: Leaflet) -> bytes:
    """Write the sheet as .docx, A4, both sides of one sheet; the same sheet gives the same bytes."""
    word = Document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin = section.bottom_margin = Mm(11)
    normal = word.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    normal.font.name, normal.font.size = FONT, Pt(9)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(1)
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading = title.add_run(sheet.title)
    heading.bold, heading.font.size = True, Pt(15)
    word.add_paragraph(sheet.opening)
    for part in sheet.parts:
        _head(word, part.heading)
        for number, one in enumerate(part.sentences, 1):
            word.add_paragraph(f"{number}. {one}")
        if part.table is not None:
            _table(word, part.table)
    word.add_paragraph(sheet.closing)
    out = io.BytesIO()
    word.save(out)
    return with_one_time_stamp(out.getvalue())


def _head(word: WordDocument, heading: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(3)
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(heading)
    run.bold, run.font.size = True, Pt(10.5)


def _table(word: WordDocument, table: Table) -> None:
    made = word.add_table(rows=0, cols=2, style="Table Grid")
    for cells, bold in ((table.heads, True), *((row, False) for row in table.rows)):
        for cell, words in zip(made.add_row().cells, cells, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(words)
            run.bold, run.font.size = bold, Pt(8)
