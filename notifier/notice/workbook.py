"""
The notice's workbook (.xlsx): the two tables, the annex, charts. Pure: facts -> bytes.

Every name is written as a string, never as a formula or a link. 积分总计 and 排名 are formulas over the
row's own cells, with their values beside them: what is edited shows at once, and 核对 beside them is the
ledger's figure.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from notifier.notice import tables, text
from notifier.notice.annex import PlainSheet, annex_sheets
from notifier.notice.facts import NoticeFacts
from rulebook.amounts import plain, total
from rulebook.model import Group
from rulebook.points_table import Cell, Column, columns_of, heads
from rulebook.ranking import TableRow

MAX_BARS = 40
"""Units in a chart; more cannot be read."""

NARROWEST, WIDEST = 7, 42
"""Column widths in half-width characters."""

SHEET = "积分统计表（{}）"
"""The name of a table's sheet, with its group."""


@dataclass(frozen=True, slots=True)
class Formats:
    """The looks of cells. `said`: puts a heading or a title into the office's words."""

    said: Callable[[str], str]
    title: Any
    head: Any
    name: Any
    number: Any
    rate: Any
    gap: Any
    note: Any
    wrong: Any


def workbook(
    facts: NoticeFacts, columns: Sequence[Column] = (), headed: Callable[[str], str] = str
) -> bytes:
    """
    Make the .xlsx. The same facts give the same bytes.

    Args: `columns`: those of the points table; empty: as the provisions list them. `headed`: puts a
          heading as the office's own template does (`headings.py`).
    """

    def said(words: str) -> str:
        again = headed(words)
        return again if again != words else text.legal(facts.called.renamed(words))

    columns = columns or columns_of(facts.rules)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": text.title(facts),
            "author": text.legal(facts.office),
            "comments": text.legal(facts.basis),
            "created": datetime.combine(facts.dated, time()),
        }
    )
    formats = _formats(book, said)
    for group, rows in facts.tables:
        _points(book, formats, facts, group, rows, columns)
    for sheet in annex_sheets(facts):
        _plain(book, formats, sheet)
    _charts(book, facts, columns)
    book.close()
    return out.getvalue()


def _formats(book: Any, said: Callable[[str], str]) -> Formats:
    cell = {"border": 1, "font_name": "仿宋_GB2312", "font_size": 12, "valign": "vcenter"}
    middle = {**cell, "align": "center"}
    return Formats(
        said=said,
        title=book.add_format(
            {"font_name": "方正小标宋_GBK", "font_size": 18, "align": "center", "valign": "vcenter"}
        ),
        head=book.add_format(
            {
                **middle,
                "font_name": "黑体",
                "font_size": 11,
                "text_wrap": True,
                "bg_color": "#F2F2F2",
            }
        ),
        name=book.add_format({**cell, "text_wrap": True}),
        number=book.add_format(middle),
        rate=book.add_format({**middle, "num_format": "0.0%"}),
        gap=book.add_format({**middle, "font_color": "#C00000"}),
        note=book.add_format(
            {"font_name": "仿宋_GB2312", "font_size": 11, "text_wrap": True, "valign": "top"}
        ),
        wrong=book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
    )


def _points(
    book: Any,
    formats: Formats,
    facts: NoticeFacts,
    group: Group,
    rows: Sequence[TableRow],
    columns: Sequence[Column],
) -> None:
    """
    Write one of the two tables: the notice's columns, and 核对 beside them.

    积分总计 adds the row up from its columns, 核对 is what the ledger has; where they differ the cell
    turns red. 核对 is left out when the columns mix kinds of different worth, for then no row can be
    added up, and 积分总计 is the ledger's figure.
    """
    sheet = book.add_worksheet(SHEET.format(text.table_name(facts, group))[:31])
    check = tables.is_plain(facts.rules)
    laid_out = tables.notice_columns(facts, columns)
    index_of = {column.key: index for index, column in enumerate(laid_out)}
    last = len(laid_out) - 1 + check
    sheet.merge_range(0, 0, 0, last, formats.said(text.points_title(facts, group)), formats.title)
    for head in heads(laid_out):
        first = index_of[head.columns[0].key]
        if head.shared:
            sheet.merge_range(
                1, first, 1, first + len(head.columns) - 1, formats.said(head.label), formats.head
            )
            for column in head.columns:
                sheet.write_string(
                    2, index_of[column.key], formats.said(column.label), formats.head
                )
        else:
            sheet.merge_range(1, first, 2, first, formats.said(head.label), formats.head)
    if check:
        sheet.merge_range(1, last, 2, last, "核对", formats.head)
    ranked = [line for line, row in enumerate(rows, start=3) if row.rank]
    for line, row in enumerate(rows, start=3):
        for index, column in enumerate(laid_out):
            value = column.value(row)
            if isinstance(value, str):
                sheet.write_string(line, index, text.legal(value), formats.name)
            elif column.key == "points" and check:
                formula, shown = _sum(facts, row, line, index_of)
                sheet.write_formula(line, index, formula, formats.number, shown)
            elif column.key == "rank":
                _rank(sheet, formats, line, index_of, ranked, row.rank)
            else:
                sheet.write_number(line, index, plain(value), formats.number)
        if check:
            sheet.write_number(line, last, plain(row.points), formats.number)
    end = 3 + len(rows)
    if check:
        sum_, known = xl_rowcol_to_cell(3, index_of["points"]), xl_rowcol_to_cell(3, last)
        sheet.conditional_format(
            3,
            last,
            end - 1,
            last,
            {"type": "formula", "criteria": f"={known}<>{sum_}", "format": formats.wrong},
        )
    for line, note in enumerate(text.table_notes(facts, rows), start=end):
        sheet.merge_range(line, 0, line, last, text.legal(facts.called.renamed(note)), formats.note)
        sheet.set_row(line, 16 * (1 + text.width(note) // 84))
    for index, column in enumerate(laid_out):
        names = [str(column.value(row)) for row in rows] if column.cell is Cell.NAME else []
        width = _fitting([column.label, *names]) if names else column.sheet_width
        sheet.set_column(index, index, width)
    if check:
        sheet.set_column(last, last, NARROWEST)
    sheet.set_default_row(20)
    sheet.set_row(0, 34)
    sheet.set_row(1, 24)
    sheet.set_row(2, 24)
    sheet.freeze_panes(3, 1)
    _paper(sheet, heads=(0, 2), landscape=False)


def _rank(
    sheet: Any, formats: Formats, line: int, at: Mapping[str, int], ranked: Sequence[int], rank: int
) -> None:
    """Write the rank within the table: 1, 1, 3 by the points beside it; 未归属 has none."""
    if not rank:
        sheet.write_blank(line, at["rank"], None, formats.number)
        return
    first = xl_rowcol_to_cell(ranked[0], at["points"], row_abs=True)
    last = xl_rowcol_to_cell(ranked[-1], at["points"], row_abs=True)
    own = xl_rowcol_to_cell(line, at["points"])
    sheet.write_formula(line, at["rank"], f"=RANK({own},{first}:{last})", formats.number, rank)


def _sum(facts: NoticeFacts, row: TableRow, line: int, at: Mapping[str, int]) -> tuple[str, float]:
    """
    Add a row up from its own cells by the figures of 四.1-2.

    What earlier drafts weighed otherwise, where the scale changed within the period, is a number beside.

    Args:    `at`: the place of each column in the sheet, by its key.
    Returns: the formula, and what it comes to.
    """
    kinds, tiers = tables.weights_of(facts.rules)
    columns = columns_of(facts.rules)
    adopted = [column.key for column in columns if column.list_key == "adopted"]
    weights = dict(zip((column.key for column in columns[1:]), kinds, strict=False))
    weights |= dict(zip(adopted, tiers, strict=True))
    parts = [f"{xl_rowcol_to_cell(line, at[key])}*{weight}" for key, weight in weights.items()]
    if "correction" in at:
        parts.append(xl_rowcol_to_cell(line, at["correction"]))
    parts += [xl_rowcol_to_cell(line, at[key]) for key in ("by_hand", "by_rule") if key in at]
    other = tables.by_other_scales(row, facts)
    if other:
        parts.append(f"({other})")
    return "=" + "+".join(parts), plain(total([tables.checked(row, facts.rules), other]))


def _plain(book: Any, formats: Formats, annex: PlainSheet) -> None:
    columns = annex.columns
    sheet = book.add_worksheet(formats.said(annex.name)[:31])
    last = len(columns) - 1
    if last:
        sheet.merge_range(0, 0, 0, last, formats.said(annex.title), formats.title)
    for index, column in enumerate(columns):
        sheet.write_string(1, index, formats.said(text.legal(column.head)), formats.head)
        for line, value in enumerate(column.cells, start=2):
            if value is None:
                sheet.write_blank(line, index, None, formats.number)
            elif isinstance(value, str):
                text_format = formats.name if column.name else formats.number
                sheet.write_string(
                    line,
                    index,
                    text.legal(value),
                    formats.gap if value == tables.BONUS_GAP else text_format,
                )
            else:
                sheet.write_number(
                    line, index, value, formats.rate if column.rate else formats.number
                )
        texts = [one for one in column.cells if isinstance(one, str)]
        sheet.set_column(index, index, _fitting([column.head[:6], *texts]))
    sheet.set_default_row(20)
    sheet.set_row(0, 34)
    sheet.set_row(1, 16 * max(2, *(1 + text.width(one.head) // 12 for one in columns)))
    sheet.freeze_panes(2, 1)
    _paper(sheet, heads=(0, 1), landscape=len(columns) > 9)


def _charts(book: Any, facts: NoticeFacts, columns: Sequence[Column]) -> None:
    """Bars of points, one chart per table, drawn by Excel itself from the tables' own cells."""
    if not facts.tables:
        return
    sheet = book.add_worksheet("图表")
    points = [column.key for column in tables.notice_columns(facts, columns)].index("points")
    line = 0
    for group, rows in facts.tables:
        bars = min(len(rows), MAX_BARS)
        name = SHEET.format(text.table_name(facts, group))[:31]
        chart = book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": "积分总计",
                "categories": [name, 3, 0, 2 + bars, 0],
                "values": [name, 3, points, 2 + bars, points],
                "data_labels": {"value": True},
                "fill": {"color": "#4472C4"},
                "gap": 60,
            }
        )
        limited = f"（前{MAX_BARS}名）" if len(rows) > MAX_BARS else ""
        title = f"{facts.period.label}积分（{text.table_name(facts, group)}）{limited}"
        chart.set_title({"name": title, "name_font": {"size": 14}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": {"visible": False}})
        height = 90 + 26 * bars
        chart.set_size({"width": 640, "height": height})
        sheet.insert_chart(line, 0, chart)
        line += height // 20 + 2
    _paper(sheet, heads=None, landscape=False)


def _paper(sheet: Any, heads: tuple[int, int] | None, landscape: bool) -> None:
    """A4, one page wide, head rows on every page, numbered "— 1 —"."""
    sheet.set_paper(9)
    sheet.set_margins(left=0.7, right=0.7, top=0.9, bottom=0.9)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_footer("&C— &P —")
    if landscape:
        sheet.set_landscape()
    if heads:
        sheet.repeat_rows(*heads)


def _fitting(texts: Sequence[str]) -> int:
    """Fit a column width to texts: an East Asian character takes two half-widths."""
    return min(WIDEST, max(NARROWEST, *(round(text.width(one) * 1.15) + 2 for one in texts)))
