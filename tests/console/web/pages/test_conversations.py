"""Letters that are no submissions: their lists, the deeds on them, and the thread on a letter's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.conversations import ProposedAdoptionRow, StatementRow
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.states import LetterKind, ProposalState
from rulebook.conversation import Purpose
from rulebook.reasons import Outcome

OTHER = 2
STATEMENT = 3


@pytest.fixture
def draft(application: Application) -> int:
    """The accepted draft of letter 1, about which letter 3 says something; letter 2 is a citizen's."""
    with Session(application.engine) as session, session.begin():
        for number, values in {
            OTHER: {
                "purpose": Purpose.OTHER,
                "urgent": True,
                "own_words": "三号车间冒烟<script>x</script>",
                "sender_address": "shimin@mail.example",
            },
            STATEMENT: {
                "purpose": Purpose.STATEMENT,
                "in_thread_of": 1,
                "own_words": "日期应为3月8日",
            },
        }.items():
            session.execute(update(LetterRow).where(LetterRow.id == number).values(**values))
        draft = session.scalars(select(DraftRow.id).where(DraftRow.letter_id == 1)).first()
        assert draft is not None
        session.add(
            StatementRow(
                id=900,
                letter_id=STATEMENT,
                draft_id=draft,
                asks=Purpose.WITHDRAWAL,
                words="请撤回此稿",
                received=datetime.fromisoformat("2022-03-08T09:00:00+08:00"),
                settled_by="",
            )
        )
        return draft


def test_an_urgent_letter_is_listed_and_what_it_says_is_never_run(sign_in: Any, draft: int) -> None:
    text = sign_in("viewer").get("/conversations").text
    assert "<script>x" not in text
    assert "三号车间冒烟" in text
    assert "急" in text
    assert 'name="deed"' not in text


def test_a_letter_is_read_answered_and_put_back(
    application: Application, sign_in: Any, draft: int
) -> None:
    client = sign_in("editor")
    path = f"/conversations/letters/{OTHER}"
    client.post(path, data={"deed": "read"})
    assert "三号车间冒烟" not in client.get("/conversations").text
    assert "三号车间冒烟" in client.get("/conversations?tab=handled").text
    client.post(path, data={"deed": "reopen"})
    assert "三号车间冒烟" in client.get("/conversations").text
    client.post(path, data={"deed": "answer", "text": "您反映的情况已转执法大队。"})
    with Session(application.engine) as session:
        owed = session.scalars(
            select(OutboxRow).where(
                OutboxRow.letter_id == OTHER, OutboxRow.kind == LetterKind.ANSWER
            )
        ).one()
        assert owed.recipient == "shimin@mail.example"


def test_an_empty_answer_and_an_unknown_deed_send_nothing(
    application: Application, sign_in: Any, draft: int
) -> None:
    client = sign_in("editor")
    path = f"/conversations/letters/{OTHER}"
    assert "没有内容" in client.post(path, data={"deed": "answer", "text": " "}).text
    assert client.post(path, data={"deed": "burn"}).status_code == 400
    with Session(application.engine) as session:
        assert not session.scalars(
            select(OutboxRow).where(OutboxRow.kind == LetterKind.ANSWER)
        ).all()


def test_a_viewer_does_nothing_to_letters(sign_in: Any, draft: int) -> None:
    answer = sign_in("viewer").post(f"/conversations/letters/{OTHER}", data={"deed": "read"})
    assert answer.status_code == 403


def test_a_draft_is_taken_back_at_its_officers_request(
    application: Application, sign_in: Any, draft: int
) -> None:
    client = sign_in("editor")
    assert "请撤回此稿" in client.get("/conversations?tab=statements").text
    assert "请撤回此稿" in client.get(f"/queue/{draft}").text
    assert "请撤回此稿" in client.get("/queue").text
    client.post("/conversations/statements/900", data={"deed": "withdraw"})
    with Session(application.engine) as session:
        assert session.get_one(StandingRow, draft).outcome is not Outcome.ACCEPTED
    assert "请撤回此稿" not in client.get("/conversations?tab=statements").text
    form = {"deed": "withdraw"}
    again = client.post("/conversations/statements/900", data=form, follow_redirects=True)
    assert "已经处理过" in again.text


def test_a_reported_adoption_is_corrected_and_confirmed_or_rejected(
    application: Application, sign_in: Any, draft: int
) -> None:
    with Session(application.engine) as session, session.begin():
        for position in (1, 2):
            session.add(
                ProposedAdoptionRow(
                    id=900 + position,
                    letter_id=1,
                    position=position,
                    unit="湖塘镇",
                    title=f"湖塘镇开展检查{position}",
                    outlet="常州日报",
                    words="3月8日被常州日报刊发",
                    url="",
                    files=[],
                    state=ProposalState.OPEN,
                    settled_by="",
                    why="",
                )
            )
    client = sign_in("editor")
    assert "常州日报" in client.get("/conversations?tab=adoptions").text
    form = {"deed": "confirm", "unit": "湖塘镇", "title": "湖塘镇开展检查1", "outlet": "常州日报"}
    assert "录用日期" in client.post("/conversations/adoptions/901", data=form).text
    dated = {**form, "day": "2022-03-08"}
    answer = client.post("/conversations/adoptions/901", data=dated, follow_redirects=True)
    assert "号录用" in answer.text
    assert "理由" in client.post("/conversations/adoptions/902", data={"deed": "reject"}).text
    client.post("/conversations/adoptions/902", data={"deed": "reject", "why": "查无此文"})
    assert "3月8日被常州日报" not in client.get("/conversations?tab=adoptions").text


def test_a_letters_page_shows_the_thread_with_ours_in_it(sign_in: Any, draft: int) -> None:
    text = sign_in("viewer").get("/letters/1").text
    assert "往来" in text
    assert "日期应为3月8日" in text
    assert f'href="/letters/{STATEMENT}"' in text


def test_letters_are_filtered_by_what_they_are_for(sign_in: Any, draft: int) -> None:
    text = sign_in("viewer").get("/letters?purpose=other").text
    assert f'href="/letters/{OTHER}"' in text
    assert 'href="/letters/1"' not in text
