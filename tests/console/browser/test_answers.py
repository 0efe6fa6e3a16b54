"""The answer box in a real browser: phrases by click, words that outlive a lost session."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from console.web.accounts import token_hash
from ledger.models.letters import LetterRow
from ledger.sessions import Sessions
from rulebook.conversation import Purpose
from tests.console.browser.conftest import Enter, Served

OTHER = 3


def an_other_letter(served: Served) -> None:
    with Session(served.application.engine) as session, session.begin():
        session.execute(
            update(LetterRow)
            .where(LetterRow.id == OTHER)
            .values(purpose=Purpose.OTHER, sender_address="who@mail.example")
        )


def come_back(page: Page, cookie: Any, secret: str) -> None:
    cookies: Any = [{**cookie, "value": secret}]
    page.context.add_cookies(cookies)


def test_what_was_typed_survives_a_lost_session_and_is_gone_once_it_is_sent(
    enter: Enter, served: Served
) -> None:
    an_other_letter(served)
    page = enter("editor")
    page.goto(f"/letters/{OTHER}")
    box = page.locator("#answer-text")
    box.fill("第一句。")
    page.get_by_role("button", name="来信收悉，谢谢。").click()
    expect(box).to_have_value("第一句。\n来信收悉，谢谢。")
    cookie: Any = page.context.cookies()[0]
    Sessions(served.application.engine).end(token_hash(cookie["value"]))
    page.get_by_role("button", name="发出回信").click()
    page.wait_for_url(f"**/login?next=%2Fletters%2F{OTHER}**")
    come_back(page, cookie, served.cookie("editor"))
    page.goto(f"/letters/{OTHER}")
    expect(box).to_have_value("第一句。\n来信收悉，谢谢。")
    expect(page.get_by_text("已恢复上次没有发出的内容")).to_be_visible()
    page.get_by_role("button", name="发出回信").click()
    expect(page.get_by_role("status").first).to_contain_text("将自动发给")
    expect(box).to_have_value("")
    page.goto(f"/letters/{OTHER}")
    expect(box).to_have_value("")


def test_another_account_in_the_same_browser_sees_none_of_it(enter: Enter, served: Served) -> None:
    an_other_letter(served)
    page = enter("editor")
    page.goto(f"/letters/{OTHER}")
    page.locator("#answer-text").fill("只给自己看的")
    cookie: Any = page.context.cookies()[0]
    come_back(page, cookie, served.cookie("admin"))
    page.goto(f"/letters/{OTHER}")
    expect(page.locator("#answer-text")).to_have_value("")
