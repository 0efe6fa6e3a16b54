"""An empty list of officers, ready to be filled in: a row for every unit, and how to fill it in."""

from __future__ import annotations

import io
from collections.abc import Sequence

HEADINGS = ("单位", "姓名", "职务", "联系电话", "邮箱", "备注")
_WIDTHS = (28, 12, 16, 16, 36, 24)
_EXPLANATION = (
    "每位报送人员一行；一个单位有几位的，各写一行，单位照写。",
    "单位请从下拉列表中选，也可以写规定里的别称。",
    "邮箱是报送稿件用的邮箱，几个的用逗号隔开；一个邮箱只写给一个单位。",
    "空着的格不改动原来的登记；没有写到的报送人员不会被删除。",
    "离任和交接请用“报送人员”页，或 shougao roster handover。",
)


def blank_roster(units: Sequence[str]) -> bytes:
    """Write the workbook; its explanations stand on a sheet of their own, which is not imported."""
    import xlsxwriter  # slow to load, and written once in a while

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@"})  # a phone number stays as it is typed
        sheet = book.add_worksheet("报送人员名单")
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, text)
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 0)
        for line, unit in enumerate(units, 1):
            sheet.write_string(line, 0, unit, text)
        told = book.add_worksheet("填表说明")
        told.set_column(0, 1, 80)
        for line, sentence in enumerate(_EXPLANATION):
            told.write_string(line, 0, sentence)
        for line, unit in enumerate(units):
            told.write_string(line, 1, unit)
        if units:
            sheet.data_validation(
                1,
                0,
                500,
                0,
                {
                    "validate": "list",
                    "source": f"=填表说明!$B$1:$B${len(units)}",
                    "error_type": "warning",
                },
            )
    return buffer.getvalue()
