"""What a letter says as a letter: the sender's own words, what it answers, the links it names."""

from __future__ import annotations

import re

from ingest.message.parse import Message
from ingest.message.reply_text import split_reply
from rulebook.conversation import Correspondence

MAX_ANSWERS = 50
MAX_NUMBERS = 10
MAX_LINKS = 20
MAX_FORWARDED = 1_500

_NUMBER = re.compile(r"SG(\d{8})[-—–－]?(\d{6,9})")
_LINK = re.compile(r"https?://[^\s<>\"'，。；（）()【】]{4,500}")


def correspondence(message: Message, body: str) -> Correspondence:
    """
    Read a letter as a letter. `body` is the part of its text that is judged.

    Returns: Message-IDs newest last; receipt numbers in the order of their standing, each once.
    """
    parts = split_reply(body)
    numbers = _NUMBER.findall(f"{message.subject}\n{parts.own}\n{parts.quoted}")
    answers = dict.fromkeys((*message.references, message.in_reply_to))
    answers.pop("", None)
    return Correspondence(
        own_words=parts.own,
        answers=tuple(answers)[-MAX_ANSWERS:],
        receipt_numbers=tuple(dict.fromkeys(int(number) for _, number in numbers))[:MAX_NUMBERS],
        links=tuple(
            dict.fromkeys(
                _LINK.findall(f"{parts.own}\n{parts.quoted}" if parts.forwarded else parts.own)
            )
        )[:MAX_LINKS],
        forwarded=parts.quoted[:MAX_FORWARDED] if parts.forwarded else "",
    )
