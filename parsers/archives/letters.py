"""
Letters saved as files: .eml, and Outlook's .msg; what is attached to them comes out as files.

Source:  RFC 5322 and MIME (`parsers.mime`); [MS-OXMSG], read by python-oxmsg.
Refuses: damage of a .msg. A letter without attachments gives its own text, as a file.
QUIRK:   mail programs forward letters as application/octet-stream: only the content tells them.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from oxmsg import Message

from parsers import mediatypes
from parsers.archives import names
from parsers.archives.output_meter import OutputMeter
from parsers.mime import charsets, filenames
from parsers.mime.tree import Leaf, leaves
from parsers.types import Container, Damaged, File, Part, ResourceBudget
from rulebook.reasons import Reason

TYPES = (mediatypes.MAIL, mediatypes.OUTLOOK)
BODY = "邮件正文.txt"

ERRORS: tuple[type[Exception], ...] = (
    OSError,  # olefile's own errors are of this kind
    struct.error,
    ValueError,
    AssertionError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
)
"""What python-oxmsg raises on damage, which it looks for nowhere."""

_ENDINGS = {"text/html": ".html", "text/plain": ".txt", "application/zip": ".zip"}
_MAX_ATTACHMENTS = 500


def claims(file: File) -> bool:
    """By the content alone."""
    return file.media_type in TYPES


def parse(file: File, budget: ResourceBudget) -> Iterator[Part]:
    """Yield the attachments, or else the letter's text; then the Container."""
    is_mail = file.media_type == mediatypes.MAIL
    files = _attached_to_mail(file.data) if is_mail else _attached_to_outlook(file.data)
    meter = OutputMeter(file, budget, len(file.data))
    for name, data in files:
        budget.spend_entry()
        meter.spend(len(data))
        yield from meter.member((name, False), data)
    yield Container(file.path, file.media_type, meter.entries)


def _attached_to_mail(data: bytes) -> list[tuple[str, bytes]]:
    parts, _ = leaves(data)
    attached = [part for part in parts if part.data[:1] and not _is_body(part)]
    bodies = [part for part in parts if _is_body(part)]
    files = [
        (
            f"{part.inside}/{_name(part, number)}" if part.inside else _name(part, number),
            part.data[:],
        )
        for number, part in enumerate(attached, 1)
    ]
    if files or not bodies:
        return files
    plain = next((part for part in bodies if part.content_type == "text/plain"), None)
    chosen = plain if plain and plain.data[:].strip() else bodies[-1]
    text = charsets.decode(chosen.data[:], chosen.charset)[0].encode("utf-8", "replace")
    return [(BODY if chosen.content_type == "text/plain" else "邮件正文.html", text)]


def _is_body(part: Leaf) -> bool:
    is_text = part.content_type in ("text/plain", "text/html")
    return is_text and not part.name and part.disposition != "attachment"


def _name(part: Leaf, number: int) -> str:
    return part.name or f"附件{number}{_ENDINGS.get(part.content_type, '')}"


def _attached_to_outlook(data: bytes) -> list[tuple[str, bytes]]:
    """Read a .msg. Raises Damaged."""
    try:
        message = Message.load(io.BytesIO(data))
        files = []
        for number, attachment in enumerate(message.attachments[:_MAX_ATTACHMENTS], 1):
            content = attachment.file_bytes
            if content:
                named = filenames.tidy(attachment.file_name or "") or f"附件{number}"
                files.append((names.clean(named), bytes(content)))
        body = message.body or ""
    except ERRORS as error:
        raise Damaged(Reason.DAMAGED_ARCHIVE, "") from error
    if not files and body.strip():
        return [(BODY, body.encode("utf-8", "replace"))]
    return files
