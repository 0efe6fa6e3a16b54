"""Who wrote and who reviewed a draft, as the covering letter tells it: asked where the draft does not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.drafts import byline
from parsers.drafts.byline import Byline
from parsers.drafts.byline_words import AUTHOR, REVIEWER
from parsers.drafts.surnames import SURNAMES

_MOST_LINES = 30
_ROLE = re.compile(rf"(?P<author>{AUTHOR})|(?P<reviewer>{REVIEWER})")
_IS = re.compile(
    rf"(?P<role>{AUTHOR}|{REVIEWER})(?P<who>(?:人员|人|员|领导)?)(?:是|为)\s*(?=[{SURNAMES}])"
)
_OPENS = re.compile("(?:本|该)?(?:文|稿件?|篇)(?=作者|撰稿|供稿|执笔|拟稿|审)")
_OPENS_SO = re.compile("作者|撰稿|供稿|执笔|拟稿|审核|审签|签发")


def read(note: str, unit_names: Sequence[str]) -> Byline:
    """Return the by-line of a covering letter: its “撰稿：…”, “审核人是…”; a sentence of prose names nobody."""
    found = Byline()
    for line in note.splitlines()[:_MOST_LINES]:
        for part in re.split("[，,。；;]", line):
            found = found.filled_from(_of(part.strip(), unit_names))
    return found


def _of(part: str, unit_names: Sequence[str]) -> Byline:
    if not 3 < len(part) <= 60:
        return Byline()
    part = _OPENS.sub("", part, count=1)
    part = _IS.sub(r"\g<role>\g<who>：", part) if "是" in part or "为" in part else part
    named = byline.read_line(part, unit_names) if _ROLE.search(part) else None
    explicit = ":" in part or "：" in part or _OPENS_SO.match(part)
    if named is not None and explicit:
        return named
    return Byline()
