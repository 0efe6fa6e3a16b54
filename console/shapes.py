"""What `shougao examine --json` and `shougao export` hand out: a documented, stable shape."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ledger.exporting import Row, moment
from rulebook.terms import DraftVerdict, Submission, Verdict

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def examination(submission: Submission, verdict: Verdict, zone: str) -> dict[str, Any]:
    """
    One examined letter. Dates ISO 8601, moments with the office's offset, kinds in the
    regulation's words, reasons and warnings as codes.
    """
    return {
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
        "files": [
            {
                "path": file.path,
                "role": file.role,
                "media_type": file.media_type,
                "size": file.size,
            }
            for file in submission.files
        ],
        "warnings": [remark.name for remark in verdict.remarks],
    }


def _draft(judged: DraftVerdict, zone: str) -> dict[str, Any]:
    draft = judged.draft
    return {
        "title": draft.title,
        "kind": judged.kind.value if judged.kind else None,
        "kind_evidence": judged.kind_evidence,
        "unit": judged.unit,
        "characters": draft.characters,
        "happened": draft.happened.day.isoformat() if draft.happened.day else None,
        "date_evidence": draft.happened.evidence,
        "deadline": moment(judged.deadline, zone),
        "timely": judged.timely.value,
        "outcome": judged.outcome.value,
        "reasons": [reason.name for reason in judged.reasons],
        "points": judged.points,
        "author": draft.author,
        "reviewer": draft.reviewer,
        "file": draft.file,
        "images": list(draft.images),
    }


def jsonl(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """
    A table with a heading line; lists are joined by “；”. A cell that a spreadsheet would take for
    a formula gets an apostrophe before it: the senders control these texts.
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
