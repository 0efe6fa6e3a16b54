"""
A zip and a gzip that hold nothing but themselves.

Source: Russ Cox, "Zip Files All The Way Down" (2010). Its deflated stream is a program of two words:
Ln prints the next n bytes (a stored block), Rn prints the last n bytes once more (a block with the
fixed codes), each five bytes long, so that they can be printed as data and obeyed as words. CRC-32
is affine, so that the value that appears in the file it is taken of is found by solving 32 equations.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable

_LENGTHS = ((3, 257, 0), (11, 265, 1), (19, 269, 2), (35, 273, 3), (67, 277, 4), (131, 281, 5))
_DISTANCES = tuple((1 + (1 << n) * (2 + m), 2 * n + m + 2, n) for n in range(8) for m in (0, 1))


def zip_quine(name: str = "r" * 36 + ".zip") -> bytes:
    """The archive; its one member is called `name`, which has 33 to 48 letters."""

    def with_crc(crc: int) -> bytes:
        return _file(name.encode("ascii"), crc)

    data = with_crc(_fixed_point(lambda crc: zlib.crc32(with_crc(crc))))
    assert zlib.decompress(data[30 + len(name) :], -15) == data
    return data


def gz_quine(name: str = "r" * 57 + ".gz") -> bytes:
    """The compressed file; its one content is called `name`, which has 52 to 99 letters."""
    header = b"\x1f\x8b\x08\x08\0\0\0\0\2\xff" + name.encode("ascii") + b"\0"

    def with_crc(crc: int) -> bytes:
        size = 0
        for _ in range(2):  # its length does not hang on what is written about it
            # blocks that print nothing, so that a repetition of all of them is five bytes long
            nothing = _stored(0) * 20 + _stored(0, last=True)
            suffix = nothing + struct.pack("<2L", crc, size)
            data = header + _program(header, suffix) + suffix
            size = len(data)
        return data

    data = with_crc(_fixed_point(lambda crc: zlib.crc32(with_crc(crc))))
    assert gzip.decompress(data) == data
    return data


def _file(name: bytes, crc: int) -> bytes:
    size, packed = 0, 0
    for _ in range(2):  # its length does not hang on what is written about it
        common = struct.pack("<5H3L2H", 20, 0, 8, 0, 0x21, crc, packed, size, len(name), 0)
        prefix = b"PK\3\4" + common + name
        central = b"PK\1\2\x14\0" + common + struct.pack("<3H2L", 0, 0, 0, 0, 0) + name
        place = packed + len(prefix)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), place, 0)
        suffix = _stored(0, last=True) + central + end
        program = _program(prefix, suffix)
        packed = len(program) + 5
        size = len(prefix) + len(program) + len(suffix)
    return prefix + program + suffix


def _program(prefix: bytes, suffix: bytes) -> bytes:
    p, s = len(prefix) + 5, len(suffix) + 5
    lp, rp, ls, rs = _stored(p), _repeat(p, 0xFF), _stored(s), _repeat(s, 0x00)
    l0, l1, l4 = _stored(0), _stored(5), _stored(20)
    r4 = _block(_copy(10, 20) + _copy(10, 20))
    return b"".join(
        (
            *(lp, prefix, lp, rp, l1, rp, l1, l1, l4, rp, l1, l1, l4, r4),
            *(l4, r4, l4, r4, l4, r4, l4, r4, l0, l0, ls, r4, l0, l0, ls, rs, suffix, rs),
        )
    )


def _stored(count: int, *, last: bool = False) -> bytes:
    return struct.pack("<B2H", last, count, count ^ 0xFFFF)


def _repeat(count: int, end: int) -> bytes:
    """The last `count` bytes, of which the very last is `end`: as a literal it fills up five bytes."""
    return _block(_copy(count - 1, count) + _coded(end))


def _block(words: str) -> bytes:
    bits = "0" + "10" + words + "0000000"  # not the last block; fixed codes; the end of the block
    assert len(bits) == 40, len(bits)
    return bytes(int(bits[place : place + 8][::-1], 2) for place in range(0, 40, 8))


def _copy(length: int, distance: int) -> str:
    base, symbol, extra = max(one for one in _LENGTHS if one[0] <= length)
    step, rest = divmod(length - base, 1 << extra)
    words = _coded(symbol + step) + _bits(rest, extra)
    base, symbol, extra = max(
        one for one in ((1, 0, 0), (2, 1, 0), *_DISTANCES) if one[0] <= distance
    )
    return words + f"{symbol:05b}" + _bits(distance - base, extra)


def _bits(value: int, count: int) -> str:
    return f"{value:0{count}b}"[::-1] if count else ""


def _coded(symbol: int) -> str:
    """RFC 1951 3.2.6."""
    if symbol < 144:
        return f"{0x30 + symbol:08b}"
    if symbol < 256:
        return f"{0x190 + symbol - 144:09b}"
    return f"{symbol - 256:07b}" if symbol < 280 else f"{0xC0 + symbol - 280:08b}"


def _fixed_point(crc_of: Callable[[int], int]) -> int:
    """The value for which crc_of(value) == value; crc_of is affine over the field of two elements."""
    start = crc_of(0)
    rows = [0] * 32  # bit 32 of a row is its right side
    for column in range(32):
        changed = crc_of(1 << column) ^ start ^ (1 << column)
        for row in range(32):
            rows[row] |= (changed >> row & 1) << column
    for row in range(32):
        rows[row] |= (start >> row & 1) << 32
    for column in range(32):
        pivot = next(row for row in range(column, 32) if rows[row] >> column & 1)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(32):
            if row != column and rows[row] >> column & 1:
                rows[row] ^= rows[column]
    return sum((row >> 32 & 1) << column for column, row in enumerate(rows))
