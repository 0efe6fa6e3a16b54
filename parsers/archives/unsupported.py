"""
Archives that are told apart, so that their sender hears the right advice, but never opened.

Formats that hardly anybody sends (CAB, LZH, ARJ, ACE, ISO, WIM, XAR, cpio, compress), and files
that bear an archive's name while nothing in them is one.

Source:  the formats' signatures; the names that archivers give.
Refuses: everything, as unsupported or as damaged.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers import mediatypes
from parsers.archives import splits
from parsers.suffixes import promises_archive
from parsers.types import File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

FORMATS = {
    "application/vnd.ms-cab-compressed": "CAB",
    "application/x-lzh-compressed": "LZH",
    "application/x-arj": "ARJ",
    "application/x-ace-compressed": "ACE",
    "application/x-iso9660-image": "ISO",
    "application/x-ms-wim": "WIM",
    "application/x-xar": "XAR",
    "application/x-cpio": "CPIO",
    "application/x-compress": "Z",
    mediatypes.UUENCODED: "UUE",
}


_KUAIZIP = (".kz", ".kzip")


def claims(file: File) -> bool:
    """One of these formats, or bytes that nothing tells under the name of an archive."""
    named = promises_archive(file.name) and not splits.is_part(file.name)
    return file.media_type in FORMATS or (named and file.media_type == mediatypes.UNKNOWN)


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Nothing but the refusal."""
    name = FORMATS.get(file.media_type)
    if name is None and file.name.lower().endswith(_KUAIZIP):
        name = "KZ（快压）"
    if name is None:
        raise Refusal(Reason.DAMAGED_ARCHIVE)
    raise Refusal(Reason.UNSUPPORTED_ARCHIVE, f"{name} 格式")
    yield  # a parser is a generator
