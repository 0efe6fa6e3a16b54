"""Who came in, who did not, and what programs read stands in 审计."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from console.application import Application
from console.web.accounts import token_hash
from ledger import journal
from ledger.api_tokens import ApiTokens
from ledger.states import Act
from tests.console.office import NOW


def told(application: Application) -> list[tuple[str, str]]:
    lines = journal.history(application.engine, acts=(Act.ACCESS,), limit=500)
    return [(one.entry.facts["change"], one.entry.facts.get("user", "")) for one in lines][::-1]


def test_logins_and_logouts_stand_in_the_audit(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    client.post("/logout")
    assert told(application) == [("login", "editor"), ("logout", "editor")]
    text = sign_in("admin").get("/audit?act=access").text
    assert "editor登录" in text
    assert "editor退出" in text


def test_failures_are_told_without_the_name_of_nobody_and_a_lockout_once(
    application: Application, stranger: Any, sign_in: Any
) -> None:
    stranger.post("/login", data={"name": "geheim123 mein Passwort", "password": "x"})
    for _ in range(8):
        stranger.post("/login", data={"name": "editor", "password": "falsch"})
    assert told(application) == [("failed", ""), *[("failed", "editor")] * 5, ("locked", "editor")]
    text = sign_in("admin").get("/audit?act=access").text
    assert "geheim123" not in text
    assert "不存在的账号登录失败" in text
    assert "试错太多" in text


def test_a_programs_reading_is_told_once_a_day(
    application: Application, stranger: Any, clock: Any
) -> None:
    ApiTokens(application.engine).add("统计", token_hash("schluessel"), "test", NOW)
    for _ in range(3):
        headers = {"Authorization": "Bearer schluessel"}
        assert stranger.get("/api/v1/drafts", headers=headers).status_code == 200
        clock.forward(timedelta(minutes=20))
    assert [change for change, _ in told(application)] == ["api"]
    clock.forward(timedelta(days=1))
    stranger.get("/api/v1/drafts", headers={"Authorization": "Bearer schluessel"})
    assert [change for change, _ in told(application)] == ["api", "api"]
