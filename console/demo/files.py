"""The files that officers pack: drafts, photos and archives, made by the programs' own libraries."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import docx
import py7zr
import pyzipper
from docx.oxml.ns import qn
from docx.shared import Pt
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

Members = Mapping[str, bytes]


def word(
    paragraphs: Sequence[str], table: Sequence[Sequence[str]] = (), photo: bytes = b""
) -> bytes:
    """Write a .docx with a heading, paragraphs, perhaps a table and a picture."""
    document = docx.Document()
    document.styles["Normal"].font.name = "仿宋"
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for number, paragraph in enumerate(paragraphs):
        run = document.add_paragraph().add_run(paragraph)
        run.font.size = Pt(22 if number == 0 else 16)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    if photo:
        document.add_picture(io.BytesIO(photo), width=Pt(360))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(paragraphs: Sequence[str], password: str | None = None) -> bytes:
    """Write a .pdf with its text, set in a font that every reader has; perhaps locked."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("body", fontName="STSong-Light", fontSize=14, leading=24, wordWrap="CJK")
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, encrypt=password).build(
        [Paragraph(text, style) for text in paragraphs]
    )
    return out.getvalue()


def scan(photo: bytes) -> bytes:
    """Write a .pdf that is only a picture of a page."""
    out = io.BytesIO()
    Image.open(io.BytesIO(photo)).convert("RGB").save(out, "PDF")
    return out.getvalue()


def rich_text(paragraphs: Sequence[str]) -> bytes:
    """RTF, which many programs save under the name .doc."""
    lines = []
    for paragraph in paragraphs:
        coded = "".join(f"\\'{byte:02x}" for byte in paragraph.encode("gbk", "replace"))
        lines.append(coded + "\\par")
    head = (
        "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}}\\f0\\fs32\n"
    )
    return (head + "\n".join(lines) + "\n}").encode("ascii")


def web_page(paragraphs: Sequence[str]) -> bytes:
    """HTML as WPS saves it under the name .doc."""
    body = "".join(f"<p class=MsoNormal>{paragraph}</p>" for paragraph in paragraphs)
    return f'<html><head><meta charset="gb2312"></head><body>{body}</body></html>'.encode("gb18030")


def photo(seed: int, taken: datetime, size: tuple[int, int] = (1200, 800)) -> bytes:
    """Write a JPEG of an invented place, with grain as cameras have it and the moment in its EXIF."""
    dice = random.Random(seed)
    width, height = size
    sky = Image.linear_gradient("L").resize(size).point(lambda value: 255 - value // 3)
    picture = Image.merge("RGB", (sky.point(lambda value: int(value * 0.8)), sky, sky))
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        left, wide = dice.randrange(width), dice.randrange(60, 220)
        top = dice.randrange(height // 3, height * 3 // 4)
        shade = dice.randrange(60, 190)
        draw.rectangle((left, top, left + wide, height), fill=(shade, shade - 10, shade - 25))
        for row in range(top + 14, height - 14, 34):
            for column in range(left + 10, left + wide - 14, 30):
                draw.rectangle((column, row, column + 14, row + 18), fill=(235, 225, 170))
    grain = Image.effect_noise(size, 18).convert("RGB")
    picture = Image.blend(picture, grain, 0.12)
    exif = Image.Exif()
    exif[0x0132] = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82, exif=exif)
    return out.getvalue()


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a zip with UTF-8 names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def zipped_in_gbk(members: Members) -> bytes:
    """Write a zip as Explorer and WinRAR on Chinese Windows do: raw GBK names, no flag."""
    local, central = io.BytesIO(), io.BytesIO()
    for name, data in members.items():
        raw_name, packed = name.encode("gb18030"), zlib.compress(data, 6)[2:-4]
        sizes = struct.pack("<III", zlib.crc32(data), len(packed), len(data))
        common = struct.pack("<HHHHH", 20, 0, 8, 0x6C00, 0x5465) + sizes
        lengths = struct.pack("<HH", len(raw_name), 0)
        offset = local.tell()
        central.write(b"PK\x01\x02" + struct.pack("<H", 20) + common + lengths)
        central.write(struct.pack("<HHHII", 0, 0, 0, 0x20, offset) + raw_name)
        local.write(b"PK\x03\x04" + common + lengths + raw_name + packed)
    counts = struct.pack("<HHHH", 0, 0, len(members), len(members))
    tail = struct.pack("<IIH", central.tell(), local.tell(), 0)
    return local.getvalue() + central.getvalue() + b"PK\x05\x06" + counts + tail


def zipped_with_password(members: Members, password: str) -> bytes:
    """Write a zip under AES-256, as WinZip and 7-Zip do."""
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def seven_zipped(members: Members) -> bytes:
    """Write a 7z."""
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()


def tarred(members: Members) -> bytes:
    """Write a tar.gz, as Linux desktops and UOS do."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def rarred(members: Members) -> bytes:
    """Write a RAR 5 archive with stored members (no free program writes any). Source: RAR 5.0 technote."""
    out = b"Rar!\x1a\x07\x01\x00" + _block(_number(1) + _number(0) + _number(0))
    for name, data in members.items():
        raw_name = name.encode()
        checksum, exists = 0x0004, 0x0002
        head = _number(2) + _number(exists) + _number(len(data))
        head += _number(checksum) + _number(len(data)) + _number(0x20)
        head += struct.pack("<I", zlib.crc32(data)) + _number(0) + _number(0)
        out += _block(head + _number(len(raw_name)) + raw_name) + data
    return out + _block(_number(5) + _number(0) + _number(0))


def _block(content: bytes) -> bytes:
    sized = _number(len(content)) + content
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    """RAR 5's vint: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
