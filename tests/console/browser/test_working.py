"""The desk's work in a real browser: words corrected, drafts cut, filters kept, keys moved."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import update
from sqlalchemy.orm import Session

from console.web.pages.unit import SHOWN
from ledger.models.letters import DraftRow
from ledger.queries import letter_lists
from ledger.queries.letter_lists import LetterQuery
from ledger.queries.search import DraftQuery, Order, search
from ledger.verification import Rules, contradictions
from rulebook.reasons import Outcome, Reason
from tests.console.browser.conftest import Enter, Served

DESK = {"width": 1366, "height": 650}


def held(served: Served, reason: Reason | None = None) -> list[int]:
    found = search(
        served.application.engine,
        DraftQuery(outcome=Outcome.HELD, reason=reason),
        limit=200,
        order=Order.OLDEST,
    )
    return [one.draft for one in found]


def proved(served: Served) -> bool:
    application = served.application
    rules = Rules(
        application.settings.provisions_at,
        application.settings.provisions_on_day,
        application.settings.calendar.is_workday,
    )
    found = list(contradictions(application.engine, rules))
    assert found == []
    return True


def long_one(served: Served) -> int:
    """A held draft of several paragraphs."""
    with Session(served.application.engine) as session:
        return next(
            number
            for number in held(served)
            if len(session.get_one(DraftRow, number).text.splitlines()) > 2
        )


def test_words_are_corrected_shown_as_corrected_and_taken_back(
    enter: Enter, served: Served
) -> None:
    draft = held(served)[0]
    page = enter("editor")
    page.goto(f"/queue/{draft}")
    was = page.locator("h1").inner_text()
    page.get_by_text("更正标题、署名、正文").click()
    page.get_by_label("标题").fill("更正后的标题")
    page.get_by_label("供稿单位").fill("某某社区")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("status").first).to_contain_text("已更正")
    expect(page.locator("h1")).to_have_text("更正后的标题")
    page.get_by_text("人工更正过").click()
    expect(page.locator(".was")).to_contain_text(was)
    expect(page.locator("dl.facts").first).to_contain_text("某某社区")
    assert proved(served)
    page.get_by_role("button", name="撤销").first.click()
    page.goto(f"/queue/{draft}")
    expect(page.locator("h1")).to_have_text(was)
    expect(page.get_by_text("人工更正过")).to_have_count(0)
    assert proved(served)


def test_a_draft_is_cut_joined_again_and_the_cut_undone(enter: Enter, served: Served) -> None:
    draft = long_one(served)
    page = enter("editor")
    page.goto(f"/queue/{draft}")
    whole = page.locator("section.draft .text").inner_text()
    page.get_by_text("拆成几篇").click()
    page.locator("input[name=before]").first.check()
    page.get_by_role("button", name="拆开").click()
    expect(page.get_by_role("status").first).to_contain_text("已拆成 2 篇")
    new = max(held(served))
    assert new != draft and page.locator("section.draft .text").inner_text() != whole
    page.get_by_text("把同一封来信的其他稿件并进来").click()
    page.locator(f"input[name=other][value='{new}']").check()
    page.get_by_role("button", name="并进本稿").click()
    expect(page.get_by_role("status").first).to_contain_text("已并入 1 篇")
    assert new not in held(served) and proved(served)
    page.get_by_role("button", name="撤销").first.click()
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    assert new in held(served) and proved(served)
    page.goto(f"/queue/{new}")
    expect(page.locator(".findings")).to_contain_text("由工作人员从来信中分出")


def test_a_refused_letter_is_overturned_into_drafts(enter: Enter, served: Served) -> None:
    found = letter_lists.letters(served.application.engine, LetterQuery(outcome=Outcome.REFUSED))
    brought = next(one for one in found if one.drafts and Reason.BODY_DRAFT in one.reasons)
    page = enter("editor")
    page.goto(f"/letters/{brought.id}")
    card = page.locator("#overturn")
    card.get_by_label("改判理由").fill("电话核实，确系投稿")
    card.get_by_role("button", name="退稿改为待核").click()
    expect(page.locator("main")).to_contain_text("已改判")
    hits = search(served.application.engine, DraftQuery(outcome=Outcome.HELD), limit=200)
    assert brought.id in {one.letter for one in hits}
    empty = next(one for one in found if not one.drafts)
    page.goto(f"/letters/{empty.id}")
    card = page.locator("#overturn")
    card.get_by_text("补登一篇稿件").click()
    card.get_by_label("标题").fill("补登的一篇")
    card.get_by_label("正文").fill("3月7日，湖塘镇开展检查，发现隐患两处，已责令整改。")
    card.get_by_label("补登理由").fill("附件打不开，报送人当面补来")
    card.get_by_role("button", name="登记为稿件").click()
    page.wait_for_url(re.compile(r"/queue/\d+"))
    expect(page.locator("h1")).to_have_text("补登的一篇")
    expect(page.get_by_label("事件日")).to_have_value("2022-03-07")
    assert proved(served)


def test_a_filter_is_kept_used_and_removed(enter: Enter) -> None:
    page = enter("editor")
    page.goto("/queue?unit=湖塘镇")
    page.get_by_label("筛选的名字").fill("湖塘的")
    page.get_by_role("button", name="保存筛选").click()
    expect(page.get_by_role("status").first).to_contain_text("筛选已保存")
    page.goto("/queue")
    page.get_by_role("link", name="湖塘的").click()
    expect(page.locator("select[name=unit]")).to_have_value("湖塘镇")
    other = enter("viewer")
    other.goto("/queue")
    expect(other.get_by_role("link", name="湖塘的")).to_have_count(0)
    page.get_by_role("button", name="删掉筛选“湖塘的”").click()
    expect(page.get_by_role("link", name="湖塘的")).to_have_count(0)


def test_a_key_is_put_elsewhere_and_a_taken_one_is_refused(enter: Enter, served: Served) -> None:
    first, second, *_ = held(served)
    page = enter("editor")
    page.goto(f"/queue/{first}")
    page.get_by_text("快捷键", exact=True).click()
    page.locator("input[data-remap=j]").fill("n")
    page.evaluate("document.dispatchEvent(new Event('htmx:after:swap'))")  # a part came meanwhile
    page.locator("input[data-remap=j]").press("Tab")
    expect(page.locator("a[rel=next] kbd")).to_have_text("n")
    page.locator("input[data-remap=k]").fill("n")
    page.locator("input[data-remap=k]").press("Tab")
    assert page.locator("input[data-remap=k]").evaluate("field => field.validationMessage")
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.url.endswith(f"/queue/{first}")
    page.keyboard.press("n")
    page.wait_for_url(f"**/queue/{second}")


def test_the_decision_stays_within_the_first_screen(enter: Enter, served: Served) -> None:
    page = enter("editor", viewport=DESK)
    page.goto(f"/queue/{held(served, Reason.DATE_UNCERTAIN)[0]}")
    expect(page.locator("#confirm")).to_contain_text("请先写明事件日期")
    for scrolled in (0, 400):
        page.evaluate(f"scrollTo(0, {scrolled})")
        for name in ("确认收稿", "按上面的改定", "不予收录"):
            box = page.get_by_role("button", name=name).first.bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= DESK["height"]


def test_the_next_draft_is_asked_for_while_this_one_is_read(enter: Enter, served: Served) -> None:
    first, second, *_ = held(served)
    page = enter("editor")
    with page.expect_request(f"**/queue/{second}*"):
        page.goto(f"/queue/{first}")
    assert page.url.endswith(f"/queue/{first}")


def test_what_sounds_urgent_stands_first(enter: Enter, served: Served) -> None:
    last = held(served)[-1]
    with Session(served.application.engine) as session, session.begin():
        session.execute(update(DraftRow).where(DraftRow.id == last).values(urgent=True))
    page = enter("editor")
    page.goto("/queue")
    expect(page.locator("main section.card").first).to_contain_text("急件")
    page.locator(".urgent-card a").first.click()
    page.wait_for_url(f"**/queue/{last}?view=urgent")
    expect(page.locator(".letter-head")).to_contain_text("急件")


def test_a_year_of_a_unit_is_seen_at_a_glance(enter: Enter) -> None:
    page = enter("viewer")
    page.goto("/drafts")
    page.get_by_role("link", name="湖塘镇", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("湖塘镇")
    expect(page.locator("svg.points-line polyline")).to_have_count(1)
    expect(page.locator("table.calendar .week").first).to_be_visible()
    expect(page.get_by_role("link", name="钱一鸣")).to_be_visible()
    assert page.locator("table.lines tbody tr").count() <= SHOWN + 60
    page.goto("/units/没有这个单位")
    expect(page.locator("main")).to_contain_text("没有这一页")
