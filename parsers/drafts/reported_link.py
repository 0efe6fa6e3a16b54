"""A piece that was printed already, reported in a letter's body: 标题, 媒体, 刊发日期, 作者, 链接."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from parsers.drafts.byline import names_of
from parsers.drafts.date_expressions import mentions, tidy

_FIELD = re.compile(
    r"^[\s　\d.、]*(?P<name>标题|题目|篇名|媒体|载体|平台|作者|撰稿|链接|网址|地址"
    r"|(?:刊发|发布|刊登|发表|播出)?(?:日期|时间))"
    r"\s*[：:]\s*(?P<value>.+?)\s*$",
    re.MULTILINE,
)
_LINK = re.compile(r"https?://[^\s<>\"'，。；（）()【】]{4,500}")
_TITLE, _OUTLET = ("标题", "题目", "篇名"), ("媒体", "载体", "平台")
_AUTHOR, _DAY = ("作者", "撰稿"), ("日期", "时间")


@dataclass(frozen=True, slots=True)
class ReportedLink:
    """What the letter tells; `day` None where no day is told."""

    title: str
    outlet: str
    link: str
    day: date | None = None
    author: str = ""


def read(body: str, received: date) -> ReportedLink | None:
    """Read the fields of a body; None where title or link is missing."""
    fields: dict[str, str] = {}
    for field in _FIELD.finditer(body[:5000]):
        fields.setdefault(field["name"], field["value"])
    title = _first(fields, _TITLE).strip("《》")
    link = _LINK.search(body[:5000])
    if not title or link is None:
        return None
    told = next((value for name, value in fields.items() if name.endswith(_DAY)), "")
    days = [one.last for one in mentions(tidy(told), received, None) if one.last is not None]
    author = names_of(_first(fields, _AUTHOR))
    return ReportedLink(title, _first(fields, _OUTLET), link[0], days[0] if days else None, author)


def _first(fields: dict[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name] for name in names if name in fields), "")
