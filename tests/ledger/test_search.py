"""Search: words of any length wherever they stand, filters, pages without gaps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ledger.search import Order, Wanted, key_of, one, search
from rulebook.reasons import Outcome, Reason
from rulebook.terms import Happened, Kind
from tests.ledger.world import MARCH, World
from tests.rulebook.builders import NEWS_TEXT, draft

TITLES = ["湖塘镇召开消防大会", "前黄镇开展Safety检查", "100%完成_任务", '他说“好”\'且"好"', "会"]


@pytest.fixture
def world(engine: Engine) -> World:
    world = World(engine)
    for number, title in enumerate(TITLES, 1):
        world.enter(
            draft(f"{number}.zip/稿.docx", title=title), received=MARCH + timedelta(hours=number)
        )
    world.enter(draft("6.zip/稿.docx", happened=Happened(None)), unit="高新区")
    return world


def found(world: World, words: str) -> list[int]:
    return [hit.draft for hit in search(world.engine, Wanted(words=words))]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("大会", [1]),
        ("消防大会", [1]),
        ("召开 消防", [1]),
        ("safety", [2]),
        ("SAFETY检查", [2]),
        ("100%完成", [3]),
        ("%", [3]),
        ("成_任", [3]),
        ('"好"', [4]),
        ("'且", [4]),
        ("不在这里", []),
        ("不在", []),
    ],
)
def test_words_are_found_as_they_are_written(world: World, words: str, numbers: list[int]) -> None:
    assert found(world, words) == numbers


def test_words_of_the_text_are_found_as_well(world: World) -> None:
    assert NEWS_TEXT.endswith("培训。")
    assert len(found(world, "部署培训")) == 6
    assert len(found(world, "部署")) == 6


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(unit="高新区"), {6}),
        (Wanted(outcome=Outcome.HELD), {6}),
        (Wanted(reason=Reason.DATE_UNCERTAIN), {6}),
        (Wanted(kind=Kind.ARTICLE), set()),
        (Wanted(adopted=True), set()),
        (Wanted(first=MARCH.date() + timedelta(days=1)), set()),
        (Wanted(last=MARCH.date()), {1, 2, 3, 4, 5, 6}),
    ],
)
def test_each_filter_narrows(world: World, wanted: Wanted, numbers: set[int]) -> None:
    assert {hit.draft for hit in search(world.engine, wanted)} == numbers


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_without_gap_or_repeat(world: World, order: Order) -> None:
    whole = [hit.draft for hit in search(world.engine, Wanted(), order=order)]
    paged: list[int] = []
    after = None
    while page := search(world.engine, Wanted(), limit=2, order=order, after=after):
        paged += [hit.draft for hit in page]
        after = key_of(page[-1], order)
    assert paged == whole
    undated = {6} if order in (Order.LATEST_EVENT, Order.EARLIEST_EVENT) else set()
    assert set(whole) == {1, 2, 3, 4, 5, 6} - undated


def test_one_draft_is_found_by_its_number(world: World) -> None:
    hit = one(world.engine, 1)
    assert hit is not None
    assert hit.title == TITLES[0]
    assert one(world.engine, 99) is None
