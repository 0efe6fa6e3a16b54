"""
Web pages and web archives, as Word and WPS save them (also under the name .doc).

Source:  WHATWG HTML (parsed by libxml2), RFC 2557 (multipart/related).
Reads:   what a reader sees: no scripts, styles, hidden or deleted passages, headers, marks of notes.
Refuses: what is no text.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers import mediatypes
from parsers.documents import page
from parsers.types import File, Limit, Part, ResourceBudget, Text, TextTooLong
from rulebook.reasons import Remark


def claims(file: File) -> bool:
    """Single pages and MHT archives."""
    return file.media_type in (mediatypes.HTML, mediatypes.MHT)


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the visible text. Nothing is fetched, and pictures inside archives are left there."""
    budget.spend_bytes(len(file.data))
    if len(file.data) > budget.limits.page_bytes:
        raise TextTooLong(Limit.PAGE_BYTES)
    is_archive = file.media_type == mediatypes.MHT
    source = page.in_archive(file.data) if is_archive else page.decoded(file.data)
    read = page.read_page(source, budget)
    yield Text(
        path=file.path,
        media_type=file.media_type,
        paragraphs=read.paragraphs,
        tables=read.tables,
        remarks=(Remark.TRACKED_CHANGES,) if read.tracked else (),
        looks=read.looks,
    )
