"""What people decided beside drafts is compared column by column, and the sentence says what is there and what was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.decided_rows import compared
from ledger.notices import Notices
from ledger.printed_texts import PrintedText, PrintedTexts
from ledger.storage.vault import Vault
from ledger.verification import contradictions
from rulebook.periods import parse
from tests.ledger.test_tampering import CHECKS, told_after
from tests.ledger.world import MARCH, World
from tests.ledgers import empty_ledger

NOTICE = "已发布的 2022Q1 通报（第1版）的"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A ledger with a printed text and a notice of two editions; what a test changes is taken back."""
    folder: Path = tmp_path_factory.mktemp("decided")
    with empty_ledger(folder / "ledger.db") as engine:
        world, notices = World(engine), Notices(engine, Vault(folder / "vault"))
        world.enter()
        PrintedTexts(engine).add(PrintedText(1, "标题", "正文", "某报"), "li", MARCH)
        figures = world.figures.summary(parse("2022Q1"), date(2022, 4, 10))
        for _ in range(2):
            notices.publish(figures, {"通报.docx": b"x"}, [], "li", MARCH)
        yield engine


def test_nothing_is_named_that_nobody_touched(engine: Engine) -> None:
    assert list(contradictions(engine, CHECKS)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("printed_texts SET outlet = '别报'", "第 1 号刊发稿的载体是“别报”，日志里是“某报”"),
        ("printed_texts SET title = '别的'", "第 1 号刊发稿的文字校验值是“"),
        ("printed_texts SET text = ''", "第 1 号刊发稿的文字校验值是“"),
        ("printed_texts SET file = 'ab'", "第 1 号刊发稿的文件是“ab”，日志里是“无”"),
        ("printed_texts SET withdrawn = true", "第 1 号刊发稿的撤销与日志不符"),
        ("notices SET figures = '{}' WHERE edition = 1", f"{NOTICE}数据与日志不符"),
        ("notices SET files = '[]' WHERE edition = 1", f"{NOTICE}文件与日志不符"),
        ("notices SET inputs = x'00' WHERE edition = 1", f"{NOTICE}存档与日志不符"),
        ("notices SET inputs = x'789c030000000001' WHERE edition = 1", f"{NOTICE}存档与日志不符"),
        ("notices SET published = '2022-04-01 00:00:00' WHERE edition = 1", f"{NOTICE}发布时间是“"),
        ("notices SET who = '别人' WHERE edition = 1", f"{NOTICE}发布人是“别人”，日志里是“li”"),
        ("notices SET edition = 7 WHERE edition = 2", "（第7版）的版次是“7”，日志里是“2”"),
    ],
)
def test_each_column_is_named_with_what_the_journal_says(
    engine: Engine, change: str, told: str
) -> None:
    assert told in told_after(engine, f"UPDATE {change}")


def test_a_printed_text_that_is_gone_or_put_in_is_named(engine: Engine) -> None:
    assert "第 1 号刊发稿的记录不见了" in told_after(engine, "DELETE FROM printed_texts")
    told = told_after(
        engine,
        "INSERT INTO printed_texts SELECT 9, draft_id, outlet, title, text, file, file_name, entered, "
        "entered_by, withdrawn, seq FROM printed_texts",
    )
    assert "第 9 号刊发稿的载体是“某报”，日志里是“无”" in told


def test_what_is_empty_is_called_nothing() -> None:
    told = compared("某稿的", {"单位": ("", "湖塘镇"), "分数": (0, None), "作废": (True, False)})
    assert list(told) == [
        "某稿的单位是“无”，日志里是“湖塘镇”",
        "某稿的分数是“0”，日志里是“无”",
        "某稿的作废与日志不符",
    ]
