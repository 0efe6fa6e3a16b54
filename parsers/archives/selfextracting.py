"""
Self-extracting archives: a Windows program with a 7z, RAR or zip behind it. Never run, only read.

Source:  the formats' signatures, each confirmed by the checksum of the header that follows it,
         because the programs contain the bare signatures, too.
Refuses: what the archive inside refuses. A program without an archive is not claimed.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterator

from zlib_ng import zlib_ng

from parsers import mediatypes
from parsers.archives import rar, sevenzip, splits, zip
from parsers.spool import Content
from parsers.types import Container, File, Part, ResourceBudget

_MAX_CANDIDATES = 64


def claims(file: File) -> bool:
    """Claim a program that carries an archive."""
    return file.media_type == mediatypes.PROGRAM and _inside(file) is not None


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield what the archive inside holds, under the program's own path."""
    inner = _inside(file)
    if inner is None:
        return
    parser = {rar.MEDIA_TYPE: rar, sevenzip.MEDIA_TYPE: sevenzip}.get(inner.media_type, zip)
    for part in parser.parse(inner, budget):
        if isinstance(part, Container):
            yield dataclasses.replace(part, media_type=file.media_type)
        else:
            yield part


def _inside(file: File) -> File | None:
    """Return the archive as a file of its own; a zip keeps the program in front, as its offsets do."""
    signatures: tuple[tuple[bytes, str, Callable[[Content, int], bool]], ...] = (
        (b"7z\xbc\xaf\x27\x1c", sevenzip.MEDIA_TYPE, _is_7z),
        (b"Rar!\x1a\x07\x01\x00", rar.MEDIA_TYPE, _is_rar5),
        (b"Rar!\x1a\x07\x00", rar.MEDIA_TYPE, _is_rar),
    )
    for signature, media_type, confirmed in signatures:
        offset = -1
        for _ in range(_MAX_CANDIDATES):
            offset = file.content.find(signature, offset + 1)
            if offset < 0:
                break
            if confirmed(file.content, offset):
                return dataclasses.replace(
                    file, content=file.content[offset:], media_type=media_type
                )
    if b"PK\3\4" in file.content and splits.is_whole_zip(file.content):
        return dataclasses.replace(file, media_type=zip.MEDIA_TYPE)
    return None


def _is_7z(data: Content, offset: int) -> bool:
    """Check the start header's CRC (7zFormat.txt, SignatureHeader)."""
    header = data[offset : offset + 32]
    return len(header) == 32 and struct.unpack_from("<L", header, 8)[0] == zlib_ng.crc32(
        header[12:]
    )


def _is_rar5(data: Content, offset: int) -> bool:
    """Check the CRC of the first block: CRC32, then its size as a vint, then that many bytes."""
    offset += 8
    size, shift, end = 0, 0, offset + 4
    for byte in data[offset + 4 : offset + 7]:
        size |= (byte & 0x7F) << shift
        shift += 7
        end += 1
        if not byte & 0x80:
            break
    expected = int.from_bytes(data[offset : offset + 4], "little")
    return 0 < size < 1 << 16 and zlib_ng.crc32(data[offset + 4 : end + size]) == expected


def _is_rar(data: Content, offset: int) -> bool:
    """Check the archive header's CRC16 over type, flags, size and its six reserved bytes."""
    header = data[offset + 7 : offset + 20]
    return (
        len(header) == 13
        and header[2] == 0x73
        and struct.unpack_from("<H", header)[0] == zlib_ng.crc32(header[2:]) & 0xFFFF
    )
