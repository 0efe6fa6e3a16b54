"""Reading in a real browser: what a clerk remembers is found, pictures and pages are looked at."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from ingest.sandbox import office
from ledger.models.letters import DraftRow, LetterRow
from ledger.queries.search import DraftQuery, search
from notifier.mail.message import receipt_number
from rulebook.reasons import Outcome
from tests.console.browser.conftest import Enter, Served


def remembered(served: Served) -> tuple[int, dict[str, str]]:
    """An accepted draft, and everything about it that a clerk may remember."""
    hit = search(served.application.engine, DraftQuery(outcome=Outcome.ACCEPTED))[0]
    with Session(served.application.engine) as session:
        draft, letter = (
            session.get_one(DraftRow, hit.draft),
            session.get_one(LetterRow, hit.letter),
        )
        number = receipt_number(letter.received, served.application.zone, letter.id)
        return hit.draft, {
            "title": draft.title,
            "text": draft.text[10:22],
            "subject": letter.subject,
            "sender": letter.sender_name,
            "address": letter.sender_address,
            "officer": letter.officer or letter.sender_name,
            "unit": letter.unit or "",
            "file": draft.file.rpartition("/")[2],
            "receipt": number,
        }


def test_whatever_is_remembered_finds_the_draft_and_its_letter(
    enter: Enter, served: Served
) -> None:
    draft, words = remembered(served)
    with Session(served.application.engine) as session:
        letter = session.get_one(DraftRow, draft).letter_id
    page = enter("viewer")
    for what, told in words.items():
        page.goto(f"/drafts?q={told}")
        assert page.locator(f"a[href='/letters/{letter}#draft-{draft}']").count(), what
        page.goto(f"/letters?q={told}")
        assert page.locator(f"a[href='/letters/{letter}']").count(), what
    page.goto("/letters?q=从来没有人写过的词")
    expect(page.locator("#found")).to_contain_text("没有这样的来信")


def test_totals_and_facets_narrow_and_years_are_shown(enter: Enter) -> None:
    page = enter("viewer")
    page.goto("/drafts")
    expect(page.locator("#found")).to_contain_text("共")
    page.locator(".facets").get_by_role("link", name="已收稿").click()
    page.wait_for_url("**outcome=accepted**")
    rows = page.locator("#found tbody tr")
    assert rows.count() and page.locator("#found .chip.accepted").count() == rows.count()
    assert all("2022-" in one for one in page.locator("#found time").all_inner_texts())
    page.goto("/letters")
    page.locator(".facets").get_by_role("link").first.click()
    expect(page.locator("#found time").first).to_contain_text("2022-")


def test_pages_lead_on_and_back_to_the_same_lines(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.web.pages.ledger.PAGE", 5)
    page = enter("viewer")
    for path in ("/drafts", "/drafts?order=oldest", "/letters"):
        page.goto(path)
        first = page.locator("#found tbody tr .title a").all_inner_texts()
        page.get_by_role("button", name="下一页").click()
        expect(page.get_by_role("button", name="上一页")).to_be_visible()
        assert page.locator("#found tbody tr .title a").all_inner_texts() != first
        page.get_by_role("button", name="上一页").click()
        expect(page.get_by_role("button", name="上一页")).to_have_count(0)
        assert page.locator("#found tbody tr .title a").all_inner_texts() == first, path


def pictured(served: Served) -> tuple[int, list[str]]:
    """A draft with pictures of its own."""
    with Session(served.application.engine) as session:
        for row in session.query(DraftRow).order_by(DraftRow.id):
            if row.images and office.lays_out(row.file):
                return row.id, list(row.images)
    raise AssertionError("the demo has no draft with pictures")


def test_a_drafts_own_pictures_are_looked_at_in_the_viewer(enter: Enter, served: Served) -> None:
    draft, images = pictured(served)
    page = enter("viewer")
    page.goto(f"/queue/{draft}")
    card = page.locator("section.card", has_text="本稿的图片")
    expect(card.locator("a[data-view]")).to_have_count(len(images))
    card.locator("a[data-view]").first.click()
    dialog = page.locator("dialog.viewer")
    expect(dialog).to_be_visible()
    expect(dialog.locator("output")).to_contain_text("1 /")
    page.keyboard.press("+")
    page.keyboard.press("r")
    style = dialog.locator("img").get_attribute("style") or ""
    assert "rotate(90deg)" in style and "scale(1.25)" in style
    expect(dialog.get_by_role("button", name="原图")).to_have_attribute(
        "href", card.locator("a[data-view]").first.get_attribute("data-original") or ""
    )
    page.keyboard.press("j")  # the page's own keys rest meanwhile
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.url.endswith(f"/queue/{draft}")


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_a_document_is_shown_as_it_is_laid_out(enter: Enter, served: Served) -> None:
    assert office.program() is not None
    draft, _ = pictured(served)
    page = enter("viewer")
    page.set_default_timeout(90_000)
    page.goto(f"/queue/{draft}")
    page.get_by_text("按原来的版面看").click()
    image = page.locator(".layout-card img").first
    image.wait_for(timeout=90_000)
    image.scroll_into_view_if_needed()
    page.wait_for_function(
        "document.querySelector('.layout-card img').naturalWidth > 800", timeout=60_000
    )
    image.click()
    output = page.locator("dialog.viewer output")
    expect(output).to_contain_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(output).to_contain_text("2 / 2")
    page.keyboard.press("ArrowRight")
    expect(output).to_contain_text("1 / 2")


def test_where_a_layout_cannot_be_had_the_text_is_pointed_to(
    enter: Enter, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PLACES", ())
    with Session(served.application.engine) as session:
        letter, number = next(
            (row.id, number)
            for row in session.query(LetterRow).order_by(LetterRow.id.desc())
            for number, file in enumerate(row.files)
            if office.lays_out(file["path"])
        )
    page = enter("viewer")
    page.goto(f"/letters/{letter}/files/{number}/layout")
    expect(page.locator("#pages")).to_contain_text("请看旁边的文字")


def test_every_line_of_points_is_told_with_its_clause(enter: Enter, served: Served) -> None:
    draft, _ = remembered(served)
    page = enter("viewer")
    page.goto(f"/queue/{draft}")
    expect(page.locator(".points-why table")).to_contain_text("四.1")
