"""运行情况: how the service stands; its conditions are checked on request."""

from __future__ import annotations

import pytest

from tests.console.web.conftest import SignIn


def test_an_administrator_sees_how_the_service_stands(sign_in: SignIn) -> None:
    shown = sign_in("admin").get("/service").text
    assert "收信" in shown and "磁盘" in shown


def test_the_conditions_are_checked_on_request(sign_in: SignIn) -> None:
    shown = sign_in("admin").get("/service/examination").text
    assert "收稿邮箱" in shown and "数据目录" in shown


@pytest.mark.parametrize("path", ["/service", "/service/examination"])
def test_it_is_for_administrators_alone(sign_in: SignIn, path: str) -> None:
    assert sign_in("editor").get(path).status_code == 403
