"""An outgoing letter and its bytes (RFC 5322, MIME), safe against whatever strangers wrote."""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.charset import BASE64, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, quote
from functools import lru_cache
from zoneinfo import ZoneInfo

from ledger.states import LetterKind

MAX_REFERENCES = 20
"""Message-IDs kept in References: the first of the thread and the latest (RFC 5537 3.4.4)."""

SUBJECT_CHARACTERS = 200
LINE = 76
"""Characters of base64 in a line (RFC 2045 6.8)."""

CRLF = compat32.clone(linesep="\r\n")

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")  # printable ASCII without <>; RFC 5322 2.1.1
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_CONTROL_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    A file that goes along.

    With `cid` it is a picture of the HTML text (`<img src="cid:…">`), shown in it instead of listed.
    """

    name: str
    media_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """
    What is to be said to whom. Message-IDs carry their angle brackets; addresses are bare.

    `in_reply_to` may be empty; `references` runs from the oldest to the latest. `kind` stands in our
    own header, by which we know our letters when they come back.
    """

    subject: str
    plain: str
    html: str
    recipient: str
    copies: tuple[str, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    auto_submitted: str
    attachments: tuple[Attachment, ...] = ()
    kind: LetterKind = LetterKind.RECEIPT


def render(
    letter: OutgoingLetter,
    sender: str,
    sender_name: str,
    now: datetime,
    zone: str = "Asia/Shanghai",
) -> bytes:
    """
    Write the message: 7-bit, CRLF, text beside HTML (RFC 2046 5.1.4).

    The same input gives the same bytes. Malformed addresses and Message-IDs are left out of the
    header.

    Args:    `sender`: the bare address, which NetEase wants equal to the envelope's. `now`: written
             with the offset of `zone`.
    Raises:  ValueError if `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"a letter's date without a time zone: {now!r}")
    headers = [
        ("From", _mailbox(sender_name, sender)),
        ("To", _addresses([letter.recipient]) or "undisclosed-recipients:;"),
        ("Cc", _addresses(letter.copies)),
        ("Subject", _encoded(one_line(letter.subject)[:SUBJECT_CHARACTERS], "Subject")),
        ("Date", format_datetime(now.astimezone(ZoneInfo(zone)))),
        ("Message-ID", _identifiers([letter.message_id])),
        ("In-Reply-To", _identifiers([letter.in_reply_to])),
        ("References", _identifiers(_bounded(letter))),
        ("Auto-Submitted", _token(letter.auto_submitted)),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Shougao", _token(letter.kind)),
    ]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers if value)
    return lines.encode("ascii") + _body(letter)


def message_id_for(kind: LetterKind | str, letter_id: int, domain: str) -> str:
    """Form the Message-ID of our letter of a kind about a letter: the same at every try."""
    return f"<{kind}.{letter_id}@{domain}>"


def receipt_number(received: datetime, zone: str, letter_id: int) -> str:
    """
    Form a receipt's number, such as SG20220307-000012: the office day of receipt, the letter's id.

    Raises: ValueError if `received` has no time zone.
    """
    if received.tzinfo is None:
        raise ValueError(f"received without a time zone: {received!r}")
    return f"SG{received.astimezone(ZoneInfo(zone)):%Y%m%d}-{letter_id:06d}"


def one_line(text: str) -> str:
    """Make text fit for one line: no control, line-break or direction marks, no half characters."""
    return " ".join(_UNSEEN.sub(" ", _encodable(text)).split())


def _body(letter: OutgoingLetter) -> bytes:
    """Write the parts: text beside HTML, the HTML with its pictures, all of it beside the files."""
    seed = f"{letter.message_id}\n{letter.plain}"
    html = _text(letter.html, "html")
    pictures = [_file(one) for one in letter.attachments if one.cid]
    if pictures:
        html = _multipart("related", [html, *pictures], seed)
    message = _multipart("alternative", [_text(letter.plain, "plain"), html], seed)
    files = [_file(one) for one in letter.attachments if not one.cid]
    if files:
        message = _multipart("mixed", [message, *files], seed)
    return b"MIME-Version: 1.0\r\n" + message


def _text(text: str, kind: str) -> bytes:
    content = _printable(text).replace("\n", "\r\n").encode()  # RFC 2046 4.1.1, under base64, too
    return _part(f'Content-Type: text/{kind}; charset="utf-8"\r\n'.encode("ascii"), content)


def _file(file: Attachment) -> bytes:
    part = Message()
    part["Content-Type"] = file.media_type
    name = one_line(file.name)
    filename = name if name.isascii() else ("utf-8", "", name)  # RFC 2231
    part.add_header(
        "Content-Disposition", "inline" if file.cid else "attachment", filename=filename
    )
    if file.cid:
        part["Content-ID"] = f"<{file.cid}>"
    head = b"".join(CRLF.fold_binary(name, value) for name, value in part.items())
    return _part(head, file.content)


def _part(head: bytes, content: bytes) -> bytes:
    """Write a part in base64 (RFC 2045 6.8), in a third of the time that Python's classes take."""
    written = b2a_base64(content, newline=False)
    lines = [written[at : at + LINE] + b"\r\n" for at in range(0, len(written), LINE)]
    return b"".join((head, b"Content-Transfer-Encoding: base64\r\n\r\n", *lines))


def _multipart(kind: str, parts: Iterable[bytes], seed: str) -> bytes:
    """Write parts one behind the other (RFC 2046 5.1); a message has at most one multipart of a kind."""
    digest = hashlib.sha256(f"{kind}\n{seed}".encode("utf-8", "replace")).hexdigest()
    boundary = f"=_{digest[:32]}".encode("ascii")  # "=_" is in no base64
    head = b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    mark = b"--" + boundary
    inside = (part for one in parts for part in (mark, b"\r\n", one, b"\r\n"))
    return b"".join((head, *inside, mark, b"--\r\n"))


@lru_cache(maxsize=64)  # each of our letters bears it
def _mailbox(name: str, address: str) -> str:
    name = one_line(name)
    if not name:
        return address
    if name.isascii():
        return f'"{quote(name)}" <{address}>'
    return f"{_encoded(name, 'From')}\r\n <{address}>"


def _encoded(text: str, header: str) -> str:
    """
    Encode and fold a header's text.

    All of it is in encoded words (RFC 2047), never mixed with plain ones: the blanks between the two
    kinds get lost in common clients.
    """
    charset = Charset("us-ascii" if text.isascii() and "=?" not in text else "utf-8")
    if charset != "us-ascii":
        # QUIRK: apprise, once imported, has the whole process write UTF-8 as quoted-printable
        charset.header_encoding = BASE64
    return Header(text, charset, maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _addresses(addresses: Iterable[str]) -> str:
    return ",\r\n ".join(one for one in addresses if _ADDRESS.fullmatch(one))


def _identifiers(identifiers: Iterable[str]) -> str:
    """Write one to a line: the library's own folding would put long ones in encoded words."""
    return "\r\n ".join(one for one in identifiers if _MESSAGE_ID.fullmatch(one))


def _bounded(letter: OutgoingLetter) -> list[str]:
    thread = list(dict.fromkeys(one for one in letter.references if _MESSAGE_ID.fullmatch(one)))
    if letter.in_reply_to and letter.in_reply_to not in thread:
        thread.append(letter.in_reply_to)
    return thread if len(thread) <= MAX_REFERENCES else thread[:1] + thread[1 - MAX_REFERENCES :]


def _token(text: str) -> str:
    return re.sub(r"[^a-z-]", "", text)


def _printable(text: str) -> str:
    return _CONTROL_IN_TEXT.sub("", _encodable(text)).replace("\r\n", "\n").replace("\r", "\n")


def _encodable(text: str) -> str:
    """Replace lone surrogates, left by undecodable names: they cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
