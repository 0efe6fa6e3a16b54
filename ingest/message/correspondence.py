"""What a letter says as a letter: the sender's own words, what it answers, the links it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.message.parse import Message
from ingest.message.reply_text import split_reply
from rulebook.conversation import Correspondence

MAX_ANSWERS = 50
MAX_NUMBERS = 10
MAX_LINKS = 20
MAX_FORWARDED = 1_500

MAX_PAPERS = 8_000
MAX_PAPER_LINES = 120

_ADOPTED = re.compile(r"录用|采用|刊发|刊登|刊载|登载|转载|载体|媒体")
_NUMBER = re.compile(r"SG(\d{8})[-—–－]?(\d{6,9})")
_LINK = re.compile(r"https?://[^\s<>\"'，。；（）()【】]{4,500}")


def correspondence(
    message: Message, body: str, documents: Iterable[Sequence[str]] = ()
) -> Correspondence:
    """
    Read a letter as a letter.

    Args:    `body`: the part of its text that is judged; `documents`: the paragraphs of each document.

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
        anchors=message.anchors,
        forwarded=parts.quoted[:MAX_FORWARDED] if parts.forwarded else "",
        papers=tuple(_papers(documents)),
    )


def _papers(documents: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the short papers that speak of adoptions: lists and tables, hardly ever drafts."""
    room = MAX_PAPERS
    for paragraphs in documents:
        text = "\n".join(paragraphs[:MAX_PAPER_LINES])
        if len(text) <= room and _ADOPTED.search(text):
            room -= len(text)
            yield text
