"""出稿 in a real browser: drafts chosen, taken along, registered with a dropped proof, and taken back."""

from __future__ import annotations

import zipfile

from playwright.sync_api import expect

from ledger.queries.search import DraftQuery, search
from rulebook.model import Outcome
from tests.console.browser.conftest import Enter, Served
from tests.console.browser.test_dropping import drop


def test_drafts_are_taken_along_registered_and_taken_back(enter: Enter, served: Served) -> None:
    query = DraftQuery(outcome=Outcome.ACCEPTED)
    first, second = search(served.application.engine, query)[:2]
    page = enter("editor")
    page.goto(f"/publish?draft={first.draft}")
    page.locator(f"input[type=checkbox][value='{second.draft}']").check()
    page.get_by_role("button", name="加上勾选的").click()
    expect(page.get_by_text("选定的稿件（2 篇）")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载出稿包").click()
    with zipfile.ZipFile(download.value.path()) as package:
        assert sum(name.endswith(".docx") for name in package.namelist()) == 3
    form = page.locator("#done form")
    form.get_by_label("载体").first.fill("区政府网站")
    drop(page, form.locator("[data-drop]").first, ("网页截图.png", "x"))
    expect(form.locator(".dropped").first).to_contain_text("网页截图.png")
    form.get_by_role("button", name="登记这 2 篇").click()
    expect(page.get_by_text("已登记 2 条录用")).to_be_visible()
    (row,) = served.application.adoptions.of_draft(first.draft)
    assert row.printed.evidence_name == "网页截图.png"
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销刚才登记的 2 条录用")).to_be_visible()
