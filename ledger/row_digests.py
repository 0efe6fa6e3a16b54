"""
SHA-256 over the columns of a row that anybody could be harmed by, for the journal.

A row that may lose its text or its people in time (ledger/storage/retention.py) has a digest for each
of these apart, so that what stays can still be proved. Digests alone are kept: nothing personal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

LETTER = ("subject", "message_id", "outcome", "reasons", "remarks", "faults")
LETTER_MORE = (
    "sent", "stamped", "examined", "urgent", "in_thread_of", "own_words", "answer_withheld",
)  # fmt: skip
LETTER_FILES = ("attachments", "files", "file_names")
LETTER_PURPOSE = ("purpose", "purpose_evidence")
LETTER_PEOPLE = ("sender_name", "sender_address", "officer")
DRAFT = (
    "title", "characters", "digest", "file_digest", "date_doubt", "deadline", "reasons",
    "twin_letter_id", "twin_position", "commission_id",
)  # fmt: skip
DRAFT_MORE = ("similarity", "replaces_draft_id", "urgent")
DRAFT_FILES = ("file", "kind_evidence", "date_evidence", "images")
DRAFT_PEOPLE = ("author", "reviewer")
OFFICER = ("unit", "name", "post", "phone", "note", "begins", "ends")
ANSWER = ("kind", "subject", "raw")
ANSWER_PEOPLE = ("message_id", "recipient", "copies")
PROPOSAL = (
    "letter_id", "position", "unit", "title", "draft_id", "outlet", "tier", "day", "url", "words",
    "files", "state", "adoption_id", "settled", "settled_by", "why",
)  # fmt: skip


KEYS: Mapping[str, tuple[str, ...]] = {
    "statements": ("id",),
    "questions": ("id",),
    "assignments": ("draft_id",),
    "notice_checks": ("id",),
    "commissions": ("id",),
    "commission_replies": ("id",),
    "printed_texts": ("id",),
    "adoptions": ("id",),
    "notices": ("id",),
    "users": ("name",),
    "links": ("token",),
    "tokens": ("token",),
    "sessions": ("token",),
    "recovery_codes": ("code",),
}
"""Of each table whose rows the journal seals, what a row is known by there."""
SEALED: Mapping[str, tuple[str, ...]] = {
    "statements": ("letter_id", "draft_id", "asks", "words", "received", "settled", "settled_by"),
    "questions": (
        "draft_id", "letter_id", "message_id", "words", "asked", "asked_by", "answered",
        "answer_letter_id", "closed", "closed_by",
    ),
    "assignments": ("assignee", "assigned_by", "assigned"),
    "notice_checks": (
        "period", "unit", "recipient", "message_id", "until", "sent", "sent_by", "answered", "objects",
        "answer_letter_id",
    ),
    "commissions": ("topic", "asked", "due", "note", "units", "closed"),
    "commission_replies": ("commission_id", "unit", "letter_id", "received"),
    "printed_texts": (
        "draft_id", "outlet", "title", "text", "file", "file_name", "entered", "entered_by", "withdrawn",
    ),
    "adoptions": (
        "draft_id", "unit", "title", "kind", "outlet", "tier", "day", "manner", "url", "evidence",
        "evidence_name", "withdrawn",
    ),
    "notices": ("period", "edition", "published", "who", "inputs", "files"),
    "users": ("id", "role", "password", "created", "disabled", "totp"),
    "links": ("user_id", "expires"),
    "tokens": ("name", "created", "scope", "expires"),
    "sessions": ("user_id", "created", "expires", "host", "agent"),
    "recovery_codes": ("user_id",),
}  # fmt: skip
"""
The columns that no deed changes without telling: the journal keeps their digest (facts: `sealed`).

Others may change in between: when a token or a session was seen, the last time step of a second factor;
`seq` names the line itself. Letters of ours and reported adoptions have digests of their own.
What stands here never changes: a new column takes a new set.
"""


_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def name_of(table: str, values: Mapping[str, Any]) -> str:
    """Name a row in the journal."""
    return f"{table}:{','.join(str(values[key]) for key in KEYS[table])}"


def seal(table: str, values: Mapping[str, Any]) -> str:
    """Digest what of a row no deed changes without telling."""
    return digest_of(values, SEALED[table])


def seals(rows: Iterable[Any], gone: Iterable[Any] = ()) -> dict[str, str]:
    """Digest rows of the tables above, by their names; "" for those that are there no more."""
    told = {name_of(row.__tablename__, columns(row)): "" for row in gone}
    for row in rows:
        values = columns(row)
        told[name_of(row.__tablename__, values)] = seal(row.__tablename__, values)
    return told


def letter_digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Digest a letter's columns, by their names: those that stay, the sender, its files, its purpose."""
    return {
        "row": digest_of(values, LETTER),
        "people": digest_of(values, LETTER_PEOPLE),
        "more": digest_of(values, LETTER_MORE),
        "files": digest_of(values, LETTER_FILES),
        "purpose": purpose_digest(values),
    }


def purpose_digest(values: Mapping[str, Any]) -> str:
    """Digest what a letter is for, and by what that is known."""
    return digest_of(values, LETTER_PURPOSE)


def draft_digests(values: Mapping[str, Any]) -> dict[str, str]:
    """Digest a draft's columns, by their names: those that stay, its text, its by-line, where it stood."""
    return {
        "row": digest_of(values, DRAFT),
        "text": digest_of(values, ("text",)),
        "people": digest_of(values, DRAFT_PEOPLE),
        "more": digest_of(values, DRAFT_MORE),
        "files": digest_of(values, DRAFT_FILES),
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
    return {name: getattr(row, key) for name, key in _attributes(row.__mapper__)}


@cache
def _attributes(mapper: Any) -> tuple[tuple[str, str], ...]:
    """Name a table's columns, each with the attribute that holds it."""
    return tuple((one.expression.name, one.key) for one in mapper.column_attrs)


def digest_of(values: Mapping[str, Any], names: Sequence[str]) -> str:
    """Digest these columns in this order."""
    content = _WRITTEN([_plain(values[name]) for name in names])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
