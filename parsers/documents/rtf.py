"""
Rich Text Format, under whatever name it comes (Word saves it as .doc, too).

Source:  Microsoft, "Rich Text Format Specification" 1.9.1; read by striprtf.
Refuses: what yields no text at all although it is large, and endless documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from parsers import mediatypes
from parsers.documents import charsets, flow
from parsers.types import Allowance, File, Part, Refusal, Text
from rulebook.reasons import Reason

MAX_BYTES = 4_000_000
"""Without pictures. striprtf looks at every character in Python: a second for each million."""

_PICTURE = re.compile(rb"[0-9A-Fa-f\r\n]{512,}")
_CELL = "|"


def claims(file: File) -> bool:
    """By the signature alone."""
    return file.media_type == mediatypes.RTF


def parse(file: File, allowance: Allowance) -> Iterator[Part]:
    """The text; the hexadecimal bytes of pictures are cut out first, they are most of such a file."""
    allowance.spend_bytes(len(file.data))
    source = _PICTURE.sub(b"", file.data)
    if len(source) > MAX_BYTES:
        raise Refusal(Reason.UNREADABLE_DRAFT, "文件过大")
    markup = charsets.decode(source)
    if markup is None:
        markup = source.decode("cp1252", "replace")
    try:
        text = rtf_to_text(markup.lstrip(), encoding=_code_page(markup), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, LookupError, OverflowError, RecursionError) as error:
        raise Refusal(Reason.UNREADABLE_DRAFT, "文件已损坏") from error
    paragraphs: list[str] = []
    tables: list[flow.Table] = []
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.endswith(_CELL):
            cells = line[:-1].split(_CELL)
            rows.append(cells)
            paragraphs += flow.row(cells)
            continue
        if rows:
            tables += [found] if (found := flow.table(rows)) else []
            rows = []
        paragraphs += flow.paragraphs(line)
    yield Text(file.path, file.media_type, tuple(paragraphs), tuple(tables))


def _code_page(markup: str) -> str:
    """What `\\'hh` means where the document does not say \\ansicpg; 936 is this country's."""
    return "gb18030" if "\\fcharset134" in markup or "\\ansicpg" not in markup else "cp1252"
