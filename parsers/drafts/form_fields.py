"""
A draft below the fields of an office system's form, each in a line of its own.

“流水号：… / 拟稿人：… / 标题：… / 正文：” and then the text: the fields are turned into a kind, a title and a
by-line, the rest of them goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers.drafts import byline
from parsers.drafts.byline import Byline

_MOST = 24
_LINE = 80
_LEAST = 2
_TEXT = re.compile(
    r"[【\[]?\s*(?:正\s*文|全\s*文|(?:信息|稿件|文章|正文)(?:内容|正文|全文))\s*[】\]]?\s*[：:]\s*(?P<rest>.*)",
    re.DOTALL,
)
_FIELD = re.compile(r"[（(]?\s*(?P<name>[一-鿿][一-鿿\s（）()]{0,11}?)\s*[：:]\s*(?P<value>.*)")
_TITLE = re.compile(r"(?:信息|稿件|文章|新闻|舆情)?(?:标题|题目|主题|题名)")
_KIND = re.compile(r"(?:信息|稿件|文章)?(?:类别|类型|种类|栏目)")
_SPREAD = re.compile(r"(?<![一-鿿])(?P<one>[一-鿿])[ \t　]+(?P<two>[一-鿿])(?=\s*[：:])")
_NEXT = re.compile(r"(?:[\t　]+|\s{2,})(?=[一-鿿][一-鿿（）()]{0,11}\s*[：:])")


def draft_in(lines: list[str], unit_names: Sequence[str]) -> list[str]:
    """
    Return the draft that stands below such fields, its kind and title above it, its by-line at the end.

    Other texts stay as they are: each line above “正文：” but the form's own heading must be a field.
    """
    at = next((n for n, line in enumerate(lines[:_MOST]) if _TEXT.fullmatch(line.strip())), None)
    if at is None or at < _LEAST:
        return lines
    unspread = [_SPREAD.sub(r"\g<one>\g<two>", line.strip()) for line in lines[:at]]
    above = [part for line in unspread for part in _NEXT.split(line)]
    fields = [match for part in above if (match := _FIELD.fullmatch(part))]
    if len(fields) < max(_LEAST, len(above) - 2) or max(map(len, above)) > _LINE:
        return lines
    named = {re.sub(r"\s", "", field["name"]): field["value"].strip() for field in fields}
    title = next((value for name, value in named.items() if _TITLE.fullmatch(name)), "")
    kind = next((value for name, value in named.items() if _KIND.fullmatch(name)), "")
    signature = Byline()
    for part in above:
        signature = signature.filled_from(byline.read_line(part, unit_names) or Byline())
    text = _TEXT.fullmatch(lines[at].strip())
    body = [text["rest"]] if text and text["rest"] else []
    body += lines[at + 1 :]
    while title and body and body[0].strip() == title:
        body = body[1:]
    if not title and not body:
        return lines
    roles = {"撰稿": signature.author, "审核": signature.reviewer}
    foot = "　".join(f"{role}：{names}" for role, names in roles.items() if names)
    return [*filter(None, [kind, f"标题：{title}" if title else ""]), *body, *filter(None, [foot])]
