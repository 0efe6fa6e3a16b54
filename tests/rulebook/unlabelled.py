"""Texts without a label, and what kind they are taken for."""

from __future__ import annotations

from typing import Any

from rulebook.kinds import decide
from rulebook.model import Draft, EventDate, Kind
from rulebook.provisions import Provisions
from tests.rulebook.builders import PLAIN_TEXT, draft, provisions

RULES = provisions()
BLANK = "湖塘镇来稿"
PACKED = "稿件.zip/3月.docx"
LEAD = PLAIN_TEXT * 20  # words that stand at the head of a text may weigh more than those below


def plain(**changes: Any) -> Draft:
    """A text without a label whose words tell nothing."""
    values: dict[str, Any] = {
        "file": PACKED,
        "title": "春日",
        "text": PLAIN_TEXT,
        "event_date": EventDate(None),
    }
    return draft(**(values | changes))


def kind_of(piece: Draft, subject: str = BLANK, rules: Provisions = RULES) -> Kind | None:
    return decide(piece, subject, rules).kind
