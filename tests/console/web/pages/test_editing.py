"""Drafts edited by hand, attacked: stale, empty, huge, of another letter, without the right, too late to undo."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.queries.search import DraftQuery, search
from ledger.states import LetterKind
from rulebook.reasons import Outcome, Reason
from tests.console.web.conftest import Clock


@pytest.fixture
def accepted(application: Application) -> int:
    with Session(application.engine) as session:
        answered = set(session.scalars(select(OutboxRow.letter_id)))
    found = search(application.engine, DraftQuery(outcome=Outcome.ACCEPTED))
    return next(one.draft for one in found if one.letter in answered)


def row(application: Application, draft: int) -> DraftRow:
    with Session(application.engine) as session:
        return session.get_one(DraftRow, draft)


def corrections(application: Application) -> list[bytes]:
    with Session(application.engine) as session:
        query = select(OutboxRow.raw).where(OutboxRow.kind == LetterKind.CORRECTION)
        return list(session.scalars(query))


def test_a_correction_is_told_on_the_receipt_and_after_ten_minutes_no_longer_undone(
    application: Application, sign_in: Any, clock: Clock, accepted: int
) -> None:
    client = sign_in("editor")
    with Session(application.engine) as session, session.begin():
        session.execute(update(OutboxRow).values(owed_since=clock.now - timedelta(hours=1)))
    data = {"title": "更正后的标题", "origin": "某某社区"}
    told = client.post(f"/queue/{accepted}/amend", data=data, follow_redirects=True)
    assert "已更正" in told.text and row(application, accepted).origin == "某某社区"
    assert len(corrections(application)) == 1
    found = re.search(r'action="/undo".*?name="seq" value="(\d+)"', told.text, re.DOTALL)
    assert found
    clock.forward(timedelta(minutes=11))
    assert 'action="/undo"' not in client.get("/").text
    late = client.post("/undo", data={"seq": found[1]}, follow_redirects=True)
    assert "已经过了可以撤销的时间" in late.text
    assert row(application, accepted).title == "更正后的标题"


def test_stale_empty_and_endless_words_change_nothing_and_are_kept_in_the_form(
    application: Application, sign_in: Any, accepted: int
) -> None:
    client = sign_in("editor")
    was = row(application, accepted)
    for data, status in (
        ({"title": "新标题", "seen": "99999"}, 409),
        ({"title": "   "}, 409),
        ({"title": "题" * 201}, 409),
        ({"title": "题", "text": ""}, 409),
    ):
        told = client.post(f"/queue/{accepted}/amend", data=data)
        assert told.status_code == status
    assert 'value="题"' in told.text
    assert client.post(f"/queue/{accepted}/amend", data={"text": "字" * 400_000}).status_code == 413
    now = row(application, accepted)
    assert (now.title, now.text) == (was.title, was.text)


def test_a_cut_or_a_join_that_makes_no_sense_is_refused(
    application: Application, sign_in: Any, accepted: int
) -> None:
    client = sign_in("editor")
    was = row(application, accepted).text
    other = next(
        one.draft
        for one in search(application.engine, DraftQuery())
        if one.letter != row(application, accepted).letter_id
    )
    for way, data in (
        ("cut", {}),
        ("cut", {"before": "0"}),
        ("cut", {"before": "99999"}),
        ("cut", {"before": "-1"}),
        ("join", {}),
        ("join", {"other": str(other)}),
        ("join", {"other": str(accepted)}),
    ):
        assert client.post(f"/queue/{accepted}/{way}", data=data).status_code == 409, (way, data)
    assert row(application, accepted).text == was


def test_a_form_sent_twice_cuts_once(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    with Session(application.engine) as session:
        draft = next(
            one.id for one in session.query(DraftRow) if len(one.text.splitlines()) > 2 and one.file
        )
        letter = session.get_one(DraftRow, draft).letter_id
    for _ in range(2):
        client.post(f"/queue/{draft}/cut", data={"before": "1", "once": "one-form"})
    with Session(application.engine) as session:
        drawn = session.scalars(select(DraftRow).where(DraftRow.letter_id == letter)).all()
        assert sum(Reason.DRAWN_BY_HAND.name in one.reasons for one in drawn) == 1


def test_of_a_secret_letter_nothing_is_drawn_and_overturning_asks_why(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    with Session(application.engine) as session, session.begin():
        letter = next(
            one
            for one in session.query(LetterRow)
            if one.outcome is Outcome.REFUSED and one.reasons
        )
        number, was = letter.id, list(letter.reasons)
        letter.reasons = [*was, Reason.SECRET_MARK.name]
    data = {"title": "题", "text": "文字", "why": "补"}
    assert client.post(f"/letters/{number}/draw", data=data).status_code == 400
    assert client.post(f"/letters/{number}/overturn", data={"why": " "}).status_code == 400
    assert client.post(f"/letters/{number}/draw", data={"title": "题"}).status_code == 400


def test_viewers_edit_nothing_and_keep_filters_of_their_own(
    application: Application, sign_in: Any, accepted: int
) -> None:
    client = sign_in("viewer")
    letter = row(application, accepted).letter_id
    for path in (f"/queue/{accepted}/amend", f"/queue/{accepted}/cut", f"/queue/{accepted}/join"):
        assert client.post(path, data={"title": "题"}).status_code == 403
    for path in (f"/letters/{letter}/overturn", f"/letters/{letter}/draw"):
        assert client.post(path, data={"why": "因"}).status_code == 403
    page = client.get(f"/queue/{accepted}").text
    assert "更正标题" not in page and "拆成几篇" not in page
    kept = {"path": "/drafts", "query": "unit=湖塘镇", "name": "我的"}
    assert "筛选已保存" in client.post("/filters", data=kept, follow_redirects=True).text
    assert client.post("/filters", data={**kept, "path": "//evil.example"}).status_code == 400
    assert (
        "先筛选再保存"
        in client.post("/filters", data={**kept, "query": ""}, follow_redirects=True).text
    )


def test_the_same_decision_once_more_is_no_second_one(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    query = DraftQuery(outcome=Outcome.HELD, reason=Reason.DATE_UNCERTAIN)
    draft = search(application.engine, query)[0].draft
    client.post(f"/queue/{draft}", data={"deed": "confirm", "happened": "2022-03-07"})
    with Session(application.engine) as session:
        seq = session.get_one(StandingRow, draft).seq
    client.post(f"/queue/{draft}", data={"deed": "confirm", "happened": "2022-03-07", "seen": seq})
    with Session(application.engine) as session:
        assert session.get_one(StandingRow, draft).seq == seq
