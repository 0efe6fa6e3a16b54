"""The first recipes of docs/extending.md are carried out on a copy: complete they pass, a step left out is noticed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TREES = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console", "tests")
FILES = ("pyproject.toml", "config.toml", "README.md")
BLOCK = re.compile(
    r'^```(?P<kind>\w+)(?: title="(?P<path>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S
)
TEMPLATE = re.compile(r'{% (?:extends|from|include) "([^"]+)"')


@dataclass(frozen=True)
class Step:
    """One block of a recipe: the whole text of a file, or lines of a diff."""

    path: str
    text: str
    is_diff: bool

    def carry_out(self, tree: Path) -> None:
        """Write the file, or put the diff's lines where those without a sign stand."""
        target = tree / self.path
        if not self.is_diff:
            assert not target.exists(), self.path
            target.parent.mkdir(exist_ok=True)
            target.write_text(self.text, encoding="utf-8")
            return
        lines = self.text.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] in " -")
        after = "".join(line[1:] for line in lines if line[0] in " +")
        source = target.read_text(encoding="utf-8")
        assert source.count(before) == 1, f"{self.path}: {before!r}"
        target.write_text(source.replace(before, after), encoding="utf-8")


@dataclass(frozen=True)
class Recipe:
    """The steps in their order, and the tests that the recipe names."""

    steps: tuple[Step, ...]
    tests: tuple[str, ...]


def recipe(number: int) -> Recipe:
    """Read one recipe out of the document."""
    document = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    (section,) = (one for one in document.split("\n## ") if one.startswith(f"{number}. "))
    steps, tests = [], []
    for kind, path, text in BLOCK.findall(section):
        if kind == "sh":
            tests += re.findall(r"tests/[\w/.]+", text)
        else:
            steps.append(Step(path, text, kind == "diff"))
    return Recipe(tuple(steps), tuple(tests))


NUMBERS = (1, 2, 3)
"""The recipes of which every step is written out as a block."""

LEFT_OUT = [
    pytest.param(number, place, id=f"{number}-without-{Path(step.path).name}-{place}")
    for number in NUMBERS
    for place, step in enumerate(recipe(number).steps)
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program and its tests; what Python has compiled of them stays good."""
    for name in TREES:
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("corpus", "*pytest*.pyc")
        )
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def tried(tree: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run the named tests in the copy."""
    return run(tree, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_recipe_carried_out_completely_passes_the_tests_that_it_names(
    tree: Path, number: int
) -> None:
    for step in recipe(number).steps:
        step.carry_out(tree)
    done = tried(tree, recipe(number).tests)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("number", "left_out"), LEFT_OUT)
def test_a_step_left_out_fails_a_test_that_the_recipe_names(
    tree: Path, number: int, left_out: int
) -> None:
    for place, step in enumerate(recipe(number).steps):
        if place != left_out:
            step.carry_out(tree)
    done = tried(tree, recipe(number).tests)
    assert done.returncode != 0, done.stdout
    # a test, its module or what all of them load failed, not the command
    assert "tests/" in done.stdout + done.stderr


@pytest.mark.parametrize(("number", "most"), [(2, 2), (3, 3), (4, 1)])
def test_a_recipe_touches_no_more_files_than_it_says(number: int, most: int) -> None:
    assert len({step.path for step in recipe(number).steps}) <= most


def test_a_format_is_one_module_one_file_changed_and_its_samples() -> None:
    paths = {step.path for step in recipe(1).steps}
    code = {path for path in paths if not path.startswith("tests/samples/")}
    assert code == {"parsers/documents/wordml.py", "parsers/reading.py"}


@pytest.mark.parametrize("number", [4, 5, 6])
def test_the_steps_of_the_other_recipes_can_be_taken_and_what_they_name_is_there(
    tree: Path, number: int
) -> None:
    for step in recipe(number).steps:
        step.carry_out(tree)
    modules = [
        step.path.removesuffix(".py").replace("/", ".")
        for step in recipe(number).steps
        if step.path.endswith(".py")
    ]
    done = run(tree, "-c", "".join(f"import {module}\n" for module in modules))
    assert done.returncode == 0, done.stderr
    used = [name for step in recipe(number).steps for name in TEMPLATE.findall(step.text)]
    assert all((tree / "console" / "web" / "templates" / name).exists() for name in used), used
    assert recipe(number).tests
    assert all((tree / path).exists() for path in recipe(number).tests)
