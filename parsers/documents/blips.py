"""
Pictures inside older documents: of Word's binary format, of Rich Text, of documents in one XML file.

Source:  [MS-ODRAW] 2.2.23 to 2.2.29 (OfficeArtBlip: the record's header, one or two digests of 16
         bytes, a tag, the picture's own bytes); RTF 1.9.1, Pictures;
         Office 2003 XML (w:binData); ODF 1.3 part 3, 16.9 (office:binary-data).
Reads:   JPEG, PNG and TIFF. Drawings for Windows (WMF, EMF) stay inside: they are charts and lines.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator

from parsers import binary
from parsers.types import File, ResourceBudget

MAX_PICTURES = 200

_BLIP = re.compile(rb"(..)([\x1d\x1e\x29\x2a]\xf0)(....)", re.DOTALL)
_ONE_DIGEST = frozenset({0x46A, 0x6E0, 0x6E2, 0x6E4})
_TWO_DIGESTS = frozenset({0x46B, 0x6E1, 0x6E3, 0x6E5})
_SIGNATURES = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
)

_RTF_BLIP = re.compile(
    rb"\\(?:png|jpeg)blip"
    rb"(?>\\(?!bin\d)[a-z]+-?\d*|\{\\\*\\blipuid [0-9A-Fa-f]{0,64}\}|[\s{}]){0,60}+"
    rb"(?:\\bin(\d{1,9}) |([0-9A-Fa-f\s]{64,}))"
)
_XML_BLIP = re.compile(
    rb"<(?:[a-z]{1,9}:)?(?:binData|binary-data)\b[^<>]{0,400}>([A-Za-z0-9+/=\s]{64,})<"
)
_SPACE = re.compile(rb"\s+")


def of_streams(file: File, streams: Iterable[bytes], budget: ResourceBudget) -> Iterator[File]:
    """Yield the pictures in the streams of a Word document, each once."""
    yield from _files(file, (blip for stream in streams for blip in _blips(stream)), budget)


def of_rich_text(file: File, budget: ResourceBudget) -> Iterator[File]:
    """Yield the pictures in a Rich Text document, each once."""
    yield from _files(file, _rich_text_blips(file.data), budget)


def of_xml(file: File, budget: ResourceBudget) -> Iterator[File]:
    """Yield the pictures in a document that is one XML file, each once."""
    yield from _files(file, _xml_blips(file.data), budget)


def suffix(picture: bytes) -> str:
    """Return the ending for the name of a picture, "" for what is none that can be shown."""
    return next((ending for start, ending in _SIGNATURES if picture.startswith(start)), "")


def _files(file: File, pictures: Iterable[bytes], budget: ResourceBudget) -> Iterator[File]:
    taken: set[bytes] = set()
    for picture in pictures:
        ending = suffix(picture)
        if not ending or picture in taken:
            continue
        taken.add(picture)
        budget.spend_entry()
        budget.spend_bytes(len(picture))
        yield file.child(f"image{len(taken)}.{ending}", picture)
        if len(taken) >= MAX_PICTURES:
            return


def _blips(stream: bytes) -> Iterator[bytes]:
    place = 0
    while (found := _BLIP.search(stream, place)) is not None:
        place = found.start() + 1
        instance = int.from_bytes(found[1], "little") >> 4
        (length,) = binary.unpack("<L", stream, found.start() + 4)
        if instance in _ONE_DIGEST:
            head = 17
        elif instance in _TWO_DIGESTS:
            head = 33
        else:
            continue
        start, end = found.end() + head, found.end() + length
        if head < length and end <= len(stream) and suffix(stream[start : start + 8]):
            yield stream[start:end]
            place = end


def _xml_blips(data: bytes) -> Iterator[bytes]:
    for found in _XML_BLIP.finditer(data):
        try:
            yield binascii.a2b_base64(found[1])
        except binascii.Error:  # broken off
            continue


def _rich_text_blips(data: bytes) -> Iterator[bytes]:
    for found in _RTF_BLIP.finditer(data):
        if found[1]:
            yield data[found.end() : found.end() + int(found[1])]
        else:
            digits = _SPACE.sub(b"", found[2])
            yield bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
