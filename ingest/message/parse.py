"""Raw bytes -> what a letter says: who, what about, its body, its attachments. Nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.message import addresses
from ingest.message import cloud_links as cloud
from ingest.message.addresses import Author
from ingest.message.anchors import anchors
from ingest.message.automatic import MachineMail, machine_mail
from parsers.charsets import unify_ideographs
from parsers.documents import page as web_page
from parsers.mime.charsets import decode
from parsers.mime.headers import Letter, message_ids, moment, read_headers
from parsers.mime.tree import Leaf, leaves
from parsers.spool import Content
from parsers.types import LimitHit, Limits, Refusal, ResourceBudget
from rulebook.reasons import Remark

_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_ENDINGS = {
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/x-rar-compressed": ".rar",
    "application/vnd.rar": ".rar",
    "application/x-7z-compressed": ".7z",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/ms-tnef": ".dat",
    "message/rfc822": ".eml",
}
_META = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_\-]{2,30})", re.IGNORECASE)
_STUB = re.compile(r"HTML|网页|浏览器|不支持|纯文本|无法显示|plaintext", re.IGNORECASE)
_MAX_HANDED_ON = 100_000
"""Bytes of the text of a forwarded letter that are looked at."""

_MAX_STUB = 200
"""Characters of a plain text that says no more than that the letter is a page."""

_MAX_SUBJECT = 1_000
"""Characters of a subject; people write 30."""

_MAX_BODY = 4_000_000
"""Bytes of a body that are read, more than the limit of characters lets pass."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    A file that came with a letter.

    `inline`: it decorates the body (a picture of a signature);
    `inside`: the subject of the forwarded letter that held it.
    """

    name: str
    declared_type: str
    data: Content
    inline: bool = False
    content_id: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """
    A letter read.

    Addresses in lower case; `date` is the sender's own, `received_stamp` the topmost
    Received field's; `machine` says whether it is a machine's; `own`: one of our letters came back;
    `other_body`: what the alternative says that is not shown, which may hold a password;
    `anchors`: where the sender's page leads.
    """

    message_id: str
    subject: str
    author: Author
    reply_to: str
    date: datetime | None
    received_stamp: datetime | None
    in_reply_to: str
    references: tuple[str, ...]
    machine: MachineMail
    authentication_results: tuple[bytes, ...]
    body: str
    other_body: str
    cloud_links: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    remarks: tuple[Remark, ...] = ()
    own: bool = False
    anchors: tuple[str, ...] = ()


def read_message(raw: Letter) -> Message:
    """Read a letter (RFC 5322, MIME), whatever state it is in; damage becomes a remark."""
    headers = read_headers(raw)
    parts, damaged = leaves(raw)
    bodies = _bodies(parts)
    remarks = [Remark.DAMAGED_MESSAGE] if damaged or not headers.fields else []
    attachments = [
        _attachment(part, number)
        for number, part in enumerate(parts, 1)
        if id(part) not in bodies.parts and _is_attachment(part)
    ]
    if any(part.lossy for part in parts):
        remarks.append(Remark.LOSSY_NAME)
    author = addresses.author(headers)
    return Message(
        message_id=next(iter(message_ids(headers.text("message-id"))), ""),
        subject=headers.text("subject")[:_MAX_SUBJECT],
        author=author,
        reply_to=addresses.first_address(headers, "reply-to"),
        date=moment(headers.text("date")),
        received_stamp=moment(headers.text("received").rpartition(";")[2]),
        in_reply_to=next(iter(message_ids(headers.text("in-reply-to"))), ""),
        references=message_ids(headers.text("references")),
        machine=machine_mail(headers, author.address),
        authentication_results=headers.all_raw("authentication-results"),
        body=bodies.text,
        other_body=bodies.other,
        cloud_links=cloud.links(bodies.text, bodies.page),
        attachments=tuple(attachments),
        remarks=tuple(dict.fromkeys(remarks)),
        own=headers.has("x-shougao") and headers.has("auto-submitted"),
        anchors=anchors(bodies.page),
    )


@dataclass(frozen=True, slots=True)
class _Bodies:
    """A letter's own text, its HTML, the text of the alternative, and which leaves they are."""

    text: str
    page: str
    other: str
    parts: frozenset[int]


def _bodies(parts: Sequence[Leaf]) -> _Bodies:
    """Read the body: the plain text, or the HTML's where that is all or the plain text is a stub."""
    plain: list[str] = []
    pages: list[str] = []
    used: set[int] = set()
    left = _MAX_BODY
    handed_on: list[str] = []
    for part in parts:
        if part.disposition == "attachment" or part.name:
            continue
        if part.inside:  # no body of this letter, but a password or a cloud's link may stand in it
            if part.content_type in ("text/plain", "text/html"):
                handed_on.append(_page(part.data[:_MAX_HANDED_ON], part.charset))
            continue
        if part.content_type == "text/plain":
            plain.append(decode(part.data[:left], part.charset)[0])
        elif part.content_type == "text/html":
            pages.append(_page(part.data[:left], part.charset))
        else:
            continue
        left -= min(left, len(part.data))
        used.add(id(part))
    page = "\n".join(pages)
    text, of_page = "\n".join(plain).strip(), _text_of(page)
    if of_page and _is_stub(text, of_page):
        text, of_page = of_page, text
    forwarded = "\n".join(handed_on)[:_MAX_HANDED_ON]
    other = "\n".join((of_page, _text_of(forwarded) if forwarded else ""))
    return _Bodies(
        text=unify_ideographs(text),
        page=f"{page}\n{forwarded}",
        other=unify_ideographs(other),
        parts=frozenset(used),
    )


def _page(data: bytes, label: str) -> str:
    """Decode a page once: by the part's charset, else by the one that the page names."""
    if not label and (meta := _META.search(data[:4_096])):
        label = meta[1].decode("ascii")
    return decode(data, label)[0]


def _is_stub(text: str, of_page: str) -> bool:
    """Return whether a plain text only says that there is a page, or says far less than that."""
    words, in_page = "".join(text.split()), "".join(of_page.split())
    if not words:
        return True
    return len(words) < len(in_page) and (
        (len(words) <= _MAX_STUB and _STUB.search(words) is not None)
        or len(words) * 4 < len(in_page)
    )


def _text_of(page: str) -> str:
    if not page.strip():
        return ""
    try:
        return "\n".join(web_page.read_page(page, ResourceBudget(Limits())).paragraphs)
    except (Refusal, LimitHit):
        return re.sub(r"<[^<>]*>", " ", page)


def _is_attachment(part: Leaf) -> bool:
    if part.content_type in _SIGNATURES or (not part.data and not part.name):
        return False
    if part.name or part.disposition == "attachment":
        return True
    return not part.content_type.startswith(
        ("text/", "multipart/", "message/delivery", "message/disp")
    )


def _attachment(part: Leaf, number: int) -> Attachment:
    name = part.name or f"附件{number}{_ENDINGS.get(part.content_type, '')}"
    inline = bool(part.content_id) and part.disposition != "attachment"
    return Attachment(name, part.content_type, part.data, inline, part.content_id, part.inside)
