"""A held draft is asked about: the question goes out in the thread, the draft waits, the answer brings it back."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.letters import OutboxRow
from ledger.queries.search import DraftQuery, search
from ledger.states import LetterKind
from rulebook.reasons import Outcome, Reason


@pytest.fixture
def undated(application: Application) -> int:
    found = search(
        application.engine, DraftQuery(outcome=Outcome.HELD, reason=Reason.DATE_UNCERTAIN)
    )
    return found[0].draft


def asked(application: Application) -> list[OutboxRow]:
    with Session(application.engine) as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.kind == LetterKind.QUESTION)))


def test_what_may_be_asked_is_offered_from_the_drafts_reasons(sign_in: Any, undated: int) -> None:
    text = sign_in("editor").get(f"/queue/{undated}").text
    assert 'data-insert="请补充事件日期（×年×月×日）。"' in text
    assert "请报送人补充" not in sign_in("viewer").get(f"/queue/{undated}").text


def test_a_question_goes_out_in_the_thread_and_the_draft_waits(
    application: Application, sign_in: Any, undated: int
) -> None:
    client = sign_in("editor")
    form = {"question": "请补充事件日期。"}
    told = client.post(f"/queue/{undated}/ask", data=form, follow_redirects=True)
    assert "待补充" in told.text
    assert "不再等待" in told.text
    (owed,) = asked(application)
    message = message_from_bytes(owed.raw, policy=default)
    assert message["In-Reply-To"]
    body = message.get_body(("plain",))
    assert body is not None
    assert "请补充事件日期。" in body.get_content()
    assert "直接回复本邮件" in body.get_content()
    assert f'href="/queue/{undated}"' not in client.get("/queue").text
    assert f'href="/queue/{undated}?view=waiting"' in client.get("/queue?view=waiting").text
    client.post(f"/queue/{undated}/wait-no-more")
    assert f'href="/queue/{undated}"' in client.get("/queue").text


def test_nothing_is_asked_without_words_twice_or_about_a_decided_draft(
    application: Application, sign_in: Any, undated: int
) -> None:
    client = sign_in("editor")
    assert "请写明" in client.post(f"/queue/{undated}/ask", data={"question": " "}).text
    form = {"question": "请补充。", "once": "abcdef"}
    client.post(f"/queue/{undated}/ask", data=form)
    client.post(f"/queue/{undated}/ask", data=form)
    assert len(asked(application)) == 1
    accepted = search(application.engine, DraftQuery(outcome=Outcome.ACCEPTED))[0].draft
    assert "已经核定" in client.post(f"/queue/{accepted}/ask", data={"question": "?"}).text
    assert client.post("/queue/999999/ask", data={"question": "?"}).status_code == 404
    assert sign_in("viewer").post(f"/queue/{undated}/ask", data=form).status_code == 403
