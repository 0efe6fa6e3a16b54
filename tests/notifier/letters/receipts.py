"""A receipt made from a case of the fixtures, and the words of its page."""

from __future__ import annotations

from html.parser import HTMLParser

from notifier.letters.receipt import receipt
from notifier.mail.message import OutgoingLetter
from notifier.mail.page import Office
from rulebook.model import Submission, Verdict

Case = tuple[Submission, Verdict]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def words_of(html: str) -> str:
    """The text of a page whose elements are all closed in order."""
    reader = _Words()
    reader.feed(html)
    assert not reader.open
    return reader.said


def told(office: Office, case: Case, reply_to: str = "") -> OutgoingLetter:
    return receipt(
        12,
        *case,
        office,
        message_id="<1@hutang.example>",
        references=("<0@hutang.example>",),
        reply_to=reply_to,
    )
