"""A list of officers in the browser: shown what it changes, then written; nothing before."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from console.application import Application
from ledger.models.letters import LetterRow
from ledger.roster import Officer
from rulebook.conversation import Purpose

HEADINGS = "单位,姓名,职务,联系电话,邮箱,备注\n"
DING = "牛塘镇,丁一,科员,13800000009,ding@niutang.example,\n"


def shown(client: TestClient, rows: str, headings: str = HEADINGS) -> Any:
    files = {"sheet": ("名单.csv", (headings + rows).encode())}
    return client.post("/officers/import", files=files)


def form(text: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in fields}


def officer(application: Application, name: str) -> Officer | None:
    return next((one for one in application.roster.officers() if one.name == name), None)


def test_a_list_is_shown_first_written_then_and_told_in_the_audit(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    told = shown(client, DING)
    assert told.status_code == 200
    assert "新增 1 人" in told.text
    assert officer(application, "丁一") is None
    assert client.post("/officers/import/write", data=form(told.text)).status_code == 303
    assert "丁一" in client.get("/officers").text
    assert "牛塘镇" in client.get("/audit?who=editor").text


def test_a_change_is_shown_before_and_after_and_empty_cells_change_nothing(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    told = shown(client, "湖塘镇,钱 一鸣,副科长,,,\n")
    assert "职务" in told.text
    assert "副科长" in told.text
    client.post("/officers/import/write", data=form(told.text))
    qian = officer(application, "钱一鸣")
    assert qian is not None
    assert (qian.post, qian.phone) == ("副科长", "13800000001")
    assert qian.addresses


def test_who_is_no_longer_on_the_list_ends_only_with_a_day(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    rows = "湖塘镇,新人,科员,,new@hutang.example,\n"
    told = shown(client, rows)
    assert "钱一鸣" in told.text
    assert "孙立" not in told.text  # of a unit that the list does not have
    client.post("/officers/import/write", data={**form(told.text), "last_day": "2022-03-31"})
    qian = officer(application, "钱一鸣")
    assert qian is not None
    assert qian.ends == date(2022, 3, 31)


def test_what_must_be_asked_leaves_nothing_to_write(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    told = shown(
        client, DING + "雪堰镇,某人,,,qian@hutang.example,\n火星镇,某甲,,,m@mars.example,\n"
    )
    assert told.status_code == 400
    assert "已登记给湖塘镇的钱一鸣" in told.text
    assert "火星镇" in told.text
    assert "写入名单" not in told.text
    assert officer(application, "丁一") is None


def test_columns_that_mean_nothing_are_named_before_anything_is_written(sign_in: Any) -> None:
    told = shown(sign_in("editor"), "牛塘镇,丁一,女\n", "单位,姓名,性别\n")
    assert "没有用到的列（不登记）：性别" in told.text
    assert "没有读的不登记，写入其余的" in told.text


def test_a_preview_that_is_out_of_date_writes_nothing(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    told = shown(client, DING)
    client.post("/officers/new", data={"unit": "牛塘镇", "name": "别人"})
    late = client.post("/officers/import/write", data=form(told.text))
    assert (late.status_code, "刚刚被别人改动" in late.text) == (409, True)
    assert officer(application, "丁一") is None


def test_a_list_of_hundreds_fits_into_the_form(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    rows = "".join(f"牛塘镇,宣传员{n},科员,,o{n}@niutang.example,{'兼' * 60}\n" for n in range(300))
    told = client.post("/officers/import/write", data=form(shown(client, rows).text))
    assert told.status_code == 303
    assert officer(application, "宣传员299") is not None


def test_a_made_up_form_and_a_file_without_people_are_refused(sign_in: Any) -> None:
    client = sign_in("editor")
    bad = client.post("/officers/import", files={"sheet": ("名单.csv", b"a,b\n1,2\n")})
    assert bad.status_code == 400
    assert "表头" in bad.text
    seen = form(shown(client, DING).text)["seen"]
    for made_up in ("nonsense", "[]", '[{"unit": "火星"}]', "[1]"):
        told = client.post("/officers/import/write", data={"seen": seen, "list-1": made_up})
        assert told.status_code == 400


def test_a_list_that_an_officer_mailed_is_previewed_by_one_click_and_written_when_agreed(
    application: Application, sign_in: Any
) -> None:
    with Session(application.engine) as session:
        letter = session.scalars(select(LetterRow).where(LetterRow.purpose == Purpose.FORM)).first()
        assert letter is not None
        number = next(at for at, one in enumerate(letter.files) if one["role"] == "form")
    client = sign_in("editor")
    path = f"/letters/{letter.id}/files/{number}/roster"
    assert f'action="{path}"' in client.get(f"/letters/{letter.id}").text
    told = client.post(path)
    assert f"第 {letter.id} 号来信" in told.text
    assert "还没有写入" in told.text
    assert client.post(f"/letters/{letter.id}/files/99/roster").status_code == 404
    assert client.post("/letters/1/files/0/roster").status_code == 404, "no list"
    assert sign_in("viewer").post(path).status_code == 403
