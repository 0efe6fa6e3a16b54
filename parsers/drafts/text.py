"""What a draft says of itself: title, body, 字数, by-line, unit, day."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from parsers.drafts import (
    boilerplate,
    byline,
    byline_notes,
    date_beside,
    document_types,
    form_fields,
    papers,
    titles,
)
from parsers.drafts.byline import Byline
from parsers.drafts.character_count import count
from parsers.drafts.date_beside import Beside
from parsers.drafts.date_expressions import mentions, tidy
from parsers.drafts.dates import event_date
from parsers.drafts.frame import unframed
from parsers.drafts.hours import last_hour
from rulebook.model import EventDate, Form
from rulebook.originality import essence

_PIECE = 6
"""Characters in a row by which one text is looked for in another."""
_BLANKS_MOST = 8
_GAP = re.compile(rf"\s{{{_BLANKS_MOST + 1},}}")
_REPORT_FIELD = re.compile(
    r"(?:主要|舆情|信息)?内容\s*[：:]|(?:发布|首发|传播)平台\s*[：:]|(?:处置|核查|核实)情况\s*[：:]"
)
"""A report on public opinion in lines “发布时间：… 主要内容：…”: its 发布时间 is the post's, no stamp."""

_SAYS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class TextFacts:
    """
    What a document says of itself.

    `characters` is the 字数 of the body; `essence` what is compared of the body, or else of the title,
    and `digest` names it whatever file carries it; `label_line` is the line above the title that names
    a kind; `secret_mark` the 密级 found, `form` what it is when it is no draft, `paper` by what mark
    it reads like a speech, minutes or a plan. `part` counts the drafts of a document that holds
    several from 1 on; `maybe_several`: it may, and nobody can tell by reading.
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
    paper: str = ""
    part: int = 0
    maybe_several: bool = False


def describe(
    paragraphs: Sequence[str],
    tables: Sequence[Sequence[Sequence[str]]],
    *,
    file_name: str,
    received: date,
    unit_names: Sequence[str],
    note: str = "",
) -> TextFacts:
    """
    Read a document's own account of itself.

    Args:
        paragraphs: in reading order.
        tables:     their rows and cells.
        file_name:  for a title, and perhaps a day, where the text has none.
        received:   an office day.
        unit_names: every known name, the longest first.
        note:       the covering letter, where this is the letter's only draft.
    """
    paragraphs = without_gaps(paragraphs)
    lines = [line for paragraph in paragraphs if (line := paragraph.strip(" \t\r\n　\ufeff"))]
    lines = [line for line in lines if _SAYS.search(line)]  # a rule of dashes is no text
    rows = lines or ["\t".join(row) for table in tables for row in table]
    told = rows
    marks = document_types.secret_mark(rows)
    on_sheet = document_types.draft_under_sheet(lines, unit_names)
    if on_sheet is not lines:
        lines = rows = on_sheet
        tables = ()
    form = document_types.form_of(rows, tables, file_name)
    paper = papers.paper_of(rows, file_name)
    approved = document_types.approved_by(rows) if form is Form.APPROVAL else ""
    in_form, signature = document_types.draft_in_form(
        form_fields.draft_in(lines, unit_names), unit_names
    )
    paper = paper if in_form is lines else ""  # a form that carries a draft
    lines = in_form
    in_fields = any(_REPORT_FIELD.match(line) for line in lines)
    stamps = [] if in_fields else boilerplate.stamps_in(lines)
    lines = [line for line in lines if line not in stamps]
    fields = date_beside.fields_of([row for row in told if row not in stamps])
    if in_fields:
        fields += date_beside.post_fields(lines)
    label, title, rest = titles.head(lines, unit_names)
    title, beside_title = byline.split_title(title, unit_names)
    framed = unframed(rest, signature.filled_from(beside_title or Byline()), received, unit_names)
    signature = framed.signature
    for stamp in stamps:
        signature = signature.filled_from(
            byline.read_line(boilerplate.undated(stamp), unit_names) or Byline()
        )
    signature = signature.filled_from(byline_notes.read(note, unit_names))
    body = framed.lines
    if not title:
        title = titles.from_file_name(file_name) or (
            body[0][: titles.TITLE_MOST] if body else file_name
        )
    if form is Form.APPROVAL and not signature.reviewer:
        signature = signature.filled_from(Byline(reviewer=approved))
    in_essence = essence("".join(body) or title)
    beside = Beside(
        captions=framed.captions,
        fields=(*fields, *date_beside.fields_of(framed.captions)),
        note=note,
        file_name=file_name,
        stamped=_first_day(stamps, received),
        dateline=_first_day([framed.lead] if "讯" in framed.lead else [], received),
    )
    return TextFacts(
        title=title,
        label_line=label,
        body=body,
        characters=count("\n".join(body)),
        author=signature.author,
        reviewer=signature.reviewer,
        named_unit=_unit(signature.unit_text, title, body, unit_names),
        written=framed.written,
        event_date=_with_hour(
            event_date(title, body, received, framed.written, beside), body, received
        ),
        essence=in_essence,
        digest=hashlib.sha256(in_essence.encode()).hexdigest(),
        secret_mark=marks,
        form=form,
        paper=paper,
    )


def _with_hour(event: EventDate, body: Sequence[str], received: date) -> EventDate:
    """Return an event's day with the last hour that the text tells of it."""
    if event.day is None:
        return event
    return replace(event, ended_at=last_hour(body, event.day, received))


def _first_day(lines: Sequence[str], received: date) -> date | None:
    """Return the first day that any of the lines names, up to the receipt."""
    for line in lines:
        for mention in mentions(tidy(line), received, None):
            if mention.last is not None and mention.last <= received:
                return mention.last
    return None


def without_gaps(paragraphs: Sequence[str]) -> Sequence[str]:
    """
    Return the paragraphs, long runs of blanks in them cut short.

    Patterns that allow for blanks here and there would try each of them in each place. Neither 字数 nor
    digests change by it.
    """
    if _GAP.search("\n".join(paragraphs)) is None:
        return paragraphs
    return [_GAP.sub(lambda gap: gap[0][:_BLANKS_MOST], paragraph) for paragraph in paragraphs]


class Passage:
    """A text in which others may stand. What is made of it once serves for all of them."""

    def __init__(self, text: str) -> None:
        self._essence = essence(text)
        self._pieces: set[str] | None = None

    def holds(self, text: str) -> bool:
        """Whether that text stands in this one: word for word, or all but a small part of it."""
        part = essence(text)
        if not part or part in self._essence:
            return bool(part)
        if len(part) < 4 * _PIECE:
            return False
        if self._pieces is None:
            self._pieces = set(_pieces(self._essence))
        known = self._pieces
        return sum(piece in known for piece in _pieces(part)) >= 0.7 * (len(part) - _PIECE + 1)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + _PIECE] for start in range(len(text) - _PIECE + 1))


def _unit(signature: str, title: str, body: Sequence[str], unit_names: Sequence[str]) -> str | None:
    """
    Return the unit a draft names.

    It stands in its by-line or signature, at the head of its title, or as the doer of its first
    sentence. Elsewhere “办公室” or “基础科” may be anybody's.
    """
    for name in unit_names:
        if name in signature:
            return name
    first = body[0][:120] if body else ""
    for name in unit_names:
        doer = rf"(?:^|[，,：:。\s】])(?:[一-鿿]{{2,4}}[省市区县]){{0,3}}{re.escape(name)}"
        if re.match(
            rf"(?:【[^】]*】)?(?:[一-鿿]{{2,4}}[省市区县]){{0,3}}{re.escape(name)}", title
        ) or (len(name) > 2 and re.search(doer, first)):
            return name
    return None
