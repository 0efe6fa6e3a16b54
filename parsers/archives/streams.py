"""The compressors that hold one stream: gzip, bzip2, xz, zstd."""

from __future__ import annotations

import bz2
import io
import lzma
import sys
from collections.abc import Callable
from typing import BinaryIO, cast

from zlib_ng import gzip_ng, zlib_ng

from parsers import spool as content
from parsers.archives.output_meter import CHUNK, OutputMeter
from parsers.types import Damaged, File
from rulebook.reasons import Reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/gzip": (".gz", ".gzip"),
    "application/x-bzip2": (".bz2", ".bz"),
    "application/x-xz": (".xz",),
    "application/zstd": (".zst", ".zstd"),
}
"""Media types and the suffixes that their programs append."""

ERRORS: tuple[type[Exception], ...] = (
    EOFError,
    OSError,  # gzip's and bzip2's way to say damage
    cast(type[Exception], zlib_ng.error),
    lzma.LZMAError,
    zstd.ZstdError,
)
"""What the decompressors raise on damage."""


def opened(file: File) -> BinaryIO:
    """Open the decompressed stream of a file of one of these types, or its bytes as they are."""
    openers: dict[str, Callable[[BinaryIO], object]] = {
        "application/gzip": lambda raw: gzip_ng.GzipNGFile(fileobj=raw),  # type: ignore[no-untyped-call]
        "application/x-bzip2": bz2.BZ2File,
        "application/x-xz": lzma.LZMAFile,
        "application/zstd": zstd.ZstdFile,
    }
    raw = content.opened(file.content)
    opener = openers.get(file.media_type)
    return cast(BinaryIO, opener(raw)) if opener else raw


class Metered(io.RawIOBase):
    """A stream, read forward, that counts what is read from it in pieces, whatever size is asked for."""

    def __init__(self, stream: BinaryIO, meter: OutputMeter) -> None:
        super().__init__()
        self._stream = stream
        self._meter = meter
        self._offset = 0

    def tell(self) -> int:
        """How far it is read."""
        return self._offset

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Read on to an offset. Raises Damaged for one that is passed: no sound archive asks for it."""
        if whence != io.SEEK_SET or offset < self._offset:
            raise Damaged(Reason.DAMAGED_ARCHIVE, "")
        while self._offset < offset and self.read(min(CHUNK, offset - self._offset)):
            pass
        return self._offset

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; all of the rest for -1. Raises LimitHit and Damaged."""
        content = io.BytesIO()  # each chunk is let go at once: its memory serves for the next
        while size and (chunk := self._chunk(CHUNK if size < 0 else min(size, CHUNK))):
            self._meter.spend(len(chunk))
            size -= len(chunk) if size > 0 else 0
            self._offset += len(chunk)
            content.write(chunk)
        return content.getvalue()

    def _chunk(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except ERRORS as error:
            raise Damaged(Reason.DAMAGED_ARCHIVE, "") from error
