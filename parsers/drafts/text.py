"""What a draft says of itself: title, body, 字数, by-line, unit, day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from parsers.drafts import boilerplate, byline, document_types
from parsers.drafts.byline import Byline
from parsers.drafts.character_count import count
from parsers.drafts.date_expressions import mentions, tidy
from parsers.drafts.dates import event_date
from rulebook.kinds import HEADING
from rulebook.model import EventDate, Form
from rulebook.originality import essence

TITLE_MOST = 60
HEAD_LINES = 8
"""How far down a title may stand: under labels, numbers of issue, a unit's line."""

_TITLE_PREFIX = re.compile(
    r"^(?:(?:标\s*题|题\s*目|稿件标题)\s*[：:]|[【\[](?:标题|题目)[】\]])\s*"
)
_NAMEPLATE = 16
"""A short line above a number of issue is the name of a bulletin, not a title."""

_PIECE = 6
"""Characters in a row by which one text is looked for in another."""

_BLANKS_MOST = 8
_GAP = re.compile(rf"\s{{{_BLANKS_MOST + 1},}}")

_SAYS = re.compile(r"\w")
_PAUSE = re.compile(r"[，,。；;：:！!？?]")
_SUBTITLE = re.compile(r"^(?:——|—|--|－－|–)")
_ENDS_SENTENCE = re.compile(r"[。；;，,：:、]$")
_DATE_LINE_FRAME = " \t　（）()[]【】。.，,　"
_FILE_NOISE = re.compile(
    r"^(?:工作动态|动态|舆情信息|舆情|综合性?(?:原创)?文章|约稿|稿件|信息)\d*[：:\-—_\s]+(?=.{4})|【[^】]*】|\[[^\]]*\]|^[\d\s._\-、．（）()]+|[\s_\-]*(?:最终版|定稿|终稿|修改稿?|副本|new|final|V?\d+(?:\.\d+)?)$"
    r"|[（(](?:\d+|定稿|终稿|最终|修改)[）)]$",
    re.IGNORECASE,
)
_MONTH_LINE = re.compile(r"(?:20\d\d年)?\d{1,2}月(?:份|[上中下]旬)?")


@dataclass(frozen=True, slots=True)
class TextFacts:
    """
    What a document says of itself. `characters` is the 字数 of the body; `essence` what is compared
    of the body, or else of the title, and `digest` names it whatever file carries it; `label_line` is
    the line above the title that names a kind; `secret_mark` the 密级 found, `form` what it is when it
    is no draft. `part` counts the drafts of a document that holds several from 1 on; `maybe_several`:
    it may, and nobody can tell by reading.
    """

    title: str
    label_line: str
    body: tuple[str, ...]
    characters: int
    author: str
    reviewer: str
    named_unit: str | None
    written: date | None
    event_date: EventDate
    essence: str
    digest: str
    secret_mark: str | None = None
    form: Form | None = None
    part: int = 0
    maybe_several: bool = False


def describe(
    paragraphs: Sequence[str],
    tables: Sequence[Sequence[Sequence[str]]],
    *,
    file_name: str,
    received: date,
    unit_names: Sequence[str],
) -> TextFacts:
    """
    Read a document's own account of itself.

    `paragraphs` in reading order, `file_name` for a title where the text has none, `received` an
    office day, `unit_names` every known name, the longest first.
    """
    paragraphs = without_gaps(paragraphs)
    lines = [line for paragraph in paragraphs if (line := paragraph.strip(" \t\r\n　\ufeff"))]
    lines = [line for line in lines if _SAYS.search(line)]  # a rule of dashes is no text
    shown = lines or ["\t".join(row) for table in tables for row in table]
    marks = document_types.secret_mark(shown)
    told = document_types.sheet_told(lines, unit_names)
    if told is not lines:
        lines = shown = told
        tables = ()
    form = document_types.form_of(shown, tables, file_name)
    approved = document_types.approved_by(shown) if form is Form.APPROVAL else ""
    lines, said = document_types.draft_in_form(lines, unit_names)
    label, title, rest = _head(lines, unit_names)
    rest, above, said = _upper_lines(rest, said, received, unit_names)
    rest, below, said = _lower_lines(rest, said, received, unit_names)
    written = below or above
    body = tuple(line for line in rest if not boilerplate.is_caption(line))
    if not title:
        title = _from_file_name(file_name) or (body[0][:TITLE_MOST] if body else file_name)
    if form is Form.APPROVAL and not said.reviewer:
        said = said.filled_from(Byline(reviewer=approved))
    in_essence = essence("".join(body) or title)
    return TextFacts(
        title=title,
        label_line=label,
        body=body,
        characters=count("\n".join(body)),
        author=said.author,
        reviewer=said.reviewer,
        named_unit=_unit(said.unit_text, title, body, unit_names),
        written=written,
        event_date=event_date(title, body, received, written),
        essence=in_essence,
        digest=hashlib.sha256(in_essence.encode()).hexdigest(),
        secret_mark=marks,
        form=form,
    )


def without_gaps(paragraphs: Sequence[str]) -> Sequence[str]:
    """
    The paragraphs, long runs of blanks in them cut short: patterns that allow for blanks here and
    there would try each of them in each place. Neither 字数 nor digests change by it.
    """
    if _GAP.search("\n".join(paragraphs)) is None:
        return paragraphs
    return [_GAP.sub(lambda gap: gap[0][:_BLANKS_MOST], paragraph) for paragraph in paragraphs]


class Passage:
    """A text in which others may stand. What is made of it once serves for all of them."""

    def __init__(self, text: str) -> None:
        self._whole = essence(text)
        self._pieces: set[str] | None = None

    def holds(self, text: str) -> bool:
        """Whether that text stands in this one: word for word, or all but a small part of it."""
        part = essence(text)
        if not part or part in self._whole:
            return bool(part)
        if len(part) < 4 * _PIECE:
            return False
        if self._pieces is None:
            self._pieces = set(_pieces(self._whole))
        found = self._pieces
        return sum(piece in found for piece in _pieces(part)) >= 0.7 * (len(part) - _PIECE + 1)


def _pieces(text: str) -> Iterator[str]:
    return (text[place : place + _PIECE] for place in range(len(text) - _PIECE + 1))


def _head(lines: list[str], unit_names: Sequence[str]) -> tuple[str, str, list[str]]:
    """Label line, title, and what follows."""
    label = ""
    masthead: list[int] = []
    for place, line in enumerate(lines[:HEAD_LINES]):
        bare = _TITLE_PREFIX.sub("", line).strip()
        if boilerplate.is_label(bare):
            label = label or bare
            continue
        numbered = lines[place + 1].strip() if place + 1 < len(lines) else ""
        if len(bare) <= _NAMEPLATE and boilerplate.is_number(numbered):
            masthead.append(place)
            continue
        if boilerplate.is_masthead(bare) or document_types.secret_mark([bare]):
            continue
        if _date_of_line(bare, unit_names) or (
            byline.is_unit_line(bare, unit_names) and _title_follows(lines[place + 1 :], unit_names)
        ):
            continue
        if byline.read_line(line, unit_names) is not None:
            continue
        prefixed = bare != line.strip()
        if not prefixed and not may_be_title(bare):
            return label, "", [line for line in lines if line.strip() != label]
        title, used = bare, place + 1
        while used < len(lines) and used < place + 3 and _goes_on(title, lines[used:], unit_names):
            title += lines[used].strip()
            used += 1
        skipped = [
            kept
            for at, kept in enumerate(lines[:place])
            if at not in masthead and not boilerplate.is_masthead(kept.strip())
        ]
        return label, title, [*skipped, *lines[used:]]
    return label, "", [line for line in lines if line.strip() != label]


def _title_follows(lines: Sequence[str], unit_names: Sequence[str]) -> bool:
    """A unit's name above a title is a heading of its own; with a sentence below, it is the title."""
    return bool(lines) and may_be_title(lines[0]) and byline.read_line(lines[0], unit_names) is None


def may_be_title(line: str) -> bool:
    """Whether a line has the shape of a title: short, no sentence."""
    return (
        (1 < len(line) <= TITLE_MOST or (len(line) <= 2 * TITLE_MOST and not _PAUSE.search(line)))
        and not _ENDS_SENTENCE.search(line)
        and "。" not in line
        and re.search(r"\w", line) is not None
    )


def _goes_on(title: str, following: Sequence[str], unit_names: Sequence[str]) -> bool:
    """Whether the next line still belongs to the title: a subtitle, or the second half of two lines."""
    line = following[0].strip()
    if _SUBTITLE.match(line) and may_be_title(line):
        return True
    below = next((below for below in following[1:] if not is_frame(below, unit_names)), "")
    prose_below = "。" in below or len(below) > TITLE_MOST
    return (
        prose_below
        and may_be_title(line)
        and max(len(title), len(line)) <= 26
        and not re.search(r"[，。！？：；]", line)
        and not HEADING.match(line)
        and not boilerplate.is_masthead(line)
        and not _date_of_line(line, unit_names)
        and not byline.is_unit_line(line, unit_names)
        and not byline.is_name_line(line)
        and byline.read_line(line, unit_names) is None
    )


def is_frame(line: str, unit_names: Sequence[str]) -> bool:
    """By-line, unit or date, as they stand between a title and the body."""
    return (
        byline.read_line(line, unit_names) is not None
        or byline.is_name_line(line)
        or byline.is_unit_line(line, unit_names)
        or bool(_date_of_line(line, unit_names))
    )


def _upper_lines(
    lines: list[str], said: Byline, received: date, unit_names: Sequence[str]
) -> tuple[list[str], date | None, Byline]:
    """By-line, unit and date between title and body."""
    written: date | None = None
    while lines:
        first = lines[0]
        found = byline.read_line(first, unit_names)
        if boilerplate.is_masthead(first):
            written = written or _written(tidy(first), received)
        elif found is not None:
            said = said.filled_from(found)
        elif byline.is_unit_line(first, unit_names):
            said = said.filled_from(Byline(unit_text=first))
        elif byline.is_name_line(first):
            said = said.filled_from(Byline(author=first.strip()))
        elif dated := _date_of_line(first, unit_names):
            written = written or _written(dated, received)
        else:
            break
        lines = lines[1:]
    return lines, written, said


def _lower_lines(
    lines: list[str], said: Byline, received: date, unit_names: Sequence[str]
) -> tuple[list[str], date | None, Byline]:
    """By-line, signature and date under the body."""
    written: date | None = None
    while lines:
        last = lines[-1]
        found = byline.read_line(last, unit_names)
        if found is not None:
            said = found.filled_from(said)
        elif byline.is_unit_line(last, unit_names):
            said = said.filled_from(Byline(unit_text=last))
        elif byline.is_name_line(last):
            said = said.filled_from(Byline(author=last.strip()))
        elif dated := _date_of_line(last, unit_names):
            written = written or _written(dated, received)
            said = said.filled_from(Byline(unit_text=_without_date(last)))
        elif boilerplate.is_foot(last) or (boilerplate.is_caption(last) and len(lines) > 1):
            pass
        else:
            break
        lines = lines[:-1]
    if lines:
        text, found = byline.split_off(lines[-1], unit_names)
        if found is not None:
            said = said.filled_from(found)
            lines = [*lines[:-1], text] if text else lines[:-1]
    return lines, written, said


def _date_of_line(line: str, unit_names: Sequence[str]) -> str:
    """The date of a line that holds nothing else, a unit's name before it aside; or ""."""
    bare = line.strip(_DATE_LINE_FRAME)
    before = _without_date(bare)
    if before and byline.is_unit_line(before, unit_names):
        bare = bare[len(before) :].strip(_DATE_LINE_FRAME)
    tidied = tidy(bare)
    if len(tidied) > 24:
        return ""
    if _MONTH_LINE.fullmatch(tidied):
        return tidied
    found = list(mentions(tidied, date(2000, 1, 1), None))
    whole = len(found) == 1 and found[0].start == 0 and found[0].end == len(tidied)
    return tidied if whole else ""


def _without_date(line: str) -> str:
    """ "湖塘镇应急管理局　2022年3月6日" without its date."""
    found = re.match(r"([^\d\s　]+)[\s　]+\S*\d", line)
    return found[1] if found else ""


def _written(line: str, received: date) -> date | None:
    found = next(mentions(line, received, None), None)
    return found.last if found else None


def _from_file_name(file_name: str) -> str:
    stem = PurePosixPath(file_name).stem
    before = ""
    while before != stem:
        before, stem = stem, _FILE_NOISE.sub("", stem).strip(" _-　")
    return stem


def _unit(said: str, title: str, body: Sequence[str], unit_names: Sequence[str]) -> str | None:
    """
    The unit a draft names: in its by-line or signature, at the head of its title, as the doer of
    its first sentence. Elsewhere “办公室” or “基础科” may be anybody's.
    """
    for name in unit_names:
        if name in said:
            return name
    first = body[0][:120] if body else ""
    for name in unit_names:
        doer = rf"(?:^|[，,：:。\s】])(?:[一-鿿]{{2,4}}[省市区县]){{0,3}}{re.escape(name)}"
        if re.match(
            rf"(?:【[^】]*】)?(?:[一-鿿]{{2,4}}[省市区县]){{0,3}}{re.escape(name)}", title
        ) or (len(name) > 2 and re.search(doer, first)):
            return name
    return None
