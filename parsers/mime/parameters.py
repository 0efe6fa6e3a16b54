"""
Content-Type, Content-Disposition and Content-Transfer-Encoding: a word, then parameters.

Source: RFC 2045 5.1 and 6.1, RFC 2183, as mail programs read them.
QUIRK:  a value without quotes reaches to the next semicolon (blanks and parentheses are part of a
        file's name); a quote inside of quotes is closed only by one that ends the parameter; a
        backslash escapes a quote or a backslash alone (Windows paths); fields that stand twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.mime.charsets import decode

MAX_PARAMETERS = 400
"""Of one field; a name in pieces of RFC 2231 has some dozens."""

_MAX_FIELD = 100_000
_COMMENT_MARKS = re.compile(r"[()]|\\.", re.DOTALL)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+(?:/[A-Za-z0-9!#$%&'*+\-.^_`{|}~]+)?")
_SEPARATORS = re.compile(r"[;\s]*")
_NAME = re.compile(r"([^=;\s\"()]++)\s*+=\s*+")
_IS_NAME = re.compile(r"(?:file)?name\b")
_EQUALS = re.compile(r"\s*=")
_CLOSING = re.compile(r'"(?=\s*(?:;|\(|$)|\s+[A-Za-z*0-9\-]{1,40}\s*=)')
_ESCAPED = re.compile(r'\\(["\\])')
_BETWEEN = re.compile(r'"\s+"')


@dataclass(frozen=True, slots=True)
class Parametered:
    """A field's first word in lower case, and its parameters (name in lower case, value) in order."""

    value: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    lossy: bool = False

    def get(self, *names: str) -> str:
        """Return the first parameter of these names that is not empty."""
        return next((text for name, text in self.parameters if name in names and text), "")


def first(values: Sequence[bytes], *, with_slash: bool = False) -> Parametered:
    """Read the first of several equal fields that says something (of Content-Type: a type)."""
    read = [parse(value) for value in values]
    fitting = [one for one in read if one.value and ("/" in one.value or not with_slash)]
    if fitting and fitting[0].value.startswith("multipart/") and not fitting[0].get("boundary"):
        return next((one for one in fitting if one.get("boundary")), fitting[0])
    return (fitting or read or [Parametered()])[0]


def parse(value: bytes) -> Parametered:
    """Read one field; raw 8-bit text is UTF-8, else GB18030. In time linear to its length."""
    text, lossy = decode(value[:_MAX_FIELD])
    start = _behind_comments(text, 0)
    word = _TOKEN.match(text, start)
    position = word.end() if word else start
    parameters: list[tuple[str, str]] = []
    if word and _EQUALS.match(text, position):  # `filename=a.zip` without the word
        word, position = None, start
    else:
        position = _behind_comments(text, position)
    while position < len(text) and len(parameters) < MAX_PARAMETERS:
        position = _SEPARATORS.match(text, position).end()  # type: ignore[union-attr]
        name = _NAME.match(text, position)
        if name is None:
            position = _next_semicolon(text, position + 1)
            continue
        content, position = _content(text, name.end())
        key = name[1].lower()
        if content and not _IS_NAME.match(key) and not text.startswith('"', name.end()):
            content = content.split(None, 1)[0]  # a comment may stand behind it
        parameters.append((key, content))
    return Parametered(word[0].lower() if word else "", tuple(parameters), lossy)


def token(value: bytes) -> str:
    """Return the first word of a field in lower case, comments and quotes before it left out."""
    text = decode(value[:_MAX_FIELD])[0]
    word = _TOKEN.match(text.lstrip("\"' \t"), 0) or _TOKEN.match(text, _behind_comments(text, 0))
    return word[0].lower().strip("'") if word else ""


def _behind_comments(text: str, position: int) -> int:
    """Return where the first character stands that is no blank and in no comment."""
    depth = 0
    while position < len(text):
        if depth == 0 and text[position] in " \t\r\n":
            position += 1
            continue
        if depth == 0 and text[position] != "(":
            break
        mark = _COMMENT_MARKS.search(text, position)
        if mark is None:
            return len(text)
        depth += (mark[0] == "(") - (mark[0] == ")")
        position = mark.end()
    return position


def _next_semicolon(text: str, position: int) -> int:
    semicolon = text.find(";", position)
    return semicolon + 1 if semicolon >= 0 else len(text)


def _content(text: str, position: int) -> tuple[str, int]:
    """Return a parameter's value, and where the next parameter may begin."""
    if text.startswith('"', position):
        closing = _CLOSING.search(text, position + 1)
        while closing and _is_escaped(text, closing.start()):
            closing = _CLOSING.search(text, closing.end())
        end = closing.start() if closing else len(text)
        inner = _ESCAPED.sub(r"\1", _BETWEEN.sub(" ", text[position + 1 : end]))
        return inner, end + 1
    end = text.find(";", position)
    end = end if end >= 0 else len(text)
    return text[position:end].strip().strip('"'), end


def _is_escaped(text: str, position: int) -> bool:
    backslashes = 0
    while text[position - 1 - backslashes] == "\\":
        backslashes += 1
    return backslashes % 2 == 1
