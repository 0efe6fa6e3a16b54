"""
What programs may ask, described for them: OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0).

The answers' schemas are made from the types that the serialisers fill in (`console/json_types.py`), the
columns of the points table from `rulebook/points_table.py`; only paths and parameters are written here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from console import json_types
from console.json_types import SCHEMA_PATH, Schema, names_schema, text_schema, values_schema
from ledger.queries.search import Order
from ledger.states import LetterState
from rulebook.model import Outcome, Timely
from rulebook.points_table import Cell, Column, columns_of
from rulebook.provisions import Provisions
from rulebook.reasons import Reason

MAX_ROWS = 500
"""Rows of one answer."""
DEFAULT_ROWS = 100
NUMBER: Schema = {"type": "integer"}


class _Untitled(GenerateJsonSchema):
    """Schemas without titles that only repeat the names of their members."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def typed_dict_schema(self, schema: Any) -> Schema:
        described = super().typed_dict_schema(schema)
        described.pop("title", None)
        return described


def _schemas(columns: Sequence[Column]) -> dict[str, Schema]:
    """Make the schemas of all answers from their types."""
    answers: tuple[Any, ...] = (
        *(json_types.Drafts, json_types.Letters, json_types.Points, json_types.PointsRow),
        json_types.Error,
    )
    _, definitions = TypeAdapter.json_schemas(
        [(answer, "serialization", TypeAdapter(answer)) for answer in answers],
        ref_template=SCHEMA_PATH,
        schema_generator=_Untitled,
    )
    schemas: dict[str, Schema] = definitions["$defs"]
    return schemas | {"PointsRow": points_row(columns)}


def points_row(columns: Sequence[Column]) -> Schema:
    """Describe a row of the points table: its columns, then the members of `json_types.PointsRow`."""
    members = TypeAdapter(json_types.PointsRow).json_schema(
        ref_template=SCHEMA_PATH, schema_generator=_Untitled
    )
    members.pop("$defs", None)
    fields: dict[str, Schema] = {}
    lists = Counter(column.list_key for column in columns)
    for column in columns:
        cell = text_schema() if column.cell is Cell.NAME else NUMBER
        described = {"description": column.description} if column.description else {}
        if column.list_key:
            many = lists[column.list_key]
            bounds = {"minItems": many, "maxItems": many}
            array = {"type": "array", "items": cell}
            fields[column.list_key] = {**array, **described, **bounds}
        else:
            fields[column.key] = {**cell, **described}
    return members | {
        "properties": {**fields, **members["properties"]},
        "required": [*fields, *members["required"]],
    }


def _field(name: str, schema: Schema, *, needed: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": needed, "schema": schema}


LIMIT = _field("limit", {**NUMBER, "minimum": 1, "maximum": MAX_ROWS, "default": DEFAULT_ROWS})
SPAN = (
    _field("from", text_schema("first office day of receipt", format="date")),
    _field("to", text_schema("last office day of receipt", format="date")),
    _field("after", text_schema("`after` of the answer before")),
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


def description(rules: Provisions) -> Schema:
    """Describe the API with an office's kinds and columns, as OpenAPI 3.1."""
    return {
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
                    _field(
                        "q",
                        text_schema("words, parted by spaces, all of which stand in title or text"),
                    ),
                    _field("unit", text_schema("name of a scoring unit")),
                    _field("kind", text_schema(enum=[rule.key for rule in rules.kind_rules])),
                    _field("outcome", values_schema(Outcome)),
                    _field("timely", values_schema(Timely)),
                    _field("reason", names_schema(Reason)),
                    _field("adopted", text_schema(enum=["yes", "no"])),
                    _field("order", values_schema(Order)),
                    *SPAN,
                ),
                NO_TOKEN | BENT,
            ),
            "/api/v1/letters": _get(
                "letters",
                "Letters, the latest first, a page of them",
                "Letters",
                (
                    _field("outcome", values_schema(Outcome)),
                    _field("state", values_schema(LetterState)),
                    *SPAN,
                ),
                NO_TOKEN | BENT,
            ),
            "/api/v1/points": _get(
                "points",
                "Points, ranks and targets of a period",
                "Points",
                (
                    _field(
                        "period",
                        text_schema("2022-W10, 2022-03, 2022Q1, 2022H1 or 2022"),
                        needed=True,
                    ),
                ),
                NO_TOKEN | {"400": "not a period"},
            ),
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(columns_of(rules)),
        },
    }
