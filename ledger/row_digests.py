"""
SHA-256 over the columns of a row that anybody could be harmed by, for the journal.

A row that may lose its text or its people in time (ledger/storage/retention.py) has a digest for each
of these apart, so that what stays can still be proved. Digests alone are kept: nothing personal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

LETTER = ("subject", "message_id", "outcome", "reasons", "remarks", "faults")
LETTER_PEOPLE = ("sender_name", "sender_address", "officer")
DRAFT = (
    "title", "characters", "digest", "file_digest", "date_doubt", "deadline", "reasons",
    "twin_letter_id", "twin_position", "commission_id",
)  # fmt: skip
DRAFT_PEOPLE = ("author", "reviewer")
OFFICER = ("unit", "name", "post", "phone", "note", "begins", "ends")
ANSWER = ("kind", "subject", "raw")
ANSWER_PEOPLE = ("message_id", "recipient", "copies")
PROPOSAL = (
    "letter_id", "position", "unit", "title", "draft_id", "outlet", "tier", "day", "url", "words",
    "files", "state", "adoption_id", "settled", "settled_by", "why",
)  # fmt: skip


def letter_digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Digest a letter's columns, by their names: those that stay, and the sender."""
    return {"row": digest_of(values, LETTER), "people": digest_of(values, LETTER_PEOPLE)}


def draft_digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Digest a draft's columns, by their names: those that stay, its text, its by-line."""
    return {
        "row": digest_of(values, DRAFT),
        "text": digest_of(values, ("text",)),
        "people": digest_of(values, DRAFT_PEOPLE),
    }


def answer_digest(values: Mapping[str, Any]) -> str:
    """Digest a letter of ours as it was owed."""
    return digest_of(values, ANSWER)


def owed_digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Digest a letter of ours as it was owed: what it says, and to whom it goes."""
    return {"row": answer_digest(values), "people": digest_of(values, ANSWER_PEOPLE)}


def proposal_digest(values: Mapping[str, Any]) -> str:
    """Digest a reported adoption as it stands."""
    return digest_of(values, PROPOSAL)


def officer_digest(values: Mapping[str, Any], addresses: Sequence[str]) -> str:
    """Digest an appointment with its addresses."""
    return digest_of({**values, "addresses": sorted(addresses)}, (*OFFICER, "addresses"))


def kept_digests(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Digest what a row of amendments keeps, so that it can be proved: by before/after and field."""
    return {
        f"{when}.{name}": hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        for when, values in (("before", before), ("after", after))
        for name, value in values.items()
    }


def columns(row: Any) -> dict[str, Any]:
    """Return a row's values by the names of its columns, as they were written."""
    return {
        attribute.expression.name: getattr(row, attribute.key)
        for attribute in row.__mapper__.column_attrs
    }


def digest_of(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """Digest these columns in this order."""
    content = json.dumps(
        [_plain(values[name]) for name in names],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
