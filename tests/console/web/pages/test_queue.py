"""待核 as work: filtered, paged, counted; several decided alike after a preview; given to colleagues, noted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from console.application import Application
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow
from ledger.queries.search import DraftQuery, search
from rulebook.reasons import Outcome, Reason


def held(application: Application, reason: Reason | None = None) -> list[int]:
    query = DraftQuery(outcome=Outcome.HELD, reason=reason)
    return sorted(one.draft for one in search(application.engine, query, limit=1000))


def listed(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="draft"\s+value="(\d+)"', text)]


def outcome(application: Application, draft: int) -> Outcome:
    with Session(application.engine) as session:
        return session.get_one(StandingRow, draft).outcome


def many_more(application: Application, number: int) -> None:
    """Copies of a held draft, as an office has them after a holiday."""
    first = held(application)[0]
    with application.engine.begin() as connection:
        draft = connection.execute(select(DraftRow.__table__).where(DraftRow.id == first)).one()
        row = connection.execute(
            select(StandingRow.__table__).where(StandingRow.draft_id == first)
        ).one()
        for at in range(number):
            values = {**draft._mapping, "id": 5000 + at, "position": 100 + at}
            connection.execute(insert(DraftRow.__table__), values)  # type: ignore[arg-type]
            standing = {**row._mapping, "draft_id": 5000 + at}
            connection.execute(insert(StandingRow.__table__), standing)  # type: ignore[arg-type]


def test_all_of_the_queue_is_listed_page_by_page(application: Application, sign_in: Any) -> None:
    many_more(application, 230)
    client = sign_in("editor")
    path, found = "/queue", []
    for _ in range(20):
        text = client.get(path).text
        found += listed(text)
        further = re.search(r'<a href="([^"]+)" role="button" rel="next"', text)
        if not further:
            break
        path = further[1].replace("&amp;", "&")
    assert sorted(found) == held(application)
    assert len(found) == len(set(found)) > 230
    assert f"<small>{len(found)}</small>" in text


def test_the_queue_is_narrowed_by_reason_unit_kind_and_age(
    application: Application, sign_in: Any, clock: Any
) -> None:
    client = sign_in("editor")
    assert listed(client.get("/queue?reason=DUPLICATE").text) == held(application, Reason.DUPLICATE)
    assert "（1）" in client.get("/queue").text
    for one in listed(client.get("/queue?unit=湖塘镇").text):
        with Session(application.engine) as session:
            assert session.get_one(StandingRow, one).unit == "湖塘镇"
    assert listed(client.get("/queue?age=30").text) == []
    clock.forward(timedelta(hours=11))
    client = sign_in("editor")
    assert sorted(listed(client.get("/queue?age=1").text)) != []
    newest = listed(client.get("/queue?order=newest").text)
    assert newest == list(reversed(listed(client.get("/queue").text)))
    assert "没有这样的稿件" in client.get("/queue?unit=没有的镇").text


def test_the_next_draft_is_the_next_of_the_filter(application: Application, sign_in: Any) -> None:
    many_more(application, 3)
    client = sign_in("editor")
    first, second, *_ = listed(client.get("/queue?reason=DATE_UNCERTAIN").text)
    text = client.get(f"/queue/{first}?reason=DATE_UNCERTAIN").text
    assert f'href="/queue/{second}?reason=DATE_UNCERTAIN" rel="next"' in text
    form = {"deed": "confirm", "happened": "2022-03-07", "next": "1"}
    answer = client.post(f"/queue/{first}", data={**form, "within": "reason=DATE_UNCERTAIN"})
    assert answer.headers["location"].startswith(f"/queue/{second}?reason=DATE_UNCERTAIN&said=")


def test_several_are_decided_alike_after_a_look_and_undone_together(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    undated = held(application, Reason.DATE_UNCERTAIN)[0]
    lacking = held(application, Reason.UNKNOWN_SENDER)[0]
    other = held(application, Reason.DUPLICATE)[0]
    form = {"deed": "confirm", "happened": "2022-03-07", "draft": [undated, lacking, other]}
    shown = client.post("/queue/several", data=form).text
    assert "还没有核定" in shown
    assert "不会核定" in shown, "a stranger's draft has no unit"
    assert "确认收稿 2 篇" in shown
    assert outcome(application, undated) is Outcome.HELD
    fields = dict(re.findall(r'name="(seen-\d+|deed|happened)"\s+value="([^"]*)"', shown))
    drafts = re.findall(r'name="draft"\s+value="(\d+)"', shown)
    told = client.post(
        "/queue/several/decide", data={**fields, "draft": drafts}, follow_redirects=True
    )
    assert "已一并核定 2 篇" in told.text
    assert {outcome(application, one) for one in (undated, other)} == {Outcome.ACCEPTED}
    assert outcome(application, lacking) is Outcome.HELD
    assert "2 篇稿件已一并核定" in told.text
    seqs = re.findall(r'name="seq" value="(\d+)"', told.text)
    assert (
        "2 篇稿件恢复原样" in client.post("/undo", data={"seq": seqs}, follow_redirects=True).text
    )
    assert {outcome(application, one) for one in (undated, other)} == {Outcome.HELD}


def test_what_somebody_else_has_decided_meanwhile_is_left_alone(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    undated = held(application, Reason.DATE_UNCERTAIN)[0]
    form = {"deed": "confirm", "happened": "2022-03-07", "draft": [str(undated)]}
    shown = client.post("/queue/several", data=form).text
    seen = dict(re.findall(r'name="(seen-\d+)" value="(\d+)"', shown.replace("\n      ", " ")))
    sign_in("admin").post(f"/queue/{undated}", data={"deed": "correct", "unit": "雪堰镇"})
    told = sign_in("editor").post(
        "/queue/several/decide", data={**form, **seen}, follow_redirects=True
    )
    assert "已一并核定 0 篇" in told.text
    assert "刚刚由 admin 处理过" in told.text


def test_without_a_choice_a_reason_or_the_right_nothing_happens(
    application: Application, sign_in: Any
) -> None:
    client, draft = sign_in("editor"), held(application)[0]
    assert "请先在列表里勾选" in client.post("/queue/several", data={"deed": "confirm"}).text
    refused = client.post("/queue/several", data={"deed": "refuse", "draft": draft})
    assert "写明理由" in refused.text
    assert client.post("/queue/several", data={"deed": "x", "draft": draft}).status_code == 400
    assert sign_in("viewer").post("/queue/several", data={"deed": "confirm"}).status_code == 403
    assert 'type="checkbox" form="several"' not in sign_in("viewer").get("/queue").text


def test_drafts_are_given_to_a_colleague_and_noted(application: Application, sign_in: Any) -> None:
    client, (first, second, *_) = sign_in("editor"), held(application)
    form = {"deed": "assign", "assignee": "admin", "draft": [first, second]}
    assert (
        "2 篇稿件已交给admin"
        in client.post("/queue/several", data=form, follow_redirects=True).text
    )
    assert "请选择" in client.post("/queue/several", data={**form, "assignee": "viewer"}).text
    client.post(f"/queue/{first}/note", data={"note": "电话里说是3月7日<b>"})
    assert (
        "备注是空的"
        in client.post(f"/queue/{first}/note", data={"note": " "}, follow_redirects=True).text
    )
    client = sign_in("admin")
    assert listed(client.get("/queue?mine=1").text) == [first, second]
    page = client.get(f"/queue/{first}").text
    assert "交给 admin" in page
    assert "电话里说是3月7日&lt;b&gt;" in page
    assert "交给admin" in client.get("/audit?act=all").text
    client.post("/queue/several", data={"deed": "assign", "assignee": "", "draft": first})
    assert listed(client.get("/queue?mine=1").text) == [second]
