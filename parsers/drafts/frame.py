"""By-lines, units, days and other lines that frame a draft's body, and what is taken from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parsers.drafts import boilerplate, byline, mastheads
from parsers.drafts.byline import Byline
from parsers.drafts.date_expressions import mentions, tidy

_DATE_LINE_FRAME = " \t　（）()[]【】。.，,　"
_TELLS_A_DAY = re.compile(r"\d{1,2}月\d{1,2}日(?:[上下]午|晚)?[，,](?=[^，,。]{4,})")
_MONTH_LINE = re.compile(
    r"(?:20\d\d年)?\d{1,2}月(?:份|[上中下]旬)?|(?:20\d\d年)?(?:第[一二三四1-4]季度|[上下]半年)"
)


@dataclass(frozen=True, slots=True)
class Framed:
    """A text without its frame: the lines left, the day it bears, its by-line, and its captions."""

    lines: tuple[str, ...]
    written: date | None
    signature: Byline
    captions: tuple[str, ...] = ()
    lead: str = ""


def unframed(
    lines: Sequence[str], signature: Byline, received: date, unit_names: Sequence[str]
) -> Framed:
    """
    Take off by-line, unit, day and furniture above and below a body, and the captions in it.

    `signature` is what is known of the by-line already; what stands under the text outweighs it.
    """
    lines = boilerplate.without_neighbours(list(lines))
    rest, above, signature = _upper_lines(lines, signature, received, unit_names)
    rest, below, signature, feet = _lower_lines(rest, signature, received, unit_names)
    lead = ""
    if rest:
        first, named, lead = byline.split_lead(rest[0], unit_names)
        if named is not None:
            rest = [first, *rest[1:]]
            signature = signature.filled_from(named)
    asides = [line for line in rest if boilerplate.is_caption(line) or boilerplate.is_source(line)]
    body = tuple(line for line in rest if line not in asides)
    return Framed(body, below or above, signature, (*asides, *feet), lead)


def is_frame(line: str, unit_names: Sequence[str]) -> bool:
    """By-line, unit or date, as they stand between a title and the body."""
    return (
        byline.read_line(line, unit_names) is not None
        or byline.is_name_line(line)
        or byline.is_unit_line(line, unit_names)
        or bool(date_of_line(line, unit_names))
    )


def _upper_lines(
    lines: list[str], signature: Byline, received: date, unit_names: Sequence[str]
) -> tuple[list[str], date | None, Byline]:
    """By-line, unit and date between title and body."""
    written: date | None = None
    above = Byline()
    while lines:
        first = lines[0]
        if mastheads.is_masthead(first):
            written = written or _written(tidy(first), received)
        elif (named := _signature_of(first, unit_names)) is not None:
            above = above.above(named)
        elif dated := date_of_line(first, unit_names):
            written = written or _written(dated, received)
        else:
            break
        lines = lines[1:]
    return lines, written, signature.filled_from(above)


def _lower_lines(
    lines: list[str], signature: Byline, received: date, unit_names: Sequence[str]
) -> tuple[list[str], date | None, Byline, list[str]]:
    """By-line, signature and date under the body, and the captions that stand among them."""
    written: date | None = None
    captions: list[str] = []
    while lines:
        last = lines[-1]
        if len(lines) > 1 and boilerplate.is_caption(last) and _TELLS_A_DAY.search(last):
            captions.insert(0, last)
        elif (named := byline.read_line(last, unit_names)) is not None:
            signature = named.above(signature)
        elif (named := _signature_of(last, unit_names)) is not None:
            signature = signature.filled_from(named)
        elif dated := date_of_line(last, unit_names):
            written = written or _written(dated, received)
            signature = signature.filled_from(Byline(unit_text=_without_date(last)))
        elif len(lines) > 1 and (
            boilerplate.is_caption(last) or boilerplate.is_dated_caption(last, lines[-2])
        ):
            captions.insert(0, last)
        elif not boilerplate.is_foot(last):
            break
        lines = lines[:-1]
    if lines:
        text, named = byline.split_off(lines[-1], unit_names)
        if named is not None:
            signature = signature.filled_from(named)
            lines = [*lines[:-1], text] if text else lines[:-1]
    return lines, written, signature, captions


def _signature_of(line: str, unit_names: Sequence[str]) -> Byline | None:
    """Return what a line says that is nothing but a by-line, a unit or a name; None for any other."""
    named = byline.read_line(line, unit_names)
    if named is not None:
        return named
    if byline.is_unit_line(line, unit_names):
        return Byline(unit_text=line)
    if byline.is_name_line(line):
        return Byline(author=byline.names_of(line))
    return None


def date_of_line(line: str, unit_names: Sequence[str]) -> str:
    """Return the date of a line that holds nothing else, a unit's name before it aside; or ""."""
    bare = line.strip(_DATE_LINE_FRAME)
    before = _without_date(bare)
    if before and byline.is_unit_line(before, unit_names):
        bare = bare[len(before) :].strip(_DATE_LINE_FRAME)
    tidied = tidy(bare)
    if len(tidied) > 24:
        return ""
    if _MONTH_LINE.fullmatch(tidied):
        return tidied
    days = list(mentions(tidied, date(2000, 1, 1), None))
    nothing_else = len(days) == 1 and days[0].start == 0 and days[0].end == len(tidied)
    return tidied if nothing_else else ""


def _without_date(line: str) -> str:
    """Read "湖塘镇应急管理局　2022年3月6日" without its date."""
    dated = re.match(r"([^\d\s　]+)[\s　]+\S*\d", line)
    return dated[1] if dated else ""


def _written(line: str, received: date) -> date | None:
    first = next(mentions(line, received, None), None)
    return first.last if first else None
