"""Two files of one letter that are one draft: saved under another ending, or an earlier version."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from parsers.drafts.text import TextFacts
from parsers.types import Text
from rulebook.originality import essence

COPY = 95
"""Percent of two texts of one name that are the same, from which on they are one draft."""

VERSION = 60
"""Percent from which on two texts of one title and day are versions of one draft."""

EDITABLE_FIRST = ("wordprocessing", "msword", "opendocument", "rtf", "ofd", "pdf", "text")
"""Of two files with one text the one that the office would rather open."""

_LAST_VERSION = re.compile(
    r"最终|终稿|定稿|修改[稿版后]|修订[稿版]|更正|改后|以此(?:稿|版|件)?为准|新版|第[二三]稿|二稿|三稿|final",
    re.IGNORECASE,
)
_FIRST_VERSION = re.compile(r"初稿|草稿|第?一稿|原稿|旧版|改前")


def is_same_draft(one: tuple[Text, TextFacts], other: tuple[Text, TextFacts]) -> bool:
    """Whether two files are one draft: 稿.docx and 稿.pdf, or 初稿 and 最终版 of one title and day."""
    paths = [PurePosixPath(fact.path) for fact, _ in (one, other)]
    if paths[0] == paths[1]:
        return False
    same_name = paths[0].with_suffix("") == paths[1].with_suffix("")
    if not same_name and not _are_versions(one, other):
        return False
    from rapidfuzz import fuzz  # slow to load, and few letters hold a draft twice

    texts = [essence("".join(words.body)) for _, words in (one, other)]
    return fuzz.ratio(*texts, score_cutoff=COPY if same_name else VERSION) > 0


def preference(fact: Text) -> tuple[int, int, int]:
    """Return what sorts files of one draft: the last version, packed before bare, editable before printed."""
    name = fact.path.rpartition("/")[2]
    version = 1 if _LAST_VERSION.search(name) is None else 0
    packed = "/" in fact.path
    rank = next(
        (index for index, word in enumerate(EDITABLE_FIRST) if word in fact.media_type),
        len(EDITABLE_FIRST),
    )
    return (version, 0 if packed else 1, rank)


def _are_versions(one: tuple[Text, TextFacts], other: tuple[Text, TextFacts]) -> bool:
    names = [fact.path.rpartition("/")[2] for fact, _ in (one, other)]
    marked = any(_LAST_VERSION.search(name) or _FIRST_VERSION.search(name) for name in names)
    titles = {essence(words.title) for _, words in (one, other)}
    days = {words.event_date.day for _, words in (one, other)} - {None}
    whole = all(words.part == 0 for _, words in (one, other))
    return marked and whole and len(titles) == 1 and len(days) <= 1
