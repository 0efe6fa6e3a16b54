"""
The blank notice, `templates/notice.docx`: made here once, then edited by staff in Word or WPS.

Layout by GB/T 9704-2012: A4, type area 156 mm × 225 mm (5.2), 22 lines of 28 characters of 3号 (16 pt)
仿宋 (5.2.3), title 2号小标宋, headings 黑体 and 楷体 (7.3), page number 4号 宋体 at the outside corner
(7.5). What stands between `{{ }}` and `{% %}` is Jinja2 as docxtpl reads it. Written anew by:

    python -m notifier.notice.template notifier/templates/notice.docx
"""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from rulebook.points_table import COLUMNS, Column, heads, official

BODY, TITLE, FIRST, SECOND, FOLIO = "仿宋_GB2312", "方正小标宋_GBK", "黑体", "楷体_GB2312", "宋体"

LINE = 28.95
"""Line spacing in points: 22 lines fill the 225 mm of the type area."""

PITCH = 156 / 25.4 * 72 / 28
"""Width of a character cell in points: 28 fill the 156 mm of the type area."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

ORDER = (
    *("w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:widowControl", "w:tabs"),
    *("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"),
)
"""Properties of a paragraph in the order of ECMA-376 17.3.1.26, as far as they are used here."""

TIGHT = -5
"""Letter spacing of the text in twips: 16 pt type on a pitch of 15.75 pt, rounded down from PITCH."""

TYPE_AREA = 156
"""Millimetres between the margins."""

DETAIL_WIDTHS = (37, 17, 17, 17, 17, 17, 17, 17)


def blank(columns: Sequence[Column] = COLUMNS) -> bytes:
    """The template. The same code gives the same text; the bytes vary with the zip's time stamps."""
    document = Document()
    _page(document)
    _styles(document)
    _numbers(document)
    _letter(document)
    _points(document, official(columns))
    _annex(document)
    document.add_paragraph("", style="表注")
    _properties(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance = Mm(15)
    section.footer_distance = Mm(22)  # 7.5: the number's dashes stand 7 mm below the type area
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    # QUIRK: not "linesAndChars": a cell of 15.8 pt is narrower than 16 pt type, and LibreOffice then
    # gives each 字 two cells (14 a line). TIGHT makes the 28 in Word, WPS and LibreOffice alike.
    section._sectPr.append(_element("w:docGrid", type="lines", linePitch=round(LINE * 20)))
    document.settings.odd_and_even_pages_header_footer = True


def _styles(document: Docx) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        document.styles.element.remove(defaults)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _dress(normal, BODY, 16)
    language = normal.element.get_or_add_rPr()
    language.append(_element("w:lang", val="en-US", eastAsia="zh-CN"))
    for switch in ("w:autoSpaceDE", "w:autoSpaceDN"):  # figures must not push 字 off the grid
        _place(normal.element, _element(switch, val="0"))
    _style(document, "公文标题", TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=36)
    _style(document, "文号", BODY, 16, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "主送", BODY, 16)
    _style(document, "公文正文", BODY, 16, indent=True)
    notes = _style(document, "附件说明", BODY, 16, keep=True)
    left, hanging = round(6.5 * PITCH * 20), round(4.5 * PITCH * 20)  # below the title's first 字
    _place(
        notes.element,
        _element("w:ind", leftChars=650, left=left, hangingChars=450, hanging=hanging),
    )
    _style(document, "一级标题", FIRST, 16, indent=True, keep=True)
    _style(document, "二级标题", SECOND, 16, indent=True, keep=True)
    signature = _style(document, "落款", BODY, 16, keep=True)
    # 7.3.5: 署名 and date share an axis; the date ends four characters before the right edge
    tabs = OxmlElement("w:tabs")
    tabs.append(_element("w:tab", val="center", pos=round(21 * PITCH * 20)))
    _place(signature.element, tabs)
    _style(document, "落款（长）", BODY, 16, align=WD_ALIGN_PARAGRAPH.RIGHT, keep=True)
    _style(document, "附件标记", FIRST, 16, page_break=True)
    _style(document, "附表标题", TITLE, 22, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=34, after=6)
    _style(document, "附表小标题", FIRST, 14, keep=True, spacing=24, before=8, after=4)
    _style(document, "表头", FIRST, 10.5, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=15, grid=False)
    _style(document, "表格文字", BODY, 12, align=WD_ALIGN_PARAGRAPH.LEFT, spacing=16, grid=False)
    _style(document, "表格数字", BODY, 12, align=WD_ALIGN_PARAGRAPH.CENTER, spacing=16, grid=False)
    _style(document, "表注", BODY, 11, spacing=16, before=4, grid=False)
    _style(document, "页码", FOLIO, 14, spacing=18, grid=False)


def _style(
    document: Docx,
    name: str,
    font: str,
    size: float,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    spacing: float = LINE,
    before: float = 0,
    after: float = 0,
    indent: bool = False,
    keep: bool = False,
    page_break: bool = False,
    grid: bool = True,
) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _dress(style, font, size, spacing)
    form = style.paragraph_format
    form.alignment = align
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = keep
    form.page_break_before = page_break
    form.widow_control = False  # 22 lines a page, no fewer
    if not grid:
        _place(style.element, _element("w:snapToGrid", val="0"))
    if indent:
        indentation = _element("w:ind", firstLineChars="200", firstLine=round(2 * PITCH * 20))
        _place(style.element, indentation)
    return style


def _dress(style: ParagraphStyle, font: str, size: float, spacing: float = LINE) -> None:
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    if size == 16:
        properties.insert(0, _element("w:spacing", val=TIGHT))
    properties.insert(0, _element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    style.paragraph_format.line_spacing = Pt(spacing)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _numbers(document: Docx) -> None:
    """Page numbers "— 1 —": odd pages right, even pages left, one character from the edge (7.5)."""
    section = document.sections[0]
    for footer, align, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["页码"]
        paragraph.alignment = align
        _place(paragraph._p, _element("w:ind", **{f"{side}Chars": "100", side: "280"}))
        paragraph.add_run("— ")
        for kind in ("begin", "instr", "separate", "1", "end"):
            run = paragraph.add_run()
            if kind == "instr":
                code = OxmlElement("w:instrText")
                code.text = " PAGE "
                run._r.append(code)
            elif kind == "1":
                run.text = "1"
            else:
                run._r.append(_element("w:fldChar", fldCharType=kind))
        paragraph.add_run(" —")


def _letter(document: Docx) -> None:
    _line(document, "{%p if number %}")
    _line(document, "文号", "{{ number }}")
    _line(document, "{%p else %}")
    _line(document, "文号", "（文号：〔　　〕　　号）", gap=True)
    _line(document, "{%p endif %}")
    _line(document, "主送", "")
    _line(document, "公文标题", "{{ title }}")
    _line(document, "主送", "")
    _line(document, "主送", "{{ addressees }}：")
    _line(document, "公文正文", "{{ lead }}")
    _line(document, "一级标题", "一、基本情况")
    _line(document, "{%p for section in overview %}")
    _line(document, "二级标题", "{{ section.heading }}")
    _line(document, "{%p for paragraph in section.paragraphs %}")
    _line(document, "公文正文", "{{ paragraph }}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p endfor %}")
    for heading, part in (("二、存在问题", "problems"), ("三、下一步要求", "requirements")):
        _line(document, "一级标题", heading)
        _line(document, f"{{%p for paragraph in {part} %}}")
        _line(document, "公文正文", "{{ paragraph }}")
        _line(document, "{%p endfor %}")
    _line(document, "附件说明", "")
    _line(document, "{%p for line in attachments %}")
    _line(document, "附件说明", "{{ line }}")
    _line(document, "{%p endfor %}")
    _line(document, "附件说明", "")
    _line(document, "附件说明", "")
    _line(document, "{%p if signature_fits %}")
    _line(document, "落款", "\t{{ office }}")
    _line(document, "落款", "\t{{ dated }}")
    _line(document, "落款", "\t（待盖章）", gap=True)
    _line(document, "{%p else %}")
    _line(document, "落款（长）", "{{ office }}")
    _line(document, "落款（长）", "{{ dated }}　　")
    _line(document, "落款（长）", "（待盖章）", gap=True)
    _line(document, "{%p endif %}")


def _points(document: Docx, columns: Sequence[Column]) -> None:
    """Lay out the two tables: the notice's columns under two header rows."""
    _line(document, "{%p for table in tables %}")
    _line(document, "附件标记", "附件{{ table.number }}")
    _line(document, "附表标题", "{{ table.title }}")
    upper: list[str] = []
    lower: list[str] = []
    merged: list[tuple[int, int, int]] = []
    for head in heads(columns):
        first, last = len(upper), len(upper) + len(head.columns) - 1
        upper += [head.label, *[""] * (last - first)]
        lower += [column.label if head.shared else "" for column in head.columns]
        merged.append((first, 0 if head.shared else 1, last))
    page = sum(column.width for column in columns)
    widths = [column.width * TYPE_AREA / page for column in columns]
    keys = [column.key for column in columns]
    table = _table(
        document, widths, (upper, lower), "row in table.rows", f"row.{keys[0]}", keys[1:]
    )
    for first, row, last in sorted(merged, key=lambda span: -span[1]):
        table.cell(0, first).merge(table.cell(row, last))
        _single(table.cell(0, first))
    _line(document, "{%p for note in table.notes %}")
    _line(document, "表注", "{{ note }}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p endfor %}")


def _annex(document: Docx) -> None:
    _line(document, "附件标记", "附件{{ annex.number }}")
    _line(document, "附表标题", "{{ annex.title }}")
    _line(document, "附表小标题", "{{ annex.received_title }}")
    received = ("单位", "工作动态", "舆情", "综合性原创文章", "约稿", "合计", "逾期", "退稿")
    fields = ("news", "opinion", "article", "commission", "total", "late", "refused")
    _table(document, DETAIL_WIDTHS, (received,), "row in annex.received", "row.unit", fields)
    _line(document, "{%p for note in annex.received_notes %}")
    _line(document, "表注", "{{ note }}")
    _line(document, "{%p endfor %}")
    for name, widths, head, first, rest in (
        ("completion", (34, 83, 19, 20), ("单位", "实报/应报", "完成率", "图示"), "unit",
         ("text", "rate", "bar")),
        ("bars", (37, 99, 20), ("单位", "积分对比", "积分"), "unit", ("bar", "points")),
        ("outlets", (42, 15, 15, 84), ("录用载体", "类别", "条数", "单位（条数）"), "outlet",
         ("tier", "count", "units")),
        ("changes", (32, 36, 15, 15, 15, 43),
         ("单位", "统计期", "原积分", "现积分", "差额", "原因"), "unit",
         ("period", "before", "after", "difference", "why")),
        ("bonuses", (48, 22, 18, 24, 44), ("单位", "积分总计", "排名", "任务完成率", "附加分"), "unit",
         ("points", "rank", "rate", "bonus")),
    ):  # fmt: skip
        _line(document, f"{{%p if annex.{name} %}}")
        _line(document, "附表小标题", f"{{{{ annex.{name}_title }}}}")
        whole = name != "outlets"  # where many units share an outlet its row is longer than a page
        _table(document, widths, (head,), f"row in annex.{name}", f"row.{first}", rest, whole=whole)
        _line(document, "{%p endif %}")


def _table(
    document: Docx,
    widths: Sequence[float],
    head_rows: Sequence[Sequence[str]],
    loop: str,
    first: str,
    fields: Sequence[str],
    *,
    whole: bool = True,
) -> Table:
    """
    A table (widths in mm, 156 in all) whose head rows repeat and whose body row loops. A `whole` row
    is never broken over two pages.
    """
    assert math.isclose(sum(widths), TYPE_AREA), widths
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=57, type="dxa"))
    table._tblPr.insert_element_before(margins, "w:tblLook")
    for head in head_rows:
        row = _row(table, head, ["表头"] * len(head))
        row._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    empty = [""] * (len(widths) - 1)
    plain = ["表格文字"] * len(widths)
    _row(table, [f"{{%tr for {loop} %}}", *empty], plain)
    long_texts = {"text", "bar", "units", "why", "period"}
    styles = ["表格文字" if name in long_texts else "表格数字" for name in fields]
    cells = [f"{{{{ {first} }}}}", *(f"{{{{ row.{name} }}}}" for name in fields)]
    _row(table, cells, ["表格文字", *styles], whole=whole)
    _row(table, ["{%tr endfor %}", *empty], plain)
    for column, width in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(width)
        column.width = Mm(width)
    return table


def _row(table: Table, texts: Sequence[str], styles: Sequence[str], *, whole: bool = True) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()
    if whole:
        properties.append(_element("w:cantSplit"))
    properties.append(_element("w:trHeight", val=420, hRule="atLeast"))
    for cell, text, style in zip(row.cells, texts, styles, strict=True):
        cell.paragraphs[0].text = text
        cell.paragraphs[0].style = style
        cell._tc.get_or_add_tcPr().append(_element("w:vAlign", val="center"))
    return row


def _single(cell: _Cell) -> None:
    """Merging leaves a paragraph of each cell; one is enough."""
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)


def _line(document: Docx, style: str, text: str | None = None, *, gap: bool = False) -> Paragraph:
    """A paragraph; a `gap` that people must fill is marked. A tag alone takes the plain style."""
    if text is None:
        return document.add_paragraph(style)
    paragraph = document.add_paragraph(text, style=style)
    for run in paragraph.runs if gap else ():
        run.font.color.rgb = RGBColor(0xC0, 0x00, 0x00)
    return paragraph


def _properties(document: Docx) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by = "{{ title }}", "{{ office }}", ""
    core.comments = core.keywords = ""
    core.language = "zh-CN"
    core.created = core.modified = datetime(2022, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def _element(tag: str, **attributes: object) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _place(owner: Any, element: Any) -> None:
    """Put a paragraph property where the schema wants it: Word refuses other orders."""
    tag = element.tag.replace(f"{{{W}}}", "w:")
    properties = owner.get_or_add_pPr()
    properties.insert_element_before(element, *ORDER[ORDER.index(tag) + 1 :])


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(blank())
