"""录用 in the browser: recorded one by one or from a sheet, in doubt asked, never guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from console.actions import adoptions
from console.application import Application
from ledger.adoptions import AdoptionReport, RegisteredAdoption
from ledger.models.letters import DraftRow
from ledger.queries import search
from ledger.queries.search import DraftHit, DraftQuery
from rulebook.default_rules import ARTICLE, NEWS
from rulebook.model import Outcome
from tests.console.office import NOW

DAY = "2022-03-08"


def accepted(application: Application, unit: str = "洛阳镇") -> DraftHit:
    wanted = DraftQuery(unit=unit, outcome=Outcome.ACCEPTED)
    return search.search(application.engine, wanted)[0]


def only(application: Application) -> RegisteredAdoption:
    (one,) = application.adoptions.listing()
    return one


def form(application: Application, of: str = "洛阳镇", **changes: str) -> dict[str, str]:
    draft = accepted(application, of)
    told = {
        "unit": draft.unit or "",
        "title": draft.title,
        "outlet": "中国应急管理报",
        "day": DAY,
        "draft": str(draft.draft),
        "tier": "",
    }
    return {**told, **changes}


def test_an_adoption_is_recorded_with_its_tier_and_its_evidence(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    told = client.post(
        "/adoptions",
        data=form(application, url="https://paper.example/1"),
        files={"evidence": ("../样报 1.pdf", b"%PDF-1.4 sample")},
    )
    assert told.status_code == 303
    one = only(application).printed
    assert (one.outlet, one.tier, one.draft) == ("中国应急管理报", 2, accepted(application).draft)
    assert one.evidence_name == "样报 1.pdf"
    got = client.get(f"/adoptions/{only(application).id}/evidence")
    assert got.content == b"%PDF-1.4 sample"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert accepted(application).adopted
    assert "登记录用" in client.get("/audit?who=editor").text
    assert "中国应急管理报" in client.get("/adoptions").text


def test_an_adoption_that_gives_no_points_says_so_and_why(
    application: Application, sign_in: Any
) -> None:
    one = AdoptionReport("湖塘镇", "题目", "中国应急管理报", 2, NOW.date(), None, NEWS)
    news = application.adoptions.add(one, "li", NOW)
    essay = application.adoptions.add(replace(one, title="另一题", kind=ARTICLE), "li", NOW)
    client = sign_in("viewer")
    assert "该类别的录用只登记，不计分" in client.get(f"/adoptions/{news}").text
    assert "12 分" in client.get(f"/adoptions/{essay}").text


def test_an_outlet_shows_its_tier_as_it_is_typed(sign_in: Any) -> None:
    client = sign_in("viewer")
    assert "一类载体" in client.get("/adoptions/outlet", params={"outlet": "人民日报"}).text
    near = client.get("/adoptions/outlet", params={"outlet": "新华"}).text
    assert "新华社（一类）" in near
    assert "名单里没有" in near


def test_an_unlisted_outlet_asks_for_a_tier_and_keeps_what_was_written(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    asked = client.post("/adoptions", data=form(application, outlet="乡村观察报"))
    assert asked.status_code == 400
    assert "载体名单里没有“乡村观察报”" in asked.text
    assert f'value="{accepted(application).title}"' in asked.text
    assert not application.adoptions.listing()
    client.post("/adoptions", data=form(application, outlet="乡村观察报", tier="4"))
    assert only(application).printed.tier == 4


def test_a_tier_may_be_set_later_and_is_asked_for_until_then(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    client.post("/adoptions", data=form(application, outlet="乡村观察报", tier="later"))
    assert "要选定类别后才计分" in client.get("/adoptions").text
    one = only(application)
    told = client.post(f"/adoptions/{one.id}", data={"tier": "3", "seen": str(one.seq)})
    assert told.status_code == 303
    assert only(application).printed.tier == 3
    assert "要选定类别后才计分" not in client.get("/adoptions").text


def test_without_a_number_the_draft_is_found_by_its_title(
    application: Application, sign_in: Any
) -> None:
    sign_in("editor").post("/adoptions", data=form(application, draft=""))
    assert only(application).printed.draft == accepted(application).draft


def test_drafts_that_are_alike_are_shown_to_a_person_who_says_which(
    application: Application, sign_in: Any
) -> None:
    client, first = sign_in("editor"), accepted(application, "湖塘镇")
    with application.engine.begin() as connection:  # the unit's drafts have one title
        connection.execute(
            update(DraftRow).where(DraftRow.unit == "湖塘镇").values(title=first.title)
        )
    asked = client.post("/adoptions", data=form(application, "湖塘镇", draft=""))
    assert asked.status_code == 400
    assert "有几篇相近的来稿" in asked.text
    numbers = re.findall(r'name="draft" value="([1-9]\d*)"', asked.text)
    assert len(numbers) > 1
    assert str(first.draft) in numbers
    second = next(int(number) for number in numbers if number != str(first.draft))
    sheet = f"标题,单位,媒体,日期,链接\n{first.title},湖塘镇,人民日报,{DAY},\n"
    listed = client.post("/adoptions/import", files={"sheet": ("录用.csv", sheet.encode())})
    assert "请指明是哪一篇" in listed.text
    assert not application.adoptions.listing()
    row = re.search(r'name="row-2-1" value="([^"]+)"', listed.text)
    assert row
    packed = row[1].replace("&#34;", '"')
    told = client.post("/adoptions/settle", data={"row-2-1": packed, "draft-2-1": str(second)})
    assert told.status_code == 303
    assert only(application).printed.draft == second
    again = client.post("/adoptions/import", files={"sheet": ("录用.csv", sheet.encode())})
    assert "登记过 1 条" in again.text  # known by now, nothing left to ask
    assert "写入" not in again.text.partition("<main")[2].partition("没有要新登记的")[0][-40:]
    assert len(application.adoptions.listing()) == 1


def test_a_sheet_with_a_faulty_row_is_not_taken_in_at_all(
    application: Application, sign_in: Any
) -> None:
    sheet = f"标题,单位,媒体,日期\n好,湖塘镇,人民日报,{DAY}\n坏,火星,人民日报,昨天\n"
    told = sign_in("editor").post(
        "/adoptions/import", files={"sheet": ("录用.csv", sheet.encode())}
    )
    assert told.status_code == 400
    assert "第3行" in told.text
    assert not application.adoptions.listing()


def test_a_text_that_never_came_by_mail_counts_by_the_kind_a_person_gave(
    application: Application, sign_in: Any
) -> None:
    sign_in("editor").post("/adoptions", data=form(application, draft="0", kind="ARTICLE"))
    assert (only(application).printed.draft, only(application).printed.kind) == (None, ARTICLE)


def test_evidence_comes_later_and_an_adoption_is_withdrawn_with_a_reason(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    client.post("/adoptions", data=form(application))
    path = f"/adoptions/{only(application).id}"
    client.post(path, data={"deed": "change"}, files={"evidence": ("截图.png", b"png")})
    assert client.get(f"{path}/evidence").content == b"png"
    assert client.post(path, data={"deed": "withdraw"}).status_code == 400
    seen = str(only(application).seq)
    client.post(path, data={"deed": "withdraw", "why": "登记错了", "seen": seen})
    assert only(application).withdrawn
    assert not accepted(application).adopted
    second = client.post(path, data={"deed": "restore", "seen": seen})
    assert second.status_code == 409
    assert "刚刚被别人改动" in second.text
    client.post(path, data={"deed": "restore"})
    assert not only(application).withdrawn
    assert "登记错了" in client.get(path).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit": ""}, "请选择单位"),
        ({"unit": "火星"}, "没有“火星”"),
        ({"title": " "}, "请填写刊发的标题"),
        ({"day": "heute"}, "不是日期"),
        ({"url": "javascript:alert(1)"}, "http"),
        ({"draft": "x"}, "不是稿件编号"),
        ({"draft": "99999"}, "没有第 99999 号稿件"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_nothing_is_entered(
    application: Application, sign_in: Any, changes: dict[str, str], words: str
) -> None:
    told = sign_in("editor").post("/adoptions", data=form(application, **changes))
    assert told.status_code in (400, 409)
    assert words in told.text
    assert not application.adoptions.listing()


def test_the_same_adoption_twice_is_told(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    client.post("/adoptions", data=form(application))
    again = client.post("/adoptions", data=form(application))
    assert (again.status_code, "已经登记过" in again.text) == (409, True)


def test_a_viewer_looks_at_the_register_and_changes_nothing(
    application: Application, sign_in: Any
) -> None:
    number = application.adoptions.add(
        adoptions.printed(application.settings, "湖塘镇", "标题", "人民日报", date(2022, 3, 7)),
        "test",
        accepted(application).received,
    )
    client = sign_in("viewer")
    assert 'action="/adoptions' not in client.get("/adoptions").text.replace(
        'method="get" action="/adoptions"', ""
    )
    assert client.get(f"/adoptions/{number}").status_code == 200
    for path in ("/adoptions", "/adoptions/import", "/adoptions/settle", f"/adoptions/{number}"):
        assert client.post(path, data=form(application)).status_code == 403


@pytest.mark.parametrize("path", ["/adoptions/999", "/adoptions/1/evidence", "/adoptions?after=x"])
def test_what_is_not_there_is_not_found(sign_in: Any, path: str) -> None:
    assert sign_in("viewer").get(path).status_code == 404
