"""
Plain text in any charset that Chinese computers write.

Source:  WHATWG Encoding; see charsets.py for the order of trials.
Refuses: what no charset makes sense of.
"""

from __future__ import annotations

from collections.abc import Iterator

from parsers import mediatypes
from parsers.documents import charsets, flow
from parsers.types import Allowance, File, Part, Refusal, Text
from rulebook.reasons import Reason


def claims(file: File) -> bool:
    """Text without any markup."""
    return file.media_type == mediatypes.TEXT


def parse(file: File, allowance: Allowance) -> Iterator[Part]:
    """Each line that is not empty is a paragraph."""
    allowance.spend_bytes(len(file.data))
    text = charsets.decode(file.data)
    if text is None:
        raise Refusal(Reason.UNREADABLE_DRAFT, "不是文字文件")
    yield Text(file.path, file.media_type, tuple(flow.paragraphs(text)))
