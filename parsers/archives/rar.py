"""
RAR archives, versions 1.5 to 7, solid and encrypted ones included.

Source:  RARLAB, "RAR 5.0 archive format"; unpacked by 7zz.
Refuses: locked archives, lone volumes, damage; links are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers.archives.sevenzip import program
from parsers.spool import Content
from parsers.types import File, Part, ResourceBudget

MEDIA_TYPE = "application/vnd.rar"


def claims(file: File) -> bool:
    """RAR 1.5-4 and RAR 5 alike."""
    return file.media_type == MEDIA_TYPE


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the members, then the Container."""
    with program.in_memory(file.content) as source:
        yield from program.unpack(file, source, kind(file.content), budget)


def kind(data: Content) -> str:
    """7zz's name of the format: RAR 5 has one byte more in its signature."""
    return "rar5" if data.startswith(b"Rar!\x1a\x07\x01\x00") else "rar"
