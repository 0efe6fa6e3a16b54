"""
RAR archives, versions 1.5 to 7, solid and encrypted ones included.

Source:  RARLAB, "RAR 5.0 archive format"; listed by rarfile, unpacked by 7zz.
Refuses: locked archives, lone volumes, damage; links are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers import spool
from parsers.archives import rar_directory
from parsers.archives.sevenzip import program
from parsers.spool import Content
from parsers.types import File, Part, ResourceBudget

MEDIA_TYPE = "application/vnd.rar"


def claims(file: File) -> bool:
    """RAR 1.5-4 and RAR 5 alike."""
    return file.media_type == MEDIA_TYPE


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the members, then the Container."""
    listed = rar_directory.entries(spool.opened(file.content), budget)
    with program.in_memory(file.content) as source:
        yield from program.unpack(file, source, kind(file.content), budget, listed)


def kind(data: Content) -> str:
    """7zz's name of the format: RAR 5 has one byte more in its signature."""
    return "rar5" if data.startswith(b"Rar!\x1a\x07\x01\x00") else "rar"
