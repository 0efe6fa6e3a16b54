"""Marks of a template that are wrong without an error: full-width braces, halves of pairs, names that come near."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import fields

from jinja2 import UndefinedError

from notifier.mail.page import DraftSection, LetterView, Objection, Office, OutcomeStyle, Row

_FULL_WIDTH = re.compile(r"[{｛][{｛%][^{}｛｝]{0,60}[}｝%][}｝]")
_COMMENT = re.compile(r"\{#.*?#\}|\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_TOKEN = re.compile(r"\{\{|\}\}|\{%|%\}")
HALF = "请补上缺的一半"
"""Ends what is said of half a pair, without which no template can be filled."""
_PAIRS = {"{{": "}}", "{%": "%}"}
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_MISSING = re.compile(r"(?:has no attribute|has no element) '?(\w+)'?$|^'(\w+)' is undefined$")
NAMES = frozenset(
    one.name
    for kind in (LetterView, DraftSection, Row, Objection, Office, OutcomeStyle)
    for one in fields(kind)
) | {"page", "facts", "office", "headline", "counted", "day"}
"""Names that a template may say."""


def wrong_marks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a template with marks that would not be filled in, and what to do, in Chinese."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in _FULL_WIDTH.finditer(line):
            if "｛" in found[0] or "｝" in found[0]:
                half = found[0].replace("｛", "{").replace("｝", "}")
                yield number, f"的标记“{found[0]}”用了全角花括号，不会被填写，请改成半角：{half}"
    bare = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), bare)
    opened, at = "", 0
    for found in _TOKEN.finditer(bare):
        token, line_of = found[0], bare.count("\n", 0, found.start()) + 1
        if token in _PAIRS:
            if opened:
                yield at, f"的“{opened}”没有对应的“{_PAIRS[opened]}”，{HALF}"
            opened, at = token, line_of
        elif opened and token == _PAIRS[opened]:
            opened = ""
        else:
            yield line_of, f"的“{token}”前面没有对应的一半，{HALF}"
            opened = ""
    if opened:
        yield at, f"的“{opened}”没有对应的“{_PAIRS[opened]}”，{HALF}"


def unknown_name(error: Exception) -> str:
    """Say in Chinese which name of a template there is not, and which was meant; "" for another error."""
    found = _MISSING.search(str(error)) if isinstance(error, UndefinedError) else None
    if found is None:
        return ""
    name = found[1] or found[2]
    near = difflib.get_close_matches(name, sorted(NAMES), 1, 0.7)
    return f"没有“{name}”这个名字" + (f"，是否想写 {near[0]}？" if near else "，可用的见说明.txt")
