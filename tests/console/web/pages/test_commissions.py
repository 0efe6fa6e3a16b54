"""约稿 in the browser: asked, answered by hand, closed and opened again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from console.application import Application
from ledger.commissions import Answer, Commission
from ledger.queries import search
from ledger.queries.search import DraftQuery
from ledger.states import LetterKind
from rulebook.default_rules import COMMISSION
from rulebook.model import Outcome
from tests.console.office import NOW

TOPIC = "春季防汛准备"


def asked(application: Application, due: date = date(2022, 3, 20)) -> int:
    one = Commission(TOPIC, ("洛阳镇", "前黄镇"), date(2022, 3, 1), due)
    return application.commissions.add(one, "test", NOW)


def stands(application: Application, number: int) -> dict[str, Answer]:
    given = application.commissions.answers(number, date(2022, 3, 8))
    return {one.unit: one.answer for one in given}


def draft(application: Application, unit: str) -> int:
    return search.search(application.engine, DraftQuery(unit=unit, outcome=Outcome.ACCEPTED))[
        0
    ].draft


def test_a_text_is_asked_of_units_until_a_day(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    told = client.post(
        "/commissions", data={"topic": TOPIC, "due": "2022-03-20", "unit": ["洛阳镇", "前黄镇"]}
    )
    assert told.status_code == 303
    (one,) = application.commissions.listing()
    assert (one.topic, one.units, one.asked) == (TOPIC, ("洛阳镇", "前黄镇"), date(2022, 3, 8))
    text = client.get(told.headers["location"]).text
    assert "未到期" in text
    assert TOPIC in client.get("/commissions").text
    assert "布置约稿" in client.get("/audit?who=editor").text


def test_a_whole_group_is_asked_with_one_mark(application: Application, sign_in: Any) -> None:
    data = {"topic": TOPIC, "due": "2022-03-20", "group": "板块", "unit": ["办公室", "洛阳镇"]}
    sign_in("editor").post("/commissions", data=data)
    (one,) = application.commissions.listing()
    assert len(one.units) == 14
    assert "办公室" in one.units


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"topic": ""}, "请填写题目"),
        ({"due": "2022-03-01"}, "已经过去"),
        ({"due": ""}, "请填写截止日期"),
        ({"unit": []}, "请选择向哪些单位"),
        ({"unit": ["火星"]}, "没有“火星”"),
    ],
)
def test_what_makes_no_sense_is_told_and_kept_in_the_form(
    application: Application, sign_in: Any, changes: dict[str, Any], words: str
) -> None:
    data = {"topic": TOPIC, "due": "2022-03-20", "unit": ["洛阳镇"], "note": "图文", **changes}
    told = sign_in("editor").post("/commissions", data=data)
    assert told.status_code == 400
    assert words in told.text
    assert "图文" in told.text
    assert not application.commissions.listing()


def test_a_person_names_the_draft_that_answers_and_takes_it_back(
    application: Application, sign_in: Any
) -> None:
    client, number, answer = sign_in("editor"), asked(application), draft(application, "洛阳镇")
    assert f'<option value="{answer}">' in client.get(f"/commissions/{number}").text
    told = client.post(f"/commissions/{number}/answers", data={"draft": str(answer)})
    assert told.status_code == 303
    assert stands(application, number) == {"洛阳镇": Answer.FULFILLED, "前黄镇": Answer.OPEN}
    found = search.one(application.engine, answer)
    assert found is not None
    assert found.kind == COMMISSION
    told = client.post(
        f"/commissions/{number}/answers", data={"draft": str(answer), "deed": "take"}
    )
    assert told.headers["location"].startswith(f"/queue/{answer}")
    assert stands(application, number)["洛阳镇"] is Answer.OPEN


def test_a_draft_of_a_unit_that_was_not_asked_is_no_answer(
    application: Application, sign_in: Any
) -> None:
    client, number = sign_in("editor"), asked(application)
    told = client.post(
        f"/commissions/{number}/answers", data={"draft": str(draft(application, "礼嘉镇"))}
    )
    assert (told.status_code, "没有向礼嘉镇约过" in told.text) == (400, True)


def test_what_is_overdue_is_missing(application: Application, sign_in: Any) -> None:
    number = asked(application, date(2022, 3, 7))
    assert "未完成 2" in sign_in("viewer").get("/commissions").text
    assert set(stands(application, number).values()) == {Answer.MISSING}


def test_a_commission_is_closed_and_opened_again(application: Application, sign_in: Any) -> None:
    client, number = sign_in("editor"), asked(application)
    client.post(f"/commissions/{number}/close", data={"deed": "close", "why": "改期"})
    assert not application.commissions.waiting(date(2022, 3, 8))
    assert "改期" in client.get("/audit?who=editor").text
    client.post(f"/commissions/{number}/close", data={"deed": "reopen"})
    assert application.commissions.waiting(date(2022, 3, 8))


def test_a_viewer_looks_and_changes_nothing(application: Application, sign_in: Any) -> None:
    number, client = asked(application), sign_in("viewer")
    assert 'method="post" action="/commissions' not in client.get(f"/commissions/{number}").text
    for path in ("", f"/{number}/answers", f"/{number}/close"):
        assert client.post(f"/commissions{path}", data={"deed": "close"}).status_code == 403
    assert client.get("/commissions/999").status_code == 404


def owed(application: Application) -> list[str]:
    """The Message-IDs of what was written of commissions."""
    return application.outbox.message_ids(LetterKind.COMMISSION, NOW - timedelta(days=1))


def test_units_are_written_to_at_once_and_those_without_address_are_named(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    told = client.post(
        "/commissions", data={"topic": TOPIC, "due": "2022-03-20", "unit": ["洛阳镇", "前黄镇"]}
    )
    page = client.get(told.headers["location"]).text
    assert "通知 1 封" in page
    assert "前黄镇没有登记邮箱" in page
    assert "待送出" in page
    assert len(owed(application)) == 1
    assert "第1号约稿" in client.get("/audit?who=editor").text


def test_an_extension_is_told_to_who_has_not_answered_and_new_units_are_asked(
    application: Application, sign_in: Any
) -> None:
    client, number = sign_in("editor"), asked(application)
    sent = {"topic": TOPIC, "due": "2022-03-27", "unit": ["洛阳镇", "湖塘镇"], "tell": "yes"}
    told = client.post(f"/commissions/{number}", data=sent)
    assert told.status_code == 303
    one = application.commissions.one(number)
    assert one is not None
    assert (one.due, one.units) == (date(2022, 3, 27), ("洛阳镇", "湖塘镇"))
    letters = owed(application)
    assert len(letters) == 2
    assert sum(f"commission.{number}.c" in letter for letter in letters) == 1
    assert "没有改动" in client.post(f"/commissions/{number}", data=sent).text
    assert len(owed(application)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due": "2022-03-02"}, "已经过去"),
        ({"topic": " "}, "请填写题目"),
        ({"unit": []}, "没有写明向哪些单位"),
        ({"unit": ["火星"]}, "火星"),
    ],
)
def test_a_change_that_makes_no_sense_is_told_and_kept_in_the_form(
    application: Application, sign_in: Any, changes: dict[str, Any], words: str
) -> None:
    number = asked(application)
    sent = {"topic": "另一个题目", "due": "2022-03-27", "unit": ["洛阳镇"], **changes}
    told = sign_in("editor").post(f"/commissions/{number}", data=sent)
    assert told.status_code == 400
    assert words in told.text
    if "topic" not in changes:
        assert 'value="另一个题目"' in told.text


def test_who_has_not_answered_is_reminded_by_the_very_letter_that_was_shown_and_once(
    application: Application, sign_in: Any
) -> None:
    client, number = sign_in("editor"), asked(application)
    path = f"/commissions/{number}/remind"
    shown = client.post(path, data={"unit": ["洛阳镇", "前黄镇"], "deed": "preview"})
    assert shown.status_code == 200
    assert "约稿提醒" in shown.text
    assert owed(application) == []
    mark = re.search(r'name="mark" value="(x[0-9a-f]+)"', shown.text)
    assert mark
    for expected in ("通知 1 封", "没有新的通知"):
        sent = {"unit": ["洛阳镇"], "mark": mark[1], "deed": "send"}
        answer = client.post(path, data=sent)
        assert answer.status_code == 303
        assert expected in client.get(answer.headers["location"]).text
    assert len(owed(application)) == 1
    application.commissions.close(number, "test", "", NOW)
    assert "已经结束" in client.post(path, data={"unit": ["洛阳镇"]}).text
