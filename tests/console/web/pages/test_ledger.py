"""台账: narrowed by period, sorted by its columns, taken along as a table."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from console.application import Application
from console.serializers import csv_lines
from console.web.pages import ledger
from ledger.models.letters import DraftRow
from ledger.queries.search import DraftQuery, Order, key_of, search


def numbers(text: str) -> list[str]:
    return re.findall(r'href="/letters/\d+#draft-(\d+)"', text)


def test_a_period_narrows_the_book_and_days_narrow_it_further(sign_in: Any) -> None:
    client = sign_in("viewer")
    whole = numbers(client.get("/drafts").text)
    week = numbers(client.get("/drafts?period=2022-W10").text)
    assert 0 < len(week) <= len(whole)
    assert not numbers(client.get("/drafts?period=2021Q1").text)
    eighth = numbers(client.get("/drafts?period=2022-W10&from=2022-03-08").text)
    assert len(eighth) < len(week)
    assert numbers(client.get("/drafts?period=nix").text) == whole


@pytest.mark.parametrize("order", list(Order))
def test_every_order_sorts_and_pages_without_gap_or_repeat(
    application: Application, order: Order
) -> None:
    whole = search(application.engine, DraftQuery(), limit=100, order=order)
    keys = [key_of(one, order) for one in whole]
    falling = order in (Order.NEWEST, Order.LATEST_EVENT, Order.LONGEST)
    assert keys == sorted(keys, reverse=falling)
    paged, after = [], None
    while part := search(application.engine, DraftQuery(), limit=4, order=order, after=after):
        paged += part
        after = key_of(part[-1], order)
    assert paged == whole


@pytest.mark.parametrize("order", ["longest", "latest_event", "oldest"])
def test_the_pages_of_a_sorted_book_follow_each_other(
    sign_in: Any, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("viewer")
    whole = numbers(client.get(f"/drafts?order={order}").text)
    monkeypatch.setattr(ledger, "PAGE", 5)
    path, found = f"/drafts?order={order}", []
    while path:
        text = client.get(path).text
        found += numbers(text)
        following = re.search(r'href="([^"]+)" role="button" rel="next"', text)
        path = following[1].replace("&amp;", "&") if following else ""
    assert found == whole


def test_a_book_sorted_by_event_says_what_it_leaves_out_and_is_taken_along_whole(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    page = client.get("/drafts?order=latest_event").text
    whole = search(application.engine, DraftQuery(), limit=100)
    assert len(numbers(page)) < len(whole)
    assert "只列出定了事件日的稿件" in page
    assert "只列出定了事件日的稿件" not in client.get("/drafts").text
    told = client.post("/drafts/export?order=latest_event", data={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert len(rows) == len(whole)


def test_what_was_found_is_taken_along_as_a_table_and_recorded(
    application: Application, sign_in: Any
) -> None:
    client = sign_in("editor")
    with application.engine.begin() as connection:
        connection.execute(update(DraftRow).where(DraftRow.id == 1).values(title="=cmd|' /C'!A0"))
    found = numbers(client.get("/drafts?unit=湖塘镇").text)
    told = client.post("/drafts/export?unit=湖塘镇", data={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
    assert [row["稿件编号"] for row in rows] == found
    assert {row["单位"] for row in rows} == {"湖塘镇"}
    assert "'=cmd|' /C'!A0" in {row["标题"] for row in rows}  # no formula
    told = client.post("/drafts/export?unit=湖塘镇", data={"format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(told.content)).get_sheet_by_index(0)
    assert len(sheet.to_python()) == len(rows) + 1
    audit = client.get("/audit?who=editor").text
    assert f"{len(rows)}行" in audit


def test_only_the_two_formats_are_known_and_only_a_form_takes_a_table(sign_in: Any) -> None:
    client = sign_in("editor")
    assert client.post("/drafts/export", data={"format": "exe"}).status_code == 400
    assert client.get("/drafts/export").status_code in (303, 404)


def test_a_viewer_takes_no_table_along(sign_in: Any) -> None:
    client = sign_in("viewer")
    assert "/drafts/export" not in client.get("/drafts").text
    assert client.post("/drafts/export", data={"format": "csv"}).status_code == 403


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_becomes_a_formula(start: str) -> None:
    (line,) = csv_lines([{"标题": f"{start}1+1", "说明": [f"{start}2"]}])
    row = next(csv.DictReader(io.StringIO(line, newline="")))
    assert all(value.startswith(f"'{start}") for value in row.values())
