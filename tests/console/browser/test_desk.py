"""The desk in a real browser: keys can be switched off, nothing takes the focus away, what failed is said."""

from __future__ import annotations

from playwright.sync_api import expect

from ledger.queries.search import DraftQuery, search
from rulebook.reasons import Outcome
from tests.console.browser.conftest import Enter, Served, Watched
from tests.console.office import PASSWORD


def test_keys_are_shown_and_can_be_switched_off(enter: Enter, served: Served) -> None:
    draft = search(served.application.engine, DraftQuery(outcome=Outcome.HELD))[0].draft
    page = enter("editor")
    page.goto(f"/queue/{draft}")
    page.get_by_text("快捷键", exact=True).click()
    page.get_by_text("不用快捷键").click()
    page.keyboard.press("u")
    expect(page.locator("kbd").first).to_be_hidden()
    assert page.url.endswith(f"/queue/{draft}")
    page.goto(f"/queue/{draft}")
    page.keyboard.press("u")
    assert page.url.endswith(f"/queue/{draft}")


def test_a_page_that_renews_itself_leaves_the_keyboard_where_it_is(enter: Enter) -> None:
    page = enter("viewer")
    page.clock.install()
    page.goto("/")
    page.locator("#now a").first.focus()
    page.evaluate("document.querySelector('#now').dataset.old = '1'")
    page.clock.run_for(61_000)
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.closest('#now')?.dataset.old") == "1"
    page.evaluate("document.activeElement.blur()")
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.clock.run_for(61_000)


ANOTHER_PART_CAME = """() => document.querySelector("main").dispatchEvent(new CustomEvent(
    "htmx:after:request", {bubbles: true, detail: {ctx: {response: {status: 200}}}}))"""


def test_a_filter_that_could_not_be_asked_says_so(enter: Enter, watched: Watched) -> None:
    page = enter("viewer")
    page.goto("/drafts")
    page.context.set_offline(True)
    page.get_by_label("结果").select_option("held")
    expect(page.locator("#offline")).to_contain_text("连不上工作台")
    page.evaluate(ANOTHER_PART_CAME)
    expect(page.locator("#offline")).to_contain_text("连不上工作台")
    page.context.set_offline(False)
    page.get_by_label("结果").select_option("accepted")
    expect(page.locator("#offline")).to_be_hidden()
    watched.allowed += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch"]


def test_what_was_typed_when_the_login_ended_is_put_back(enter: Enter, served: Served) -> None:
    page = enter("editor")
    page.goto("/commissions")
    form = page.locator("form[action='/commissions']")
    if not form.is_visible():
        page.get_by_text("布置约稿", exact=True).click()
    form.get_by_label("题目").fill("冬季防火经验")
    form.get_by_label("截止日期").fill("2022-03-31")
    form.get_by_label("湖塘镇").check()
    page.context.clear_cookies()
    form.evaluate("form => form.requestSubmit()")
    page.get_by_label("账号").fill("editor")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("status").first).to_contain_text("已经放回下面的表单")
    expect(form.get_by_label("题目")).to_have_value("冬季防火经验")
    expect(form.get_by_label("湖塘镇")).to_be_checked()
    page.reload()
    expect(form.get_by_label("题目")).to_have_value("")
