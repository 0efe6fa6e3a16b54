"""The bytes of a file: in memory or, where they are many, in a passing file on the disk."""

from __future__ import annotations

import io
import itertools
import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

STEP = 1 << 20
"""Bytes that are looked at together where all of a file on the disk is passed through."""

LARGE = 32_000_000
"""Bytes of a letter, or of what is made of its parts, beyond which the disk is used."""


class OnDisk:
    """
    A stretch of an open file, asked the way bytes are asked; only what is asked for is in memory.

    Slices (without a step) are bytes. For use in one thread.
    """

    __slots__ = ("_handle", "_length", "_start")

    def __init__(self, handle: io.RawIOBase, start: int, length: int) -> None:
        self._handle = handle
        self._start = start
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, wanted: slice) -> bytes:
        start, end, _ = wanted.indices(self._length)
        if end <= start:
            return b""
        self._handle.seek(self._start + start)
        return self._handle.read(end - start) or b""

    def __contains__(self, sought: bytes) -> bool:
        return self.find(sought) >= 0

    def startswith(self, beginning: bytes | tuple[bytes, ...]) -> bool:
        """As bytes.startswith."""
        several = beginning if isinstance(beginning, tuple) else (beginning,)
        return self[: max(map(len, several))].startswith(beginning)

    def find(self, sought: bytes, start: int = 0, end: int | None = None) -> int:
        """As bytes.find."""
        for offset, window in self._windows(sought, start, end):
            if (found := window.find(sought)) >= 0:
                return offset + found
        return -1

    def rfind(self, sought: bytes, start: int = 0, end: int | None = None) -> int:
        """As bytes.rfind."""
        first, last, _ = slice(start, end).indices(self._length)
        while last - first >= len(sought):
            offset = max(first, last - STEP - len(sought) + 1)
            if (found := self[offset:last].rfind(sought)) >= 0:
                return offset + found
            last = offset + len(sought) - 1 if offset > first else first
        return -1

    def count(self, sought: bytes, start: int = 0, end: int | None = None) -> int:
        """As bytes.count, for what cannot overlap itself."""
        return sum(window.count(sought) for _, window in self._windows(sought, start, end))

    def _windows(self, sought: bytes, start: int, end: int | None) -> Iterator[tuple[int, bytes]]:
        """Stretches in which each place that `sought` may begin at lies once."""
        first, last, _ = slice(start, end).indices(self._length)
        for offset in range(first, last, STEP):
            yield offset, self[offset : min(last, offset + STEP + len(sought) - 1)]


Content = bytes | OnDisk


def pieces(content: Content, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """All bytes in order, some at a time; those in memory at once."""
    if isinstance(content, bytes):
        yield content[start:end]
        return
    first, last, _ = slice(start, end).indices(len(content))
    for offset in range(first, last, STEP):
        yield content[offset : min(last, offset + STEP)]


def opened(content: Content) -> BinaryIO:
    """Return the bytes as a file to read and seek in."""
    if isinstance(content, bytes):
        return io.BytesIO(content)
    return cast(BinaryIO, io.BufferedReader(_Reader(content), STEP // 4))


class _Reader(io.RawIOBase):
    def __init__(self, content: OnDisk) -> None:
        super().__init__()
        self._content = content
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._offset, len(self._content))[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._offset = base + offset
        return self._offset

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        read = self._content[self._offset : self._offset + len(buffer)]
        buffer[: len(read)] = read
        self._offset += len(read)
        return len(read)


def together(parts: Iterable[bytes]) -> Content:
    """Return what these parts are one behind the other: in memory as long as it is of a common size."""
    rest = iter(parts)
    head: list[bytes] = []
    size = 0
    for part in rest:
        head.append(part)
        size += len(part)
        if size > LARGE:
            return Spool().keep(itertools.chain(head, rest))
    return b"".join(head)


class Spool:
    """
    A passing file in which contents are laid down one behind the other.

    It ends with the last of them. What the disk has no room for stays in memory.
    """

    def __init__(self) -> None:
        self._handle: io.RawIOBase | None = None
        self._end = 0

    def keep(self, parts: Iterable[bytes]) -> Content:
        """Return what these parts are one behind the other."""
        start = offset = self._end
        rest = iter(parts)
        for part in rest:
            try:
                offset = self._written(offset, part)
            except OSError:
                before = self._kept(start, offset)[:]
                return b"".join(itertools.chain((before, part), rest))
        self._end = offset
        return self._kept(start, offset)

    def _kept(self, start: int, end: int) -> Content:
        return OnDisk(self._handle, start, end - start) if self._handle is not None else b""

    def _written(self, offset: int, part: bytes) -> int:
        """Where the next part goes. The place is sought anew: parts may be read out of this file."""
        if self._handle is None:
            self._handle = cast(
                io.RawIOBase,
                tempfile.TemporaryFile(buffering=0),  # noqa: SIM115  # it ends with its contents
            )
        self._handle.seek(offset)
        rest = memoryview(part)
        while rest:
            rest = rest[self._handle.write(rest) or 0 :]
        return offset + len(part)
