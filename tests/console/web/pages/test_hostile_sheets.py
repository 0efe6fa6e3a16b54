"""Hostile sheets at 导入名单 and 导入录用: each costs itself a worker, and the service goes on."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from console.application import Application

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.spreadsheetml.sheet.main+xml"/></Types>'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATION}/{{kind}}" Target="{{target}}"/></Relationships>'
)


def workbook(sheet: str, mark: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr(
            "_rels/.rels", RELATIONS.format(kind="officeDocument", target="xl/workbook.xml")
        )
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}">'
            '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format(kind="worksheet", target="worksheets/s.xml"),
        )
        package.writestr(
            "xl/worksheets/s.xml",
            f'<worksheet xmlns="{MAIN}">{mark}<sheetData>{sheet}</sheetData></worksheet>',
        )
    return out.getvalue()


def cell(place: str, row: int) -> str:
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>a</t></is></c></row>'


FAR_APART = workbook(cell("A1", 1) + cell("XFD1048576", 1_048_576))
DISGUISED = workbook(cell("A1", 1) + cell("XFD1048576", 1_048_576).replace('r="XFD', "r='XFD"))
BILLION_COLUMNS = workbook(cell("A1", 1), '<cols><col min="1" max="999999999" hidden="1"/></cols>')
BOMB = workbook("<!--" + " " * 60_000_000 + "-->")


@pytest.mark.parametrize("raw", [FAR_APART, DISGUISED, BILLION_COLUMNS, BOMB])
@pytest.mark.parametrize("path", ["/officers/import", "/adoptions/import"])
def test_a_hostile_sheet_is_refused_in_words_and_the_pages_live(
    application: Application, sign_in: Any, raw: bytes, path: str
) -> None:
    client = sign_in("editor")
    assert len(raw) < 100_000
    answer = client.post(path, files={"sheet": ("名单.xlsx", raw)})
    assert answer.status_code in (200, 400)
    assert "名单" in answer.text or "录用" in answer.text
    assert client.get("/officers").status_code == 200
