"""What senders may write into a draft is shown as text: nothing runs, breaks the page or hides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, update

from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from rulebook.reasons import Outcome
from tests.console.browser.conftest import Enter, Served, Watched
from tests.console.browser.test_looks import PHONE

MARKUP = {
    "template": "{{ 7*7 }}{% for x in [1] %}{{ self }}{% endfor %}${7*7}#{7*7}",
    "script": '<script>window.ran=1</script><img src=x onerror="window.ran=1">',
    "attribute": '" autofocus onfocus="window.ran=1" x="\' onmouseover=window.ran=1 ',
    "htmx": '<div hx-get="/account" hx-trigger="load" hx-on::load="window.ran=1">x</div>',
    "link": "javascript:window.ran=1 data:text/html,<script>window.ran=1</script>",
    "formula": '=HYPERLINK("http://evil.example","点")',
    "svg": "<svg onload=window.ran=1></svg></title></textarea></style><script>window.ran=1</script>",
}
SIGNS = {
    "bidi": "稿\u202etxt.exe\u2066\u2069\u200f",
    "controls": "一\x01二\x1b[31m三\x7f四\x85五",
    "marks": "e" + "\u0301" * 400,
}
HOSTILE = {
    "markup": " ".join(MARKUP.values()),
    "attribute": MARKUP["attribute"],  # where it stands first in a value
    "signs": " ".join(SIGNS.values()),
    "one long word": "字" * 3 + "W" * 4000,
}
"""What is written together is looked at in one walk of the pages."""


@pytest.fixture(scope="module")
def draft(served: Served) -> int:
    with served.application.engine.connect() as connection:
        found = connection.scalar(
            select(StandingRow.draft_id).where(StandingRow.outcome == Outcome.HELD)
        )
    assert found is not None
    return int(found)


@pytest.fixture
def written(served: Served, draft: int, request: pytest.FixtureRequest) -> Iterator[str]:
    text = HOSTILE[request.param]
    with served.application.engine.begin() as connection:
        connection.execute(
            update(DraftRow)
            .where(DraftRow.id == draft)
            .values(
                title=text, text=f"{text}\n{text}", author=text[:200], reviewer=text[:200],
                file=text[:300], kind_evidence=text[:300], date_evidence=text[:300],
            )
        )  # fmt: skip
        letter = select(DraftRow.letter_id).where(DraftRow.id == draft).scalar_subquery()
        files = [
            {"path": f"{text[:200]}/{text[:200]}", "role": role, "media_type": text[:80], "size": 9, "sha256": ""}
            for role in ("image", "draft")
        ]  # fmt: skip
        connection.execute(
            update(LetterRow)
            .where(LetterRow.id == letter)
            .values(
                subject=text, sender_name=text, sender_address=text[:200], message_id=text,
                attachments=[text], files=files, trouble=text,
            )
        )  # fmt: skip
    yield text


@pytest.mark.parametrize("written", HOSTILE, indirect=True)
def test_what_a_sender_wrote_is_text_on_every_page(
    enter: Enter, served: Served, draft: int, written: str
) -> None:
    page = enter("editor", viewport=PHONE)
    for path in ("/", "/queue", "/drafts", "/letters", f"/drafts/{draft}", f"/queue/{draft}"):
        page.goto(path)
        assert page.evaluate("window.ran") is None
        assert page.title().endswith("收稿")
        assert (
            page.locator("main [hx-on\\:\\:load], main svg[onload], main img[src=x]").count() == 0
        )
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, path
        shown = page.locator("main").inner_text()
        assert not set(shown) & set("\u202e\u2066\u2069\u200f\x01\x1b\x7f\x85")
    if written.startswith("{{"):
        assert written.split("}}")[0] in page.locator("h1").inner_text()


def test_a_huge_text_is_shown_in_part_and_the_page_stays_light(
    enter: Enter, served: Served, draft: int
) -> None:
    with served.application.engine.begin() as connection:
        connection.execute(
            update(DraftRow).where(DraftRow.id == draft).values(text="很长的一段话。\n" * 400_000)
        )
    page = enter("viewer")
    answer = page.goto(f"/queue/{draft}")
    assert answer is not None
    assert len(answer.body()) < 1_000_000
    assert "以下未显示" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "/static/..%5capp.py",
        "/static//etc/passwd", "/letters/..%2f..%2fetc%2fpasswd", "/letters/1/files/..%2f1", "/letters/1/files/-1",
        "/letters/%00", "/drafts/1%0d%0aX-Evil:1", "/letters/٣",
    ],
)  # fmt: skip
def test_bent_addresses_open_nothing(enter: Enter, served: Served, path: str) -> None:
    import http.client

    connection = http.client.HTTPConnection(served.base.removeprefix("http://"))
    connection.putrequest("GET", "/", skip_accept_encoding=True)
    connection._buffer[0] = f"GET {path} HTTP/1.1".encode()  # type: ignore[attr-defined]
    connection.putheader("Cookie", f"shougao={served.cookie('admin')}")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in (303, 400, 404)
    assert b"root:" not in body
    assert b"import annotations" not in body
    assert answer.getheader("X-Evil") is None


def test_a_date_is_a_date_whatever_the_form_says(
    enter: Enter, served: Served, watched: Watched, draft: int
) -> None:
    watched.allowed.append("does not conform")  # the browser's own word on what was typed
    page = enter("editor")
    page.goto(f"/queue/{draft}")
    page.get_by_label("事件日").evaluate("field => { field.type = 'text'; field.value = '=1+1' }")
    page.get_by_role("button", name="按上面的改定").click()
    assert "不是日期" in page.get_by_role("alert").inner_text()
    with served.application.engine.connect() as connection:
        event_date = connection.scalar(
            select(StandingRow.event_date).where(StandingRow.draft_id == draft)
        )
    assert event_date is None or isinstance(event_date, date)
