"""/api/v1 answers as its own description says."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.application import Application
from console.web.accounts import token_hash
from ledger.annual_bonus import Sanction
from ledger.api_tokens import ApiTokens
from tests.console.office import NOW

KEY = {"Authorization": "Bearer schluessel"}


@pytest.fixture
def program(application: Application, stranger: TestClient) -> TestClient:
    ApiTokens(application.engine).add("bericht", token_hash("schluessel"), "test", NOW)
    stranger.headers.update(KEY)
    return stranger


def fault(value: Any, schema: dict[str, Any], described: dict[str, Any], place: str = "") -> str:
    """Where a value differs from its schema (the keywords that the description uses); "" when it fits."""
    if "$ref" in schema:
        return fault(
            value,
            described["components"]["schemas"][schema["$ref"].rpartition("/")[2]],
            described,
            place,
        )
    if "anyOf" in schema:
        tried = [fault(value, one, described, place) for one in schema["anyOf"]]
        return "" if "" in tried else tried[0]
    kinds: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list,
             "object": dict, "null": type(None)}  # fmt: skip
    if not isinstance(value, kinds[schema["type"]]) or (
        schema["type"] == "integer" and value in (True, False) and isinstance(value, bool)
    ):
        return f"{place}: {value!r} is no {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{place}: {value!r} is none of {schema['enum']}"
    if isinstance(value, list):
        return next(
            (
                said
                for number, one in enumerate(value)
                if (said := fault(one, schema["items"], described, f"{place}[{number}]"))
            ),
            "",
        )
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        other = schema.get("additionalProperties")
        strange = set() if other else set(value) - set(fields)
        missing = set(schema.get("required", ())) - set(value)
        if strange or missing:
            return f"{place}: not described {strange}, missing {missing}"
        return next(
            (
                said
                for name, one in value.items()
                if (said := fault(one, fields.get(name, other), described, f"{place}.{name}"))
            ),
            "",
        )
    return ""


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/api/v1/drafts", "", 200),
        ("/api/v1/drafts", "?outcome=held&limit=2&order=oldest", 200),
        ("/api/v1/drafts", "?after=x", 404),
        ("/api/v1/letters", "?limit=500", 200),
        ("/api/v1/letters", "?after=2022-01-01_x", 404),
        ("/api/v1/points", "?period=2022Q1", 200),
        ("/api/v1/points", "?period=2022", 200),
        ("/api/v1/points", "?period=bald", 400),
        ("/api/v1/points", "", 400),
    ],
)
def test_every_answer_is_as_described(
    program: TestClient, path: str, query: str, status: int
) -> None:
    described = program.get("/api/v1/openapi.json").json()
    told = program.get(path + query)
    assert told.status_code == status
    answer = described["paths"][path]["get"]["responses"][str(status)]
    assert not fault(told.json(), answer["content"]["application/json"]["schema"], described)


def test_a_unit_with_a_bonus_and_a_sanction_is_as_described(
    application: Application, program: TestClient
) -> None:
    application.annual_bonuses.set_bonus("湖塘镇", 2022, Decimal("2.5"), "test", "依据", NOW)
    sanction = Sanction("湖塘镇", 2022, "瞒报", "王局", NOW.date())
    application.annual_bonuses.sanction(sanction, "test", NOW)
    described = program.get("/api/v1/openapi.json").json()
    answer = program.get("/api/v1/points?period=2022").json()
    assert not fault(answer, {"$ref": "#/components/schemas/Points"}, described)
    rows = {row["unit"]: row for table in answer["tables"] for row in table["rows"]}
    assert rows["湖塘镇"]["bonus"] == 2.5
    assert rows["湖塘镇"]["bonus_counted"] == 0
    assert len(rows["湖塘镇"]["sanctions"]) == 1


def test_every_schema_of_the_description_is_used_and_found(program: TestClient) -> None:
    text = program.get("/api/v1/openapi.json").text
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named == set(program.get("/api/v1/openapi.json").json()["components"]["schemas"])


def test_without_a_token_the_refusal_is_as_described(stranger: TestClient) -> None:
    described = stranger.get("/api/v1/openapi.json").json()
    for path, way in described["paths"].items():
        told = stranger.get(path)
        assert told.status_code == 401
        assert told.headers["www-authenticate"] == "Bearer"
        schema = way["get"]["responses"]["401"]["content"]["application/json"]["schema"]
        assert not fault(told.json(), schema, described)


def test_every_filter_that_is_described_narrows_or_pages(program: TestClient) -> None:
    described = program.get("/api/v1/openapi.json").json()
    whole = program.get("/api/v1/drafts?limit=500").json()["drafts"]
    seen = {
        "q": "危化品", "unit": "湖塘镇", "kind": "OPINION", "outcome": "held", "timely": "late",
        "reason": "DUPLICATE", "adopted": "yes", "from": "2022-03-09", "to": "2022-01-01", "limit": "1",
    }  # fmt: skip
    names = {one["name"] for one in described["paths"]["/api/v1/drafts"]["get"]["parameters"]}
    assert names == set(seen) | {"order", "after"}
    for name, value in seen.items():
        found = program.get("/api/v1/drafts", params={"limit": "500", name: value}).json()["drafts"]
        assert len(found) < len(whole), name


def test_a_revoked_token_opens_nothing(application: Application, program: TestClient) -> None:
    assert program.get("/api/v1/drafts").status_code == 200
    ApiTokens(application.engine).revoke("bericht", "test", NOW)
    assert program.get("/api/v1/drafts").status_code == 401
    assert program.get("/metrics").status_code == 401
