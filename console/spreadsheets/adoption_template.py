"""An empty sheet of adoptions, ready to be filled in: units and outlets to choose from, and how to fill it in."""

from __future__ import annotations

import io
from collections.abc import Sequence

HEADINGS = ("标题", "单位", "媒体", "日期", "链接")
ROWS = 500
_WIDTHS = (56, 22, 26, 14, 44)
_EXPLANATION = (
    "一行一条：一篇稿件被两家媒体刊发的写两行。",
    "标题照刊发的写；和来稿的标题相近就能对上，对不上的会请您指明。",
    "单位、媒体请从下拉列表中选；名单里没有的媒体也可以写，类别以后再定。",
    "日期写刊发的那一天，如 2022-03-05。链接可不填。",
    "填好后在“录用”页导入：先看会登记哪些，再写入。同一份表可以再次导入，登记过的会跳过。",
)


def blank_adoptions(units: Sequence[str], outlets: Sequence[str]) -> bytes:
    """Write the workbook; lists and explanations stand on a sheet of their own, which is not imported."""
    import xlsxwriter  # slow to load, and written once in a while

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("录用情况")
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, day if heading == "日期" else text)
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 0)
        told = book.add_worksheet("填表说明")
        told.set_column(0, 0, 80)
        told.set_column(1, 2, 26)
        for line, sentence in enumerate(_EXPLANATION):
            told.write_string(line, 0, sentence)
        for column, names in ((1, units), (2, outlets)):
            for line, name in enumerate(names):
                told.write_string(line, column, name)
            if names:
                letter = "ABC"[column]
                sheet.data_validation(
                    *(1, column, ROWS, column),
                    {
                        "validate": "list",
                        "source": f"=填表说明!${letter}$1:${letter}${len(names)}",
                        "error_type": "warning",
                    },
                )
    return buffer.getvalue()
