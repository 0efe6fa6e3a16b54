"""Letters that were once read wrongly: who wrote them, what they bring."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from console.application import examiner_config
from ingest.examination import examine
from ingest.examination_types import ExaminationResult
from ledger.duplicates import DuplicateIndex
from rulebook.judge import judge
from rulebook.model import DraftVerdict, Sender, Verdict
from rulebook.reasons import Reason
from tests.judgement.judging import empty_ledger, settings

CASES = Path(__file__).resolve().parents[1] / "samples" / "cases"
OFFICERS = {"qian@hutang.example": ("湖塘镇", "钱一鸣")}


@dataclass(frozen=True, slots=True)
class Case:
    """A letter and what must hold of it; `rights`: of several that one may defend, one."""

    name: str
    raw: bytes
    received: datetime
    why: str
    rights: tuple[dict[str, Any], ...]


def case_of(line: str, raw: Callable[[str], bytes]) -> Case:
    told = json.loads(line)
    rights = (told["right"], *told.get("alternatives", ()))
    moment = datetime.fromisoformat(told["received"])
    return Case(told["file"], raw(told["file"]), moment, told["why"], rights)


def cases() -> list[Case]:
    """The letters of two writers; the second set lies packed, with its roster."""
    lines = (CASES / "cases.jsonl").read_text("utf-8").splitlines()
    first = [case_of(line, lambda name: (CASES / name).read_bytes()) for line in lines]
    with zipfile.ZipFile(CASES / "second.zip") as packed:
        lines = packed.read("cases.jsonl").decode("utf-8").splitlines()
        return first + [case_of(line, packed.read) for line in lines]


@cache
def officers() -> dict[str, tuple[str, str]]:
    with zipfile.ZipFile(CASES / "second.zip") as packed:
        rows = csv.DictReader(io.StringIO(packed.read("roster.csv").decode("utf-8-sig")))
        return OFFICERS | {row["邮箱"]: (row["单位"], row["姓名"]) for row in rows}


def judged(case: Case) -> tuple[ExaminationResult, Sender, Verdict]:
    office = settings()
    examined = examine(case.raw, case.received, examiner_config(office))
    sender = examined.submission.sender
    if sender.address in officers():
        sender = Sender(sender.name, sender.address, *officers()[sender.address])
    submission = replace(examined.submission, sender=sender)
    with empty_ledger().connect() as connection:
        twins = DuplicateIndex(
            connection, 0, office.provisions_at(case.received).near_duplicate, None
        ).of(submission)
    return examined, sender, judge(submission, office.provisions_at(case.received), twins)


def first_of(verdict: Verdict) -> DraftVerdict | None:
    return verdict.drafts[0] if verdict.drafts else None


def told_of(field: str) -> Callable[[ExaminationResult, Sender, Verdict, Any], bool]:
    def holds(_e: ExaminationResult, _s: Sender, verdict: Verdict, value: object) -> bool:
        judged = first_of(verdict)
        if judged is None:
            return value is None
        draft = judged.draft
        return {
            "happened": str(draft.event_date.day) if draft.event_date.day else None,
            "timely": judged.timely.value,
            "author": draft.author,
            "reviewer": draft.reviewer,
        }[field] == value

    return holds


RIGHT: dict[str, Callable[[ExaminationResult, Sender, Verdict, Any], bool]] = {
    "address": lambda _e, sender, _v, value: sender.address == value,
    "unit": lambda _e, sender, _v, value: sender.unit == value,
    "not_accepted": lambda _e, _s, verdict, _value: verdict.outcome.value != "accepted",
    "not_outcome": lambda _e, _s, verdict, value: verdict.outcome.value != value,
    "outcome": lambda _e, _s, verdict, value: verdict.outcome.value == value,
    "n_drafts": lambda _e, _s, verdict, value: len(verdict.drafts) == value,
    "reasons": lambda _e, _s, verdict, value: set(value) <= {r.name for r in verdict.reasons},
    "not_reasons": lambda _e, _s, verdict, value: set(value).isdisjoint(
        r.name for r in verdict.reasons
    ),
    "remark_or_reason": lambda _e, _s, verdict, _value: bool(verdict.remarks or verdict.reasons),
    "title_no_blanks": lambda _e, _s, verdict, _value: (
        bool(verdict.drafts) and not re.search(r"[一-鿿]\s+[一-鿿]", verdict.drafts[0].draft.title)
    ),
    "happened": told_of("happened"),
    "timely": told_of("timely"),
    "author": told_of("author"),
    "reviewer": told_of("reviewer"),
    "not_timely": lambda *told: not told_of("timely")(*told),
    "split": lambda _e, _s, verdict, value: (
        len(verdict.drafts) == value or Reason.SEVERAL_DRAFTS in verdict.reasons
    ),
    "no_mojibake": lambda examined, _s, _v, _value: (
        re.search("[?�]{2}|锟", "".join(examined.submission.attachments)) is None
    ),
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_letter_once_read_wrongly_is_read_rightly(case: Case) -> None:
    examined, sender, verdict = judged(case)
    wrong = [
        [key for key, value in right.items() if not RIGHT[key](examined, sender, verdict, value)]
        for right in case.rights
    ]
    assert [] in wrong, (case.why, wrong, verdict.outcome, verdict.reasons, sender.address)
