"""Every route asks the policy before its page is made."""

import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console.policy import Outsider, Permission, allows
from console.web.app import PAGES
from console.web.routing import GuardedRoute
from ledger.states import Role
from tests.console.web.conftest import SignIn

ROUTES = [route for page in PAGES for route in page.routes]


def asked(client: TestClient, route: GuardedRoute) -> int:
    """The status of the answer to a route, its parameters filled with numbers that no row has."""
    path = re.sub(r"\{\w+(:int)?\}", "987654", route.path)
    method = "POST" if route.methods and "POST" in route.methods else "GET"
    return client.request(method, path).status_code


def test_every_permission_is_taken_by_a_route() -> None:
    taken = {route.permission for route in ROUTES}
    assert set(Permission) - taken == {Permission.SEE_PHONES}


def test_the_application_has_no_route_without_a_permission(stranger: TestClient) -> None:
    app = stranger.app
    assert isinstance(app, Starlette)
    unguarded = [route for route in app.routes if not isinstance(route, GuardedRoute)]
    assert [getattr(route, "path", "") for route in unguarded] == ["/static"]


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_an_account_is_refused_exactly_what_its_role_may_not(sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    for route in ROUTES:
        if route.path in ("/logout", "/account/logout-everywhere", "/login"):
            continue
        refused = asked(client, route) in (401, 403)
        assert refused is not allows(Role(role), route.permission), route.path


def test_strangers_are_sent_to_the_login_page_or_asked_for_a_token(stranger: TestClient) -> None:
    for route in ROUTES:
        if allows(Outsider.STRANGER, route.permission):
            continue
        expected = 401 if allows(Outsider.PROGRAM, route.permission) else 303
        assert asked(stranger, route) == expected, route.path
