"""Cells that no program wrote are named, each by its table, row and column, and no other is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.api_tokens import ApiTokens
from ledger.notices import Notices
from ledger.storage.vault import Vault
from ledger.unreadable import any_text, unreadable_cells
from rulebook.periods import parse
from tests.ledger.test_tampering import told_after
from tests.ledger.world import MARCH, World
from tests.ledgers import empty_ledger

BROKEN = "UPDATE letters SET faults = '[\"x\"]' WHERE id = 2"
"""What the proof stumbles over, so that all cells are looked at."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A ledger with two letters, a notice and a token; what a test changes is taken back."""
    folder: Path = tmp_path_factory.mktemp("cells")
    with empty_ledger(folder / "ledger.db") as engine:
        world, notices = World(engine), Notices(engine, Vault(folder / "vault"))
        for number in range(2):
            world.enter(received=MARCH + timedelta(hours=number))
        figures = world.figures.summary(parse("2022Q1"), date(2022, 4, 10))
        notices.publish(figures, {"通报.docx": b"x"}, [], "li", MARCH)
        ApiTokens(engine).add("统计", "2" * 64, "li", MARCH)
        yield engine


def unread(engine: Engine, *statements: str) -> list[str]:
    told = told_after(engine, *statements).splitlines()
    return [one for one in told if one.endswith("读不懂，不是程序写的")]


def test_of_a_sound_ledger_every_cell_can_be_read(engine: Engine) -> None:
    with Session(engine) as session, any_text(session.connection()):
        assert list(unreadable_cells(session)) == []


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        ("letters SET received = '某日' WHERE id = 1", "letters 表第 1 行的 received"),
        ("letters SET attachments = '[1]' WHERE id = 1", "letters 表第 1 行的 attachments"),
        ("letters SET attachments = '{}' WHERE id = 1", "letters 表第 1 行的 attachments"),
        ("letters SET reasons = '[' WHERE id = 1", "letters 表第 1 行的 reasons"),
        ("drafts SET outcome = '好' WHERE id = 1", "drafts 表第 1 行的 outcome"),
        ("journal SET facts = '[]' WHERE seq = 1", "journal 表第 1 行的 facts"),
        ("notices SET inputs = x'00'", "notices 表第 1 行的 inputs"),
        ("tokens SET created = '某日'", f"tokens 表第 {'2' * 20} 行的 created"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_beside_the_others(
    engine: Engine, change: str, cell: str
) -> None:
    told = unread(engine, BROKEN, f"UPDATE {change}")
    assert told == sorted(
        [f"{cell} 栏读不懂，不是程序写的", "letters 表第 2 行的 faults 栏读不懂，不是程序写的"],
        key=lambda one: (one.split()[0], one),
    )


@pytest.mark.parametrize("letter", [1, 2])
@pytest.mark.parametrize(
    ("column", "content"),
    [
        *((name, "'某日'") for name in ("received", "collected", "sent", "examined", "handled")),
        *((name, "'好'") for name in ("state", "outcome", "purpose", "deed")),
        *((name, "'['") for name in ("reasons", "remarks", "faults", "attachments", "files")),
        *((name, "'null'") for name in ("reasons", "faults")),
        ("faults", "'[\"x\"]'"),
        ("received", "-5"),
        ("reasons", "x'ff'"),
    ],
)
def test_one_bad_cell_of_a_letter_is_one_finding(
    engine: Engine, letter: int, column: str, content: str
) -> None:
    told = told_after(engine, f"UPDATE letters SET {column} = {content} WHERE id = {letter}")
    assert told == f"letters 表第 {letter} 行的 {column} 栏读不懂，不是程序写的"


@pytest.mark.parametrize(
    ("cell", "tampered", "found"),
    [
        ("sent", "UPDATE letters SET subject = '某题' WHERE id = 2", "第 2 号邮件的主题"),
        ("sent", "UPDATE drafts SET text = '某文' WHERE id = 1", "第 1 号稿件的正文"),
        ("received", "UPDATE drafts SET kind = '舆情' WHERE id = 1", "收稿时的类别"),
        ("sent", "UPDATE standings SET kind = '舆情' WHERE draft_id = 1", "现在的类别"),
        ("received", "UPDATE scores SET points = 9 WHERE draft_id = 1", "scores"),
        ("received", "DELETE FROM drafts WHERE id = 1", "第 1 篇稿件的记录不见了"),
        ("received", "DELETE FROM outbox WHERE letter_id = 1", "回执记录不见了"),
        ("received", "DELETE FROM letters WHERE id = 2", "第 2 号邮件的记录不见了"),
    ],
)
def test_what_else_was_changed_shows_beside_a_bad_cell(
    engine: Engine, cell: str, tampered: str, found: str
) -> None:
    off = "PRAGMA defer_foreign_keys = ON"
    told = told_after(engine, off, f"UPDATE letters SET {cell} = '某日' WHERE id = 1", tampered)
    assert told.startswith(f"letters 表第 1 行的 {cell} 栏读不懂")
    assert found in told


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        ("letters SET unit = x'ff' WHERE id = 1", "letters 表第 1 行的 unit"),
        ("standings SET unit = x'ff' WHERE draft_id = 1", "standings 表第 1 行的 unit"),
        ("standings SET seq = 'x' WHERE draft_id = 1", "standings 表第 1 行的 seq"),
    ],
)
def test_text_that_is_none_and_a_number_that_is_none_are_cells_that_cannot_be_read(
    engine: Engine, change: str, cell: str
) -> None:
    assert f"{cell} 栏读不懂" in told_after(engine, BROKEN, f"UPDATE {change}")


def test_text_in_no_encoding_is_a_change_like_any_other(engine: Engine) -> None:
    told = told_after(engine, "UPDATE letters SET subject = CAST(x'ff41' AS TEXT) WHERE id = 1")
    assert told == "第 1 号邮件的主题、结果或理由与日志不符"
