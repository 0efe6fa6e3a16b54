"""
A single file under gzip, bzip2, xz or zstd. Where a tar lies inside, tar.py takes it.

Source:  RFC 1952, bzip2's manual, the .xz file format, RFC 8878.
Refuses: damage, bombs.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers.archives import names, streams, tar
from parsers.archives.output_meter import OutputMeter
from parsers.types import File, Part, ResourceBudget

_NAME_FLAG = 0x08
_EXTRA_FLAG = 0x04


def claims(file: File) -> bool:
    """Claim a compressed stream that holds anything but a tar."""
    return file.media_type in streams.SUFFIXES and not tar.claims(file)


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the one file inside, then the Container."""
    meter = OutputMeter(file, budget, len(file.content))
    budget.spend_entry()
    with streams.opened(file) as stream:
        data = streams.Metered(stream, meter).read()
    yield from meter.member(_name_inside(file), data)
    yield meter.container()


def _name_inside(file: File) -> tuple[str, bool]:
    """Return the name in the gzip header, otherwise the outer name without its suffix."""
    if file.media_type == "application/gzip" and (raw := _original_name(file.content[:70_000])):
        return names.decode(raw)
    name = file.name
    for suffix in streams.SUFFIXES[file.media_type]:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)], False
    return name, False


def _original_name(data: bytes) -> bytes:
    """Return the FNAME field (RFC 1952, 2.3.1), empty when there is none."""
    flags, offset = data[3], 10
    if not flags & _NAME_FLAG:
        return b""
    if flags & _EXTRA_FLAG:
        offset += 2 + int.from_bytes(data[offset : offset + 2], "little")
    end = data.find(b"\0", offset, offset + 1024)
    return data[offset:end] if end > offset else b""
