"""
Zip archives.

Source:  PKWARE APPNOTE.TXT 6.3.10; Info-ZIP's extra field 0x7075 (Unicode path).
Reads:   the directory by `zipfile`; stored and deflated members here, by zlib-ng, in bounded
         steps; archives with another method, or a password, by 7zz.
Refuses: locked archives, lone parts of spanned ones, members that overlap (a bomb's build), sizes
         that lie, damage. Links are skipped.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zlib_ng import zlib_ng

from parsers import spool, zip_errors
from parsers.archives import names, splits
from parsers.archives.output_meter import CHUNK, OutputMeter
from parsers.archives.sevenzip import program
from parsers.spool import Content
from parsers.types import File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

MEDIA_TYPE = "application/zip"

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCAL = struct.Struct("<4s5H3L2H")
_UNICODE_PATH = 0x7075
_ENCRYPTED = 0x1
_UTF8 = 0x800
_UNIX = 3


@dataclass(frozen=True, slots=True)
class _Member:
    """A regular member: its decoded name, and where its packed bytes lie."""

    name: tuple[str, bool]
    info: zipfile.ZipInfo
    start: int


def claims(file: File) -> bool:
    """Plain zips only: what Office and OFD pack into a zip has a media type of its own."""
    return file.media_type == MEDIA_TYPE


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the members, then the Container."""
    data = file.content
    _check_end(file, budget)
    try:
        archive = zipfile.ZipFile(spool.opened(data))
    except zip_errors.ERRORS:
        yield from _by_7zz(file, budget)
        return
    infos = archive.infolist()
    budget.check_entries(len(infos))
    if any(info.flag_bits & _ENCRYPTED or info.compress_type not in (0, 8) for info in infos):
        _check_overlap(data, infos, archive.start_dir)
        yield from _by_7zz(file, budget)
        return
    starts = _check_overlap(data, infos, archive.start_dir)
    meter = OutputMeter(file, budget, len(data))
    for _ in infos:
        budget.spend_entry()
    for member in _regular(infos, starts):
        unpacked = _unpacked(data, member, meter)
        if unpacked is None:
            meter.damaged = names.clean(member.name[0])
        else:
            yield from meter.member(member.name, unpacked)
    yield meter.container()


def _by_7zz(file: File, budget: ResourceBudget) -> Iterator[Part]:
    with program.in_memory(file.content) as source:
        yield from program.unpack(file, source, "zip", budget)


def _check_end(file: File, budget: ResourceBudget) -> None:
    """
    Look at the end record before anything is built from the directory.

    Half a million entries cost `zipfile` a third of a gigabyte. The entries are counted where they
    lie, too, because the record's own count need not be true.
    """
    data = file.content
    offset = data.rfind(b"PK\5\6", max(0, len(data) - _END.size - 0xFFFF))
    if offset < 0 or offset + _END.size > len(data):
        split = splits.is_part(file.name) or data.startswith(b"PK\7\x08PK")
        raise Refusal(Reason.SPLIT_ARCHIVE if split else Reason.DAMAGED_ARCHIVE)
    _, disk, first_disk, _, count, size, _, _ = _END.unpack(data[offset : offset + _END.size])
    record_64 = data.rfind(b"PK\6\6", max(0, offset - 20 - _END_64.size - 4096), offset)
    if 0 <= record_64 <= len(data) - _END_64.size:
        count, size = _END_64.unpack(data[record_64 : record_64 + _END_64.size])[7:9]
        disk = first_disk = 0
    if disk not in (0, 0xFFFF) or first_disk not in (0, 0xFFFF):
        raise Refusal(Reason.SPLIT_ARCHIVE)
    end = record_64 if record_64 >= 0 else offset
    counted = data.count(b"PK\1\2", max(0, end - size), end)
    budget.check_entries(max(counted, count))


def _check_overlap(
    data: Content, infos: Sequence[zipfile.ZipInfo], directory: int
) -> dict[int, int]:
    """
    Where the packed bytes of each member begin, by the offset of its local header.

    Raises Refusal(UNSAFE_ARCHIVE) when two members share bytes (David Fifield, "A better zip
    bomb"), DAMAGED_ARCHIVE when a local header is not where it should be.
    """
    starts: dict[int, int] = {}
    free = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        offset = info.header_offset
        local = data[offset : offset + _LOCAL.size] if offset >= 0 else b""
        if len(local) < _LOCAL.size or not local.startswith(b"PK\3\4"):
            raise Refusal(Reason.DAMAGED_ARCHIVE)
        if offset < free:
            raise Refusal(Reason.UNSAFE_ARCHIVE, "条目互相重叠")
        name_length, extra_length = _LOCAL.unpack(local)[-2:]
        starts[offset] = offset + _LOCAL.size + name_length + extra_length
        free = starts[offset] + info.compress_size
        if free > len(data):
            raise Refusal(Reason.DAMAGED_ARCHIVE)
    if free > directory:
        raise Refusal(Reason.UNSAFE_ARCHIVE, "条目互相重叠")
    return starts


def _regular(infos: Sequence[zipfile.ZipInfo], starts: dict[int, int]) -> Iterator[_Member]:
    encoding = names.encoding_of(_raw(info) for info in infos if not info.flag_bits & _UTF8)
    for info in infos:
        name = _name(info, encoding)
        if not name[0].endswith(("/", "\\")) and _is_regular(info):
            yield _Member(name, info, starts[info.header_offset])


def _is_regular(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return info.create_system != _UNIX or kind in (0, stat.S_IFREG)


def _raw(info: zipfile.ZipInfo) -> bytes:
    """Return the bytes of an undeclared name: zipfile reads them as cp437, which loses nothing."""
    return info.orig_filename.encode("cp437")


def _name(info: zipfile.ZipInfo, encoding: str) -> tuple[str, bool]:
    if info.flag_bits & _UTF8:
        return info.orig_filename, False
    raw = _raw(info)
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        current = len(field) > 5 and struct.unpack_from("<L", field, 1)[0] == zlib_ng.crc32(raw)
        if kind == _UNICODE_PATH and field[:1] == b"\1" and current:
            return names.decode(field[5:], "utf-8")
    return names.decode(raw, encoding)


def _unpacked(data: Content, member: _Member, meter: OutputMeter) -> bytes | None:
    """Return a member's bytes, None when they are damaged. Raises Refusal when its size lies."""
    info = member.info
    end = member.start + info.compress_size
    if info.compress_type == zipfile.ZIP_STORED:
        if info.file_size != info.compress_size:
            raise Refusal(Reason.UNSAFE_ARCHIVE, "实际大小与声明不符")
        meter.spend(info.file_size)
        unpacked: bytes | None = data[member.start : end]
    else:
        unpacked = _inflate(_steps(data, member.start, end), info.file_size, meter)
    return unpacked if unpacked is not None and zlib_ng.crc32(unpacked) == info.CRC else None


def _steps(data: Content, start: int, end: int) -> Iterator[memoryview | bytes]:
    """Yield what lies between two places, CHUNK bytes at a time."""
    whole = memoryview(data) if isinstance(data, bytes) else data
    for offset in range(start, end, CHUNK):
        yield whole[offset : min(offset + CHUNK, end)]


def _inflate(steps: Iterable[memoryview | bytes], size: int, meter: OutputMeter) -> bytes | None:
    """
    Inflate in steps of at most CHUNK bytes of input and four times that of output.

    What is not used up of a step's input is copied, so a step's input is kept small.
    """
    inflater = zlib_ng.decompressobj(-15)
    chunks: list[bytes] = []
    left = size
    try:
        for piece in steps:
            while piece:
                chunk = inflater.decompress(piece, min(left + 1, CHUNK * 4))
                piece = inflater.unconsumed_tail
                meter.spend(len(chunk))
                left -= len(chunk)
                if left < 0:
                    raise Refusal(Reason.UNSAFE_ARCHIVE, "实际大小与声明不符")
                chunks.append(chunk)
                if inflater.eof:
                    break
    except zlib_ng.error:  # type: ignore[misc]  # the extension module has no stubs
        return None
    return b"".join(chunks) if inflater.eof and not left else None
