"""What people do with mouse and keyboard, one and two at a time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from ledger.models.decisions import StandingRow
from ledger.queries.search import DraftQuery, search
from ledger.states import Role
from rulebook.default_rules import NEWS
from rulebook.reasons import Outcome, Reason
from tests.console.browser.conftest import Enter, Served, Watched
from tests.console.office import NOW, PASSWORD


def held(served: Served, reason: Reason | None = None) -> list[int]:
    """Drafts that wait, the longest waiting first."""
    found = search(
        served.application.engine, DraftQuery(outcome=Outcome.HELD, reason=reason), limit=200
    )
    return sorted(one.draft for one in found)


def standing(served: Served, draft: int) -> StandingRow:
    with Session(served.application.engine) as session:
        return session.get_one(StandingRow, draft)


def test_login_leads_where_one_wanted_to_go_and_logout_ends_it(enter: Enter) -> None:
    page = enter("")
    page.goto("/drafts?outcome=held")
    page.get_by_label("账号").fill("viewer")
    page.get_by_label("密码").fill("falsch")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/drafts?outcome=held")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    page.go_back()
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()


def test_a_stolen_cookie_opens_nothing_after_the_logout(enter: Enter) -> None:
    page = enter("viewer")
    page.goto("/")
    stolen = page.context.cookies()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    thief = enter("")
    thief.context.add_cookies(stolen)  # type: ignore[arg-type]
    thief.goto("/drafts")
    assert "/login" in thief.url


def test_a_revoked_account_is_out_with_the_next_click(enter: Enter, served: Served) -> None:
    served.people.add("离任", Role.EDITOR, "test", NOW)
    page = enter("离任")
    page.goto("/")
    served.people.set_disabled("离任", True, "test", NOW)
    page.get_by_role("link", name="台账").click()
    page.wait_for_url("**/login?next=*")


def test_scripts_cannot_reach_the_cookie(enter: Enter) -> None:
    page = enter("viewer")
    page.goto("/")
    assert page.evaluate("document.cookie") == ""


def test_the_queue_is_worked_off_by_keyboard_alone(enter: Enter, served: Served) -> None:
    first, second, *_ = held(served)
    page = enter("editor")
    page.goto(f"/queue/{first}")
    page.keyboard.press("j")
    page.wait_for_url(f"**/queue/{second}")
    page.keyboard.press("k")
    page.wait_for_url(f"**/queue/{first}")
    page.keyboard.press("u")
    page.wait_for_url("**/queue")
    draft = held(served, Reason.DATE_UNCERTAIN)[0]
    page.goto(f"/queue/{draft}")
    page.keyboard.press("y")
    expect(page.get_by_role("status").first).to_contain_text("请先写明事件日期")
    page.get_by_label("事件日").focus()
    page.get_by_label("事件日").fill("2022-03-07")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"said="))
    expect(page.get_by_role("status").first).to_contain_text("已核定")
    assert standing(served, draft).outcome is Outcome.ACCEPTED


def test_while_somebody_types_keys_are_letters(enter: Enter, served: Served) -> None:
    draft = held(served)[0]
    page = enter("editor")
    page.goto(f"/queue/{draft}")
    page.get_by_label("理由").fill("")
    page.get_by_label("理由").press_sequentially("jkye")
    assert page.url.endswith(f"/queue/{draft}")
    assert page.get_by_label("理由").input_value() == "jkye"


def test_a_correction_by_the_form_is_told_in_the_letters_history(
    enter: Enter, served: Served
) -> None:
    draft = held(served, Reason.KIND_UNCERTAIN)[0]
    page = enter("editor")
    page.goto(f"/queue/{draft}")
    page.get_by_label("类别").select_option("NEWS")
    page.get_by_label("理由").fill("电话核实")
    page.get_by_role("button", name="按上面的改定").click()
    page.wait_for_url(re.compile(r"said="))
    row = standing(served, draft)
    assert (row.kind, row.outcome) == (NEWS, Outcome.ACCEPTED)
    page.goto(f"/letters/{row.letter_id}")
    expect(page.locator("ol.history")).to_contain_text("电话核实")
    expect(page.locator("ol.history")).to_contain_text("editor")
    expect(page.locator("ul.posts")).to_contain_text("更正回执")


def test_of_two_people_on_one_draft_the_second_is_told_and_nothing_is_overwritten(
    enter: Enter, served: Served
) -> None:
    draft = held(served, Reason.DUPLICATE)[0]
    one, two = enter("editor"), enter("admin")
    for page in (one, two):
        page.goto(f"/queue/{draft}")
    one.get_by_label("是否重复稿").select_option("yes")
    one.get_by_label("理由").fill("事件不同")
    one.get_by_role("button", name="按上面的改定").click()
    one.wait_for_url(re.compile(r"said="))
    decided = standing(served, draft)
    two.get_by_label("理由").fill("重复")
    two.get_by_role("button", name="不予收录").click()
    expect(two.get_by_role("alert")).to_contain_text("刚刚由 editor 处理过")
    assert standing(served, draft).seq == decided.seq
    expect(two.get_by_label("理由")).to_have_value("重复")


@pytest.mark.parametrize("path", ["/queue/{draft}", "/officers/import", "/logout"])
def test_another_sites_page_can_post_nothing(
    enter: Enter, served: Served, watched: Watched, path: str
) -> None:
    draft = held(served)[0]
    page = enter("admin")
    watched.allowed.append("foreign request: http://evil.example/")
    target = served.base + path.format(draft=draft)
    form = (
        f'<form method="post" action="{target}"><input name="deed" value="refuse">'
        '<input name="why" value="boese"></form><script>document.forms[0].submit()</script>'
    )
    page.context.route(
        "http://evil.example/**",
        lambda route: route.fulfill(body=form, content_type="text/html"),
    )
    with page.expect_response(target) as told:
        page.goto("http://evil.example/")
    assert told.value.status == 403
    assert standing(served, draft).outcome is Outcome.HELD
    page.goto("/")
    assert page.url == served.base + "/"


def test_a_link_in_web_mail_opens_the_page_for_who_is_logged_in(
    enter: Enter, served: Served, watched: Watched
) -> None:
    page = enter("viewer")
    watched.allowed.append("foreign request: http://mail.example/")
    page.context.route(
        "http://mail.example/**",
        lambda route: route.fulfill(
            body=f'<a href="{served.base}/queue">待核</a>', content_type="text/html"
        ),
    )
    page.goto("http://mail.example/")
    page.get_by_role("link").click()
    expect(page.get_by_role("heading", name="待核")).to_be_visible()


def test_files_and_letters_come_as_downloads(enter: Enter, served: Served) -> None:
    page = enter("viewer")
    page.goto("/letters/1")
    for link in (
        page.locator("a[href$='/raw']"),
        page.locator("td.path a").first,
        page.locator("ul.posts a").first,
    ):
        with page.expect_download() as got:
            link.click()
        assert got.value.path().stat().st_size > 0
        assert not got.value.suggested_filename.startswith(".")
    with page.expect_response("**/raw") as answer, page.expect_download():
        page.locator("a[href$='/raw']").click()
    headers = answer.value.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"].startswith("attachment")


def test_a_changed_password_shuts_the_other_browser_out(enter: Enter, served: Served) -> None:
    served.people.add("换密码", Role.VIEWER, "test", NOW)
    account = served.people.account("viewer")
    assert account is not None
    served.people.set_password("换密码", account.password, "test", NOW)
    mine, other = enter("换密码"), enter("换密码")
    other.goto("/")
    mine.goto("/account")
    mine.get_by_label("现在的密码").fill(PASSWORD)
    mine.get_by_label("新密码").fill("另外一句自己记得住的话")
    mine.get_by_label("再输一次").fill("另外一句自己记得住的话")
    mine.get_by_role("button", name="改密码").click()
    expect(mine.get_by_role("status")).to_contain_text("密码已改")
    other.goto("/drafts")
    assert "/login" in other.url


def test_an_adoption_is_recorded_and_its_outlet_shows_its_tier(
    enter: Enter, served: Served
) -> None:
    outlet = served.application.settings.provisions[-1].outlets[0]
    page = enter("editor")
    page.goto("/adoptions")
    form = page.locator("form[action='/adoptions'][method=post]")
    form.get_by_label("刊发的标题").fill("一篇登报的文章")
    form.locator("select[name=unit]").select_option("湖塘镇")
    form.locator("input[name=day]").fill("2022-03-07")
    form.locator("input[name=outlet]").press_sequentially(outlet.name)
    expect(page.locator("#tier-told")).to_contain_text("一二三四五"[outlet.tier - 1] + "类")
    form.locator("input[name=draft][value='0']").check()
    form.locator("select[name=kind]").select_option("ARTICLE")
    form.get_by_role("button", name="登记").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("#found tbody tr")).to_contain_text("一篇登报的文章")
    page.goto("/audit?who=editor")
    expect(page.locator("#found")).to_contain_text("登记录用")
