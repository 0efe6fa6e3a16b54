"""What is done about a whole letter: retried, claimed, its head and its evidence looked at."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.queries import letter_views
from ledger.states import LetterState
from rulebook.reasons import Outcome, Reason


def set_aside(application: Application, letter: int = 1) -> None:
    with application.engine.begin() as connection:
        connection.execute(
            update(LetterRow)
            .where(LetterRow.id == letter)
            .values(state=LetterState.SET_ASIDE, tries=3, trouble="boom")
        )


def strangers_letter(application: Application) -> int:
    return letter_views.strangers(application.engine)[0].letters[0].id


def test_a_letter_set_aside_is_shown_and_given_another_chance(
    application: Application, sign_in: Any
) -> None:
    set_aside(application)
    client = sign_in("editor")
    for path in ("/queue", "/letters/1"):
        assert 'action="/letters/1/retry"' in client.get(path).text
    told = client.post("/letters/1/retry")
    assert told.status_code == 303
    assert [waiting.id for waiting in application.letters.backlog()] == [1]
    assert "重新处理" in client.get("/audit?who=editor").text
    again = client.get(client.post("/letters/1/retry").headers["location"])
    assert "不在搁置之列" in again.text


def test_a_strangers_letter_is_claimed_on_its_own_page(
    application: Application, sign_in: Any
) -> None:
    client, letter = sign_in("editor"), strangers_letter(application)
    assert "认领" in client.get(f"/letters/{letter}").text
    assert client.post(f"/letters/{letter}/claim", data={"unit": ""}).status_code == 400
    told = client.post(f"/letters/{letter}/claim", data={"unit": "前黄镇", "why": "电话核实"})
    assert told.status_code == 303
    second = client.post(f"/letters/{letter}/claim", data={"unit": "湖塘镇"})
    assert second.status_code == 409
    assert "计入前黄镇" in second.text
    view = letter_views.letter(application.engine, letter)
    assert view is not None
    assert {draft.unit for draft in view.drafts} == {"前黄镇"}


def test_the_head_of_a_letter_shows_what_was_written_there(sign_in: Any) -> None:
    text = sign_in("viewer").get("/letters/1/head").text
    assert "qian@hutang.example" in text
    assert "message-id" in text


def test_of_a_letter_that_was_not_kept_there_is_no_head(
    application: Application, sign_in: Any
) -> None:
    with Session(application.engine) as session:
        letter = session.scalar(select(LetterRow.id).where(LetterRow.raw_kept.is_(False)))
    assert sign_in("viewer").get(f"/letters/{letter}/head").status_code == 404


def test_the_words_that_told_the_kind_are_marked(application: Application, sign_in: Any) -> None:
    with application.engine.begin() as connection:
        connection.execute(
            update(DraftRow)
            .where(DraftRow.id == 1)
            .values(kind_evidence="出现“投诉”“网民”", text="有网民在论坛投诉。", date_evidence="")
        )
    text = sign_in("viewer").get("/letters/1").text
    for word in ("投诉", "网民"):
        assert f'<mark title="类别依据">{word}</mark>' in text


def test_beside_a_doubt_stands_the_clause_in_the_regulations_words(
    application: Application, sign_in: Any
) -> None:
    with Session(application.engine) as session:
        draft = next(
            row.draft_id
            for row in session.scalars(
                select(StandingRow).where(StandingRow.outcome == Outcome.HELD)
            )
            if Reason.DATE_UNCERTAIN.name in row.reasons
        )
    text = sign_in("viewer").get(f"/queue/{draft}").text
    assert "四.1" in text
    assert "要在规定时间2天内报送，否则不计分" in text


@pytest.mark.parametrize("deed", ["retry", "claim"])
def test_a_viewer_does_neither(application: Application, sign_in: Any, deed: str) -> None:
    set_aside(application)
    client = sign_in("viewer")
    assert f"/{deed}" not in client.get("/letters/1").text
    assert client.post(f"/letters/1/{deed}", data={"unit": "前黄镇"}).status_code == 403
