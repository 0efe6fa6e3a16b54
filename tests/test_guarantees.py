"""docs/guarantees.md and docs/threats.md: every promise and every threat is tried by a test that lives."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("docs/guarantees.md", "docs/threats.md")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FILE = re.compile(r"`(tests/[\w/]+(?:\.py)?)`")
ROW = re.compile(r"^\| \*\*.*$", re.MULTILINE)


@cache
def functions_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_is_named_lives(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    dead = [
        f"{file}::{name}"
        for file, name in TEST.findall(text)
        if not (ROOT / file).is_file() or name not in functions_of(ROOT / file)
    ]
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_of_tests_that_is_named_is_there(document: str) -> None:
    named = FILE.findall((ROOT / document).read_text(encoding="utf-8"))
    assert [one for one in named if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_row_names_a_test(document: str) -> None:
    rows = ROW.findall((ROOT / document).read_text(encoding="utf-8"))
    assert len(rows) >= 15
    assert [row for row in rows if not TEST.search(row)] == []
