"""
The text and tables of the blank notice, `templates/notice.docx`, with their Jinja2 tags.

It is made here once, then edited by staff in Word or WPS; page and styles are in
`template_layout.py`. What stands between `{{ }}` and `{% %}` is Jinja2 as docxtpl reads it. Written
anew by:

    python -m notifier.notice.template notifier/templates/notice.docx
"""

from __future__ import annotations

import io
import itertools
import math
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from notifier.notice import template_layout as layout
from notifier.notice.tables import with_year
from notifier.notice.template_layout import element
from rulebook.points_table import Column, columns_of, heads
from rulebook.provisions import Provisions, default_provisions

TYPE_AREA = 156
"""Millimetres between the margins."""

PRINTED_WIDTH = 64
"""Millimetres of the day in the 版记."""

LEFT = round(28 / 25.4 * 1440)
"""The left margin in twips."""


@dataclass(frozen=True, slots=True)
class Fit:
    """
    How heads stand in a table.

    Units: `size` in points, `margin` between text and line in twips, `border` in points.
    """

    style: str
    size: float
    margin: int
    border: float = 0.5

    @property
    def character(self) -> float:
        """Millimetres of a character."""
        return self.size / 72 * 25.4

    @property
    def margins(self) -> float:
        """Millimetres that a column gives away to both margins and, in LibreOffice, to its line."""
        return 2 * self.margin / 1440 * 25.4 + self.border / 72 * 25.4


WIDE, NARROW = Fit("表头", 10.5, 57), Fit("表头（窄）", 9, 40)
"""Of tables as 二.表 has them, and of those with columns beside these."""

UNIT_GIVES = 9
"""Of its share the first column gives so much where more than MANY columns stand beside those of 二.表."""
MANY = 2

UNIT_WIDTH = 37
"""Millimetres of a unit's name in the annex."""


def blank(
    rules: Provisions,
    columns: Sequence[Column] = (),
    *,
    yearly: bool = False,
    beside: Collection[str] = (),
) -> bytes:
    """
    Make the template for an office's kinds and tiers.

    The same provisions give the same text; the bytes vary with the zip's time stamps.

    Args: `columns`: those of the points table; empty: as the provisions list them.
          `yearly`: of a whole year, without 全年累计. `beside`: the keys of columns that stand
          in the tables though 二.表 has them not.
    """
    several = columns or columns_of(rules)
    listed = [column for column in several if column.official or column.key in beside]
    document = Document()
    layout.set_page(document)
    layout.add_styles(document)
    layout.add_page_numbers(document)
    _letter(document)
    _points(document, listed if yearly else with_year(listed, {}))
    _annex(document, rules)
    _imprint(document)
    document.add_paragraph("", style="文末")  # what the 版记 is anchored to
    _properties(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


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


def intake_fields(rules: Provisions) -> tuple[str, ...]:
    """List the tags of the kinds in the annex: a kind's code in small letters, else its place."""
    return tuple(
        rule.code.lower() if rule.code.isidentifier() else f"kind_{number}"
        for number, rule in enumerate(rules.kind_rules, 1)
    )


def _points(document: Docx, columns: Sequence[Column]) -> None:
    """Lay out the two tables: the notice's columns under two header rows."""
    _line(document, "{%p for table in tables %}")
    _line(document, "附件标记", "附件{{ table.number }}")
    _line(document, "附表标题", "{{ table.title }}")
    upper: list[str] = []
    lower: list[str] = []
    merged: list[tuple[int, int, int]] = []
    more = sum(not column.official for column in columns)
    fit = NARROW if more else WIDE
    shares = [column.width for column in columns]
    shares[0] -= UNIT_GIVES if more > MANY else 0
    widths = [share * TYPE_AREA / sum(shares) for share in shares]
    for head in heads(columns):
        first, last = len(upper), len(upper) + len(head.columns) - 1
        upper += [wrapped(head.label, sum(widths[first : last + 1]), fit), *[""] * (last - first)]
        lower += [
            wrapped(column.label, width, fit) if head.shared else ""
            for column, width in zip(head.columns, widths[first:], strict=False)
        ]
        merged.append((first, 0 if head.shared else 1, last))
    keys = [column.key for column in columns]
    table = _table(
        document, widths, (upper, lower), "row in table.rows", f"row.{keys[0]}", keys[1:], fit=fit
    )
    for first, row, last in sorted(merged, key=lambda span: -span[1]):
        table.cell(0, first).merge(table.cell(row, last))
        _keep_first_paragraph(table.cell(0, first))
    _line(document, "{%p for note in table.notes %}")
    _line(document, "表注", "{{ note }}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p endfor %}")


def _annex(document: Docx, rules: Provisions) -> None:
    _line(document, "附件标记", "附件{{ annex.number }}")
    _line(document, "附表标题", "{{ annex.title }}")
    _line(document, "附表小标题", "{{ annex.received_title }}")
    names = [rule.name for rule in rules.kind_rules]
    fields = (*intake_fields(rules), "total", "late", "held", "refused")
    width = (TYPE_AREA - UNIT_WIDTH) / len(fields)
    counted = [wrapped(name, width) for name in (*names, "实报合计", "其中逾期", "待核", "退稿")]
    received = ("单位", *counted)
    widths_of_received = (UNIT_WIDTH, *(width for _ in fields))
    _table(document, widths_of_received, (received,), "row in annex.received", "row.unit", fields)
    _line(document, "{%p for note in annex.received_notes %}")
    _line(document, "表注", "{{ note }}")
    _line(document, "{%p endfor %}")
    for name, widths, head, first, rest in (
        ("completion", (34, 83, 19, 20), ("单位", "按期完成/应报", "完成率", "图示"), "unit",
         ("text", "rate", "bar")),
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
        unbroken = (
            name != "outlets"
        )  # where many units share an outlet its row is longer than a page
        _table(
            document,
            widths,
            (head,),
            f"row in annex.{name}",
            f"row.{first}",
            rest,
            unbroken=unbroken,
        )
        _line(document, "{%p endif %}")


def _imprint(document: Docx) -> None:
    """Lay out the 版记 (GB/T 9704 7.4): 抄送, then who printed it and when, between lines."""
    _line(document, "{%p if issuer %}")
    table: Table = document.add_table(rows=0, cols=2)
    table.autofit = False
    # 7.4.1: the last line lies on the lower edge of the type area, whatever stands above.
    # QUIRK: from the page's edge, as LibreOffice floats no table that fills the type area otherwise
    place = element(
        "w:tblpPr", horzAnchor="page", tblpX=LEFT, vertAnchor="margin", tblpYSpec="bottom"
    )
    table._tblPr.insert_element_before(
        place, "w:tblOverlap", "w:bidiVisual", "w:tblW", "w:jc", "w:tblLayout", "w:tblLook"
    )
    lines = element("w:tblBorders")
    for side, weight in (("top", 8), ("bottom", 8), ("insideH", 6)):  # 7.4.1: 0.35 mm, 0.25 mm
        lines.append(element(f"w:{side}", val="single", sz=weight, space=0, color="auto"))
    margins = element("w:tblCellMar")
    for side in ("left", "right"):  # the paragraphs are indented: margins would shift the table
        margins.append(element(f"w:{side}", w=0, type="dxa"))
    for part in (lines, margins):
        table._tblPr.insert_element_before(part, "w:tblLook")
    for left, right in (
        ("{%tr if copied_to %}", ""),
        ("抄送：{{ copied_to }}。", ""),
        ("{%tr endif %}", ""),
        ("{{ issuer }}", "{{ dated }}印发"),
    ):
        row = _row(table, (left, right), ("版记", "版记（日期）"))
        if left.startswith("抄送"):
            row.cells[0].merge(row.cells[1])
            _keep_first_paragraph(row.cells[0])
    for column, width in zip(
        table.columns, (TYPE_AREA - PRINTED_WIDTH, PRINTED_WIDTH), strict=True
    ):
        for cell in column.cells:
            cell.width = Mm(width)
        column.width = Mm(width)
    _line(document, "{%p endif %}")


def _table(
    document: Docx,
    widths: Sequence[float],
    head_rows: Sequence[Sequence[str]],
    loop: str,
    first: str,
    fields: Sequence[str],
    *,
    unbroken: bool = True,
    fit: Fit = WIDE,
) -> Table:
    """
    Add a table whose head rows repeat and whose body row loops.

    Units:   `widths` in mm, 156 in all.
    Args:    `loop`: what the row loops over, as in Jinja2. `first`: the tag of the first cell, and
             `fields` those of the others, of `row`. `unbroken`: no row runs over two pages.
    """
    assert math.isclose(sum(widths), TYPE_AREA), widths
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=fit.margin, type="dxa"))
    table._tblPr.insert_element_before(margins, "w:tblLook")
    for head in head_rows:
        row = _row(table, head, [fit.style] * len(head))
        row._tr.get_or_add_trPr().append(element("w:tblHeader"))
    empty = [""] * (len(widths) - 1)
    plain = ["表格文字"] * len(widths)
    _row(table, [f"{{%tr for {loop} %}}", *empty], plain)
    long_texts = {"text", "bar", "units", "why", "period"}
    styles = ["表格文字" if name in long_texts else "表格数字" for name in fields]
    cells = [f"{{{{ {first} }}}}", *(f"{{{{ row.{name} }}}}" for name in fields)]
    _row(table, cells, ["表格文字", *styles], unbroken=unbroken)
    _row(table, ["{%tr endfor %}", *empty], plain)
    for column, width in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Mm(width)
        column.width = Mm(width)
    return table


def _row(
    table: Table, texts: Sequence[str], styles: Sequence[str], *, unbroken: bool = True
) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()
    if unbroken:
        properties.append(element("w:cantSplit"))
    properties.append(element("w:trHeight", val=380, hRule="atLeast"))
    for cell, text, style in zip(row.cells, texts, styles, strict=True):
        cell.paragraphs[0].text = text
        cell.paragraphs[0].style = style
        cell._tc.get_or_add_tcPr().append(element("w:vAlign", val="center"))
    return row


def _keep_first_paragraph(cell: _Cell) -> None:
    """Remove the empty paragraphs that merging leaves in a cell."""
    for extra in cell.paragraphs[1:]:
        extra._p.getparent().remove(extra._p)


def wrapped(label: str, width: float, fit: Fit = WIDE) -> str:
    """
    Break a head into lines of much the same length, at a stroke where there is one.

    What breaks so by itself stays as it is, if it would in a column half a character wider, too:
    with another font a stroke is a third of a character and no half.

    Units: `width` of the column in mm.
    """
    fits = max(1, int((width - fit.margins) / fit.character * 2))
    if _halves(label) <= fits:
        return label
    lines = []
    for part in label.replace("/", "/\n").split("\n"):
        many = math.ceil(_halves(part) / fits)
        edges = [math.ceil(len(part) * number / many) for number in range(many + 1)]
        lines += [part[one:other] for one, other in itertools.pairwise(edges)]
    alone = lines == _by_itself(label, fits) == _by_itself(label, fits + 1)
    return label if alone else "\n".join(lines)


def _by_itself(label: str, fits: int) -> list[str]:
    """Fill lines as a word processor does; none begins with a stroke."""
    lines = [""]
    for letter in label:
        if lines[-1] and letter != "/" and _halves(lines[-1] + letter) > fits:
            lines.append("")
        lines[-1] += letter
    return lines


def _halves(label: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in label)


def _line(document: Docx, style: str, text: str | None = None, *, gap: bool = False) -> Paragraph:
    """Add a paragraph; a `gap` that people must fill is red. A tag alone takes the plain style."""
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


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(blank(default_provisions()))
