"""Whatever words and texts, both databases find the same: what holds the words as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from alembic import command
from sqlalchemy import Engine, select, text

from ledger.models.database import alembic_config, open_ledger
from ledger.models.letters import DraftRow, LetterRow
from ledger.queries import full_text, search_terms
from ledger.queries.search import DraftQuery, Order, key_of, search
from rulebook.reasons import Reason
from tests.ledger.world import MARCH, World
from tests.rulebook.builders import draft

SIGNS = "检查安全生产检查安全会议ABab1%_\\'\"，。Ａａéß𠮷\U0001f600"
DRAFTS = 60


def texts(chance: Random) -> list[tuple[str, str]]:
    """Titles and texts of few signs, so that most words stand somewhere and nearly nowhere."""

    def written(most: int) -> str:
        return "".join(chance.choices(SIGNS, k=chance.randrange(1, most)))

    return [(written(8), written(40)) for _ in range(DRAFTS)]


def asked(chance: Random, written: list[tuple[str, str]]) -> str:
    """One to three words: pieces of a text, signs by chance, in letters of either case."""
    words = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        whole = chance.choice(chance.choice(written))
        start = chance.randrange(len(whole))
        word = whole[start : start + chance.randrange(1, 6)]
        if chance.random() < 0.3:
            word = "".join(chance.choices(SIGNS, k=chance.randrange(1, 4)))
        words.append(word.swapcase() if chance.random() < 0.3 and word.isascii() else word)
    return " ".join(words)


def columns_of(engine: Engine) -> dict[int, list[str]]:
    """What is searched of each draft: its own words and its letter's."""
    asked = select(DraftRow.id, *search_terms.DRAFT_COLUMNS, *search_terms.LETTER_COLUMNS).join(
        LetterRow, LetterRow.id == DraftRow.letter_id
    )
    with engine.connect() as connection:
        return {row[0]: [one or "" for one in row[1:]] for row in connection.execute(asked)}


def folded(written: str) -> str:
    return "".join(one.lower() if one.isascii() else one for one in written)


@pytest.fixture
def corpus(engine: Engine) -> Iterator[tuple[World, list[tuple[str, str]]]]:
    world, written = World(engine), texts(Random(19))
    for number, (title, body) in enumerate(written):
        piece = draft(f"{number}.zip/稿.docx", title=title, text=body)
        world.enter(piece, received=MARCH + timedelta(minutes=number))
    with (
        engine.begin() as connection
    ):  # as it was written, whatever is made of a title at the entry
        for number, (title, body) in enumerate(written, 1):
            connection.execute(
                text("UPDATE drafts SET title = :title, text = :body WHERE id = :id"),
                {"title": title, "body": body, "id": number},
            )
    yield world, written


def paged(engine: Engine, words: str, order: Order) -> list[int]:
    numbers: list[int] = []
    after = None
    while page := search(engine, DraftQuery(words=words), limit=7, order=order, after=after):
        numbers += [hit.draft for hit in page]
        after = key_of(page[-1], order)
    return numbers


@pytest.mark.parametrize(("common", "walked"), [(10_000, 4_000), (5, 8), (40, 1)])
def test_every_word_is_found_where_it_stands_and_nowhere_else(
    corpus: tuple[World, list[tuple[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    common: int,
    walked: int,
) -> None:
    monkeypatch.setattr(full_text, "COMMON", common)
    monkeypatch.setattr(search_terms, "WALKED", walked)
    world, written = corpus
    held = columns_of(world.engine)
    chance = Random(common)
    for _ in range(60):
        words = asked(chance, written)
        standing = {
            number
            for number, parts in held.items()
            if all(any(folded(word) in folded(part) for part in parts) for word in words.split())
        }
        order = chance.choice((Order.NEWEST, Order.OLDEST, Order.LONGEST))
        found = paged(world.engine, words, order)
        assert len(found) == len(set(found)), words
        assert set(found) == standing, words


def test_an_older_ledger_finds_short_words_after_its_migration(url: str) -> None:
    engine = open_ledger(url)
    world = World(engine)
    world.enter(draft("1.zip/稿.docx", title="湖塘镇开展森林防火检查"))
    held = world.enter(draft("2.zip/稿.docx"), unit=None)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0030")
    engine.dispose()
    engine = open_ledger(url)
    assert [hit.draft for hit in search(engine, DraftQuery(words="林防"))] == [1]
    hits = search(engine, DraftQuery(reason=Reason.UNKNOWN_SENDER))
    assert [hit.letter for hit in hits] == [held]
    engine.dispose()


def test_postgresql_answers_a_short_word_from_its_indexes(
    corpus: tuple[World, list[tuple[str, str]]],
) -> None:
    engine = corpus[0].engine
    if engine.dialect.name != "postgresql":
        return
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        query = text("EXPLAIN " + search_terms.DRAFTS.format("terms"))
        plan = "\n".join(connection.scalars(query, {"terms": ["检查"]}))
    assert "ix_drafts_terms" in plan
    assert "ix_letters_terms" in plan
