"""Which short texts are notes beside drafts or pictures of drafts: captions, a read-me, 请查收附件."""

from __future__ import annotations

import re

from parsers.drafts.character_count import count

SHORTEST = 30
"""字数 below which a text beside a real draft is a note, whatever it says."""

SHORTEST_TEXT = 50
"""字数 below which a text that tells no day, or speaks of what is sent, is a note beside pictures of pages."""

_DAY = re.compile(r"\d{1,2}\s*月\s*\d{1,2}\s*日")
_OF_SENDING = re.compile(r"附件|请查收|请审阅|扫描件|见图|如图|原件|报送如下|联系人|联系电话")


def is_note(text: str) -> bool:
    """Whether a text is none of a letter's drafts where pictures of pages stand beside it."""
    characters = count(text)
    if characters >= SHORTEST_TEXT:
        return False
    says_no_day = _DAY.search(text) is None or _OF_SENDING.search(text) is not None
    return characters < SHORTEST or says_no_day
