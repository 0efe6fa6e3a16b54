"""No reader turns an exception into a word to the sender without having named it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [ROOT / "parsers", ROOT / "ingest" / "drafts"]
SOURCES = sorted(path for room in ROOMS for path in room.rglob("*.py"))
WIDE = {"Exception", "BaseException"}
PASSED_ON = {
    ("parsers/subprocess_task.py", "_result"),  # the child tells its parent, which raises it again
}


def wide_handlers(tree: ast.AST) -> list[tuple[str, ast.ExceptHandler]]:
    """Handlers of anything at all, with their function, that do not end in a bare `raise`."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for handler in ast.walk(function):
            if not isinstance(handler, ast.ExceptHandler):
                continue
            caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            wide = any(kind is None or getattr(kind, "id", "") in WIDE for kind in caught)
            last = handler.body[-1]
            if wide and not (isinstance(last, ast.Raise) and last.exc is None):
                found.append((function.name, handler))
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_reader_names_what_it_catches(source: Path) -> None:
    name = source.relative_to(ROOT).as_posix()
    for function, handler in wide_handlers(ast.parse(source.read_text("utf-8"))):
        assert (name, function) in PASSED_ON, f"{name}:{handler.lineno} catches anything"
