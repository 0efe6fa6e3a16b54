"""
7z archives, with every method and filter that 7-Zip itself knows.

Source:  7-Zip's "7zFormat.txt"; unpacked by lzma7z where it can, else by 7zz.
Refuses: locked archives, lone volumes (".7z.001"), damage; links are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers.archives import splits
from parsers.archives.sevenzip import header, native, program
from parsers.types import File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

MEDIA_TYPE = "application/x-7z-compressed"


def claims(file: File) -> bool:
    """By the signature alone."""
    return file.media_type == MEDIA_TYPE


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the members, then the Container."""
    if splits.is_part(file.name) and not splits.is_whole_7z(file.content):
        raise Refusal(Reason.SPLIT_ARCHIVE)
    if (found := header.directory(file.content)) is not None:
        yield from native.unpack(file, found, budget)
        return
    with program.in_memory(file.content) as source:
        yield from program.unpack(file, source, "7z", budget)
