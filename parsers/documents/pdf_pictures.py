"""The pictures on the pages of a PDF that has a text, as PDFium hands them out."""

from __future__ import annotations

import base64
import io
import re
import struct
import time

import pypdfium2
import pypdfium2.raw

from parsers import subprocess_task
from parsers.documents import blips
from parsers.types import ResourceBudget

MAX_PICTURES = 40
MAX_BYTES = 40_000_000
"""Of all pictures of a document."""

MIN_EDGE = 60
"""Pixels; smaller ones are lines, bullets, marks."""

MAX_PIXELS = 40_000_000
"""Of a picture that has to be decoded to be taken out."""

MAX_PAGES = 300
SECONDS = 10.0
"""After so many no further picture of a document is taken out."""

GRACE = 5.0
"""Seconds more, in which a single picture may end."""

_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
"""Pictures are streams, so what they are stands in the open."""

_PAGE_SIZED = 0.75
"""Of a page's area: what covers as much is the scan below a recognised text, or a background."""

ERRORS: tuple[type[Exception], ...] = (
    pypdfium2.PdfiumError,
    OSError,
    ValueError,
    KeyError,
    NotImplementedError,
    AssertionError,
    struct.error,
)
"""What pypdfium2 and Pillow raise over a picture that cannot be taken out."""


def of(data: bytes, budget: ResourceBudget) -> list[tuple[str, bytes]]:
    """
    Return the pictures of a document, each once, as (ending, bytes); those that were found in time.

    PDFium works apart here, too: a picture that ends the process costs no document its text.
    """
    if _PICTURE.search(data) is None:
        return []
    seconds = min(SECONDS, budget.seconds_left())
    found = subprocess_task.rows_of(lambda: _rows(data, seconds), seconds + GRACE)
    return [(ending, base64.b64decode(content)) for ending, content in found or ()]


def _rows(data: bytes, seconds: float) -> list[list[str]]:
    """Return each picture once, as (ending, base64)."""
    ends = time.process_time() + seconds
    found: dict[bytes, str] = {}
    size = 0
    try:
        document = pypdfium2.PdfDocument(data)
    except ERRORS:
        return []
    for number in range(min(len(document), MAX_PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            wanted = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
            for picture in page.get_objects(filter=wanted, max_depth=3):
                if time.process_time() > ends:
                    return _told(found)
                content = _bytes(picture, width * height)
                ending = blips.suffix(content)
                if not ending or content in found:
                    continue
                size += len(content)
                if size > MAX_BYTES or len(found) >= MAX_PICTURES:
                    return _told(found)
                found[content] = ending
        except ERRORS:
            continue
    return _told(found)


def _told(found: dict[bytes, str]) -> list[list[str]]:
    return [[ending, base64.b64encode(data).decode("ascii")] for data, ending in found.items()]


def _bytes(picture: pypdfium2.PdfImage, page_area: float) -> bytes:
    """Return a picture's bytes, b"" for one that is none of the draft's."""
    try:
        across, down = picture.get_px_size()
        left, bottom, right, top = picture.get_bounds()
        if min(across, down) < MIN_EDGE or across * down > MAX_PIXELS:
            return b""
        if (right - left) * (top - bottom) > _PAGE_SIZED * page_area:
            return b""
        out = io.BytesIO()
        picture.extract(out, fb_format="png")
    except ERRORS:
        return b""
    return out.getvalue()
