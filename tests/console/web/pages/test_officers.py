"""宣传员 in the browser: appointed, changed, handed over, ended; strangers' letters claimed."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.application import Application
from ledger.queries import export, letter_views
from ledger.roster import Officer

STRANGER = "who@elsewhere.example"


def officer(application: Application, name: str) -> Officer:
    return next(one for one in application.roster.officers() if one.name == name)


def form(client: TestClient, number: int, **changes: str) -> dict[str, str]:
    text = client.get(f"/officers/{number}").text.partition('action="/officers/')[2]
    told = dict(re.findall(r'name="(\w+)" value="([^"]*)"', text.partition("</form>")[0]))
    return {**told, **changes}


def test_an_officer_is_appointed_and_known_from_then_on(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    told = client.post(
        "/officers/new",
        data={"unit": "牛塘镇", "name": "丁一", "mail": "Ding@niutang.example，d2@niutang.example"},
    )
    assert told.status_code == 303
    assert application.roster.sender("", "d2@niutang.example", date(2022, 3, 8)).officer == "丁一"
    again = client.post("/officers/new", data={"unit": "牛塘镇", "name": "丁一"})
    assert (again.status_code, "已有在任" in again.text) == (400, True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit": "火星"}, "没有“火星”"),
        ({"name": ""}, "请填写姓名"),
        ({"mail": "nicht"}, "不是邮箱地址"),
        ({"begins": "2022-03-09", "ends": "2022-03-01"}, "早于起始日期"),
    ],
)
def test_a_faulty_appointment_is_told_and_not_entered(
    application: Application, sign_in: Any, changes: dict[str, str], words: str
) -> None:
    before = application.roster.officers()
    data = {"unit": "牛塘镇", "name": "丁一", "mail": "d@niutang.example", **changes}
    told = sign_in("editor").post("/officers/new", data=data)
    assert told.status_code == 400
    assert words in told.text
    assert application.roster.officers() == before


def test_an_address_that_another_unit_has_is_asked_about(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    first = officer(application, "钱一鸣")
    taken = first.addresses[0]
    data = {"unit": "牛塘镇", "name": "丁一", "mail": taken}
    assert first.unit != "牛塘镇"
    told = client.post("/officers/new", data=data)
    assert told.status_code == 400
    assert f"已登记给{first.unit}的钱一鸣" in told.text
    assert 'name="shared"' in told.text
    assert [one.name for one in application.roster.officers() if taken in one.addresses] == [
        "钱一鸣"
    ]
    assert client.post("/officers/new", data={**data, "shared": taken}).status_code == 303
    number = officer(application, "丁一").id
    again = client.post(f"/officers/{number}", data=form(client, number, post="科员"))
    assert again.status_code == 303  # it was answered, and nobody asks again


def test_a_change_is_kept_and_who_comes_second_is_told(
    application: Application, sign_in: Any
) -> None:
    client, number = sign_in("editor"), officer(application, "钱一鸣").id
    first = form(client, number, phone="13800000099")
    second = form(client, number, post="副科长")
    assert client.post(f"/officers/{number}", data=first).status_code == 303
    assert officer(application, "钱一鸣").phone == "13800000099"
    told = client.post(f"/officers/{number}", data=second)
    assert told.status_code == 409
    assert "刚刚被别人改动" in told.text
    assert officer(application, "钱一鸣").post == "科员"
    assert "名单变动" in client.get("/audit?who=editor").text


def test_an_appointment_ends_on_its_last_day(application: Application, sign_in: Any) -> None:
    client, number = sign_in("editor"), officer(application, "郑文").id
    client.post(f"/officers/{number}", data=form(client, number, ends="2022-03-05"))
    assert application.roster.sender("", "zheng@dadui.example", date(2022, 3, 8)).ended
    assert "任期结束" in client.get("/audit?who=editor").text or "离任" in client.get("/audit").text


def test_a_handed_over_office_is_the_successors_and_the_old_one_stays_known(
    application: Application, sign_in: Any
) -> None:
    client, number = sign_in("editor"), officer(application, "孙立").id
    data = {"name": "周洁", "mail": "zhou@xueyan.example", "begins": "2022-04-01"}
    told = client.post(f"/officers/{number}/successor", data=data)
    assert told.status_code == 303
    assert officer(application, "孙立").ends == date(2022, 3, 31)
    sender = application.roster.sender("", "sun@xueyan.example", date(2022, 4, 2))
    assert (sender.ended, sender.successors) == (True, ("zhou@xueyan.example",))
    again = client.post(f"/officers/{number}/successor", data=data)
    assert again.status_code == 400


def test_a_strangers_letters_are_claimed_and_the_address_kept(
    application: Application, sign_in: Any
) -> None:
    client, keeper = sign_in("editor"), officer(application, "钱一鸣")
    (letter,) = next(
        one.letters for one in letter_views.strangers(application.engine) if one.address == STRANGER
    )
    assert STRANGER in client.get("/officers").text
    told = client.post(
        "/officers/claim",
        data={"address": STRANGER, "officer": str(keeper.id), "why": "电话核实"},
    )
    assert told.status_code == 303
    view = letter_views.letter(application.engine, letter.id)
    assert view is not None
    assert {draft.unit for draft in view.drafts} == {"湖塘镇"}
    assert STRANGER in officer(application, "钱一鸣").addresses
    kinds = [one["kind"] for one in export.outbox(application.engine, application.zone)]
    assert "correction" in kinds
    again = client.post("/officers/claim", data={"address": STRANGER, "unit": "前黄镇"})
    assert (again.status_code, "已经认领过" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "请选择单位"),
        ({"unit": "火星"}, "没有“火星”"),
        ({"unit": "前黄镇", "officer": "1"}, "不一致"),
        ({"unit": "前黄镇", "officer": "999"}, "没有这位宣传员"),
    ],
)
def test_an_unclear_claim_changes_nothing(
    application: Application, sign_in: Any, data: dict[str, str], words: str
) -> None:
    told = sign_in("editor").post("/officers/claim", data={"address": STRANGER, **data})
    assert told.status_code == 400
    assert words in told.text
    assert STRANGER in {one.address for one in letter_views.strangers(application.engine)}


def test_a_viewer_sees_the_roster_and_keeps_none(sign_in: Any) -> None:
    client = sign_in("viewer")
    assert "/officers/1" not in client.get("/officers").text
    for path in ("/officers/1", "/officers/new"):
        assert client.get(path).status_code == 403  # they show whole phone numbers
    for path in ("/officers/new", "/officers/claim", "/officers/1", "/officers/1/successor"):
        assert client.post(path, data={"name": "x"}).status_code == 403
