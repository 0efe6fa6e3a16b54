"""
The 7z archives that nearly everybody sends, unpacked here by liblzma.

7zz has to be started twice, wants the archive in a file and gives the members through a pipe, which
together costs more than the unpacking.

Source:  7-Zip's "7zFormat.txt".
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Iterator

from zlib_ng import zlib_ng

from parsers.archives import names
from parsers.archives.output_meter import CHUNK, OutputMeter
from parsers.archives.sevenzip import header
from parsers.archives.sevenzip.header import Directory, Folder
from parsers.spool import Content
from parsers.types import File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

_FEED = 1 << 16
"""Bytes that a decoder is fed at a time: what it does not use up, it copies."""


def unpack(file: File, found: Directory, budget: ResourceBudget) -> Iterator[Part]:
    """
    Yield the members, then the Container.

    Raises LimitHit, and Refusal with DAMAGED_, UNSAFE_ or EMPTY_ARCHIVE.
    """
    budget.check_entries(len(found.entries))
    for _ in found.entries:
        budget.spend_entry()
    meter = OutputMeter(file, budget, len(file.content))
    packed = (entry for entry in found.entries if not entry.empty)
    for entry in found.entries:
        if entry.empty and entry.regular:
            yield from meter.member((entry.name, False), b"")
    for folder in found.folders:
        unpacked = _Unpacked(folder, file.content, meter)
        for size, checksum in zip(folder.sizes, folder.checksums, strict=True):
            entry = next(packed)
            data = unpacked.read(size)
            wrong = checksum is not None and zlib_ng.crc32(data) != checksum
            if len(data) != size or wrong:
                raise Refusal(Reason.DAMAGED_ARCHIVE, f"“{names.clean(entry.name)}”校验错误")
            if entry.regular:
                yield from meter.member((entry.name, False), data)
    yield meter.container()


class _Unpacked:
    """What comes out of a folder, read forward; the bytes are counted as they come."""

    def __init__(self, folder: Folder, archive: Content, meter: OutputMeter) -> None:
        self._archive = archive
        self._meter = meter
        self._offset = folder.start
        self._end = folder.start + folder.packed
        self._decoder = header.decoder(folder)

    def read(self, size: int) -> bytes:
        """`size` bytes, fewer where the packed ones end or are damaged."""
        content = io.BytesIO()
        while size:
            try:
                chunk = self._next(min(size, CHUNK))
            except (lzma.LZMAError, EOFError):
                break
            if chunk:
                self._meter.spend(len(chunk))
                size -= len(chunk)
                content.write(chunk)
            elif self._offset >= self._end:
                break
        return content.getvalue()

    def _next(self, most: int) -> bytes:
        if self._decoder is None:
            return self._fed(most)
        feed = self._fed(_FEED) if self._decoder.needs_input else b""
        return self._decoder.decompress(feed, most)

    def _fed(self, most: int) -> bytes:
        piece = self._archive[self._offset : min(self._end, self._offset + most)]
        self._offset += len(piece)
        return piece
