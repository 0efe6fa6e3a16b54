"""
The directory of a 7z archive, as far as nearly everybody's goes: packed by LZMA, LZMA2 or not at all.

Source:  7-Zip's "7zFormat.txt"; the directory is read by py7zr.
Reads:   one coder a folder.
Leaves:  whatever else there is (filters, other methods, passwords, damage) to 7zz, which then tells
         what is wrong: `directory` gives None.
"""

from __future__ import annotations

import logging
import lzma
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from parsers.spool import Content, opened

_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"

_MAX_DICTIONARY_BYTES = 1 << 28
"""Bytes of a dictionary that are ever set aside; 7-Zip's own levels go to 256 MB."""

_MAX_DIRECTORY_BYTES = 1 << 23
"""Bytes of a directory: far more than a letter's may have."""

_UNIX, _FOLDER_BIT, _REPARSE = 0x8000, 0x10, 0x400
"""Of a member's attributes: the mode is in the upper half; it is a folder; it stands for another."""

_log = logging.getLogger(__name__)


_BUILTIN_ERRORS: tuple[type[Exception], ...] = (
    AssertionError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
    MemoryError,
    RecursionError,
)
"""What py7zr lets through, beside its own errors, where a directory is not as it should be."""


class _Unusual(Exception):
    """Something that is left to 7zz."""


@dataclass(frozen=True, slots=True)
class Folder:
    """
    A packed run of members.

    Where it lies in the archive, how it is packed, the sizes and checksums of what comes out, one
    for each member.
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
    """Return an archive's directory; None for one that 7zz has to look at."""
    try:
        return _directory(data)
    except _Unusual as unusual:
        _log.info("这个 7z 压缩包的写法少见，交给 7zz 解压：%r", unusual.__cause__ or unusual)
        return None


def decoder(folder: Folder) -> lzma.LZMADecompressor | None:
    """Return what unpacks a folder; None for one that is not packed. Raises MemoryError."""
    if folder.method == _COPY:
        return None
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(folder)])


def _filter(folder: Folder) -> dict[str, int]:
    """Liblzma's words for a coder. Raises _Unusual for what it cannot do, or what asks for too much."""
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
    if size > _MAX_DICTIONARY_BYTES:
        raise _Unusual
    return found


@contextmanager
def _archive(data: Content) -> Iterator[Any]:
    """Open an archive with py7zr. Raises _Unusual where it cannot."""
    import py7zr  # slow to load, and few letters bring such an archive
    from py7zr.exceptions import ArchiveError, PasswordRequired

    errors: tuple[type[Exception], ...] = (ArchiveError, PasswordRequired, *_BUILTIN_ERRORS)
    with opened(data) as handle:
        try:
            archive = py7zr.SevenZipFile(handle)
        except errors as error:
            raise _Unusual from error
        with archive:
            yield archive


def _directory(data: Content) -> Directory:
    if int.from_bytes(data[20:28], "little") > _MAX_DIRECTORY_BYTES:
        raise _Unusual
    with _archive(data) as archive:
        header = archive.header
        if archive.password_protected or getattr(header, "files_info", None) is None:
            raise _Unusual
        members = list(archive.files)
        empty_files = iter(header.files_info.emptyfiles)
        if any(header.files_info.antifiles or ()):
            raise _Unusual
        entries = tuple(
            _entry(
                member.filename,
                member.file_properties().get("attributes") or 0,
                member.emptystream,
                member.emptystream and not next(empty_files, False),
            )
            for member in members
        )
        packed = [member for member in members if not member.emptystream]
        folders = _folders(getattr(header, "main_streams", None), archive.afterheader, packed)
    for folder in folders:
        if folder.start + folder.packed > len(data) or min(folder.packed, *folder.sizes) < 0:
            raise _Unusual
    return Directory(folders, entries)


def _folders(streams: Any, start: int, packed: list[Any]) -> tuple[Folder, ...]:
    """Return the folders in which the packed members lie, `start` being where the packed bytes begin."""
    if not packed:
        return ()
    if streams is None or streams.packinfo is None or streams.unpackinfo is None:
        raise _Unusual
    places = streams.packinfo.packpositions
    sizes = streams.packinfo.packsizes
    numbers = {id(folder): number for number, folder in enumerate(streams.unpackinfo.folders)}
    if len(numbers) != len(sizes):
        raise _Unusual
    found = []
    for number, several in groupby(packed, key=lambda member: numbers[id(member.folder)]):
        inside = list(several)
        method, properties = _coder(streams.unpackinfo.folders[number])
        folder = Folder(
            start + streams.packinfo.packpos + places[number],
            sizes[number],
            method,
            properties,
            tuple(member.uncompressed for member in inside),
            tuple(member.crc32 for member in inside),
        )
        if method != _COPY:
            _filter(folder)
        found.append(folder)
    return tuple(found)


def _coder(folder: Any) -> tuple[bytes, bytes]:
    """Return the one coder of a folder, with one stream in and one out: method and properties."""
    if len(folder.coders) != 1:
        raise _Unusual
    (coder,) = folder.coders
    one = (coder["numinstreams"], coder["numoutstreams"]) == (1, 1)
    if not one or coder["method"] not in (_COPY, _LZMA, _LZMA2):
        raise _Unusual
    return coder["method"], coder["properties"] or b""


def _entry(name: str, attributes: int, empty: bool, folder: bool) -> Entry:
    unclear = bool(attributes & _FOLDER_BIT) > folder or attributes & _REPARSE
    if unclear or not name or "\\" in name:
        raise _Unusual
    kind = stat.S_IFMT(attributes >> 16) if attributes & _UNIX else 0
    return Entry(name, not folder and kind in (0, stat.S_IFREG), empty)
