"""Undo for ten minutes from a bar at the top; back to 待核 at any time; back to where one came from."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.decisions import StandingRow
from ledger.models.letters import OutboxRow
from ledger.queries.search import DraftQuery, search
from ledger.states import LetterKind
from rulebook.reasons import Outcome, Reason
from tests.console.web.conftest import HOST


@pytest.fixture
def undated(application: Application) -> int:
    query = DraftQuery(outcome=Outcome.HELD, reason=Reason.DATE_UNCERTAIN)
    return search(application.engine, query)[0].draft


def outcome(application: Application, draft: int) -> Outcome:
    with Session(application.engine) as session:
        return session.get_one(StandingRow, draft).outcome


def corrections(application: Application) -> list[OutboxRow]:
    with Session(application.engine) as session:
        query = select(OutboxRow).where(OutboxRow.kind == LetterKind.CORRECTION)
        return list(session.scalars(query))


CONFIRM = {"deed": "confirm", "happened": "2022-03-07"}


def bar(text: str) -> list[str]:
    form = re.search(r'<form method="post" action="/undo".*?</form>', text, re.DOTALL)
    return re.findall(r'name="seq" value="(\d+)"', form[0]) if form else []


def test_a_decision_is_undone_from_the_bar_and_its_letter_does_not_leave(
    application: Application, sign_in: Any, undated: int
) -> None:
    client = sign_in("editor")
    assert bar(client.get("/").text) == []
    told = client.post(f"/queue/{undated}", data=CONFIRM, follow_redirects=True)
    assert "10 分钟后自动发出" in told.text
    assert outcome(application, undated) is Outcome.ACCEPTED
    assert len(corrections(application)) == 1
    (seq,) = bar(client.get("/officers").text)
    told = client.post("/undo", data={"seq": seq}, follow_redirects=True)
    assert "已撤销" in told.text
    assert outcome(application, undated) is Outcome.HELD
    assert corrections(application) == []
    assert bar(client.get("/").text) == []


def test_the_bar_is_everybodys_own_and_gone_after_ten_minutes(
    application: Application, sign_in: Any, undated: int, clock: Any
) -> None:
    client = sign_in("editor")
    client.post(f"/queue/{undated}", data=CONFIRM)
    (seq,) = bar(client.get("/").text)
    assert bar(sign_in("admin").get("/").text) == []
    assert "已经过了" in client.post("/undo", data={"seq": seq}, follow_redirects=True).text
    client = sign_in("editor")
    clock.forward(timedelta(minutes=10, seconds=1))
    assert bar(client.get("/").text) == []
    assert "已经过了" in client.post("/undo", data={"seq": seq}, follow_redirects=True).text
    assert outcome(application, undated) is Outcome.ACCEPTED
    assert sign_in("viewer").post("/undo", data={"seq": seq}).status_code == 403


@pytest.mark.parametrize("deed", ["confirm", "refuse"])
def test_back_to_the_queue_at_any_time(
    application: Application, sign_in: Any, undated: int, clock: Any, deed: str
) -> None:
    client = sign_in("editor")
    form = {**CONFIRM, "deed": deed, "why": "核对过"}
    client.post(f"/queue/{undated}", data=form)
    clock.forward(timedelta(hours=3))
    client = sign_in("editor")
    assert 'value="reopen"' in client.get(f"/queue/{undated}").text
    client.post(f"/queue/{undated}", data={"deed": "reopen"})
    assert outcome(application, undated) is Outcome.HELD
    assert "退回待核，重新核定" in client.get(f"/queue/{undated}").text
    assert 'value="reopen"' not in client.get(f"/queue/{undated}").text


def test_voiding_asks_for_a_reason_and_who_ordered_it(
    application: Application, sign_in: Any
) -> None:
    draft = search(application.engine, DraftQuery(outcome=Outcome.ACCEPTED))[0].draft
    client = sign_in("editor")
    form = {"deed": "correct", "voided": "yes"}
    for lacking in ({}, {"why": "照片系伪造"}, {"approved_by": "赵局"}):
        answer = client.post(f"/queue/{draft}", data={**form, **lacking})
        assert "由谁决定作废" in answer.text
        assert answer.status_code == 400
    whole = {**form, "why": "照片系伪造", "approved_by": "赵局"}
    assert client.post(f"/queue/{draft}", data=whole).status_code == 303
    assert "批准人赵局" in client.get("/audit?act=all").text
    client.post(f"/queue/{draft}", data={"deed": "reopen"})
    with Session(application.engine) as session:
        assert not session.get_one(StandingRow, draft).voided


def test_after_a_correction_one_is_back_where_one_came_from(sign_in: Any, undated: int) -> None:
    client = sign_in("editor")
    came = {"Referer": f"{HOST}/drafts?unit=%E6%B9%96%E5%A1%98%E9%95%87"}
    text = client.get(f"/queue/{undated}", headers=came).text
    found = re.search(r'name="from" value="([^"]+)"', text)
    assert found is not None
    answer = client.post(f"/queue/{undated}", data={**CONFIRM, "from": found[1], "next": "1"})
    where = answer.headers["location"]
    assert where.startswith("/drafts?unit=%E6%B9%96%E5%A1%98%E9%95%87&said=")
    assert "已核定" in client.get(where).text
    for foreign in ("https://evil.example/drafts", f"{HOST}/queue", "//evil.example/"):
        page = client.get(f"/queue/{undated}", headers={"Referer": foreign}).text
        assert 'name="from" value=""' in page
    answer = client.post(f"/queue/{undated}", data={"deed": "reopen", "from": "//evil.example"})
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith("//")
