"""The page of letters that are no submissions, and the thread on a letter's page."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.letters import LetterRow
from rulebook import labels
from rulebook.conversation import Purpose


@pytest.fixture
def told(application: Application) -> None:
    """Letter 3 answers letter 1, and letter 2 is an urgent one of somebody else."""
    with Session(application.engine) as session, session.begin():
        for number, values in {
            2: {"purpose": Purpose.OTHER, "urgent": True, "own_words": "举报<script>x</script>"},
            3: {"purpose": Purpose.STATEMENT, "in_thread_of": 1, "own_words": "日期应为3月8日"},
        }.items():
            session.execute(update(LetterRow).where(LetterRow.id == number).values(**values))


def test_each_purpose_has_its_tab_and_unknown_ones_show_other_letters(
    sign_in: Any, told: None
) -> None:
    client = sign_in("viewer")
    text = client.get("/conversations").text
    assert "<script>x" not in text
    assert "举报" in text
    assert 'class="chip refused">急' in text
    assert client.get("/conversations?purpose=submission").text.count("aria-current") >= 1
    for purpose in (Purpose.STATEMENT, Purpose.THANKS):
        page = client.get(f"/conversations?purpose={purpose.value}")
        assert page.status_code == 200
        assert labels.PURPOSES[purpose] in page.text


def test_a_letters_page_shows_the_thread_with_ours_in_it(sign_in: Any, told: None) -> None:
    text = sign_in("viewer").get("/letters/1").text
    assert "往来" in text
    assert "日期应为3月8日" in text
    assert 'href="/letters/3"' in text
