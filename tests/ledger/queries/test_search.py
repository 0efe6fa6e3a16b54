"""Search: words of any length wherever they stand, filters, pages without gaps."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from ledger.ids import DraftId
from ledger.queries import full_text, letter_lists
from ledger.queries.search import DraftQuery, Order, draft_counts, key_of, one, search
from rulebook.default_rules import ARTICLE, NEWS
from rulebook.model import EventDate, Timely
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import Ruling
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
    world.enter(draft("6.zip/稿.docx", event_date=EventDate(None)), unit="高新区")
    return world


def found(world: World, words: str) -> list[int]:
    return [hit.draft for hit in search(world.engine, DraftQuery(words=words))]


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
        (DraftQuery(unit="高新区"), {6}),
        (DraftQuery(outcome=Outcome.HELD), {6}),
        (DraftQuery(reason=Reason.DATE_UNCERTAIN), {6}),
        (DraftQuery(kind=ARTICLE), set()),
        (DraftQuery(adopted=True), set()),
        (DraftQuery(first=MARCH.date() + timedelta(days=1)), set()),
        (DraftQuery(last=MARCH.date()), {1, 2, 3, 4, 5, 6}),
    ],
)
def test_each_filter_narrows(world: World, wanted: DraftQuery, numbers: set[int]) -> None:
    assert {hit.draft for hit in search(world.engine, wanted)} == numbers


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_without_gap_or_repeat(world: World, order: Order) -> None:
    whole = [hit.draft for hit in search(world.engine, DraftQuery(), order=order)]
    assert paged(world, DraftQuery(), order) == whole
    undated = {6} if order in (Order.LATEST_EVENT, Order.EARLIEST_EVENT) else set()
    assert set(whole) == {1, 2, 3, 4, 5, 6} - undated


def test_one_draft_is_found_by_its_number(world: World) -> None:
    hit = one(world.engine, 1)
    assert hit is not None
    assert hit.title == TITLES[0]
    assert one(world.engine, 99) is None


WORDS = ["消", "消防大会", "检查", "safety", "会", "部署", "%", "不在"]


@pytest.mark.parametrize(("common", "first"), [(1, 16), (3, 1), (10_000, 16)])
def test_words_common_and_rare_are_found_in_the_same_pages(
    world: World, monkeypatch: pytest.MonkeyPatch, common: int, first: int
) -> None:
    monkeypatch.setattr(full_text, "COMMON", common)
    monkeypatch.setattr(full_text, "FIRST", first)
    for several in (*itertools.combinations(WORDS, 1), *itertools.combinations(WORDS, 2)):
        for order in (Order.NEWEST, Order.LONGEST) if len(several) == 1 else (Order.NEWEST,):
            every = [hit.draft for hit in search(world.engine, DraftQuery(), order=order)]
            standing = [
                number
                for number in every
                if all(word in said(number).casefold() for word in several)
            ]
            assert paged(world, DraftQuery(words=" ".join(several)), order) == standing


def test_a_word_that_all_have_is_paged_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_text, "COMMON", 2)
    for words in ("部署", "部署 培训", "部署 召开", "开展 安全检查"):
        assert len(paged(world, DraftQuery(words=words), Order.NEWEST)) == 6
    assert paged(world, DraftQuery(words="部署", unit="高新区"), Order.NEWEST) == [6]


@pytest.mark.parametrize("common", [1, full_text.COMMON])
def test_the_adopted_the_late_and_those_of_a_reason_are_paged_with_any_other_filter(
    world: World, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(full_text, "COMMON", common)
    for number in range(3):
        late = draft(f"{7 + number}.zip/迟.docx", title="迟到的消防大会")
        world.enter(late, received=MARCH + timedelta(days=9, hours=number))
    world.decisions.rule(DraftId(2), Ruling(unit="高新区"), "li", "", MARCH)
    for number in (1, 2, 3):
        world.adopt(number, date(2022, 3, 20), 2)
    expected = {
        DraftQuery(adopted=True): [3, 2, 1],
        DraftQuery(adopted=True, unit="湖塘镇"): [3, 1],
        DraftQuery(adopted=True, unit="高新区", words="检查"): [2],
        DraftQuery(adopted=False): [9, 8, 7, 6, 5, 4],
        DraftQuery(timely=Timely.LATE): [9, 8, 7],
        DraftQuery(timely=Timely.LATE, unit="湖塘镇", kind=NEWS): [9, 8, 7],
        DraftQuery(timely=Timely.LATE, unit="高新区"): [],
        DraftQuery(timely=Timely.UNDETERMINED): [6],
        DraftQuery(timely=Timely.ON_TIME, adopted=True): [3, 2, 1],
        DraftQuery(reason=Reason.LATE): [9, 8, 7],
        DraftQuery(reason=Reason.LATE, words="消防"): [9, 8, 7],
        DraftQuery(reason=Reason.DATE_UNCERTAIN): [6],
        DraftQuery(reason=Reason.INFECTED): [],
    }
    for wanted, numbers in expected.items():
        assert paged(world, wanted, Order.NEWEST) == numbers


def said(number: int) -> str:
    title = TITLES[number - 1] if number <= len(TITLES) else draft().title
    return f"{title}\n{NEWS_TEXT}"


def paged(world: World, wanted: DraftQuery, order: Order) -> list[int]:
    numbers: list[int] = []
    after = None
    while page := search(world.engine, wanted, limit=2, order=order, after=after):
        numbers += [hit.draft for hit in page]
        after = key_of(page[-1], order)
    return numbers


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("qian@town", [6, 5, 4, 3, 2, 1]),
        ("钱一鸣 高新区", [6]),
        ("钱一鸣 消防大会", [1]),
        ("高新", [6]),
        ("SG20220308-000002", [2]),
        ("sg20220308-000002 Safety", [2]),
        ("SG20220308-000002 消防", []),
        ("不在 这里", []),
    ],
)
@pytest.mark.parametrize("common", [1, full_text.COMMON])
def test_what_is_remembered_of_a_letter_finds_it_and_its_drafts(
    world: World, monkeypatch: pytest.MonkeyPatch, words: str, letters: list[int], common: int
) -> None:
    monkeypatch.setattr(full_text, "COMMON", common)
    assert found(world, words) == letters  # each letter of this world has one draft
    query = letter_lists.LetterQuery(words=words)
    assert {one.id for one in letter_lists.letters(world.engine, query)} == {*letters}
    assert letter_lists.letter_counts(world.engine, query).total == len(letters)
    assert draft_counts(world.engine, DraftQuery(words=words)).total == len(letters)
