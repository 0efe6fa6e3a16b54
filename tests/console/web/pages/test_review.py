"""待核: held drafts are decided by people, who cannot overrule each other unawares."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from console.application import Application
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow
from ledger.queries import export
from rulebook.reasons import Outcome


def held(application: Application, reason: str) -> int:
    with Session(application.engine) as session:
        return next(
            row.draft_id
            for row in session.scalars(
                select(StandingRow).where(StandingRow.outcome == Outcome.HELD)
            )
            if reason in row.reasons
        )


def standing(application: Application, draft: int) -> StandingRow:
    with Session(application.engine) as session:
        return session.get_one(StandingRow, draft)


def seen(client: TestClient, draft: int) -> str:
    found = re.search(r'name="seen" value="(\d+)"', client.get(f"/queue/{draft}").text)
    assert found
    return found[1]


def test_the_queue_lists_what_waits_and_each_can_be_opened(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("viewer")
    numbers = re.findall(r'href="/queue/(\d+)"', client.get("/queue").text)
    assert str(held(application, "DATE_UNCERTAIN")) in numbers
    for number in numbers:
        assert client.get(f"/queue/{number}").status_code == 200


def test_a_day_that_a_person_gives_settles_the_draft_and_owes_a_correction(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    form = {
        "deed": "correct",
        "seen": seen(client, draft),
        "happened": "2022-03-07",
        "why": "电话核实",
    }
    told = client.post(f"/queue/{draft}", data=form)
    assert told.status_code == 303
    row = standing(application, draft)
    assert (row.outcome, str(row.event_date)) == (Outcome.ACCEPTED, "2022-03-07")
    (correction,) = [
        one
        for one in export.outbox(application.engine, application.zone)
        if one["kind"] == "correction"
    ]
    assert correction["subject"].startswith("【更正】")
    assert "电话核实" in client.get("/audit?who=editor").text


def test_a_repeat_is_shown_beside_its_twin_with_what_both_have_marked(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("viewer"), held(application, "DUPLICATE")
    text = client.get(f"/queue/{draft}").text
    assert "以前的稿件" in text
    assert "本稿" in text
    assert "相似度 <b>95%</b>" in text
    assert text.count('<mark class="same">') >= 3  # the legend, and at least one in either text
    with Session(application.engine) as session:
        row = session.get_one(DraftRow, draft)
        earlier = session.scalars(
            select(DraftRow).where(
                DraftRow.letter_id == row.twin_letter_id, DraftRow.position == row.twin_position
            )
        ).one()
    assert f"/letters/{row.twin_letter_id}#draft-{earlier.id}" in text
    assert f'href="/queue/{draft}"' in client.get(f"/queue/{earlier.id}").text


def test_a_strangers_draft_is_claimed_for_a_unit(application: Application, sign_in: Any) -> None:
    client, draft = sign_in("editor"), held_for_this_alone(application, "UNKNOWN_SENDER")
    client.post(f"/queue/{draft}", data={"deed": "correct", "unit": "前黄镇", "why": "新任"})
    assert standing(application, draft).unit == "前黄镇"
    assert standing(application, draft).outcome is Outcome.ACCEPTED


def test_who_comes_second_is_told_and_nothing_is_overwritten(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    before = seen(client, draft)
    day = str(standing(application, draft).day)
    client.post(f"/queue/{draft}", data={"deed": "confirm", "seen": before, "happened": day})
    second = client.post(f"/queue/{draft}", data={"deed": "refuse", "seen": before, "why": "重复"})
    assert second.status_code == 409
    assert "刚刚由 editor 处理过" in second.text
    assert standing(application, draft).outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"deed": "refuse"}, "写明理由"),
        ({"deed": "correct"}, "没有改动"),
        ({"deed": "correct", "unit": "火星"}, "没有“火星”"),
        ({"deed": "correct", "happened": "heute"}, "不是日期"),
    ],
)
def test_what_cannot_be_decided_is_told_and_nothing_changes(
    application: Application, sign_in: Any, form: dict[str, str], words: str
) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    told = client.post(f"/queue/{draft}", data=form)
    assert told.status_code == 400
    assert words in told.text
    assert standing(application, draft).outcome is Outcome.HELD


def test_accepting_what_belongs_to_nobody_asks_for_the_unit_first(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application, "UNKNOWN_SENDER")
    told = client.post(f"/queue/{draft}", data={"deed": "confirm"})
    assert (told.status_code, "先核定类别和单位" in told.text) == (400, True)


def test_a_viewer_may_look_and_not_decide(application: Application, sign_in: Any) -> None:
    client, draft = sign_in("viewer"), held(application, "DATE_UNCERTAIN")
    assert 'name="deed"' not in client.get(f"/queue/{draft}").text
    assert client.post(f"/queue/{draft}", data={"deed": "confirm"}).status_code == 403


def held_for_this_alone(application: Application, reason: str) -> int:
    """A draft that waits for one reason and no other."""
    with Session(application.engine) as session:
        rows = session.scalars(select(StandingRow).where(StandingRow.outcome == Outcome.HELD))
        return next(row.draft_id for row in rows if row.reasons == [reason])


def test_what_was_changed_in_the_form_is_part_of_the_confirmation(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    day = str(standing(application, draft).day)
    client.post(f"/queue/{draft}", data={"deed": "confirm", "happened": day})
    after = standing(application, draft)
    assert (str(after.event_date), after.outcome) == (day, Outcome.ACCEPTED)


def test_a_form_that_comes_back_at_once_decides_nothing(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    page = client.get(f"/queue/{draft}").text
    shown = page.split('name="shown" value="')[1].split('"')[0]
    seq = standing(application, draft).seq
    answer = client.post(f"/queue/{draft}", data={"deed": "confirm", "shown": shown})
    assert answer.status_code == 409
    assert "防误点" in answer.text
    assert standing(application, draft).seq == seq


def test_a_form_sent_twice_is_one_decision_and_no_conflict(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application, "UNKNOWN_SENDER")
    form = {
        "deed": "correct",
        "unit": "前黄镇",
        "why": "新任",
        "seen": str(standing(application, draft).seq),
    }
    assert client.post(f"/queue/{draft}", data=form, follow_redirects=False).status_code == 303
    seq = standing(application, draft).seq
    again = client.post(f"/queue/{draft}", data=form, follow_redirects=False)
    assert again.status_code == 303
    assert standing(application, draft).seq == seq


def test_the_button_says_what_it_would_do(application: Application, sign_in: Any) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    day = standing(application, draft).day
    text = client.get(f"/queue/{draft}/preview", params={"happened": str(day)}).text
    assert f"按改动核定：{day.month}月{day.day}日" in text
    assert "分" in text
    assert standing(application, draft).outcome is Outcome.HELD


def test_voiding_asks_for_a_reason(application: Application, sign_in: Any) -> None:
    client, draft = sign_in("editor"), held(application, "DATE_UNCERTAIN")
    answer = client.post(f"/queue/{draft}", data={"deed": "correct", "voided": "yes"})
    assert answer.status_code == 400
    assert "由谁决定" in answer.text
