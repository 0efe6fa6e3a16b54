"""What the command's `--json`, its exports and the API hand out: documented, stable shapes."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from console import json_types
from ledger.queries.export import Record, moment
from ledger.queries.letter_views import LetterSummary
from ledger.queries.search import DraftHit
from ledger.row_values import file_values
from rulebook.amounts import plain
from rulebook.model import DraftVerdict, Duplicate, FileFact, Submission, Verdict

FORMULA_STARTS = (*"=+-@\t\r\n", *"＝＋－＠")
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection), in full width, too."""

CELL_CHARACTERS = 32_767
"""What a cell of Excel can hold."""


def examination(submission: Submission, verdict: Verdict, zone: str) -> dict[str, Any]:
    """
    Return the stable form of one examined letter.

    Dates ISO 8601, moments with the office's offset, kinds in the regulation's words, reasons and
    warnings as codes.
    """
    return {
        "purpose": verdict.purpose.purpose.value,
        "purpose_evidence": verdict.purpose.evidence,
        "in_thread_of": verdict.thread.letter if verdict.thread else None,
        "answered": verdict.answer,
        "outcome": verdict.outcome.value,
        "reasons": [reason.name for reason in verdict.reasons],
        "subject": submission.subject,
        "attachments": list(submission.attachments),
        "sender": {
            "name": submission.sender.name,
            "address": submission.sender.address,
            "unit": submission.sender.unit,
            "officer": submission.sender.officer,
        },
        "received": moment(submission.received, zone),
        "drafts": [_draft(draft, zone) for draft in verdict.drafts],
        "files": [_file(file) for file in submission.files],
        "warnings": [remark.name for remark in verdict.remarks],
    }


def _file(file: FileFact) -> dict[str, Any]:
    return {name: value for name, value in file_values(file).items() if name != "sha256"}


def _draft(judged: DraftVerdict, zone: str) -> dict[str, Any]:
    draft = judged.draft
    return {
        "title": draft.title,
        "kind": judged.kind,
        "kind_evidence": judged.kind_evidence,
        "unit": judged.unit,
        "characters": draft.characters,
        "happened": draft.event_date.day.isoformat() if draft.event_date.day else None,
        "date_evidence": draft.event_date.evidence,
        "deadline": moment(judged.deadline, zone),
        "timely": judged.timely.value,
        "outcome": judged.outcome.value,
        "reasons": [reason.name for reason in judged.reasons],
        "points": judged.points,
        "author": draft.author,
        "reviewer": draft.reviewer,
        "file": draft.file,
        "part": draft.part,
        "images": list(draft.images),
        "twin": _duplicate(judged.duplicate, zone) if judged.duplicate else None,
    }


def _duplicate(duplicate: Duplicate, zone: str) -> dict[str, Any]:
    return {
        "title": duplicate.title,
        "unit": duplicate.unit,
        "received": moment(duplicate.received, zone),
        "letter": duplicate.letter or None,
        "position": duplicate.position,
        "similarity": math.floor(duplicate.similarity * 10_000) / 10_000,
        "same_file": duplicate.same_file,
    }


def draft_json(draft: DraftHit) -> json_types.Draft:
    """Make the API's JSON of a draft as it stands."""
    return {
        "id": draft.draft,
        "letter": draft.letter,
        "title": draft.title,
        "unit": draft.unit,
        "kind": draft.kind,
        "received": draft.received.isoformat(),
        "day": draft.day.isoformat(),
        "characters": draft.characters,
        "happened": draft.event_date.isoformat() if draft.event_date else None,
        "timely": draft.timely.value,
        "outcome": draft.outcome.value,
        "reasons": [reason.name for reason in draft.reasons],
        "adopted": draft.adopted,
        "voided": draft.voided,
        "origin": draft.origin,
        "manner": draft.manner,
    }


def letter_json(letter: LetterSummary) -> json_types.Letter:
    """Make the API's JSON of a letter."""
    return {
        "id": letter.id,
        "received": letter.received.isoformat(),
        "subject": letter.subject,
        "unit": letter.unit,
        "state": letter.state.value,
        "purpose": letter.purpose.value if letter.purpose else None,
        "purpose_evidence": letter.purpose_evidence,
        "in_thread_of": letter.in_thread_of,
        "answered": letter.answered,
        "outcome": letter.outcome.value if letter.outcome else None,
        "reasons": [reason.name for reason in letter.reasons],
        "drafts": letter.drafts,
        "manner": letter.manner,
    }


def draft_hit(hit: DraftHit) -> dict[str, Any]:
    """Return the stable form of a draft that a search found, as `ledger search --json` gives it."""
    return {
        "draft": hit.draft,
        "letter": hit.letter,
        "title": hit.title,
        "unit": hit.unit,
        "kind": hit.kind,
        "day": hit.day.isoformat(),
        "characters": hit.characters,
        "happened": hit.event_date.isoformat() if hit.event_date else None,
        "timely": hit.timely.value,
        "outcome": hit.outcome.value,
        "reasons": [reason.name for reason in hit.reasons],
        "voided": hit.voided,
        "adopted": hit.adopted,
        "twin_letter": hit.twin_letter,
        "similarity": hit.similarity,
        "origin": hit.origin,
        "manner": hit.manner,
    }


def _written(value: object) -> int | float:
    """Write half points as JSON writes numbers."""
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(type(value).__name__)


def jsonl(rows: Iterable[Record]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, default=_written) + "\n"


DATED = frozenset(
    {
        *("received", "sent", "stamped", "collected", "examined", "happened", "deadline", "day"),
        *("owed_since", "not_before", "at", "asked", "due", "begins", "ends"),
    }
)
"""Our columns whose texts are days or moments (ISO 8601)."""

WIDEST = 48
"""Characters of a column's width; what is longer is read in the cell."""


def _moment(value: object) -> datetime | None:
    """Return a day or moment of ours without its zone, as Excel knows none; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None


def _width(text: str) -> int:
    """Return how wide a text is in Excel's characters: a Chinese one takes two."""
    return sum(1 if char.isascii() else 2 for char in text[:WIDEST]) + 1


def workbook(rows: Iterable[Record], name: str) -> bytes:
    """Return rows as an Excel file, see `write_workbook`."""
    buffer = io.BytesIO()
    write_workbook(rows, name, buffer)
    return buffer.getvalue()


def write_workbook(rows: Iterable[Record], name: str, into: BinaryIO) -> None:
    """
    Write rows as an Excel file with a heading line.

    Texts stay texts: the senders control them, so none becomes a formula or a link. Days and moments of
    our own columns become Excel's, the moments in the office's time.
    """
    import xlsxwriter  # slow to load, and few exports are workbooks

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(into, options) as letters:
        bold = letters.add_format({"bold": True, "bottom": 1})
        sheet = letters.add_worksheet(name)
        dated = letters.add_format({"num_format": "yyyy-mm-dd"})
        timed = letters.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        line = 0
        widths: dict[int, int] = {}
        for line, row in enumerate(rows, 1):
            if line == 1:
                for column, heading in enumerate(row):
                    sheet.write_string(0, column, heading, bold)
                    widths[column] = max(10, len(heading) + 2)
            for column, (heading, value) in enumerate(row.items()):
                moment = _moment(value) if heading in DATED else None
                if moment is not None:
                    sheet.write_datetime(line, column, moment, timed if "T" in value else dated)
                    widths[column] = max(widths[column], 17 if "T" in value else 11)
                elif isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(line, column, value)
                elif value is not None:
                    text = (
                        "；".join(map(str, value))
                        if isinstance(value, list | tuple)
                        else str(value)
                    )
                    sheet.write_string(line, column, text[:CELL_CHARACTERS])
                    widths[column] = max(widths[column], min(_width(text), WIDEST))
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        if line:
            sheet.autofilter(0, 0, line, len(row) - 1)


def csv_lines(rows: Iterable[Record]) -> Iterator[str]:
    """
    Write rows as CSV with a heading line; lists are joined by “；”.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it: the senders
    control these texts.
    """
    buffer = io.StringIO()
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(buffer, list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "；".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
