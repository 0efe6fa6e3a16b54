"""Raw bytes -> what a letter says: who, what about, its body, its attachments. Nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.message import addresses, filenames
from ingest.message import cloud_links as cloud
from ingest.message.addresses import Author
from ingest.message.automatic import MachineMail, machine_mail
from ingest.message.charsets import decode
from ingest.message.headers import Letter, decode_words, message_ids, moment, read_headers
from ingest.message.large_messages import leaves
from ingest.message.mime_tree import Leaf
from parsers import mediatypes
from parsers.documents import html
from parsers.spool import Content
from parsers.types import File, LimitHit, Limits, Refusal, ResourceBudget, Text
from rulebook.reasons import Remark

_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_PASSWORD = re.compile(
    r"(?:解压|压缩包|文件|打开)?(?:密\s{0,9}码|口\s{0,9}令|解压码|提取码)(?:"
    r"\s{0,9}(?:[为是]\s{0,9}[：:]?|[：:＝=])\s{0,9}[“\"'‘【\[（(]?([^\s，。；;、,“”\"'’】\])）<>]{1,64})"
    r"|\s{0,9}([A-Za-z0-9@#$%^&*_.!+-]{3,64}))"  # 密码1234, as subjects have it
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
}
_SUBJECT_MOST = 1_000
"""Characters of a subject; people write 30."""

_BODY_MOST = 4_000_000
"""Bytes of a body that are read, more than the limit of characters lets pass."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    A file that came with a letter. `inline`: it decorates the body (a picture of a signature);
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
    A letter read. Addresses in lower case; `date` is the sender's own, `received_stamp` the topmost
    Received field's; `machine` says whether it is a machine's; `own`: one of our letters came back.
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
    cloud_links: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    remarks: tuple[Remark, ...] = ()
    own: bool = False


def read_message(raw: Letter) -> Message:
    """Read a letter (RFC 5322, MIME), whatever state it is in; damage becomes a remark."""
    headers = read_headers(raw)
    parts, damaged = leaves(raw)
    body, body_html, used = _bodies(parts)
    remarks = [Remark.DAMAGED_MESSAGE] if damaged or not headers.fields else []
    attachments = []
    coded = filenames.CodedNames(raw)
    for number, part in enumerate(parts, 1):
        if id(part) in used or not _is_attachment(part):
            continue
        attachment, lost = _attachment(part, number, coded)
        attachments.append(attachment)
        if lost:
            remarks.append(Remark.LOSSY_NAME)
    author = addresses.author(headers)
    return Message(
        message_id=next(iter(message_ids(headers.text("message-id"))), ""),
        subject=headers.text("subject")[:_SUBJECT_MOST],
        author=author,
        reply_to=addresses.first_address(headers, "reply-to"),
        date=moment(headers.text("date")),
        received_stamp=moment(headers.text("received").rpartition(";")[2]),
        in_reply_to=next(iter(message_ids(headers.text("in-reply-to"))), ""),
        references=message_ids(headers.text("references")),
        machine=machine_mail(headers, author.address),
        authentication_results=headers.all_raw("authentication-results"),
        body=body,
        cloud_links=cloud.links(body, body_html),
        attachments=tuple(attachments),
        remarks=tuple(dict.fromkeys(remarks)),
        own=headers.has("x-shougao") and headers.has("auto-submitted"),
    )


def passwords(subject: str, body: str) -> tuple[str, ...]:
    """Passwords plainly given ("密码：1234", "解压码是 abc"), in the order of their appearance."""
    found = [match[1] or match[2] for text in (subject, body) for match in _PASSWORD.finditer(text)]
    plain = [word.rstrip("。.!！") for word in found]
    return tuple(
        dict.fromkeys(word for pair in zip(found, plain, strict=True) for word in pair if word)
    )


def _bodies(parts: Sequence[Leaf]) -> tuple[str, str, set[int]]:
    """The body's text, its HTML, and which leaves they are. Forwarded letters' bodies are not it."""
    plain: list[str] = []
    pages: list[str] = []
    used: set[int] = set()
    left = _BODY_MOST
    for part in parts:
        if part.disposition == "attachment" or part.filename or _has_name(part) or part.inside:
            continue
        if part.content_type == "text/plain":
            plain.append(decode(part.data[:left], part.charset)[0])
        elif part.content_type == "text/html":
            pages.append(decode(part.data[:left], part.charset)[0])
        else:
            continue
        left -= min(left, len(part.data))
        used.add(id(part))
    page = "\n".join(pages)
    text = "\n".join(plain).strip()
    return text or _text_of(page), page, used


def _text_of(page: str) -> str:
    if not page.strip():
        return ""
    file = File("正文.html", page.encode("utf-8", "replace"), media_type=mediatypes.HTML)
    try:
        found = list(html.parse(file, ResourceBudget(Limits())))
    except (Refusal, LimitHit):
        return re.sub(r"<[^<>]*>", " ", page)
    return "\n".join(
        paragraph for fact in found if isinstance(fact, Text) for paragraph in fact.paragraphs
    )


def _is_attachment(part: Leaf) -> bool:
    if part.content_type in _SIGNATURES or (not part.data and not part.filename):
        return False
    if part.filename or _has_name(part) or part.disposition == "attachment":
        return True
    return not part.content_type.startswith(("text/", "multipart/", "message/"))


def _attachment(part: Leaf, number: int, coded: filenames.CodedNames) -> tuple[Attachment, bool]:
    name, lost = filenames.name_of(part.filename or _type_name(part), part.headers, coded)
    if not name:
        name = f"附件{number}{_ENDINGS.get(part.content_type, '')}"
    inside = filenames.tidy(decode_words(_bytes(part.inside))[0]) if part.inside else ""
    inline = bool(part.content_id) and part.disposition != "attachment"
    return (
        Attachment(name, part.content_type, part.data, inline, part.content_id, inside),
        lost,
    )


def _has_name(part: Leaf) -> bool:
    return bool(_type_name(part)) or any(
        "filename*" in value.lower() or "name*" in value.lower()
        for field in ("Content-Disposition", "Content-Type")
        for value in part.headers.get(field, ())
    )


def _type_name(part: Leaf) -> str:
    for value in part.headers.get("Content-Type", ()):
        found = re.search(r"(?i)[;\s]name\s*=\s*(?:\"([^\"]*)\"|([^;]+))", value)
        if found:
            return (found[1] or found[2] or "").strip()
    return ""


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
