"""
Media types, told by content alone: signatures first, then a look inside containers, then libmagic.

Source: the formats' own signatures; ECMA-376-2, ODF 1.3 part 2 (mimetype), GB/T 33190 (OFD.xml),
        [MS-CFB] (names of streams), [MS-OFFCRYPTO] 2.3.4 (EncryptedPackage), libmagic's data file.
The declared type and the name of a file are never asked.
"""

from __future__ import annotations

import functools
import re
import struct
import zipfile
from pathlib import PurePosixPath
from typing import Any

from parsers import charsets, ole, spool, zip_errors
from parsers.spool import Content
from parsers.types import Damaged, File

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
"""Variants with macros and templates are read alike and so bear the same type."""

DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
WORKS = "application/vnd.ms-works"
LOCKED_OFFICE = "application/x-ole-encrypted"
OLE = "application/x-ole-storage"
EPUB = "application/epub+zip"
_ODF = "application/vnd.oasis.opendocument."
ODT, ODS, ODP = (f"{_ODF}{kind}" for kind in ("text", "spreadsheet", "presentation"))
OFD = "application/ofd"
PDF = "application/pdf"
WORD_XML = "application/vnd.ms-word.2003+xml"
FLAT_OPC = "application/vnd.ms-word.flat-opc+xml"
FLAT_ODT = "application/vnd.oasis.opendocument.text-flat-xml"
RTF = "application/rtf"
HTML = "text/html"
MHT = "application/x-mimearchive"
MAIL = "message/rfc822"
OUTLOOK = "application/vnd.ms-outlook"
TEXT = "text/plain"
ZIP = "application/zip"
UUENCODED = "text/x-uuencode"
PROGRAM = "application/vnd.microsoft.portable-executable"
UNKNOWN = "application/octet-stream"

MAX_NAMES = 10_000
"""A zip with more entries is no document; its directory is not even read."""

_MAGIC_BYTES = 1 << 20
_TEXT_BYTES = 1 << 16
_END = struct.Struct("<4s4H2LH")

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", PDF),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"{\\rtf", RTF),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b"MSWIM\0\0\0", "application/x-ms-wim"),
    (b"xar!", "application/x-xar"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"\xd7\xcd\xc6\x9a\0\0", "image/wmf"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/AMR"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/x-wav", b"AVI ": "video/x-msvideo"}
_EBML = b"\x1a\x45\xdf\xa3"
_ZIP_SIGNATURES = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_ERRORS: tuple[type[Exception], ...] = (
    *zip_errors.ERRORS,
    MemoryError,  # what LZMA asks for
)
_CONTENT_TYPES = ((b"wordprocessingml", DOCX), (b"spreadsheetml", XLSX), (b"presentationml", PPTX))
_OFFICE_PARTS = (b"[Content_Types].xml", b"_rels/.rels", b"docProps/app.xml")
_OLE_STREAMS = {
    "EncryptedPackage": LOCKED_OFFICE,
    "WordDocument": DOC,
    "Workbook": XLS,
    "Book": XLS,
    "PowerPoint Document": PPT,
    "MatOST": WORKS,
    "MN0": WORKS,
    "__properties_version1.0": OUTLOOK,
}
_WORD_SIGNATURE = b"\xec\xa5"
"""[MS-DOC] 2.5.2: first in its stream, which Word and WPS put first in the file."""

_DATA = (
    *("text/x-", "text/css", "text/javascript", "text/vcard", "text/calendar", "message/"),
    *("application/j", "application/x-mswinurl", "application/x-ndjson"),
)
"""What libmagic calls the texts that programs write and read."""

_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)")
_CPIO = re.compile(rb"07070[12][0-9A-Fa-f]{104}")
_LZH = re.compile(rb"..-l(?:h[0-7d]|z[s45])-", re.DOTALL)
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
    **dict.fromkeys((b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V "), "video/mp4"),
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/x-m4a",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
}
_PROLOGUE = r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
"""What may stand before the first element, in one way alone: no comment swallows the next."""
_HTML = re.compile(
    rf"{_PROLOGUE}<(?:!doctype\s+html|html|head|body|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_SVG = re.compile(
    rf"{_PROLOGUE}(?:<!doctype\s+svg\b[^>]{{0,500}}>\s*)?<svg\b",
    re.IGNORECASE | re.DOTALL,
)
_HEADERS = re.compile(r"\s*[A-Za-z][A-Za-z-]{1,40}:[ \t]")
_RELATED = re.compile(r"^content-type:\s*multipart/related\b", re.IGNORECASE | re.MULTILINE)
_POSTED = re.compile(r"^(?:received|to|delivered-to):", re.IGNORECASE | re.MULTILINE)
_MAIL_FIELDS = re.compile(
    r"^(from|date|subject|message-id|sender|mime-version|cc|bcc|x-mailer|return-path):",
    re.IGNORECASE | re.MULTILINE,
)
_MIN_MAIL_FIELDS = 3
"""So many of them make a letter of what names no addressee."""
_UUENCODED = re.compile(r"\s{0,20}begin [0-7]{3,4} \S[^\r\n]{0,200}\r?\n[ -`]{2,62}\r?\n")
_LATE_PDF = re.compile(rb"%PDF-\d\.\d")


_OFFICE_XML_TYPES = {
    "schemas.microsoft.com/office/word/2003/wordml": WORD_XML,
    "schemas.microsoft.com/office/2006/xmlPackage": FLAT_OPC,
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": FLAT_ODT,
}
"""Documents that are one XML file, by a namespace near its beginning."""

_OFFICE_XML = re.compile("|".join(map(re.escape, _OFFICE_XML_TYPES)))
_ROOT = 8_000
_NAMED = dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), DOCX) | {
    ".odt": ODT, ".ods": ODS, ".odp": ODP, ".ofd": OFD, ".xlsx": XLSX, ".xlsm": XLSX, ".pptx": PPTX,
}  # fmt: skip


def sniff(file: File) -> str:
    """Return the media type of a file's content; "application/octet-stream" when nothing tells it."""
    data = file.content
    found = _by_signature(data)
    if found == ZIP and (named := _NAMED.get(PurePosixPath(file.name).suffix.lower())):
        # a wreck that shows nothing of its inside: what its sender called it decides which advice helps
        return found if b"PK\5\6" in data else named
    return found or _as_text(data) or _by_magic(data)


def _by_signature(data: Content) -> str:
    """Return the type by the first bytes; empty when they say nothing certain."""
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    if data.startswith(_ZIP_SIGNATURES):
        return _in_zip(data)
    if data.startswith(_OLE_SIGNATURE):
        return _in_ole(data)
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    if data[:4] == _EBML:  # Matroska; the document's type stands in the first element
        return "video/webm" if b"webm" in data[:64] else "video/x-matroska"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "")
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BITMAP_HEADERS:
        return "image/bmp"
    if data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF":
        return "image/emf"
    if data[257:262] == b"ustar":
        return "application/x-tar"
    if _BZIP2.match(data[:16]):
        return "application/x-bzip2"
    if _CPIO.match(data[:128]):
        return "application/x-cpio"
    if _LZH.match(data[:16]):
        return "application/x-lzh-compressed"
    if data[7:14] == b"**ACE**":
        return "application/x-ace-compressed"
    if data[:2] == b"MZ":
        new_header = int.from_bytes(data[60:64], "little")
        if data[new_header : new_header + 2] == b"PE":
            return PROGRAM
    if (found := _LATE_PDF.search(data[:1024])) and data.find(b"startxref", found.start()) >= 0:
        return PDF
    return ""


def _by_magic(data: Content) -> str:
    found = _ask_magic(data[:_MAGIC_BYTES])
    if found.startswith(("image/", "audio/", "video/")):
        return found
    if _has_zip_end(data):
        return ZIP
    if found in ("application/x-dosexec", PROGRAM):
        return PROGRAM if data[:2] == b"MZ" else UNKNOWN
    # text was looked for before: what libmagic still takes for it cannot be decoded
    return UNKNOWN if found.startswith("text/") else found


def _ask_magic(data: bytes) -> str:
    """Return what libmagic says; UNKNOWN where it fails over the bytes."""
    import pylibmagic  # noqa: F401  # before magic, which finds the library through it

    # isort: split
    import magic

    try:
        return str(_magic().from_buffer(data))
    except magic.MagicException:
        return UNKNOWN


@functools.cache
def _magic() -> Any:
    """One per process: loading the data file takes 30 ms."""
    import magic

    return magic.Magic(mime=True)


# -- containers --


def _in_zip(data: Content) -> str:
    """Return what a zip is: only the directory is read, and one short member where a format needs it."""
    if _is_endless(data):
        return ZIP
    try:
        with zipfile.ZipFile(spool.opened(data)) as archive:
            return _by_names(archive)
    except _ZIP_ERRORS:
        return _in_broken_zip(data)


def _is_endless(data: Content) -> bool:
    """
    Whether the directory holds more entries than any document has.

    Asked before `zipfile` builds it: half a million entries would cost a third of a gigabyte.
    """
    offset = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if offset < 0 or offset + _END.size > len(data):
        return False
    _, _, _, _, count, size, _, _ = _END.unpack(data[offset : offset + _END.size])
    if count == 0xFFFF or size == 0xFFFFFFFF:  # the true numbers are in a zip64 record
        count, size = 0, offset
    counted = data.count(b"PK\1\2", max(0, offset - size), offset)
    return max(int(count), counted) > MAX_NAMES


def _by_names(archive: zipfile.ZipFile) -> str:
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    if "mimetype" in names:
        declared = _member(archive, names["mimetype"])[:128].strip().decode("ascii", "replace")
        if declared.startswith(_ODF) or declared == EPUB:
            return declared
    if "[content_types].xml" in names:
        folders = {name.partition("/")[0] for name in names}
        for folder, media_type in (("word", DOCX), ("xl", XLSX), ("ppt", PPTX)):
            if folder in folders:
                return media_type
        types = _member(archive, names["[content_types].xml"])
        for word, media_type in _CONTENT_TYPES:
            if word in types:
                return media_type
    if "ofd.xml" in names:
        return OFD
    if any(name.endswith(".fdseq") for name in names):
        return "application/vnd.ms-xpsdocument"
    return "application/vnd.apple.iwork" if "index/document.iwa" in names else ZIP


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the beginning of a small member, empty when it cannot be read."""
    try:
        with archive.open(name) as stream:
            return stream.read(_TEXT_BYTES)
    except _ZIP_ERRORS:
        return b""


def _in_broken_zip(data: Content) -> str:
    """Tell a document that was cut off by its first members: it is still no archive."""
    head = data[:_MAGIC_BYTES]
    if any(part in head[:4096] for part in _OFFICE_PARTS):
        for folder, media_type in ((b"word/", DOCX), (b"xl/", XLSX), (b"ppt/", PPTX)):
            if folder in head:
                return media_type
    if head[30:38] == b"mimetype":
        return next((one for one in (ODT, ODS, ODP) if one.encode() in head[:256]), ZIP)
    if b"OFD.xml" in head[:4096]:
        return OFD
    return ZIP


def _has_zip_end(data: Content) -> bool:
    """Whether a zip ends where the data ends, whatever lies in front of it."""
    offset = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if offset < 0 or offset + _END.size > len(data):
        return False
    _, _, _, _, count, size, _, comment = _END.unpack(data[offset : offset + _END.size])
    ends_here = offset + _END.size + comment == len(data)
    return bool(ends_here) and (not count or data[offset - size : offset - size + 4] == b"PK\1\2")


def _in_ole(data: Content) -> str:
    """Return what an OLE file holds, by the names of its streams."""
    try:
        streams = ole.stream_names(data)
    except (Damaged, RecursionError, MemoryError):  # the names may still be there
        streams = {name.lower() for name in _OLE_STREAMS if f"{name}\0".encode("utf-16-le") in data}
    for name, media_type in _OLE_STREAMS.items():
        if name.lower() in streams:
            return media_type
    if "contents" in streams and b"CHNKWKS" in data:
        return WORKS
    return DOC if data[512:514] == _WORD_SIGNATURE else OLE


# -- text --


def _as_text(data: Content) -> str:
    """Return the kind of text; empty for what no charset can make sense of."""
    text = charsets.decode(data[:_TEXT_BYTES])
    if text is None:
        return ""
    head = text[:4096].lstrip("\ufeff")
    if head.lstrip().startswith("{\\rtf"):
        return RTF
    if _HTML.match(head):
        return HTML
    if _HEADERS.match(head):
        if _POSTED.search(head):
            return MAIL
        if _RELATED.search(head):
            return MHT
        block = re.split(r"\r?\n\r?\n", head, maxsplit=1)[0]
        if len({name.lower() for name in _MAIL_FIELDS.findall(block)}) >= _MIN_MAIL_FIELDS:
            return MAIL
    if _UUENCODED.match(head):
        return UUENCODED
    if _SVG.match(head):
        return "image/svg+xml"
    if _has_zip_end(data):
        return ZIP
    return _subtype(head)


def _subtype(head: str) -> str:
    """
    Plain text, unless it is some other program's.

    libmagic is asked only about what is not full of hanzi: it needs 2 ms for a page of them (half a
    second for 60 kB of blanks), and takes prose for scripts.
    """
    start = head.lstrip()[:16].lower()
    if start.startswith("<") and (named := _OFFICE_XML.search(head[:_ROOT])):
        return _OFFICE_XML_TYPES[named[0]]
    if start.startswith("<?xml"):
        return "text/xml"
    if start.startswith("[") and "[internetshortcut]" in head.lower():
        return "application/x-mswinurl"
    if charsets.has_hanzi(head) and not start.startswith(("begin:vca", "[internetshort")):
        return TEXT
    found = _ask_magic(head.encode("utf-8", "replace"))
    is_data = found.startswith(_DATA) or found in ("text/xml", "text/html", "image/svg+xml")
    return found if is_data else TEXT
