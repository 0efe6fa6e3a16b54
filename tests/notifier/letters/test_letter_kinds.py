"""Every kind of letter is written somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.states import LetterKind
from notifier import letters

MODULES = [
    path.read_text(encoding="utf-8")
    for path in Path(letters.__file__).parent.glob("*.py")
    if path.stem != "samples"
]


@pytest.mark.parametrize("kind", LetterKind)
def test_a_kind_of_letter_is_written_by_a_module(kind: LetterKind) -> None:
    assert sum(f"LetterKind.{kind.name}" in source for source in MODULES) >= 1
