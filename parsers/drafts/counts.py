"""How many drafts a subject, a file name or a covering note says there are (“舆情3条”, “动态1篇、舆情2篇”)."""

from __future__ import annotations

import re

from parsers.drafts.day_forms import number

_FIGURE = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_KIND = (
    "(?:工作动态|动态|舆情信息|舆情专报|网络舆情|舆情|政务信息|信息|综合性?(?:原创)?文章|综合类?|原创文章"
    "|约稿|文章|稿件|稿子|来稿|投稿|简报)"
)
_NO_ADVICE = "(?![一-鿿]{0,12}(?:建议|措施|意见|要求))"
_COUNTED = re.compile(
    rf"{_KIND}(?:稿件?)?[\s：:，,（(共计各合]{{0,4}}(?<![第\d])(?P<after>{_FIGURE})\s*[条篇则]{_NO_ADVICE}"
    rf"|(?<![第\d一二三四五六七八九十])(?P<before>{_FIGURE})\s*[条篇则](?:的|报送的)?{_KIND}"
    rf"|(?:报送|上报|投稿|投送|提交|呈报|发送)(?:了)?\s*(?<![第\d])(?P<sent>{_FIGURE})\s*[条篇则](?=$|[\s，,。；;！!（(])"
)
_TOTAL = re.compile(rf"(?:共|合计|总计|总共)\s*(?P<total>{_FIGURE})\s*[条篇则件]{_NO_ADVICE}")
_EACH = re.compile(
    rf"(?P<kinds>{_KIND}(?:\s?[、，,和与及]\s?{_KIND}){{1,5}})\s?各\s?(?P<each>{_FIGURE})\s*(?=[条篇则])"
)
"""“动态、舆情各一篇”: so many of each kind."""

_DESK = re.compile(r"约稿要求|上次|上周|上期|截至|累计|本年|今年|第[一二三四1-4]季度|还差|任务")
"""A sentence of the desk's bookkeeping counts other drafts than those attached."""


def drafts_told(text: str) -> frozenset[int]:
    """
    Return the numbers of drafts that a text may mean, empty where it names none.

    “动态1篇、舆情2篇” means three; “报送3篇（动态1篇、舆情2篇）” means three, too, whichever is counted.
    """
    numbers: set[int] = set()
    for sentence in re.split(r"[。！；;\n]", text):
        if _DESK.search(sentence):
            continue
        sentence = _EACH.sub(_together, sentence)
        total = _TOTAL.search(sentence)
        matches = list(_COUNTED.finditer(sentence))
        counted = [_value(match["after"] or match["before"] or match["sent"]) for match in matches]
        if total is not None:
            numbers.add(_value(total["total"]))
        elif len(counted) > 1 and matches[0]["sent"] and counted[0] == sum(counted[1:]):
            numbers.add(counted[0])
        elif counted:
            numbers.add(sum(counted))
    return frozenset(numbers - {0})


def _together(match: re.Match[str]) -> str:
    kinds = re.split("[、，,和与及]", match["kinds"])
    return f"信息{len(kinds) * _value(match['each'])}"


def _value(figure: str) -> int:
    return number(figure.replace("两", "二"))
