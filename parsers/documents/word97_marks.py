"""
What formatting says about the bytes of a .doc: which are deleted or hidden, which lie in tables.

Source: [MS-DOC] 2.8.5, 2.8.6 (PlcBteChpx, PlcBtePapx), 2.9.33, 2.9.174 (ChpxFkp, PapxFkp),
        2.6.1, 2.6.2 (sprmCFRMarkDel, sprmCFVanish, sprmPFInTable, sprmPFTtp).
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from parsers import binary
from parsers.types import Damaged

_PLC_CHARACTERS, _PLC_PARAGRAPHS = 0xFA, 0x102
_PAGE = 512
_DELETED, _INSERTED, _HIDDEN = 0x0800, 0x0801, 0x083C
_IN_TABLE, _ROW_END = 0x2416, 0x2417
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)
_DEFINE_TABLE = 0xD608


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Bytes `start`..`end` of the WordDocument stream with one formatting."""

    start: int
    end: int
    in_table: bool = False
    row_end: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """`dropped` and `paragraphs` are sorted by start; `tracked`: revisions were met."""

    dropped: list[Run] = field(default_factory=list)
    paragraphs: list[Run] = field(default_factory=list)
    tracked: bool = False

    def runs(self, begin: int, stop: int) -> Iterator[Run]:
        """Yield the bytes that stay, cut at the bounds of paragraphs."""
        for run in _overlapping(self.paragraphs, begin, stop):
            offset = run.start
            for gone in _overlapping(self.dropped, run.start, run.end, fill=False):
                if offset < gone.start:
                    yield Run(offset, gone.start, run.in_table, run.row_end)
                offset = max(offset, gone.end)
            if offset < run.end:
                yield Run(offset, run.end, run.in_table, run.row_end)


def _overlapping(runs: list[Run], begin: int, stop: int, *, fill: bool = True) -> Iterator[Run]:
    """Yield the runs between two places, cut to them; gaps are filled with plain runs when asked."""
    offset = begin
    for run in runs[max(0, bisect.bisect(runs, Run(begin, begin)) - 1) :]:
        if run.start >= stop:
            break
        start, end = max(run.start, offset), min(run.end, stop)
        if start >= end:
            continue
        if fill and offset < start:
            yield Run(offset, start)
        yield Run(start, end, run.in_table, run.row_end)
        offset = end
    if fill and offset < stop:
        yield Run(offset, stop)


def read(main: bytes, table: bytes) -> Marks:
    """Return the marks of a document. Broken formatting is no reason to lose the text: it says nothing."""
    dropped: list[Run] = []
    paragraphs: list[Run] = []
    tracked = False
    try:
        for start, end, said in _formatted(main, table, _PLC_CHARACTERS, _character_properties):
            deleted = said.get(_DELETED) == 1
            tracked |= deleted or said.get(_INSERTED) == 1
            if deleted or said.get(_HIDDEN) == 1:
                dropped.append(Run(start, end))
        for start, end, said in _formatted(main, table, _PLC_PARAGRAPHS, _paragraph_properties):
            if said.get(_IN_TABLE) == 1:
                paragraphs.append(Run(start, end, True, said.get(_ROW_END) == 1))
    except Damaged:
        return Marks()
    return Marks(sorted(dropped), sorted(paragraphs), tracked)


def _formatted(
    main: bytes, table: bytes, fib_place: int, properties: Callable[[bytes, int], bytes]
) -> Iterator[tuple[int, int, dict[int, int]]]:
    """Each run of bytes with its properties: number of the property -> its operand's first byte."""
    offset, length = binary.unpack("<2l", main, fib_place)
    if offset < 0 or length < 12:
        return
    plc = table[offset : offset + length]
    count = (len(plc) - 4) // 8
    if count < 0:
        raise Damaged
    numbers = binary.unpack(f"<{count}L", plc, 4 * (count + 1))
    for number in sorted({number & 0x3FFFFF for number in numbers}):
        page = main[number * _PAGE : (number + 1) * _PAGE]
        if len(page) < _PAGE:
            continue
        runs = min(page[-1], 101)
        bounds = binary.unpack(f"<{runs + 1}L", page)
        for index in range(runs):
            said = dict(_modifiers(properties(page, index)))
            if said:
                yield bounds[index], bounds[index + 1], said


def _character_properties(page: bytes, index: int) -> bytes:
    """Return the modifiers of run `index` in a ChpxFkp."""
    offset = 2 * binary.byte(page, 4 * (page[-1] + 1) + index)
    return page[offset + 1 : offset + 1 + page[offset]] if offset else b""


def _paragraph_properties(page: bytes, index: int) -> bytes:
    """Return the modifiers of paragraph `index` in a PapxFkp, behind the number of its style."""
    offset = 2 * binary.byte(page, 4 * (page[-1] + 1) + 13 * index)
    if not offset:
        return b""
    words, start = page[offset], offset + 1
    length = 2 * words - 1 if words else 2 * page[offset + 1]
    start += 0 if words else 1
    return page[start + 2 : start + length]


def _modifiers(properties: bytes) -> Iterator[tuple[int, int]]:
    """Prl by Prl ([MS-DOC] 2.9.210): the top three bits tell the operand's size."""
    offset = 0
    while offset + 2 < len(properties):
        number = int.from_bytes(properties[offset : offset + 2], "little")
        offset += 2
        yield number, binary.byte(properties, offset)
        if number == _DEFINE_TABLE:
            offset += 1 + int.from_bytes(properties[offset : offset + 2], "little")
        elif number >> 13 == 6:
            offset += 1 + binary.byte(properties, offset)
        else:
            offset += _OPERANDS[number >> 13]
