"""What programs may ask, described for them: OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from ledger.labels import LETTER_STATES
from ledger.queries.search import Order
from ledger.states import LetterState
from rulebook.labels import OUTCOMES, TIMELY
from rulebook.model import Group, Kind, Outcome, Timely
from rulebook.points_table import COLUMNS, Cell, Column
from rulebook.reasons import Reason

MOST = 500
"""Rows of one answer."""
Schema = dict[str, Any]


def _text(description: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": description} if description else {}), **more}


def _values(kind: type[Enum], description: str = "") -> Schema:
    return _text(description, enum=[one.value for one in kind])


def _names(kind: type[Enum], description: str = "") -> Schema:
    return _text(description, enum=[one.name for one in kind])


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(fields: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": fields, "required": list(fields)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _said(words: Mapping[Any, str]) -> str:
    return "，".join(f"{one.value} {word}" for one, word in words.items())


DAY = _text("office day", format="date")
MOMENT = _text("RFC 3339", format="date-time")
NUMBER: Schema = {"type": "integer"}
YES: Schema = {"type": "boolean"}
AFTER = _text("ask again with this to go on; null: that was all")

DRAFT = _object(
    {
        "id": NUMBER,
        "letter": {**NUMBER, "description": "the letter that brought it"},
        "title": _text(),
        "unit": _maybe(_text("计入单位; null: the sender is unknown")),
        "kind": _maybe(_values(Kind)),
        "received": MOMENT,
        "day": DAY,
        "characters": {**NUMBER, "description": "字数"},
        "happened": _maybe(_text("事件日", format="date")),
        "timely": _values(Timely, _said(TIMELY)),
        "outcome": _values(Outcome, f"as it stands after people's rulings: {_said(OUTCOMES)}"),
        "reasons": _list(_names(Reason)),
        "adopted": YES,
        "voided": {**YES, "description": "积分作废 (五.3)"},
    }
)
LETTER = _object(
    {
        "id": NUMBER,
        "received": MOMENT,
        "subject": _text(),
        "unit": _maybe(_text()),
        "state": _values(LetterState, _said(LETTER_STATES)),
        "outcome": _maybe(_values(Outcome, "as first judged; null: not yet")),
        "reasons": _list(_names(Reason)),
        "drafts": {**NUMBER, "description": "how many drafts it brought"},
    }
)
TARGETS: Schema = {
    "type": "object",
    "description": "by kind",
    "additionalProperties": _object(
        {
            "wanted": NUMBER,
            "met": NUMBER,
            "reported": NUMBER,
            "rate": _maybe({"type": "number"}),
        }
    ),
}


def points_row(columns: Sequence[Column] = COLUMNS) -> Schema:
    """Describe a row of the points table as `rulebook.points_table.record` writes it."""
    fields: dict[str, Schema] = {}
    lists = Counter(column.list_key for column in columns)
    for column in columns:
        cell = _text() if column.cell is Cell.NAME else NUMBER
        described = {"description": column.description} if column.description else {}
        if column.list_key:
            many = lists[column.list_key]
            bounds = {"minItems": many, "maxItems": many}
            fields[column.list_key] = {**_list(cell), **described, **bounds}
        else:
            fields[column.key] = {**cell, **described}
    return _object({**fields, "targets": TARGETS})


POINTS_OF_A_PERIOD = _object(
    {
        "period": _text("its name, as in 2022Q1"),
        "first": DAY,
        "last": DAY,
        "tables": _list(_object({"group": _values(Group), "rows": _list(points_row())})),
    }
)
ERROR = _object({"error": _text("one sentence")})


def _field(name: str, schema: Schema, *, needed: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": needed, "schema": schema}


LIMIT = _field("limit", {**NUMBER, "minimum": 1, "maximum": MOST, "default": 100})
SPAN = (
    _field("from", _text("first office day of receipt", format="date")),
    _field("to", _text("last office day of receipt", format="date")),
    _field("after", _text("`after` of the answer before")),
    LIMIT,
)


def _answer(description: str, schema: str) -> Schema:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _get(
    name: str, summary: str, schema: str, fields: Iterable[Schema], faults: dict[str, str]
) -> Schema:
    answers = {"200": _answer("what was asked for", schema)}
    answers |= {status: _answer(words, "Error") for status, words in faults.items()}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(fields),
            "responses": answers,
        }
    }


NO_TOKEN = {"401": "no token, one that was revoked, or one for other things"}
BENT = {"404": "`after` is none of ours"}

DESCRIPTION: Schema = {
    "openapi": "3.1.0",
    "info": {
        "title": "Shougao (收稿)",
        "version": "1",
        "summary": "Letters, drafts and points of a submissions inbox, read-only.",
        "description": "Tokens come from `shougao token add NAME` and are sent as "
        "`Authorization: Bearer …`. A filter that means nothing does not narrow. New fields may be added.",
    },
    "servers": [{"url": "/"}],
    "security": [{"token": []}],
    "paths": {
        "/api/v1/drafts": _get(
            "drafts",
            "Drafts as they stand, a page of them",
            "Drafts",
            (
                _field("q", _text("words, parted by spaces, all of which stand in title or text")),
                _field("unit", _text("name of a scoring unit")),
                _field("kind", _names(Kind)),
                _field("outcome", _values(Outcome)),
                _field("timely", _values(Timely)),
                _field("reason", _names(Reason)),
                _field("adopted", _text(enum=["yes", "no"])),
                _field("order", _values(Order)),
                *SPAN,
            ),
            NO_TOKEN | BENT,
        ),
        "/api/v1/letters": _get(
            "letters",
            "Letters, the latest first, a page of them",
            "Letters",
            (_field("outcome", _values(Outcome)), _field("state", _values(LetterState)), *SPAN),
            NO_TOKEN | BENT,
        ),
        "/api/v1/points": _get(
            "points",
            "Points, ranks and targets of a period",
            "Points",
            (_field("period", _text("2022-W10, 2022-03, 2022Q1, 2022H1 or 2022"), needed=True),),
            NO_TOKEN | {"400": "not a period"},
        ),
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Draft": DRAFT,
            "Letter": LETTER,
            "Error": ERROR,
            "Drafts": _object(
                {"drafts": _list({"$ref": "#/components/schemas/Draft"}), "after": _maybe(AFTER)}
            ),
            "Letters": _object(
                {"letters": _list({"$ref": "#/components/schemas/Letter"}), "after": _maybe(AFTER)}
            ),
            "Points": POINTS_OF_A_PERIOD,
        },
    },
}
