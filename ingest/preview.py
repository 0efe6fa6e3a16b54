"""A letter's files once more, for people who want to see them. Runs inside a confined worker."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.examination import attached_files
from ingest.message import large_messages
from ingest.message.letter_file import LetterFile
from ingest.message.parse import read_message
from ingest.message.passwords import passwords
from parsers import extraction, reading
from parsers.archives import volumes
from parsers.mime.headers import decode_words, read_headers
from parsers.pictures import pdf_pages
from parsers.pictures import thumbnails as pictures
from parsers.types import File, Limits, ResourceBudget

EDGE = 360
"""Pixels of a thumbnail's longer side."""
QUALITY = 78

LARGE_EDGE = 1800
"""Pixels of a picture that is looked at: a photographed page can be read in it."""
LARGE_QUALITY = 82


def file_of(letter: LetterFile, path: str, limits: Limits) -> bytes | None:
    """
    Return the bytes of one file of a letter, found by the path under which it was entered.

    Only the containers that lie around it are opened. None when there is no such file, or the
    letter asks for more than its limits.
    """
    files, budget = opened(letter, limits)
    try:
        found = next(extraction.find(files, {path}, budget), None)
    except extraction.STOPPED:
        return None
    return found.data if found else None


def thumbnails(letter: LetterFile, paths: Sequence[str], limits: Limits) -> dict[str, bytes]:
    """
    Small JPEG pictures of a letter's pictures, decoded and written anew.

    Nothing of the sender's bytes is left in them. A picture that cannot be decoded is missing.
    """
    files, budget = opened(letter, limits)
    found: dict[str, bytes] = {}
    try:
        for file in extraction.find(files, paths, budget):
            small = _shown(file, EDGE, QUALITY, limits)
            if small is not None:
                found[file.path] = small
    except extraction.STOPPED:
        pass  # what was found until then is shown
    return found


def large(letter: LetterFile, path: str, limits: Limits) -> bytes | None:
    """One picture, or the first page of a scan, large enough to read; made like a thumbnail."""
    files, budget = opened(letter, limits)
    try:
        found = next(extraction.find(files, {path}, budget), None)
    except extraction.STOPPED:
        return None
    return _shown(found, LARGE_EDGE, LARGE_QUALITY, limits) if found else None


PAGE_EDGE = 1500
MOST_PAGES = 12
"""Pages of one document that are shown; the file itself can be downloaded."""


def pages(letter: LetterFile, path: str, limits: Limits) -> list[bytes]:
    """Draw the pages of one file of a letter: of a PDF or a scan, large enough to read; [] for any other."""
    files, budget = opened(letter, limits)
    try:
        found = next(extraction.find(files, {path}, budget), None)
    except extraction.STOPPED:
        return []
    if found is None:
        return []
    if pdf_pages.claims(found):
        return pages_of_pdf(found.data)
    shown = pictures.all_pages(found.data, PAGE_EDGE, limits.pixels)
    return [pictures.jpeg(shown, LARGE_QUALITY)] if shown else []


def pages_of_pdf(data: bytes) -> list[bytes]:
    """Draw the first pages of a PDF."""
    drawn = pdf_pages.pages(data, PAGE_EDGE, MOST_PAGES)
    return [pictures.jpeg(one, QUALITY) for one in drawn]


def _shown(file: File, edge: int, quality: int, limits: Limits) -> bytes | None:
    if pdf_pages.claims(file):
        page = next(pdf_pages.pages(file.data, edge, 1), None)
    else:
        page = pictures.all_pages(file.data, edge, limits.pixels)
    return pictures.jpeg(page, quality) if page else None


def headers_of(letter: LetterFile, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return these fields of a letter in its own order, decoded: (name in lower case, text)."""
    wanted = set(names)
    with large_messages.opened(letter) as raw:
        fields = read_headers(raw).fields
    return [(name, decode_words(value)[0]) for name, value in fields if name in wanted]


def opened(letter: LetterFile, limits: Limits) -> tuple[list[File], ResourceBudget]:
    """Return a letter's attachments, its envelopes opened, and a budget with the passwords that it names."""
    with large_messages.opened(letter) as raw:
        message = read_message(raw)
    budget = ResourceBudget(
        limits,
        passwords(
            message.subject,
            f"{message.body}\n{message.other_body}",
            [attachment.name for attachment in message.attachments],
        ),
    )
    files = volumes.join(attached_files(message.attachments))
    return reading.open_envelopes(files, budget), budget
