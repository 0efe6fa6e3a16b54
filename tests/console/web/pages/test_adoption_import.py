"""A sheet of adoptions is looked at before it is entered: what would be, what is doubtful, what is there twice."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest

from console.application import Application
from console.spreadsheets.adoption_template import HEADINGS
from ledger.queries import search
from ledger.queries.search import DraftQuery
from parsers import tables
from rulebook.model import Outcome

DAY = "2022-03-08"


def sheet(application: Application) -> bytes:
    title = search.search(application.engine, DraftQuery(unit="洛阳镇", outcome=Outcome.ACCEPTED))[
        0
    ].title
    rows = [
        f"{title},洛阳镇,人民日报,{DAY},https://a.example/1",
        f"{title},洛阳镇,人民日报,{DAY},",
        f"没有来过的稿件,湖塘镇,乡村观察报,{DAY},",
    ]
    return "\n".join(["标题,单位,媒体,日期,链接", *rows]).encode()


def preview(client: Any, raw: bytes) -> str:
    told = client.post("/adoptions/import", files={"sheet": ("录用.csv", raw)})
    assert told.status_code == 200
    return str(told.text)


def packed(page: str) -> dict[str, str]:
    found = re.findall(r'name="(rows-[0-9]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_what_would_be_entered_is_shown_and_then_entered_as_it_was_shown(
    application: Application, sign_in: Any
) -> None:
    client, raw = sign_in("editor"), sheet(application)
    page = preview(client, raw)
    for words in ("将登记 2 条", "不是来稿 1 条", "载体不在名单里 1 条", "表内重复 1 条", "同第"):
        assert words in page, words
    assert application.adoptions.listing() == []
    assert client.post("/adoptions/settle", data=packed(page)).status_code == 303
    rows = {one.printed.outlet: one.printed for one in application.adoptions.listing()}
    assert set(rows) == {"人民日报", "乡村观察报"}
    assert rows["人民日报"].draft is not None
    assert rows["人民日报"].url == "https://a.example/1"
    assert (rows["乡村观察报"].draft, rows["乡村观察报"].tier) == (None, None)
    again = preview(client, raw)
    assert "登记过 3 条" in again
    assert not packed(again)
    assert client.post("/adoptions/settle", data=packed(page)).status_code == 303
    assert len(application.adoptions.listing()) == 2


def test_the_template_is_read_by_the_import(application: Application, sign_in: Any) -> None:
    client = sign_in("editor")
    got = client.get("/adoptions/template")
    assert got.headers["content-disposition"].startswith("attachment;")
    grids = tables.read("录用情况表.xlsx", io.BytesIO(got.content).getvalue())
    assert isinstance(grids, tuple)
    assert HEADINGS == ("标题", "单位", "媒体", "日期", "链接")
    assert "标题" in str(grids[0])
    told = client.post("/adoptions/import", files={"sheet": ("表.xlsx", got.content)})
    assert told.status_code in (200, 400)
    assert application.adoptions.listing() == []


@pytest.mark.parametrize("raw", ["[", "[1]", '[{"title": "a"}]', '[{"day": "x"}]', "{}1"])
def test_a_packed_row_that_was_tampered_with_is_no_row(sign_in: Any, raw: str) -> None:
    client = sign_in("editor")
    assert client.post("/adoptions/settle", data={"rows-1": raw}).status_code == 400
