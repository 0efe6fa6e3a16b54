"""Every page is served, and tried by the tests that hold for all pages."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from console.web import app, pages
from tests.console.web.pages.test_pages import PATHS

MODULES = sorted(
    path.stem for path in Path(pages.__file__).parent.glob("*.py") if path.stem != "__init__"
)
NO_PAGES = {
    "/officers/new",
    "/login",
    "/welcome",
    "/adoptions/drafts",
    "/adoptions/outlet",
    "/adoptions/template",
    "/drafts/counts",
    "/letters/counts",
    "/rules/edit",
    "/login/code",
    "/accounts",
    "/tokens",
    "/service",
    "/service/examination",
    "/backups",
    "/healthz",
    "/metrics",
}
"""For editors or administrators alone; for whoever has no account yet; parts of a page; for monitoring."""


@pytest.mark.parametrize("name", MODULES)
def test_a_module_with_routes_is_in_the_tuple_of_pages(name: str) -> None:
    module = importlib.import_module(f"console.web.pages.{name}")
    assert not hasattr(module, "routes") or module in app.PAGES


def test_every_page_that_is_reached_by_its_address_alone_is_tried() -> None:
    paths = {
        route.path
        for module in app.PAGES
        for route in module.routes
        if isinstance(route, Route) and "GET" in (route.methods or ()) and "{" not in route.path
    }
    tried = {path.partition("?")[0] for path in PATHS}
    assert {path for path in paths if not path.startswith("/api")} - NO_PAGES - tried == set()


def test_reloading_what_a_refused_form_came_to_shows_the_page_above(sign_in: Any) -> None:
    client = sign_in("editor")
    for asked, shown in (
        ("/officers/import", "/officers"),
        ("/adoptions/import", "/adoptions"),
        ("/conversations/letters/3", "/conversations"),
        ("/queue/3/ask", "/queue/3"),
        ("/logout", "/"),
    ):
        answer = client.get(asked)
        if answer.status_code != 200:
            assert (answer.status_code, answer.headers["location"]) == (303, shown)
