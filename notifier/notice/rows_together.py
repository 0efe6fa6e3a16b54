"""No row of a table stands alone on a page: its first and its last rows keep together."""

from __future__ import annotations

import itertools

from docx.document import Document as Docx
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.table import Table

FIRST, LAST = 2, 4
"""So many rows at the beginning, below the head, and at the end stay on one page."""

SIZE, PADDING = 12, 114 / 20
"""Points: of a character in a table, and what the margins of a cell take (both are the template's)."""

NOTE, NOTES = "表注", "附件说明"


def keep_rows_together(document: Docx) -> None:
    """Have the head keep with the first rows, the last rows with one another and with the note below."""
    for table in document.tables:
        if table._tblPr.find(qn("w:tblpPr")) is None:  # the 版记 lies at the foot by itself
            _keep(table, _is_followed_by_a_note(document, table))


def keep_text_with_signature(document: Docx) -> None:
    """Have the last lines of the text go to the page of what is signed: no page of a signature alone."""
    body = document.element.body
    styles = {one.style_id: one.name for one in document.styles}
    texts = [
        (paragraph, styles.get(paragraph.style.style_id) if paragraph.style is not None else "")
        for paragraph in document.paragraphs
        if paragraph._p.getparent() is body
    ]
    for (text, _), (_, following) in itertools.pairwise(texts):
        if following == NOTES:
            text.paragraph_format.keep_with_next = text.paragraph_format.keep_together = True
            return


def break_between_names(document: Docx) -> None:
    """Have the name of a row of several units break behind the first, if it needs a second line."""
    for table in document.tables:
        for row in table.rows:
            cell = row.cells[0]
            first, comma, rest = cell.text.partition("、")
            room = cell.width.pt - PADDING if cell.width is not None else 0.0
            line = (len(first) + 1) * SIZE
            if comma and len(cell.text) * SIZE > room >= line and len(rest) <= len(first) + 1:
                # an indent, as a break would stand in the name
                cell.paragraphs[0].paragraph_format.right_indent = Pt(room - line - SIZE / 4)


def _keep(table: Table, noted: bool) -> None:
    rows = list(table.rows)
    heads = sum(
        row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None
        for row in rows
    )
    for index, row in enumerate(rows):
        is_last = index == len(rows) - 1
        if (
            index < heads + FIRST - 1
            or len(rows) - LAST <= index < len(rows) - 1
            or (is_last and noted)
        ):
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    paragraph.paragraph_format.keep_with_next = True


def _is_followed_by_a_note(document: Docx, table: Table) -> bool:
    following = table._tbl.getnext()
    if following is None or following.tag != qn("w:p"):
        return False
    style = following.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    name = style.get(qn("w:val")) if style is not None else ""
    by_id = {one.style_id: one.name for one in document.styles}
    return by_id.get(name) == NOTE
