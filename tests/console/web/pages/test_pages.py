"""The pages: each answers, shows what the ledger holds, and nothing of a stranger's making runs."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, update
from starlette.testclient import TestClient

from console.application import Application
from ledger.adoptions import AdoptionReport
from ledger.models.decisions import AdoptionRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.queries import letter_lists, letter_views
from ledger.queries.letter_lists import LetterQuery
from rulebook.model import Outcome
from tests.console.office import NOW

PATHS = [
    "/",
    "/queue",
    "/queue/new",
    "/conversations",
    "/drafts",
    "/letters",
    "/letters/1",
    "/adoptions",
    "/commissions",
    "/notices",
    "/notices/2022Q1",
    "/merits",
    "/points",
    "/letters/1/head",
    "/officers",
    "/rules",
    "/publish",
    "/reminders",
    "/outbox",
    "/audit?act=all",
    "/account",
    "/account/second-factor",
]
BENT = (
    "/letters/999999",
    "/letters/99999999999999999999999",
    "/letters/1/files/999",
    "/letters/1/posts/999999",
    "/letters/2/posts/1",
    "/drafts/999999",
    "/drafts?after=x_y",
    "/letters?after=2022-01-01_x",
    "/audit?before=abc",
    "/static/../app.py",
    "/static/..%2fapp.py",
    "/letters/..%2f..%2fetc/passwd",
)
HOSTILE = "<script>alert(1)</script>{{7*7}}\u202etxt.exe"


def test_each_page_answers_whoever_may_look_with_the_guards(sign_in: Any) -> None:
    client = sign_in("viewer")
    for path in (*PATHS, "/login", "/nix"):
        told = client.get(path)
        if path in PATHS:
            assert told.status_code == 200, path
            assert "收稿" in told.text, path
        policy = told.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert told.headers["x-content-type-options"] == "nosniff", path
        assert told.headers["cache-control"] == "no-store", path


def test_without_a_login_each_page_leads_to_the_door_and_back(stranger: TestClient) -> None:
    for path in PATHS:
        told = stranger.get(path)
        assert told.status_code == 303, path
        assert told.headers["location"].startswith("/login"), path


def test_no_page_holds_a_script_or_a_style_of_its_own_or_asks_another_host(sign_in: Any) -> None:
    client = sign_in("admin")
    for path in PATHS:
        text = client.get(path).text
        assert not re.search(r"<script(?![^>]*src=)", text), path
        assert not re.search(r"\sstyle=|\son\w+=", text), path
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", text), path


def test_a_page_that_is_not_there_says_so_kindly(sign_in: Any) -> None:
    told = sign_in("viewer").get("/nix")
    assert told.status_code == 404
    assert "没有这一页" in told.text


def test_bent_addresses_are_not_found(sign_in: Any) -> None:
    client = sign_in("viewer")
    for path in BENT:
        assert client.get(path).status_code == 404, path


def test_what_strangers_wrote_is_shown_and_never_run(
    application: Application, sign_in: Any
) -> None:
    with application.engine.begin() as connection:
        connection.execute(
            update(DraftRow).where(DraftRow.id == 1).values(title=HOSTILE, text=HOSTILE)
        )
        connection.execute(update(LetterRow).where(LetterRow.id == 1).values(subject=HOSTILE))
    client = sign_in("viewer")
    for path in ("/letters/1", "/letters", "/drafts"):
        text = client.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}txt.exe" in text
        assert "\u202e" not in text


def test_a_search_finds_words_and_filters_narrow_it(sign_in: Any) -> None:
    client = sign_in("viewer")
    whole = client.get("/drafts", params={"q": "检查"}).text
    assert whole.count('href="/letters/') > 1
    held = client.get("/drafts", params={"q": "检查", "outcome": "held"}).text
    assert 0 < held.count('href="/letters/') < whole.count('href="/letters/')
    assert "没有找到" in client.get("/drafts", params={"q": "没有人写过的词"}).text


def test_a_letters_page_marks_the_sentence_of_the_date_and_tells_the_story(sign_in: Any) -> None:
    text = sign_in("viewer").get("/letters/1").text
    assert '<mark title="事件日依据">' in text
    for word in ("审核登记", "回执", "SHA-256", "下载原信"):
        assert word in text


def test_files_come_as_downloads_that_no_browser_runs(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("viewer")
    view = letter_views.letter(application.engine, 1)
    assert view is not None
    for file in view.files:
        told = client.get(f"/letters/1/files/{file.number}")
        assert told.status_code == 200
        assert len(told.content) == file.size
        assert told.headers["content-type"] == "application/octet-stream"
        assert told.headers["content-disposition"].startswith("attachment;")
        assert "sandbox" in told.headers["content-security-policy"]
    raw = client.get("/letters/1/raw")
    assert raw.content == application.vault.get(view.digest)


def test_pictures_are_shown_small_and_written_anew(application: Application, sign_in: Any) -> None:
    client = sign_in("viewer")
    for letter in letter_lists.letters(application.engine, LetterQuery(outcome=Outcome.ACCEPTED)):
        view = letter_views.letter(application.engine, letter.id)
        assert view is not None
        for file in view.files:
            if file.role == "image":
                told = client.get(f"/letters/{letter.id}/thumbnails/{file.number}")
                assert told.headers["content-type"] == "image/jpeg"
                assert told.content[:2] == b"\xff\xd8"
                return
    pytest.fail("the demo has no picture")


def test_a_picture_can_be_looked_at_in_large_and_a_document_cannot(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("viewer")
    view = letter_views.letter(application.engine, 1)
    assert view is not None
    shown = [file for file in view.files if file.pictured]
    assert shown and all(file.width and file.taken_at for file in shown)
    page = client.get("/letters/1").text
    for file in view.files:
        told = client.get(f"/letters/1/pictures/{file.number}")
        assert told.status_code == (200 if file.pictured else 404)
        if file.pictured:
            large = Image.open(io.BytesIO(told.content))
            assert large.size == (file.width, file.height)
            assert not large.getexif()
            assert f"{file.width}×{file.height}，{file.taken_at:%Y-%m-%d %H:%M} 拍摄" in page


def test_of_a_letter_with_a_secrecy_mark_nothing_can_be_had(
    application: Application, sign_in: Any
) -> None:
    with application.engine.connect() as connection:
        letter = connection.scalar(select(LetterRow.id).where(LetterRow.raw_kept.is_(False)))
    client = sign_in("admin")
    assert client.get(f"/letters/{letter}").status_code == 200
    assert client.get(f"/letters/{letter}/raw").status_code == 404
    assert client.get(f"/letters/{letter}/files/0").status_code == 404


def test_phones_are_whole_for_who_keeps_the_roster_and_masked_for_others(
    sign_in: Any, stranger: TestClient
) -> None:
    assert "13800000001" in sign_in("editor").get("/officers").text
    stranger.post("/logout")
    text = sign_in("viewer").get("/officers").text
    assert "138****0001" in text
    assert "13800000001" not in text


def test_a_viewer_may_change_nothing(sign_in: Any) -> None:
    told = sign_in("viewer").post("/officers/import", files={"sheet": ("x.csv", b"")})
    assert told.status_code == 403


def test_too_large_a_file_is_refused(sign_in: Any) -> None:
    told = sign_in("editor").post("/officers/import", files={"sheet": ("x.csv", b"x" * 11_000_000)})
    assert told.status_code == 413


def test_addresses_beyond_the_calendar_are_no_pages(sign_in: Any) -> None:
    client = sign_in("editor")
    for path in ("/notices/9999", "/notices/0001", "/notices/9999Q4", "/notices/2300-W01"):
        assert client.get(path).status_code == 404, path
    assert client.get("/merits?year=9999").status_code in (200, 404)


def test_what_is_no_address_of_the_web_is_no_link(application: Application, sign_in: Any) -> None:
    printed = AdoptionReport(
        "湖塘镇", "标题", "新华社", 1, date(2022, 3, 7), None, url="https://news.example/1"
    )
    number = application.adoptions.add(printed, "li", NOW)
    with application.engine.begin() as connection:  # as an earlier version kept it
        connection.execute(update(AdoptionRow).values(url="javascript:alert(1)"))
    client = sign_in("editor")
    for path in ("/adoptions", f"/adoptions/{number}"):
        assert 'href="javascript:' not in client.get(path).text
