"""Headings that the office re-worded in its notice.docx stand in the workbook, too."""

from __future__ import annotations

import io

import openpyxl
from docx import Document

from notifier.notice.checking import sample
from notifier.notice.document import shipped_for
from notifier.notice.headings import renamer
from notifier.notice.workbook import workbook
from tests.rulebook.builders import provisions


def reworded(*words: tuple[str, str]) -> bytes:
    document = Document(io.BytesIO(shipped_for(provisions())))
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                for old, new in words:
                    if cell.text.replace("\n", "") == old:
                        cell.paragraphs[0].runs[0].text = new
                        for run in cell.paragraphs[0].runs[1:]:
                            run.text = ""
                        for paragraph in cell.paragraphs[1:]:
                            paragraph.clear()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def heads(book: bytes) -> set[str]:
    sheets = openpyxl.load_workbook(io.BytesIO(book)).worksheets
    return {
        str(value)
        for sheet in sheets
        for row in sheet.iter_rows(min_row=1, max_row=3, values_only=True)
        for value in row
        if value
    }


def test_the_workbook_bears_the_headings_of_the_offices_own_template() -> None:
    own = reworded(("积分总计", "总得分"), ("录用条数", "采用篇数"), ("退稿", "退回"))
    rules = provisions()
    headed = renamer(own, lambda: shipped_for(rules))
    facts = sample(rules, "某局")
    assert {"积分总计", "录用条数"} <= heads(workbook(facts))
    theirs = heads(workbook(facts, headed=headed))
    assert {"总得分", "采用篇数"} <= theirs
    assert not {"积分总计", "录用条数"} & theirs


def test_without_a_template_or_with_one_that_is_none_headings_stay() -> None:
    assert renamer(None, lambda: b"")("积分总计") == "积分总计"
    assert renamer(b"no docx", lambda: shipped_for(provisions()))("积分总计") == "积分总计"
