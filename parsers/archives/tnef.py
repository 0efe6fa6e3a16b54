"""
Outlook's winmail.dat, which wraps the attachments of a letter.

Source:  MS-OXTNEF.
Refuses: damage. One without attachments is no fault: Outlook sends it for mere formatting.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tnefparse import TNEF
from tnefparse.tnef import TNEFAttachment

from parsers.archives import names
from parsers.archives.output_meter import OutputMeter
from parsers.types import Container, Damaged, File, Part, Refusal, ResourceBudget
from rulebook.reasons import Reason

MEDIA_TYPE = "application/ms-tnef"
MAX_ATTRIBUTES = 2_000
"""tnefparse copies the rest of the file for each attribute; letters have some dozens."""

ERRORS: tuple[type[Exception], ...] = (
    struct.error,
    ValueError,  # texts that cannot be decoded among them
    TypeError,
    UnboundLocalError,
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
)
"""What tnefparse raises on damage, which it looks for nowhere."""

_START = struct.Struct("<LH")
_ATTRIBUTE = struct.Struct("<BHHL")
_CHECKSUM = 2


def claims(file: File) -> bool:
    """By the signature alone."""
    return file.media_type == MEDIA_TYPE


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the attachments, then the Container."""
    attributes = _count_attributes(file.data)
    budget.check_entries(attributes.count(TNEF.ATTATTACHRENDDATA))
    if len(attributes) > MAX_ATTRIBUTES:
        raise Refusal(Reason.UNSAFE_ARCHIVE, "结构异常")
    meter = OutputMeter(file, budget, len(file.data))
    for name, data in _attachments(file.data):
        budget.spend_entry()
        meter.spend(len(data))
        yield from meter.member(name, data)
    yield Container(file.path, file.media_type, meter.entries)


def _attachments(data: bytes) -> list[tuple[tuple[str, bool], bytes]]:
    """Name and bytes of each. Raises Damaged."""
    try:
        attachments = TNEF(data, do_checksum=False).attachments
        return [(_name(attachment), bytes(attachment.data)) for attachment in attachments]
    except ERRORS as error:
        raise Damaged(Reason.DAMAGED_ARCHIVE, "") from error


def _count_attributes(data: bytes) -> list[int]:
    """Return the identifiers of all attributes, without their values (MS-OXTNEF 2.1.3.1)."""
    found: list[int] = []
    offset = _START.size
    while offset + _ATTRIBUTE.size <= len(data):
        _, identifier, _, length = _ATTRIBUTE.unpack_from(data, offset)
        found.append(identifier)
        offset += _ATTRIBUTE.size + length + _CHECKSUM
    if offset > len(data):
        raise Damaged(Reason.DAMAGED_ARCHIVE, "")
    return found


def _name(attachment: TNEFAttachment) -> tuple[str, bool]:
    """Return the long name where there is one; the short one is in the machine's code page."""
    try:
        name = attachment.long_filename()
    except UnicodeDecodeError:
        name = attachment._name
    if isinstance(name, bytes):
        return names.decode(name.rstrip(b"\0"))
    return str(name).rstrip("\0"), False
