"""By-lines in other forms than “撰稿：钱一鸣”: names before roles, ranks before names, roles in boxes."""

from __future__ import annotations

import re

from parsers.drafts.byline_words import ASIDE, AUTHOR, EDITOR, REVIEWER
from parsers.drafts.surnames import DOUBLE_SURNAMES, SURNAMES

RANK_BEFORE = re.compile(
    r"(?:(?<=[局镇委办科处厅部所站会道队心])|(?<![一-鿿]))(?:党[委组工]|分管|常务)?(?:副)?"
    r"(?:局长|镇长|区长|主任|科长|处长|书记|部长|站长|所长|(?:大|中)?队长|委员|组长)"
    rf"[\s　]+(?=[{SURNAMES}])"
)
"""“审核：应急管理局副局长 左国梁”: what he is, before his name."""

_SPREAD_ROLE = re.compile(
    r"(?<=[撰审供编作校签拟核投])[ \t　]+(?=[稿核辑者对发]\s*(?:人\s*)?(?:[（(][^（）()]{2,4}[）)])?\s*[：:|｜丨︱])"
    r"|(?<=[稿核辑对发])[ \t　]+(?=[人员]\s*[：:|｜丨︱])"
)
"""“审　核：”: a role spread to the width of its column."""

_SPREAD_BARE = re.compile(
    r"(?<![一-鿿])(?P<one>[撰审供编作校签拟核投])[ \t　]+(?P<two>[稿核辑者对发])(?=[ \t　]+[一-鿿])"
)
"""“审　稿　邵启明”: a spread role with no colon behind it."""

_BOXED_ROLE = re.compile(
    rf"[【\[〔](?P<role>{AUTHOR}|{REVIEWER}|{EDITOR}|{ASIDE})(?:人员|人|员)?[】\]〕]\s*[：:]?\s*"
)
"""“【作者】戴安然”."""

_OUR_OWN = re.compile(
    r"本[报网台刊站](?:讯[ \t　]*)?(?:驻[一-鿿]{2,4})?(?=(?:特约|实习|见习|首席)?(?:记者|通讯员))"
)
"""“本报通讯员 韩松”."""

_RANKED = re.compile("(?:首席|见习|实习|全媒体|融媒体?)(?=记者|通讯员)")
_WORDS_AND_PICTURES = re.compile(
    r"(?<![一-鿿])(?:文字?|撰文|采写)(?:[ \t　]+|\s*[、/／和及]\s*)(?:图片?|摄影|供图)(?=\s*[：:｜|丨/／])"
)
"""“文 图：韩松”."""

_AGREED = re.compile(
    r"(?P<role>(?:分管|主要|部门)?(?:领导)?(?:审[核签批]|签发))(?:意见)?\s*[：:]\s*(?:已审[核阅]?|拟?同意|可以?|通过)"
    r"(?:发布|报送|上报|刊发|印发|发出?|投稿)?[。，,；;、\s]*(?=[一-鿿]{2})"
)
"""“审核意见：同意。吴志刚”."""

_ROLE = re.compile(rf"(?:{AUTHOR}|{REVIEWER}|{EDITOR})(?:报道|人)?")
_NAME = re.compile(
    rf"(?:(?:{DOUBLE_SURNAMES})[一-鿿]{{1,2}}|[{SURNAMES}][一-鿿]{{1,2}})(?:、[{SURNAMES}][一-鿿]{{1,2}})*"
)

_SHORT_BEHIND = re.compile(
    rf"(?P<name>{_NAME.pattern})[ \t　]+(?P<role>[报撰写审核]|(?:摄影|图文)报道)"
)
"""“顾海波 报”."""

_ANY_NAME = re.compile("[一-鿿]{2,3}")


def as_usual(line: str) -> str:
    """Return a by-line in the usual form: roles unspread and unboxed, “本报” and “同意” away."""
    if short := _SHORT_BEHIND.fullmatch(line.strip()):
        return f"{'审核' if short['role'] in '审核' else '撰稿'}：{short['name']}"
    line = _RANKED.sub("", _OUR_OWN.sub("", _BOXED_ROLE.sub(r"\g<role>：", line)))
    line = _AGREED.sub(r"\g<role>：", _WORDS_AND_PICTURES.sub("文图", line))
    return _SPREAD_BARE.sub(r"\g<one>\g<two>", _SPREAD_ROLE.sub("", line))


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
