"""Spreadsheets and slides that nobody can open, torn, locked or under a false name, and such as can be."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import olefile
import pytest

from parsers.documents import unopened
from parsers.mediatypes import PPTX
from parsers.types import File, LimitHit, Limits, Other, ResourceBudget
from rulebook.model import FileRole
from tests.samples.compound_file import write

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NOISE = bytes(range(128, 256)) * 50


def slides(token: int = 0xE391C05F, place: int = 64) -> bytes:
    """A .ppt as [MS-PPT] 2.1.2 has it read: the current user tells where the last edit lies."""
    document = struct.pack("<HHL", 15, 0x03E8, 56) + bytes(56) + struct.pack("<HHL", 0, 0x0FF5, 28)
    user = struct.pack("<HHLLLLHHBBH", 0, 0x0FF6, 24, 20, token, place, 4, 0x3F4, 3, 0, 0)
    return write({"Current User": user, "PowerPoint Document": document + bytes(5000)})


def locked_workbook() -> bytes:
    """The .xls of LibreOffice with a FilePass record ([MS-XLS] 2.4.117) behind its first one."""
    with olefile.OleFileIO(SAMPLES / "sheet/libreoffice.xls") as storage:
        records = storage.openstream("Workbook").read()
    first = 4 + struct.unpack_from("<H", records, 2)[0]
    lock = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + bytes(range(48))
    scrambled = bytes(byte ^ 0x5A for byte in records[first:])
    return write({"Workbook": records[:first] + lock + scrambled})


def opendocument(kind: str, manifest: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", f"<m>{manifest}</m>")
        archive.writestr("content.xml", "<c/>")
    return out.getvalue()


def emptied(name: str) -> bytes:
    """A package whose directory is whole and whose parts are not."""
    data = bytearray((SAMPLES / name).read_bytes())
    data[len(data) // 5 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 5)
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("演示.ppt", slides()),
        ("演示.dps", slides()),
        ("附表.ods", opendocument("spreadsheet")),
        ("演示.odp", opendocument("presentation")),
        ("附表.xls", b'<?xml version="1.0"?><Workbook/>'),
    ],
)
def test_what_somebody_can_open_is_another_file(read, name, data):
    (fact,) = read(name, data)
    assert isinstance(fact, Other)
    assert (fact.role, fact.size) == (FileRole.OTHER, len(data))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("附表.xlsx", b""),
        ("附表.et", NOISE),
        ("附表.xlsx", b"PK\3\4" + NOISE),
        ("附表.ods", b"PK\3\4" + NOISE),
        ("附表.xls", b"\0\0\x0a\0" + bytes(14) + NOISE),  # libmagic may take it for a picture
        ("附表.xlsx.crdownload", NOISE),
        ("附表.xls", locked_workbook()),
        ("附表.et", (SAMPLES / "sheet/libreoffice.xls").read_bytes()[:3000]),
        ("附表.ods", opendocument("spreadsheet", "<encryption-data/>")),
        ("附表.ods", emptied("unopened/libreoffice.ods")),
        ("演示.pptx", emptied("unopened/python-pptx.pptx")),
        ("演示.ppt", slides(token=0xF3D1C4DF)),
        ("演示.ppt", slides(place=99_999)),
        ("演示.dps", slides()[:3000]),
    ],
)
def test_what_nobody_can_open_is_told_as_unread(read, name, data):
    (fact,) = read(name, data)
    assert isinstance(fact, Other)
    assert (fact.role, fact.size) == (FileRole.UNREAD, len(data))


def test_a_bomb_among_slides_costs_little_and_refuses_nothing(read, monkeypatch):
    monkeypatch.setattr(unopened, "MAX_BYTES", 100_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("ppt/presentation.xml", bytes(5_000_000))
    (fact,) = read("演示.pptx", out.getvalue())
    assert isinstance(fact, Other)
    assert fact.role is FileRole.OTHER


def test_slides_are_looked_at_within_the_letters_time():
    data = (SAMPLES / "unopened/python-pptx.pptx").read_bytes()
    with pytest.raises(LimitHit):
        list(unopened.parse(File("a.pptx", data, PPTX), ResourceBudget(Limits(seconds=0.0))))
