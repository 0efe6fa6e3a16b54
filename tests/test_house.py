"""The house as a whole: its names are its own, its rooms are where the map says, its commands answer."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console")
MAX_LINES = 400
MAX_COLUMNS = 120
WITHOUT_A_PACKAGE = {
    "judgement",
    "model",
    "fuzz",
    "console/browser",
    "console/browser/week",
    "deploy",
}  # they test the house as a whole


@pytest.mark.parametrize("room", ROOMS)
def test_no_dependency_brings_a_package_of_one_of_our_names(room: str) -> None:
    """The names are general words; a dependency's `parsers` would be imported in place of ours."""
    owners = {name.lower() for name in packages_distributions().get(room, [])}
    assert owners <= {"shougao"}


def test_the_wheel_holds_the_rooms_and_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(ROOMS)


def test_the_rulebook_needs_the_standard_library_alone() -> None:
    for path in (ROOT / "rulebook").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top in sys.stdlib_module_names or top == "rulebook", f"{path.name}: {name}"


LABELLED = {
    *("Outcome", "Timely", "Kind", "FileRole", "DayUnit", "AdoptionKinds", "AdoptionSum"),
    *("BareRule", "ReviewerRule", "StrangerRule", "UnaskedRule"),
    *("Role", "Act", "LetterState", "DeliveryState", "WaitReason", "LetterKind"),
}


@pytest.mark.parametrize("room", ROOMS)
def test_words_for_an_enumeration_stand_in_the_labels_alone(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        if path.name == "labels.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Dict):
                kinds = {_enumeration(key) for key in node.keys} & LABELLED
                assert not (kinds and _chinese(node.values)), f"{path.name}:{node.lineno}"


def _enumeration(key: ast.expr | None) -> str:
    if isinstance(key, ast.Attribute) and isinstance(key.value, ast.Name):
        return key.value.id
    return ""


def _chinese(values: list[ast.expr]) -> bool:
    """Whether a word stands among the values, alone or in a tuple; sentences are no labels."""
    parts = [
        one for value in values for one in (value.elts if isinstance(value, ast.Tuple) else [value])
    ]
    words = [str(one.value) for one in parts if isinstance(one, ast.Constant)]
    return any("\u4e00" <= mark <= "\u9fff" for word in words if len(word) <= 8 for mark in word)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["tset"]])
def test_run_names_its_commands_when_it_is_given_none_of_them(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "run.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    for command in ("setup", "demo", "test", "bundle", "upgrade"):
        assert f"run.py {command}" in done.stderr


def _sources() -> list[Path]:
    """Every Python file of ours, samples and the environment apart."""
    return [
        path
        for top in (*ROOMS, "tests", "bench")
        for path in sorted((ROOT / top).rglob("*.py"))
        if "__pycache__" not in path.parts
    ]


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in _sources()
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_no_line_of_a_page_is_wider_than_120_columns() -> None:
    templates = sorted((ROOT / "console" / "web" / "templates").glob("*.html"))
    wide = [
        f"{path.name}:{number}"
        for path in templates
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > MAX_COLUMNS
    ]
    assert templates
    assert wide == []


def test_the_tests_lie_in_the_folders_of_what_they_test() -> None:
    tests = ROOT / "tests"
    folders = {path.parent.relative_to(tests) for path in tests.rglob("test_*.py")}
    packages = {
        path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py")
    }
    strangers = {folder.as_posix() for folder in folders - packages - {Path()}}
    assert strangers == WITHOUT_A_PACKAGE


@pytest.mark.parametrize(
    "package",
    [path.parent.relative_to(ROOT).as_posix() for path in _sources() if path.name == "__init__.py"],
)
def test_each_package_says_in_a_few_lines_what_it_is_for(package: str) -> None:
    """What the room is for, what it may import, what to open first."""
    source = (ROOT / package / "__init__.py").read_text(encoding="utf-8")
    words = ast.get_docstring(ast.parse(source)) or ""
    assert 2 <= len(words.splitlines()) <= 8, f"{package}: {words!r}"
