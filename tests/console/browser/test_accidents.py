"""No deed by accident: double clicks, two tabs, two clerks, the way back, a session that ended."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.ids import DraftId
from ledger.models.decisions import JournalRow, StandingRow
from ledger.queries.search import DraftQuery, Order, search
from ledger.states import Act
from rulebook.reasons import Outcome
from rulebook.rulings import Ruling
from tests.console.browser.conftest import Enter, Served
from tests.console.office import NOW


@pytest.fixture
def ready(served: Served) -> Iterator[list[int]]:
    """Three held drafts that lack nothing, so that one click accepts each."""
    decisions = served.application.decisions
    accepted = search(served.application.engine, DraftQuery(outcome=Outcome.ACCEPTED), limit=3)
    numbers = sorted(one.draft for one in accepted)
    for number in numbers:
        decisions.rule(DraftId(number), Ruling(reopened=True), "test", "", NOW)
    yield numbers
    for number in numbers:
        decisions.rule(DraftId(number), Ruling(accepted=True), "test", "", NOW)


def ruled(served: Served, draft: int, who: str = "editor") -> int:
    """How often somebody ruled on a draft."""
    query = select(JournalRow).where(
        JournalRow.draft_id == draft, JournalRow.act == Act.RULED, JournalRow.who == who
    )
    with Session(served.application.engine) as session:
        return len(session.scalars(query).all())


def outcome(served: Served, draft: int) -> Outcome:
    with Session(served.application.engine) as session:
        return session.get_one(StandingRow, draft).outcome


def opened(page: Page, draft: int) -> None:
    page.goto(f"/queue/{draft}")
    expect(page.locator("#confirm button")).to_contain_text("分")


def test_a_double_click_accepts_the_draft_that_was_shown_and_no_other(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    page = enter("editor")
    before = {number: ruled(served, number) for number in ready}
    opened(page, ready[0])
    page.locator("#confirm button").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("已核定")
    after = {number: ruled(served, number) for number in ready}
    assert after == {**before, ready[0]: before[ready[0]] + 1}
    held = search(served.application.engine, DraftQuery(outcome=Outcome.HELD), order=Order.OLDEST)
    assert {one.draft for one in held} >= set(ready[1:])


def test_the_key_struck_twice_decides_once(enter: Enter, served: Served, ready: list[int]) -> None:
    page = enter("editor")
    before = ruled(served, ready[0])
    opened(page, ready[0])
    page.evaluate(
        "for (const _ of [1, 2]) document.body.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'y', bubbles: true}))"
    )
    expect(page.get_by_role("status").first).to_contain_text("已核定")
    assert ruled(served, ready[0]) == before + 1
    assert outcome(served, ready[1]) is Outcome.HELD


def test_a_page_that_just_came_is_not_decided_by_the_second_half_of_a_click(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    page = enter("editor")
    opened(page, ready[0])
    shown = int(NOW.timestamp() * 1000)  # the clock of the tests stands still
    page.evaluate(f"document.querySelector('[name=shown]').value = '{shown}'")
    before = ruled(served, ready[0])
    page.locator("#confirm button").click()
    expect(page.get_by_role("alert")).to_contain_text("为防误点没有提交")
    assert ruled(served, ready[0]) == before and outcome(served, ready[0]) is Outcome.HELD


def test_the_same_clerk_in_two_tabs_is_told_that_it_is_done(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    page = enter("editor")
    other = page.context.new_page()
    opened(page, ready[0])
    opened(other, ready[0])
    before = ruled(served, ready[0])
    page.locator("#confirm button").click()
    expect(page.get_by_role("status").first).to_contain_text("已核定")
    other.locator("#confirm button").click()
    expect(other.get_by_role("status").first).to_contain_text("已核定")
    expect(other.locator("main")).not_to_contain_text("刚刚由")
    assert ruled(served, ready[0]) == before + 1


def test_of_two_clerks_the_second_overwrites_nothing(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    one, two = enter("editor"), enter("admin")
    for page in (one, two):
        opened(page, ready[0])
    one.locator("#confirm button").click()
    expect(one.get_by_role("status").first).to_contain_text("已核定")
    two.locator(".decide textarea[name=why]").fill("不收")
    two.get_by_role("button", name="不予收录").click()
    expect(two.get_by_role("alert")).to_contain_text("刚刚由 editor 处理过")
    assert outcome(served, ready[0]) is Outcome.ACCEPTED and ruled(served, ready[0], "admin") == 0


def test_the_way_back_and_the_button_once_more_decide_nothing_anew(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    page = enter("editor")
    opened(page, ready[0])
    before = ruled(served, ready[0])
    page.locator("#confirm button").click()
    expect(page.get_by_role("status").first).to_contain_text("已核定")
    page.go_back()
    page.locator("#confirm button").click()
    expect(page.get_by_role("status").first).to_contain_text("已核定")
    assert ruled(served, ready[0]) == before + 1
    assert outcome(served, ready[1]) is Outcome.HELD


def test_with_a_session_that_ended_nothing_is_decided_and_the_way_leads_back(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    page = enter("editor")
    opened(page, ready[0])
    before = ruled(served, ready[0])
    page.context.clear_cookies()
    page.locator("#confirm button").click()
    page.wait_for_url(re.compile(r"/login\?"))
    assert f"queue%2F{ready[0]}" in page.url and ruled(served, ready[0]) == before
    expect(page.locator("main, body").first).to_contain_text("登录")


def test_undo_takes_the_decision_back_and_is_no_longer_offered(
    enter: Enter, served: Served, ready: list[int]
) -> None:
    page = enter("editor")
    opened(page, ready[0])
    page.locator("#confirm button").click()
    page.get_by_role("button", name="撤销").first.click()
    page.wait_for_url(f"**/queue/{ready[0]}?said=*")
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    assert outcome(served, ready[0]) is Outcome.HELD
