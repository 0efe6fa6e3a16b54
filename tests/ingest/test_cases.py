"""Letters that were once read wrongly: who wrote them, what they bring."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from console.application import examiner_config
from ingest.examination import examine
from ingest.examination_types import ExaminationResult
from rulebook.judge import judge
from rulebook.model import Sender, Verdict
from tests.judgement.judging import settings

CASES = Path(__file__).resolve().parents[1] / "samples" / "cases"
OFFICERS = {"qian@hutang.example": ("湖塘镇", "钱一鸣")}


def judged(name: str, received: str) -> tuple[ExaminationResult, Sender, Verdict]:
    office, moment = settings(), datetime.fromisoformat(received)
    examined = examine((CASES / name).read_bytes(), moment, examiner_config(office))
    sender = examined.submission.sender
    if sender.address in OFFICERS:
        sender = Sender(sender.name, sender.address, *OFFICERS[sender.address])
    submission = replace(examined.submission, sender=sender)
    return examined, sender, judge(submission, office.provisions_at(moment), {})


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
}
LINES = [json.loads(line) for line in (CASES / "cases.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", LINES, ids=[line["file"] for line in LINES])
def test_a_letter_once_read_wrongly_is_read_rightly(case: dict[str, Any]) -> None:
    examined, sender, verdict = judged(case["file"], case["received"])
    wrong = [
        key
        for key, value in case["right"].items()
        if not RIGHT[key](examined, sender, verdict, value)
    ]
    assert not wrong, (case["why"], verdict.outcome, verdict.reasons, sender.address)
