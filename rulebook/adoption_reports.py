"""
What an officer's letter tells of adoptions (录用, 四.2): titles, outlets, days and links.

Read from sentences, tables and attached papers. Nothing here counts: a person confirms each one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rulebook import outlets
from rulebook.model import ReportedAdoption, Submission
from rulebook.provisions import Outlet, Provisions

MAX_REPORTED = 60
"""Adoptions of one letter at most; what is beyond is a person's to read."""

MAX_TITLE = 120
MAX_WORDS = 200

_LINK = re.compile(r"https?://[^\s<>\"'，。；（）()【】]{4,500}")
_QUOTED = re.compile(r"《([^《》\n]{2,120})》")
_CELLS = re.compile(r"\t|\||\s{2,}|　+")
_NUMBERING = re.compile(
    r"^\s*(?:\d{1,3}[.．、)）]|[（(]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*"
)
_TITLE_HEAD = re.compile(r"标题|题目|稿件|文章|作品")
_OUTLET_HEAD = re.compile(r"媒体|载体|平台|媒介|刊物|报刊|栏目|单位名称")
_DAY_HEAD = re.compile(r"日期|时间")
_FULL_DAY = re.compile(r"(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})")
_SHORT_DAY = re.compile(r"(?<![\d年])(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_DOTTED_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?![\d.])")
_UNLISTED = re.compile(
    r"(?:被|刊登于|刊载于|登载于|发表于|刊于|登上|上了|在|于)\s*[《“]?"
    r"([^，。；,;（(《》“”\s]{2,30}?)[》”]?\s*"
    r"(?=第?\d|[A-Z]\d|采用|采纳|录用|刊发|刊登|刊用|刊出|登载|转载|发布|播出|推送|头版|公众号"
    r"|[，。；,;（(]|$)"
)
_PAGE = re.compile(
    r"(?:第?\s*[A-Za-z]?\s*\d{1,4}\s*[版期](?:头条)?|第?[一二三四五六七八九十]{1,3}版|头版(?:头条)?)[）)]?\s*$"
)
_EACH = re.compile(r"各[^，。；\n]{0,6}(?:一|1|篇|条)|分别|先后|同时被")
_BRACKETS = re.compile(r"[（(][^（）()]{1,8}[)）]\s*$")
_CELL_DAY = re.compile(r"\s*(?:\d{4}\s*[年.]\s*)?\d{1,2}\s*[月.]\s*\d{1,2}")
_BEHIND_TITLE = re.compile(r"^\s*[，,：:]?\s*([^，,。；;\d]{2,30}?)(?=第?\d|[，,。；;]|$)")
_UP_TO_DAY = re.compile(r"^.*\d\s*[日号]?\s*(?:在|被|由|于)")
_FUTURE = timedelta(days=60)


def reported(submission: Submission, provisions: Provisions) -> tuple[ReportedAdoption, ...]:
    """
    List the adoptions that a letter reports, at least one of a letter that reports any.

    Source:  四.2 and the list 主要载体分类, by which an outlet has its tier.
    Returns: what was read; a title, outlet or day that is not told stays open ("" or None).
    """
    told = submission.correspondence
    today = submission.received.astimezone(ZoneInfo(provisions.zone)).date()
    body = f"{told.own_words}\n{told.forwarded}"
    found: list[ReportedAdoption] = []
    for text in (body, *told.papers):
        lines = [line for line in text.split("\n") if line.strip()]
        rows = list(_of_table(lines, provisions, today))
        found += (
            rows
            or list(_of_sentences(lines, provisions, today))
            or _of_numbered(lines, provisions, today)
        )
        if len(found) >= MAX_REPORTED:
            break
    if not found:
        found = list(_whole(submission, body, provisions, today))
    if len(found) == 1:
        found = [_filled(found[0], submission, body, provisions, today)]
    links = [
        link for link in (*told.links, *told.anchors) if not any(one.url == link for one in found)
    ]
    if len(found) == 1 and not found[0].url and links:
        found = [replace(found[0], url=links[0])]
    bare = [number for number, one in enumerate(found) if not one.url]
    if len(bare) == len(links):  # a link of each, in the order of the lines
        for number, link in zip(bare, links, strict=True):
            found[number] = replace(found[number], url=link)
    return tuple(dict.fromkeys(found))[:MAX_REPORTED]


def _of_table(
    lines: Sequence[str], provisions: Provisions, today: date
) -> Iterator[ReportedAdoption]:
    """Read rows below a heading that names a column of titles and one of outlets."""
    columns: dict[str, int] = {}
    for line in lines:
        cells = [cell.strip() for cell in _CELLS.split(line.strip())]
        heads = _columns(cells)
        if heads:
            columns = heads
            continue
        if not columns or len(cells) <= max(columns["title"], columns["outlet"]):
            continue
        title, outlet = cells[columns["title"]], cells[columns["outlet"]]
        if not title or not outlet:
            continue
        at = columns.get("day", -1)
        day = _day(cells[at], today, dotted=True) if 0 <= at < len(cells) else None
        link = _LINK.search(line)
        yield _one(title, outlet, day, link[0] if link else "", line, provisions)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Tell which column is which, {} where a line is no heading."""
    if not 2 <= len(cells) <= 12 or any(len(cell) > 12 for cell in cells):
        return {}
    columns: dict[str, int] = {}
    for number, cell in enumerate(cells):
        if _OUTLET_HEAD.search(cell):
            columns.setdefault("outlet", number)
        elif _DAY_HEAD.search(cell):
            columns.setdefault("day", number)
        elif _TITLE_HEAD.search(cell):
            columns.setdefault("title", number)
    return columns if {"title", "outlet"} <= columns.keys() else {}


def _of_numbered(
    lines: Sequence[str], provisions: Provisions, today: date
) -> Iterator[ReportedAdoption]:
    """Read “1、title    outlet    6.16发布”: numbered lines of cells, a link perhaps below each."""
    for index, line in enumerate(lines):
        if not _NUMBERING.match(line):
            continue
        title, *cells = [cell.strip() for cell in _CELLS.split(_NUMBERING.sub("", line).strip())]
        behind = " ".join(cells)
        if not cells or not 4 <= len(title) <= MAX_TITLE:
            continue
        outlet = _listed(behind, provisions) or _CELL_DAY.split(behind)[0].strip()
        link = _LINK.search(line) or (
            _LINK.match(lines[index + 1].strip()) if index + 1 < len(lines) else None
        )
        day = _day(behind, today, dotted=True)
        yield _one(title, outlet, day, link[0] if link else "", line, provisions)


def _filled(
    one: ReportedAdoption, submission: Submission, body: str, provisions: Provisions, today: date
) -> ReportedAdoption:
    """Complete a letter's only adoption from the rest of the letter: its subject, its other lines."""
    day = one.day or _day(body, today)
    if one.outlet:
        return replace(one, day=day)
    outlet = _listed(f"{submission.subject}\n{body}", provisions)
    known = outlets.tier_of(outlet, provisions)
    if known is None:
        return replace(one, day=day)
    return replace(one, day=day, outlet=known.name, tier=known.tier)


def _of_sentences(
    lines: Sequence[str], provisions: Provisions, today: date
) -> Iterator[ReportedAdoption]:
    """Read 《titles》, each with what is told up to the next one and the link below it."""
    for index, line in enumerate(lines):
        titles = [one for one in _QUOTED.finditer(line) if not _is_outlet(one[1], provisions)]
        for number, quoted in enumerate(titles):
            start = 0 if number == 0 else quoted.start()
            end = titles[number + 1].start() if number + 1 < len(titles) else len(line)
            said = line[start:end]
            behind = line[quoted.end() : end]
            outlet = _outlet(said.replace(quoted[0], " "), behind, provisions)
            link = _LINK.search(behind) or (
                _LINK.match(lines[index + 1].strip()) if index + 1 < len(lines) else None
            )
            day = _day(said, today)
            yield _one(quoted[1], outlet, day, link[0] if link else "", line, provisions)


def _whole(
    submission: Submission, body: str, provisions: Provisions, today: date
) -> Iterator[ReportedAdoption]:
    """
    Read a letter that names no title in quotation marks as a report of one adoption.

    Of several outlets that it says took one each (各用了1篇), one for each of them.
    """
    text = f"{submission.subject}\n{body}"
    titles = [draft.title for draft in submission.drafts]
    link = next(iter(submission.correspondence.links), "")
    outlet = _listed(text, provisions) or _listed("\n".join(submission.attachments), provisions)
    title = titles[0] if len(titles) == 1 else ""
    named = _all_listed(body, provisions) if _EACH.search(body) else []
    for one in named if len(named) > 1 else [outlet]:
        yield _one(title, one, _day(body, today), link, body.strip(), provisions)


def _all_listed(text: str, provisions: Provisions) -> list[str]:
    """List the outlets that a text names, the longest names first, each outlet once."""
    found: dict[str, str] = {}
    while name := _listed(text, provisions):
        known = outlets.tier_of(name, provisions)
        found.setdefault(known.name if known else name, name)
        text = text.replace(name, " ")
    return list(found.values())


def _one(
    title: str, outlet: str, day: date | None, url: str, words: str, provisions: Provisions
) -> ReportedAdoption:
    known = _outlet_of(outlet, provisions)
    bare = _NUMBERING.sub("", title).strip().removeprefix("《").removesuffix("》")
    return ReportedAdoption(
        title=bare[:MAX_TITLE],
        outlet=(known.name if known else outlet)[:MAX_TITLE],
        tier=known.tier if known else None,
        day=day,
        url=url,
        words=" ".join(words.split())[:MAX_WORDS],
    )


def _outlet_of(name: str, provisions: Provisions) -> Outlet | None:
    """
    Find an outlet by its name, or without the page or issue behind it (常州日报A6版).

    A word in brackets (公众号) is left out only where the outlet of that name is an account itself:
    a newspaper's account is another outlet than the newspaper.
    """
    known = outlets.tier_of(name, provisions) or outlets.tier_of(_PAGE.sub("", name), provisions)
    if known is not None:
        return known
    account = outlets.tier_of(_BRACKETS.sub("", name), provisions)
    return account if account is not None and "微信" in account.name else None


def _is_outlet(name: str, provisions: Provisions) -> bool:
    return outlets.tier_of(name, provisions) is not None


def _outlet(said: str, behind: str, provisions: Provisions) -> str:
    listed = _listed(said, provisions)
    if listed:
        return listed
    for pattern, text in ((_UNLISTED, behind), (_UNLISTED, said), (_BEHIND_TITLE, behind)):
        found = pattern.search(text)
        if found:
            name = _UP_TO_DAY.sub("", found[1]).strip()
            if len(name) >= 2 and not re.search(r"\d", name):
                return name
    return ""


def _listed(text: str, provisions: Provisions) -> str:
    """Return the longest name of the regulation's list that stands in a text, "" for none."""
    names = (
        name
        for outlet in provisions.outlets
        for name in (outlet.name, *outlet.aliases)
        if len(name) >= 3 and name in text
    )
    return max(names, key=len, default="")


def _day(text: str, today: date, *, dotted: bool = False) -> date | None:
    """Read the first day of a text; one without a year is the latest of its name, never to come."""
    full = _FULL_DAY.search(text)
    if full:
        return _valid([(int(full[1]), int(full[2]), int(full[3]))], today)
    short = _SHORT_DAY.search(text) or (_DOTTED_DAY.search(text) if dotted else None)
    if short:
        month, day = int(short[1]), int(short[2])
        return _valid([(today.year, month, day), (today.year - 1, month, day)], today)
    if "今天" in text or "今日" in text:
        return today
    return today - timedelta(days=1) if "昨天" in text or "昨日" in text else None


def _valid(candidates: Iterable[tuple[int, int, int]], today: date) -> date | None:
    for year, month, number in candidates:
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day <= today:
            return day
        if day - today <= _FUTURE:
            return None
    return None
