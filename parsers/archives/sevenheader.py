"""
The directory of a 7z archive, as far as nearly everybody's goes: packed by LZMA, LZMA2 or not at all.

Source:  7-Zip's "7zFormat.txt"; the .xz file format, 5.3.1 (LZMA2's properties).
Reads:   one coder a folder, the directory plain or packed by one of them.
Leaves:  whatever else there is (filters, other methods, passwords, damage) to 7zz, which then tells
         what is wrong: `directory` gives None.
"""

from __future__ import annotations

import lzma
import stat
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from zlib_ng import zlib_ng

from parsers.content import Content

_START = struct.Struct("<6s2BLQQL")
_MAGIC = b"7z\xbc\xaf\x27\x1c"
_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"
_END, _HEADER, _STREAMS, _FILES, _PACKED, _FOLDERS, _SUBSTREAMS = 0, 1, 4, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _COUNTS = 9, 0x0A, 0x0B, 0x0C, 0x0D
_EMPTY_STREAM, _EMPTY_FILE, _ANTI, _NAMES, _ATTRIBUTES, _ENCODED = (
    0x0E,
    0x0F,
    0x10,
    0x11,
    0x15,
    0x17,
)

_WIDEST = 1 << 28
"""Bytes of a dictionary that are ever set aside; 7-Zip's own levels go to 256 MB."""

_LONGEST = 1 << 23
_MOST = 1 << 17
"""Bytes of a directory, and entries in it: far more than a letter may have."""

_UNIX, _FOLDER_BIT, _REPARSE = 0x8000, 0x10, 0x400
"""Of a member's attributes: the mode is in the upper half; it is a folder; it stands for another."""


class _Unusual(Exception):
    """Something that is left to 7zz."""


@dataclass(frozen=True, slots=True)
class Folder:
    """
    A packed run of members: where it lies in the archive, how it is packed, the sizes and checksums
    of what comes out, one for each member.
    """

    start: int
    packed: int
    method: bytes
    properties: bytes
    sizes: tuple[int, ...]
    checksums: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A member. `empty`: nothing of it is packed."""

    name: str
    regular: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """What an archive holds; the entries that are not empty lie in the folders, in the same order."""

    folders: tuple[Folder, ...]
    entries: tuple[Entry, ...]


def directory(data: Content) -> Directory | None:
    """An archive's directory; None for one that 7zz has to look at."""
    try:
        return _directory(data)
    except (_Unusual, IndexError, ValueError, struct.error, lzma.LZMAError, MemoryError):
        return None


def decoder(folder: Folder) -> lzma.LZMADecompressor | None:
    """What unpacks a folder; None for one that is not packed. Raises MemoryError."""
    if folder.method == _COPY:
        return None
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(folder)])


def _filter(folder: Folder) -> dict[str, int]:
    """liblzma's words for a coder. Raises _Unusual for what it cannot do, or what asks for too much."""
    told = folder.properties
    if folder.method == _LZMA and len(told) == 5 and told[0] < 225:
        lc, lp, pb = told[0] % 9, told[0] // 9 % 5, told[0] // 45
        size = max(4096, int.from_bytes(told[1:], "little"))
        found = {"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": lp, "pb": pb}
        if lc + lp > 4:
            raise _Unusual
    elif folder.method == _LZMA2 and len(told) == 1 and told[0] < 40:
        size = (2 | told[0] & 1) << (told[0] // 2 + 11)
        found = {"id": lzma.FILTER_LZMA2, "dict_size": size}
    else:
        raise _Unusual
    if size > _WIDEST:
        raise _Unusual
    return found


def _directory(data: Content) -> Directory:
    magic, _, _, checksum, offset, size, header_checksum = _START.unpack(data[: _START.size])
    start = _START.size + offset
    header = data[start : start + size]
    if (
        magic != _MAGIC
        or zlib_ng.crc32(data[12 : _START.size]) != checksum
        or len(header) != size
        or zlib_ng.crc32(header) != header_checksum
    ):
        raise _Unusual
    cursor = _Cursor(header)
    kind = cursor.byte()
    if kind == _ENCODED:
        cursor = _Cursor(_decoded(cursor, data))
        kind = cursor.byte()
    if kind != _HEADER:
        raise _Unusual
    kind = cursor.byte()
    folders: tuple[Folder, ...] = ()
    if kind == _STREAMS:
        folders = _streams(cursor, len(data))
        kind = cursor.byte()
    if kind != _FILES:
        raise _Unusual
    entries = _entries(cursor)
    if sum(not entry.empty for entry in entries) != sum(len(folder.sizes) for folder in folders):
        raise _Unusual
    for folder in folders:
        if folder.method != _COPY:
            _filter(folder)
    return Directory(folders, entries)


def _decoded(cursor: _Cursor, data: Content) -> bytes:
    """The packed directory's bytes."""
    folders = _streams(cursor, len(data))
    if len(folders) != 1 or len(folders[0].sizes) != 1 or folders[0].sizes[0] > _LONGEST:
        raise _Unusual
    (folder,) = folders
    packed = data[folder.start : folder.start + folder.packed]
    size, checksum = folder.sizes[0], folder.checksums[0]
    unpacker = decoder(folder)
    header = packed if unpacker is None else unpacker.decompress(packed, size)
    if len(header) != size or (checksum is not None and zlib_ng.crc32(header) != checksum):
        raise _Unusual
    return header


class _Cursor:
    """Reads forward through a directory. Raises IndexError at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._place

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise IndexError
        self._place += count
        return self._data[self._place - count : self._place]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """The format's UINT64: as many further bytes as the first begins with ones."""
        first = self.byte()
        more = 8 - (first ^ 0xFF).bit_length()
        high = first & (0x7F >> more) if more < 8 else 0
        return high << (8 * more) | int.from_bytes(self.take(more), "little")

    def count(self, bits: int = 8) -> int:
        """A number of things that take so many bits each in what follows."""
        count = self.number()
        if count > _MOST or count * bits > self.left * 8:
            raise _Unusual
        return count

    def flags(self, count: int) -> list[bool]:
        packed = self.take((count + 7) // 8)
        return [bool(packed[place // 8] & 0x80 >> place % 8) for place in range(count)]

    def flags_unless_all(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.flags(count)

    def checksums(self, count: int) -> list[int | None]:
        return [
            int.from_bytes(self.take(4), "little") if told else None
            for told in self.flags_unless_all(count)
        ]

    def expect(self, kind: int) -> None:
        if self.byte() != kind:
            raise _Unusual


def _streams(cursor: _Cursor, length: int) -> tuple[Folder, ...]:
    """The folders of a StreamsInfo. `length` of the archive in bytes."""
    cursor.expect(_PACKED)
    place = _START.size + cursor.number()
    packed = [0] * cursor.count()
    kind = cursor.byte()
    if kind == _SIZE:
        packed = [cursor.number() for _ in packed]
        kind = cursor.byte()
    if kind == _CRC:
        cursor.checksums(len(packed))
        kind = cursor.byte()
    if kind != _END or place + sum(packed) > length:
        raise _Unusual
    cursor.expect(_FOLDERS)
    cursor.expect(_FOLDER)
    if cursor.count() != len(packed) or cursor.byte():  # several streams a folder; kept elsewhere
        raise _Unusual
    coders = [_coder(cursor) for _ in packed]
    cursor.expect(_UNPACK_SIZE)
    wholes = [cursor.number() for _ in packed]
    checksums: list[int | None] = [None] * len(packed)
    kind = cursor.byte()
    if kind == _CRC:
        checksums = cursor.checksums(len(packed))
        kind = cursor.byte()
    if kind != _END:
        raise _Unusual
    sizes, sums = _substreams(cursor, wholes, checksums)
    starts = accumulate(packed[:-1], initial=place)
    return tuple(
        Folder(start, size, *coder, tuple(cut), tuple(told))
        for start, size, coder, cut, told in zip(starts, packed, coders, sizes, sums, strict=False)
    )


def _coder(cursor: _Cursor) -> tuple[bytes, bytes]:
    """The one coder of a folder, with one stream in and one out: method and properties."""
    if cursor.number() != 1:
        raise _Unusual
    about = cursor.byte()
    method = cursor.take(about & 0x0F)
    if about & 0xD0 or method not in (_COPY, _LZMA, _LZMA2):
        raise _Unusual
    return method, cursor.take(cursor.number()) if about & 0x20 else b""


def _substreams(
    cursor: _Cursor, wholes: Sequence[int], checksums: Sequence[int | None]
) -> tuple[list[list[int]], list[list[int | None]]]:
    """The sizes and checksums of the members in each folder; then the StreamsInfo ends."""
    kind = cursor.byte()
    if kind == _END:
        return [[whole] for whole in wholes], [[told] for told in checksums]
    if kind != _SUBSTREAMS:
        raise _Unusual
    kind = cursor.byte()
    counts = [1] * len(wholes)
    if kind == _COUNTS:
        counts = [cursor.number() for _ in wholes]
        if sum(counts) > _MOST:
            raise _Unusual
        kind = cursor.byte()
    sizes: list[list[int]] = []
    for whole, count in zip(wholes, counts, strict=True):
        cut = [cursor.number() for _ in range(count - 1)] if kind == _SIZE else []
        if count:
            cut.append(whole - sum(cut))
        if len(cut) != count or any(size < 0 for size in cut):
            raise _Unusual
        sizes.append(cut)
    if kind == _SIZE:
        kind = cursor.byte()
    known = [count == 1 and told is not None for count, told in zip(counts, checksums, strict=True)]
    missing = sum(count for count, whole in zip(counts, known, strict=True) if not whole)
    told_here: list[int | None] = [None] * missing
    if kind == _CRC:
        told_here = cursor.checksums(missing)
        kind = cursor.byte()
    if kind != _END:
        raise _Unusual
    cursor.expect(_END)
    given = iter(told_here)
    return sizes, [
        [told] if whole else [next(given) for _ in range(count)]
        for count, told, whole in zip(counts, checksums, known, strict=True)
    ]


def _entries(cursor: _Cursor) -> tuple[Entry, ...]:
    count = cursor.count(bits=16)  # a name ends in two bytes
    empty = [False] * count
    empty_file: list[bool] = []
    attributes = [0] * count
    told: list[str] = []
    while (kind := cursor.byte()) != _END:
        part = _Cursor(cursor.take(cursor.number()))
        if kind == _EMPTY_STREAM:
            empty = part.flags(count)
        elif kind == _EMPTY_FILE:
            empty_file = part.flags(sum(empty))
        elif kind == _NAMES:
            part.expect(0)
            told = part.take(part.left).decode("utf-16-le").split("\0")
        elif kind == _ATTRIBUTES:
            known = part.flags_unless_all(count)
            part.expect(0)
            attributes = [int.from_bytes(part.take(4), "little") if one else 0 for one in known]
        elif kind == _ANTI:
            raise _Unusual
    if len(told) != count + 1 or told.pop() or not all(told) or "\\" in "".join(told):
        raise _Unusual
    files = iter(empty_file or [False] * sum(empty))
    return tuple(
        _entry(name, flags, nothing, nothing and not next(files))
        for name, flags, nothing in zip(told, attributes, empty, strict=True)
    )


def _entry(name: str, attributes: int, empty: bool, folder: bool) -> Entry:
    if bool(attributes & _FOLDER_BIT) > folder or attributes & _REPARSE:
        raise _Unusual
    kind = stat.S_IFMT(attributes >> 16) if attributes & _UNIX else 0
    return Entry(name, not folder and kind in (0, stat.S_IFREG), empty)
