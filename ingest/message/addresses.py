"""
Who a letter says it is from: address fields read by grammar (RFC 5322 3.4, obsolete forms of 4.4).

A field is cut into tokens first, so that an address in a quoted name, in a comment or in an encoded
word is never taken for the sender's. Encoded words are decoded in display names only.

QUIRK: old Chinese clients write a name and an address without angle brackets (`"name" a@b`), the
       whole field in one encoded word, or an address as an unquoted name (`a@b <a@b>`). The first is
       read where one "@" stands outside of quotes and comments, the second is decoded and read
       again, the third is the name of the address in angle brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsers.mime.charsets import decode
from parsers.mime.headers import ENCODED_WORD, Headers, clean_line, decode_words

MAX_MAILBOXES = 50
"""More authors than this are not counted: the letter is nobody's already."""

_MAX_FIELD = 200_000
"""Characters of an address field that are read; what is longer gives no address."""

_BLANK = re.compile(r"[\x00-\x20\x7f]+")
_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
_LITERAL = re.compile(r"\[[^\[\]\\]*\]")
_WORD = re.compile(ENCODED_WORD.pattern.decode("ascii"))
_WORD_ALONE = re.compile(_WORD.pattern + r"(?=[\x00-\x20\x7f()<>,;:\"]|$)")
_ATOM = re.compile(r"[^\x00-\x20\x7f()<>@,;:.\"\[\]\\]+")
_IN_COMMENT = re.compile(r"[()]|\\.", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_DOT_ATOM = re.compile(
    r"[^\x00-\x20\x7f()<>@,;:.\"\[\]\\]+(?:\.[^\x00-\x20\x7f()<>@,;:.\"\[\]\\]+)*"
)

Token = tuple[str, str]
"""Kind ("atom", "quoted", "literal", "comment", "special", "blank", "broken") and text."""

_AT, _DOT, _BROKEN = ("special", "@"), ("special", "."), ("broken", "")
_OPENING, _CLOSING = ("special", "<"), ("special", ">")
_OF_ADDRESSES = (_AT, _OPENING, _CLOSING, _BROKEN)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A display name, decoded, and an address whose letters are lower case."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Author:
    """
    Who a letter is from. `address` is empty unless From names exactly one mailbox.

    `several`: the addresses of a From that names more than one; `claims`: what other fields say of
    the sender ("Sender: a@b.example"), which is shown to staff and never believed.
    """

    name: str
    address: str
    several: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


def author(headers: Headers) -> Author:
    """Read the author of a letter from all its From fields."""
    fields = [value for field, value in headers.fields if field == "from"]
    boxes = [box for value in fields for box in mailboxes(value)]
    addresses = tuple(dict.fromkeys(box.address for box in boxes))
    # two From fields are a forger's even where both name one mailbox: readers differ in which counts
    if len(fields) == 1 and len(boxes) == 1:
        return Author(boxes[0].name, boxes[0].address)
    name = clean_line(" / ".join(decode_words(value[:1_000])[0].strip() for value in fields[:3]))
    if boxes:
        return Author(name, "", several=addresses, claims=_claims(headers))
    return Author(name, "", claims=_claims(headers))


def first_address(headers: Headers, field: str) -> str:
    """Return the first address of a field, "" where the grammar gives none."""
    boxes = mailboxes(headers.raw(field))
    return boxes[0].address if boxes else ""


def mailboxes(value: bytes) -> tuple[Mailbox, ...]:
    """
    Read the mailboxes of an address field, those of groups among them.

    Args:
        value: the field's unfolded bytes; raw 8-bit names are UTF-8, else GB18030.

    Returns: at most MAX_MAILBOXES; empty where the grammar gives no address.
    Source:  RFC 5322 3.4 and 4.4; RFC 6532 for what is not ASCII; RFC 2047 5(3).
    """
    text = decode(value)[0]
    if len(text) > _MAX_FIELD:
        return ()
    return _boxes(text) or _boxes(_whole_in_words(text))


def _boxes(text: str) -> tuple[Mailbox, ...]:
    boxes: list[Mailbox] = []
    for element in _elements(tokens(text)):
        read = _mailbox(element)
        if not read and any(token in _OF_ADDRESSES for token in element):
            return ()  # something here is no address: what the others are is not certain, either
        boxes += read
        if len(boxes) >= MAX_MAILBOXES:
            break
    return tuple(boxes[:MAX_MAILBOXES])


def _whole_in_words(text: str) -> str:
    """Decode a field that is nothing but encoded words, "" for any other."""
    if _WORD.sub("", text).strip():
        return ""
    return decode_words(text.encode("utf-8", "replace"))[0]


def tokens(text: str) -> list[Token]:
    """
    Cut an address field into tokens, in time linear to its length.

    What is opened and never closed (a quote, a comment) reaches to the end: nothing behind it is an
    address.
    """
    cut: list[Token] = []
    position, end = 0, len(text)
    while position < end:
        character = text[position]
        if match := _BLANK.match(text, position):
            cut.append(("blank", " "))
            position = match.end()
        elif character == '"':
            match = _QUOTED.match(text, position)
            cut.append(("quoted", match[1]) if match else _BROKEN)
            position = match.end() if match else end
        elif character == "(":
            content, position = _comment(text, position)
            cut.append(_BROKEN if content is None else ("comment", content))
        elif match := _WORD_ALONE.match(text, position) or _ATOM.match(text, position):
            cut.append(("atom", match[0]))
            position = match.end()
        elif match := _LITERAL.match(text, position):
            cut.append(("literal", match[0]))
            position = match.end()
        else:
            cut.append(("special", character))
            position += 1
    return cut


def _comment(text: str, start: int) -> tuple[str | None, int]:
    """Return a comment's content, None where it never ends, and the position behind it."""
    depth = 0
    for match in _IN_COMMENT.finditer(text, start):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
            if depth == 0:
                return text[start + 1 : match.start()], match.end()
    return None, len(text)


def _elements(cut: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield what stands between the commas of a list and of its groups (QUIRK: and semicolons)."""
    element: list[Token] = []
    inside = False
    for token in cut:
        kind, text = token
        if kind == "special":
            if inside:
                inside = text != ">"
            elif text == "<":
                inside = True
            elif text in ",;":
                yield element
                element = []
                continue
            elif text == ":":  # the name of a group ends; one with an address in it is no name
                if any(part in _OF_ADDRESSES for part in element):
                    yield element
                element = []
                continue
        element.append(token)
    yield element


def _mailbox(element: Sequence[Token]) -> list[Mailbox]:
    """Read the mailbox of one element; none where it is no mailbox, several where it is ambiguous."""
    if _BROKEN in element:
        return []
    starts = [number for number, token in enumerate(element) if token == _OPENING]
    ends = [number for number, token in enumerate(element) if token == _CLOSING]
    if not starts and not ends:
        return _bare(element)
    if len(starts) != len(ends) or any(
        end < start for start, end in zip(starts, ends, strict=True)
    ):
        return []
    boxes = []
    for start, end in zip(starts, ends, strict=True):
        address = _angle(element[start + 1 : end])
        if not address:
            return []
        name = _name(element[: starts[0]])
        boxes.append(Mailbox(name or _note([*element[: starts[0]], *element[end + 1 :]]), address))
    if _AT in element[ends[-1] :]:  # `<a@b> c@d`: which one is it?
        boxes += _bare(element[ends[-1] + 1 :])
    return boxes


def _bare(element: Sequence[Token]) -> list[Mailbox]:
    """Read an address without angle brackets, a name before it or a comment beside it."""
    solid = [token for token in element if token[0] != "comment"]
    marks = [number for number, token in enumerate(solid) if token == _AT]
    if len(marks) != 1:
        return []
    start = _local_start(solid, marks[0])
    before = solid[:start]
    # what touches the address or is no word is part of something that is no address
    if before and before[-1][0] != "blank":
        return []
    if any(kind == "special" and text != "." for kind, text in before):
        return []
    address = _address([token for token in solid[start:] if token[0] != "blank"])
    return [Mailbox(_name(before) or _note(element), address)] if address else []


def _local_start(solid: Sequence[Token], mark: int) -> int:
    """Return where the local part begins that ends before "@": words with a dot between each two."""
    words = [number for number in range(mark) if solid[number][0] != "blank"]
    start = len(words) - 1
    while start >= 2 and solid[words[start - 1]] == _DOT and solid[words[start - 2]] != _DOT:
        start -= 2
    return words[start] if start >= 0 else mark


def _angle(content: Sequence[Token]) -> str:
    """Return the address in angle brackets, its obsolete route left out (RFC 5322 4.4)."""
    solid = [token for token in content if token[0] not in ("blank", "comment")]
    if solid and solid[0] in (_AT, ("special", ",")):
        colon = next((n for n, token in enumerate(solid) if token == ("special", ":")), -1)
        solid = solid[colon + 1 :] if colon > 0 else []
    return _address(solid)


def _address(solid: Sequence[Token]) -> str:
    """Return an addr-spec that is made of all these tokens, "" where they are none."""
    mark = next((n for n, token in enumerate(solid) if token == _AT), -1)
    local, domain = solid[:mark], solid[mark + 1 :]
    if mark < 1 or not _dotted(local, ("atom", "quoted")):
        return ""
    if not (_dotted(domain, ("atom",)) or (len(domain) == 1 and domain[0][0] == "literal")):
        return ""
    words = [_QUOTED_PAIR.sub(r"\1", text) if kind == "quoted" else text for kind, text in local]
    name = "".join(words)
    if any(kind == "quoted" for kind, _ in local) and not _DOT_ATOM.fullmatch(name):
        if any(ord(character) < 32 or ord(character) == 127 for character in name):
            return ""
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return ascii_lower(f"{name}@{''.join(text for _, text in domain)}")


def ascii_lower(text: str) -> str:
    """
    Lower the letters of ASCII alone.

    str.lower would make an officer's address of a look-alike: the Kelvin sign becomes "k".
    """
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _dotted(solid: Sequence[Token], kinds: tuple[str, ...]) -> bool:
    """Return whether these are words of the kinds, a dot between each two."""
    return (
        len(solid) % 2 == 1
        and all(token[0] in kinds for token in solid[::2])
        and all(token == _DOT for token in solid[1::2])
    )


def _name(phrase: Sequence[Token]) -> str:
    """Return a display name: quoted strings unquoted, encoded words decoded, comments left out."""
    parts = []
    for kind, text in phrase:
        if kind == "comment":
            continue
        parts.append(_QUOTED_PAIR.sub(r"\1", text) if kind == "quoted" else text)
    return _decoded("".join(parts))


def _note(element: Sequence[Token]) -> str:
    """Return the first comment, which is where an old form of addresses has the name."""
    comment = next((text for kind, text in element if kind == "comment"), "")
    return _decoded(_QUOTED_PAIR.sub(r"\1", comment))


def _decoded(text: str) -> str:
    text = decode_words(text.encode("utf-8", "replace"))[0]
    return clean_line(text).strip(" ,'\t")


def _claims(headers: Headers) -> tuple[str, ...]:
    """Say what other fields tell of the sender, for a person's eyes."""
    claims = []
    for field, label in (("sender", "Sender"), ("return-path", "Return-Path")):
        address = first_address(headers, field)
        if address:
            claims.append(f"{label}: {address}")
    return tuple(claims)
