"""
The MIME tree of a letter as a flat run of leaves.

`fast-mail-parser` reads it; what it refuses (broken base64, broken header blocks, absurd nesting)
the standard library reads again, more slowly and more patiently. Nothing here raises but MemoryError.
"""

from __future__ import annotations

import email
import email.policy
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message as StandardMessage
from typing import Any

from fast_mail_parser import ParseError, parse_email_tree

from parsers.spool import Content

_log = logging.getLogger(__name__)

MOST_LEAVES = 2_000
DEEPEST = 60

FIELD_MOST = 8_000
"""Bytes of a header field where a letter has more in its fields than any needs."""

_WORDS_MOST = 2_000
_PARAMETERS_MOST = 10_000
"""More of them than this in a letter may all be in one field."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """
    One part with content. `headers`: field → values, decoded as the reader could; `inside`: the
    subject of the forwarded letter that holds it, "" on the letter's own level.
    """

    content_type: str
    charset: str
    headers: Mapping[str, Sequence[str]]
    filename: str
    content_id: str
    disposition: str
    data: Content
    inside: str = ""


def leaves(raw: bytes, inside: str = "", depth: int = 0) -> tuple[list[Leaf], bool]:
    """
    All leaves in order, forwarded letters entered, and whether the letter is damaged. `inside` and
    `depth` say where a part lies that is read by itself.
    """
    if more_than(_WORDS_MOST, b"?", raw) and raw.count(b"=?") > _WORDS_MOST:
        raw = with_short_fields(raw)
    try:
        root = parse_email_tree(raw, mode="lazy")
        return list(_walk(root, inside, depth)), False
    except ParseError as error:  # DecodeError among them
        _log.info("read again by the standard library: %r", error)
    except MemoryError:  # a letter that was read in part only would be judged wrongly
        raise
    except Exception as error:  # the core is young: whatever it is, the letter is not lost
        _log.warning("the MIME reader failed: %r", error)
    if raw.count(b";") > _PARAMETERS_MOST:
        raw = with_short_fields(raw)
    try:
        patient = email.message_from_bytes(raw, policy=email.policy.compat32)
        return list(_walk_patiently(patient, inside, depth)), True
    except MemoryError:
        raise
    except Exception as error:  # deep recursion and the like
        _log.warning("the letter's parts cannot be read: %r", error)
        return [], True


def more_than(most: int, mark: bytes, raw: bytes) -> bool:
    """
    Whether a byte that base64 has not comes more often than that. It is looked for, which costs a
    tenth of counting it.
    """
    place = -1
    for _ in range(most + 1):
        place = raw.find(mark, place + 1)
        if place < 0:
            return False
    return True


def with_short_fields(raw: bytes) -> bytes:
    """
    The letter without what goes beyond FIELD_MOST bytes in its header fields: both readers' time
    grows with the square of the encoded words, the standard library's with that of the semicolons.
    """
    kept: list[bytes] = []
    in_headers, letter_follows, left = True, False, 0
    for line in raw.splitlines(keepends=True):
        if in_headers:
            if line[:1] not in b" \t":
                left = FIELD_MOST
                letter_follows |= b"message/rfc822" in line[:FIELD_MOST].lower()
            if not line.strip(b"\r\n"):
                in_headers, letter_follows = letter_follows, False
            else:
                end = line[len(line.rstrip(b"\r\n")) :]
                body = line[: len(line) - len(end)][:left]
                left -= len(body)
                line = body + end if body else b""
        elif line.startswith(b"--"):
            in_headers = True
        kept.append(line)
    return b"".join(kept)


def _walk(node: Any, inside: str, depth: int) -> Iterator[Leaf]:
    if depth > DEEPEST:
        return
    if node.is_message and depth:
        children = list(node.children)
        inside = (
            _subject(children[0].headers if children else node.headers) or inside or "转发的邮件"
        )
        for child in children:
            yield from _walk(child, inside, depth + 1)
        if children:
            return
    if node.children:
        for number, child in enumerate(node.children):
            if number < MOST_LEAVES:
                yield from _walk(child, inside, depth + 1)
        return
    content_type = (node.content_type or "text/plain").lower()
    if content_type.startswith("multipart/") and not node.content:
        return
    yield leaf(node, node.content, inside)


def leaf(node: Any, data: Content, inside: str) -> Leaf:
    """What the reader tells of a part, and its content."""
    return Leaf(
        content_type=(node.content_type or "text/plain").lower(),
        charset=_charset(node.headers),
        headers=node.headers,
        filename=node.filename or "",
        content_id=(node.content_id or "").strip("<> "),
        disposition=(node.disposition or "").partition(";")[0].strip().lower(),
        data=data,
        inside=inside,
    )


def _walk_patiently(node: StandardMessage, inside: str, depth: int) -> Iterator[Leaf]:
    headers: dict[str, list[str]] = {}
    for name, value in node.items():
        headers.setdefault(name.title(), []).append(_as_latin(str(value)))
    content_type = node.get_content_type()
    payload = node.get_payload()
    if isinstance(payload, list):
        if content_type == "message/rfc822" and payload:
            first = payload[0]
            subject = first.get("Subject", "") if isinstance(first, StandardMessage) else ""
            inside = _as_latin(str(subject)) or inside or "转发的邮件"
        if depth < DEEPEST:
            for child in payload[:MOST_LEAVES]:
                yield from _walk_patiently(child, inside, depth + 1)  # type: ignore[arg-type]
        return
    data = node.get_payload(decode=True)
    yield Leaf(
        content_type=content_type,
        charset=_charset(headers),
        headers=headers,
        filename=_safely(node.get_filename),
        content_id=str(node.get("Content-ID", "")).strip("<> "),
        disposition=_safely(node.get_content_disposition),
        data=data if isinstance(data, bytes) else b"",
        inside=inside,
    )


def _safely(read: Callable[[], str | None]) -> str:
    try:
        return _as_latin(read() or "")
    except Exception:  # the standard library's parameter reader trips over lone quotes and bytes
        return ""


def _as_latin(text: str) -> str:
    """Surrogates of raw bytes in the form that the fast reader gives them: one character a byte."""
    if not any("\udc80" <= character <= "\udcff" for character in text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _subject(headers: Mapping[str, Sequence[str]]) -> str:
    return next((values[0] for name, values in headers.items() if name.lower() == "subject"), "")


def _charset(headers: Mapping[str, Sequence[str]]) -> str:
    for name, values in headers.items():
        if name.lower() == "content-type" and values:
            _, found, rest = values[0].lower().partition("charset")
            if found:
                return (
                    rest.lstrip(" =*").lstrip("\"' ").partition(";")[0].strip("\"' ").split(" ")[0]
                )
    return ""
