"""/api/v1 is read with a token alone, and page by page without gap or repeat."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from console.application import Application
from console.web.accounts import token_hash
from ledger.api_tokens import ApiTokens
from ledger.queries.search import Order
from tests.console.office import NOW


def test_programs_read_with_a_token_and_not_without(
    application: Application, stranger: TestClient
) -> None:
    ApiTokens(application.engine).add("bericht", token_hash("schluessel"), "test", NOW)
    key = {"Authorization": "Bearer schluessel"}
    for path in ("/api/v1/drafts", "/api/v1/letters", "/api/v1/points?period=2022Q1", "/metrics"):
        assert stranger.get(path).status_code == 401
        assert stranger.get(path, headers={"Authorization": "Bearer falsch"}).status_code == 401
        assert stranger.get(path, headers=key).status_code == 200
    told = stranger.get("/api/v1/drafts?limit=3", headers=key).json()
    assert len(told["drafts"]) == 3
    rest = stranger.get(f"/api/v1/drafts?limit=3&after={told['after']}", headers=key).json()
    assert not {one["id"] for one in told["drafts"]} & {one["id"] for one in rest["drafts"]}
    described = stranger.get("/api/v1/openapi.json").json()
    assert "/api/v1/points" in described["paths"]
    assert "shougao_waiting" in stranger.get("/metrics", headers=key).text


@pytest.fixture
def ask(application: Application, stranger: TestClient) -> Any:
    """What the interface answers to a program that has a token."""
    ApiTokens(application.engine).add("bericht", token_hash("schluessel"), "test", NOW)

    def answer(path: str) -> Any:
        return stranger.get(path, headers={"Authorization": "Bearer schluessel"})

    return answer


@pytest.mark.parametrize("order", [order.value for order in Order])
def test_drafts_are_paged_in_every_order_without_gap_or_repeat(ask: Any, order: str) -> None:
    whole = ask(f"/api/v1/drafts?limit=200&order={order}").json()
    assert whole["after"] is None
    paged, after = [], ""
    while after is not None:
        told = ask(f"/api/v1/drafts?limit=3&order={order}&after={after}").json()
        assert len(told["drafts"]) == 3 or told["after"] is None
        paged += told["drafts"]
        after = told["after"]
    assert paged == whole["drafts"]
    assert len(paged) > 6


def test_letters_are_paged_without_gap_or_repeat(ask: Any) -> None:
    whole = ask("/api/v1/letters?limit=200").json()["letters"]
    paged, after = [], ""
    while after is not None:
        told = ask(f"/api/v1/letters?limit=2&after={after}").json()
        paged += told["letters"]
        after = told["after"]
    assert paged == whole
    assert len(paged) > 4


@pytest.mark.parametrize("path", ["/api/v1/drafts", "/api/v1/letters"])
@pytest.mark.parametrize("after", ["x", "x_1", "2022-03-08_x", "_", "9_9_9"])
def test_a_place_that_we_never_gave_is_refused_in_words(ask: Any, path: str, after: str) -> None:
    answer = ask(f"{path}?after={after}")
    assert answer.status_code == 404
    assert "after" in answer.json()["error"]
