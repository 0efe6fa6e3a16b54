"""By-lines in which the name stands before the role, and ranks before names."""

from __future__ import annotations

import re

from parsers.drafts.byline_words import AUTHOR, EDITOR, REVIEWER
from parsers.drafts.surnames import DOUBLE_SURNAMES, SURNAMES

RANK_BEFORE = re.compile(
    r"(?:(?<=[局镇委办科处厅部所站会道队心])|(?<![一-鿿]))(?:党[委组工]|分管|常务)?(?:副)?"
    r"(?:局长|镇长|区长|主任|科长|处长|书记|部长|站长|所长|(?:大|中)?队长|委员|组长)"
    rf"[\s　]+(?=[{SURNAMES}])"
)
"""“审核：应急管理局副局长 左国梁”: what he is, before his name."""

_ROLE = re.compile(rf"(?:{AUTHOR}|{REVIEWER}|{EDITOR})(?:报道|人)?")
_NAME = re.compile(
    rf"(?:(?:{DOUBLE_SURNAMES})[一-鿿]{{1,2}}|[{SURNAMES}][一-鿿]{{1,2}})(?:、[{SURNAMES}][一-鿿]{{1,2}})*"
)

_ANY_NAME = re.compile("[一-鿿]{2,3}")


def role_first(bare: str) -> str:
    """Turn “宗晓萌 供稿  耿学军 审核” round to “供稿：宗晓萌 审核：耿学军”; anything else stays."""
    words = bare.rstrip("）)").split()
    if not 2 <= len(words) <= 8 or len(words) % 2:
        return bare
    pairs = list(zip(words[::2], words[1::2], strict=True))
    named = (
        _NAME if len(pairs) == 1 else _ANY_NAME
    )  # several in turn are certain whatever the surname
    if not all(named.fullmatch(name) and _ROLE.fullmatch(role) for name, role in pairs):
        return bare
    if any(_ROLE.fullmatch(name) or name[-1] in "局镇科室办所站委部队村区" for name, _ in pairs):
        return bare
    return " ".join(f"{role}：{name}" for name, role in pairs)
