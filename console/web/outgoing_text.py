"""The plain text of letters of ours, as a thread shows them."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import MessageError
from email.policy import default

MAX_BYTES = 40_000_000
MAX_CHARACTERS = 20_000
SIGNATURE = "\n" + "-" * 40
"""The line above the office's name in our templates."""


def plain_text(raw: bytes) -> str:
    """
    Return the text part of a letter as we wrote it, without our signature.

    "" where it is no longer kept or cannot be read.
    """
    if not raw or len(raw) > MAX_BYTES:
        return ""
    try:
        part = message_from_bytes(raw, policy=default).get_body(("plain",))
        text = part.get_content() if part is not None else ""
    except (MessageError, LookupError, ValueError):
        return ""
    if not isinstance(text, str):
        return ""
    own, _, _ = text.replace("\r\n", "\n").partition(SIGNATURE)
    return own[:MAX_CHARACTERS].strip()
