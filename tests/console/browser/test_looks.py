"""Every page in a real browser: it shows, on any screen, for everybody, and asks nobody else for anything."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from console.actions import notices
from console.web.app import NAVIGATION
from ledger.adoptions import AdoptionReport
from ledger.commissions import Commission
from ledger.queries import letter_lists, search
from ledger.queries.letter_lists import LetterQuery
from ledger.queries.search import DraftQuery
from ledger.states import LetterState
from rulebook import periods
from rulebook.model import Outcome
from rulebook.reasons import Reason
from tests.console.browser.conftest import Enter, Served
from tests.console.office import NOW

DESKTOP: ViewportSize = {"width": 1360, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 720}
"""As narrow as WCAG 1.4.10 asks for."""
GRAVE = ("serious", "critical")
OF_THE_LOOK = ("color-contrast", "scrollable-region-focusable", "target-size", "link-in-text-block")
"""The rules of axe that colours and the screen's size can break; the others ask about the page itself."""


@pytest.fixture(scope="module")
def kept(served: Served) -> list[str]:
    """The pages of what people entered: an adoption, a commission, a published notice."""
    application = served.application
    units = application.settings.provisions_on_day(NOW.date()).units
    asked = Commission("冬季防火经验", (units[0].name,), date(2022, 3, 1), date(2022, 3, 31))
    printed = AdoptionReport("湖塘镇", "标题", "中国应急管理报", 2, date(2022, 3, 8), 1, None)
    adoption = application.adoptions.add(printed, "li", NOW)
    commission = application.commissions.add(asked, "li", NOW)
    april = date(2022, 4, 2)
    ready = notices.build_notice(application, periods.parse("2022Q1"), notices.Choices(), april)
    application.notices.publish(ready.summary, ready.files, [], "li", NOW)
    (notice,) = application.notices.published()
    return [
        f"/adoptions/{adoption}",
        f"/commissions/{commission}",
        f"/notices/published/{notice.id}",
    ]


def paths(served: Served, kept: list[str]) -> list[str]:
    """All pages: those of the menu, and one of each kind behind them."""
    reader = served.application.engine
    held = search.search(reader, DraftQuery(outcome=Outcome.HELD))
    duplicate = search.search(reader, DraftQuery(reason=Reason.DUPLICATE))
    aside = letter_lists.letters(reader, LetterQuery(state=LetterState.SET_ASIDE))
    refused = letter_lists.letters(reader, LetterQuery(outcome=Outcome.REFUSED))
    return [
        *(entry.path for entry in NAVIGATION),
        f"/accounts/{served.people.accounts()[0].id}",
        "/tokens",
        "/service",
        "/backups",
        "/account/second-factor",
        "/letters",
        "/queue/new",
        "/queue?view=waiting",
        "/units/湖塘镇",
        "/drafts/counts?q=湖塘",
        f"/letters/{held[0].letter}/files/0/layout",
        *(f"/conversations?tab={tab}" for tab in ("statements", "adoptions", "handled")),
        f"/letters/{held[0].letter}",
        f"/letters/{refused[0].id}",
        *(f"/letters/{one.id}" for one in aside[:1]),
        f"/queue/{held[-1].draft}",
        f"/queue/{duplicate[0].draft}",
        "/drafts?q=没有人写过的词",
        "/audit?act=all",
        "/officers/new",
        "/officers/1",
        "/notices/2022Q1",
        *kept,
        "/account",
        "/no-such-page",
    ]


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds grave: rule, help, the elements; all its rules unless some are named."""
    chosen = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **chosen}).response
    return [
        f"{page.url} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


LOOKS: tuple[tuple[Literal["light", "dark"], ViewportSize, tuple[str, ...]], ...] = (
    ("light", DESKTOP, ()),
    ("dark", PHONE, OF_THE_LOOK),
)


def test_every_page_can_be_used_by_everybody_and_fits_the_screen(
    enter: Enter, served: Served, kept: list[str]
) -> None:
    page = enter("admin")
    grave, wide = [], []
    for path in paths(served, kept):
        page.goto(path)
        for scheme, viewport, rules in LOOKS:  # of one load: loading is what takes long
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour half way
            page.set_viewport_size(viewport)
            grave += violations(page, rules)
            too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            if page.evaluate(too_wide) > 0:
                wide.append((path, scheme))
    assert not grave, "\n".join(grave)
    assert not wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_can_be_used_by_everybody(enter: Enter, scheme: str) -> None:
    page = enter("", color_scheme=scheme, viewport=PHONE)
    for path in ("/login", "/welcome/no-such-link"):
        page.goto(path)
        assert not violations(page)


def test_dark_pages_are_dark(enter: Enter) -> None:
    def ground(scheme: str) -> int:
        page = enter(color_scheme=scheme)
        page.goto("/")
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in color[4:-1].split(","))

    assert ground("dark") < 150 < 600 < ground("light")


def test_all_pages_can_be_read_without_javascript(
    enter: Enter, served: Served, kept: list[str]
) -> None:
    page = enter("admin", java_script_enabled=False)
    for path in paths(served, kept)[:-1]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        assert page.locator("h1").first.is_visible()


def test_without_javascript_the_ledger_is_searched_and_a_draft_confirmed(
    enter: Enter, served: Served
) -> None:
    page = enter("editor", java_script_enabled=False)
    page.goto("/drafts")
    page.get_by_label("找什么").fill("危化品")
    page.get_by_role("button", name="查找").click()
    assert "q=%E5%8D%B1" in page.url
    assert page.locator("table.lines tbody tr").count() > 0


def test_on_paper_there_is_the_table_and_no_menu(enter: Enter) -> None:
    page = enter()
    page.goto("/drafts")
    page.emulate_media(media="print")
    assert page.locator("table.lines").is_visible()
    for part in ("header.side", "form.filters", "nav.paging"):
        assert not page.locator(part).is_visible()
    assert page.pdf(format="A4")[:5] == b"%PDF-"


def test_filters_change_the_list_and_the_address_without_a_new_page(enter: Enter) -> None:
    page = enter()
    page.goto("/drafts")
    page.evaluate("window.same = true")
    all_of_them = page.locator("#found tbody tr").count()
    page.get_by_label("结果").select_option("held")
    page.wait_for_url("**outcome=held*")
    assert 0 < page.locator("#found tbody tr").count() < all_of_them
    assert page.evaluate("window.same")
    page.go_back()
    expect(page.locator("#found tbody tr")).to_have_count(all_of_them)


def test_the_first_page_tells_at_one_look_what_waits(enter: Enter, served: Served) -> None:
    page = enter("viewer")
    page.goto("/")
    waiting = len(
        search.search(served.application.engine, DraftQuery(outcome=Outcome.HELD), limit=200)
    )
    number = page.locator("a.number", has_text="待核定")
    assert str(waiting) in number.inner_text()
    assert page.locator("svg.columns rect[class^=s-]").count() > 0
    number.click()
    page.wait_for_url("**/queue")
    assert page.get_by_role("heading", name="待核").is_visible()


def test_whoever_tabs_skips_the_menu_first(enter: Enter) -> None:
    page = enter("viewer")
    page.goto("/drafts")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
