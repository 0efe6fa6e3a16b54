"""催报 from the page: who owes what, the very letters first, then sent once; 立即收信."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from console.actions.daily_letters import earlier_reminders
from console.application import Application
from console.state import asked_round
from ledger.states import LetterKind
from notifier.letters.reminder import reminded
from tests.console.office import NOW


def owed(application: Application) -> list[str]:
    return application.outbox.message_ids(LetterKind.REMINDER, NOW - timedelta(days=1))


def test_one_unit_is_reminded_by_the_letter_that_was_shown_and_once(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    assert "湖塘镇" in client.get("/reminders").text
    shown = client.post("/reminders", data={"unit": "湖塘镇", "deed": "preview"})
    assert "【提醒】湖塘镇" in shown.text
    assert "qian@hutang.example" in shown.text
    assert owed(application) == []
    mark = re.search(r'name="mark" value="(x[0-9a-f]+)"', shown.text)
    assert mark
    sent = {"unit": "湖塘镇", "mark": mark[1], "deed": "send"}
    for expected in ("已向 1 个单位发出提醒", "刚刚已经发过"):
        answer = client.post("/reminders", data=sent)
        assert answer.status_code == 303
        assert expected in client.get(answer.headers["location"]).text
    assert len(owed(application)) == 1
    # the clock does not remind of the same period once more
    assert any(period == "2022-W10" for _, period in reminded(earlier_reminders(application, NOW)))
    assert "1 人" in client.get("/reminders").text
    assert "湖塘镇，1封邮件" in client.get("/audit?who=editor").text


def test_who_owes_nothing_or_has_no_address_is_not_written_to(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    for unit, words in (("前黄镇", "没有登记邮箱"), ("火星", "都不差任务"), ("", "先勾选")):
        told = client.post("/reminders", data={"unit": unit} if unit else {})
        assert (told.status_code, words in told.text) == (400, True), unit
    assert owed(application) == []


def test_a_viewer_looks_and_sends_nothing(sign_in: Any) -> None:
    client = sign_in("viewer")
    assert "看勾选单位的信" not in client.get("/reminders").text
    assert client.post("/reminders", data={"unit": "湖塘镇"}).status_code == 403
    assert client.post("/collect").status_code == 403


def test_the_service_is_asked_for_a_round_and_takes_it_once(
    application: Application, sign_in: Any
) -> None:
    client, data = sign_in("editor"), application.settings.data_dir
    assert "立即收信" in client.get("/").text
    assert client.post("/collect").status_code == 303
    assert asked_round.waiting(data)
    assert asked_round.take(data)
    assert not asked_round.take(data)
