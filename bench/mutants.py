"""
Which small changes of a module no test notices.

    python -m bench.mutants ledger/verification.py tests/ledger/test_tampering.py --sample 30

Works on a copy of the tree, one change at a time: comparisons turned, `and` for `or`, numbers moved by one,
True for False, entries of a mapping left out, results replaced by None. Each line that it prints at the end
is a change that all tests survived: a test is missing there, or the change means the same. Not in CI: a
module takes as many runs of its tests as it has changes. What survives the tests named is tried by those
of `--also` too: a room's own tests first, slower ones from above for what is left. docs/mutants.md has the
commands of each room and what is known to survive.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import copy
import importlib
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, Phase, settings

from bench.mutant_loop import MutantLoop

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 300
NOTHING = ast.Constant(None)
BROKEN = 99
"""The exit code of a fork in which pytest itself failed."""
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SWAPPED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: the line, what is done there, and the whole module with it."""

    line: int
    what: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every change of a module, in the order of its lines."""
    tree = ast.parse(source)
    quiet = _annotations(tree)
    sites = [node for node in ast.walk(tree) if id(node) not in quiet]
    found = []
    for number, node in enumerate(ast.walk(tree)):
        if node in sites:
            for what, change in _changes(node):
                found.append((getattr(node, "lineno", 0), what, number, change))
    for line, what, number, change in sorted(found, key=lambda one: one[:3]):
        changed = copy.deepcopy(tree)
        change(list(ast.walk(changed))[number])
        with contextlib.suppress(ValueError):  # Python 3.11 writes no "\\n" within an f-string
            yield Mutant(line, what, ast.unparse(changed))


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        new = TURNED[type(node.ops[0])]
        yield f"compare by {new.__name__}", lambda one: one.ops.__setitem__(0, new())  # type: ignore[attr-defined]
    if isinstance(node, ast.BoolOp):
        other = ast.And if isinstance(node.op, ast.Or) else ast.Or
        yield f"join by {other.__name__}", lambda one: setattr(one, "op", other())
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPPED:
        swapped = SWAPPED[type(node.op)]
        yield f"reckon by {swapped.__name__}", lambda one: setattr(one, "op", swapped())
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{not node.value}", lambda one: setattr(one, "value", not one.value)  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"{node.value + 1}", lambda one: setattr(one, "value", one.value + 1)  # type: ignore[attr-defined]
    if isinstance(node, ast.Return) and ast.dump(node.value or NOTHING) != ast.dump(NOTHING):
        yield "return None", lambda one: setattr(one, "value", ast.Constant(None))
    if isinstance(node, ast.Dict):
        for index, key in enumerate(node.keys):
            told = ast.unparse(key) if key is not None else "**"
            yield f"without {told}", lambda one, at=index: _without(one, at)  # type: ignore[misc]


def _without(node: ast.AST, index: int) -> None:
    assert isinstance(node, ast.Dict)
    del node.keys[index], node.values[index]


def _annotations(tree: ast.AST) -> set[int]:
    """List what stands in annotations and decorators: to change it changes no behaviour of ours."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            parts += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            parts += node.decorator_list
        elif isinstance(node, ast.arg | ast.AnnAssign):
            parts.append(node.annotation)
        for part in parts:
            if part is not None:
                skipped |= {id(one) for one in ast.walk(part)}
    return skipped


def survives(tree: Path, module: str, source: str, tests: list[str]) -> bool:
    """
    Tell whether all tests pass with a module changed; one that hangs has noticed.

    A fork of this process runs them: what takes long to load and is not ours is there already.
    """
    path = tree / module
    before = path.read_text(encoding="utf-8")
    path.write_text(source, encoding="utf-8")
    child = os.fork()
    if not child:
        _run(tree, tests)
    try:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                if code == BROKEN:
                    raise RuntimeError("the tests did not run")
                return code == 0
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False
    finally:
        path.write_text(before, encoding="utf-8")


def in_functions(
    tree: Path, module: str, several: list[Mutant], tests: list[str]
) -> dict[int, bool]:
    """
    Try the changes of functions' bodies at once, the tests being loaded for all (bench/mutant_loop.py).

    Returns: by its place in `several` whether a change survives; the others are to be tried alone.
    """
    plain = ast.unparse(ast.parse((tree / module).read_text(encoding="utf-8")))
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)

        def told(number: int, noticed: bool | None) -> None:
            os.write(writing, f"{number} {noticed}\n".encode())

        name = module.removesuffix(".py").replace("/", ".")
        loop = MutantLoop(name, plain, [one.source for one in several], told)
        _run(tree, tests, loop)
    os.close(writing)
    found: dict[int, bool] = {}
    with os.fdopen(reading, encoding="utf-8") as lines:
        for line in lines:
            number, noticed = line.split()
            if number == "-1" and noticed == "True":
                raise RuntimeError("the tests fail with nothing changed")
            if noticed != "None":
                found[int(number)] = noticed == "False"
            if noticed == "False" and number != "-1":
                one = several[int(number)]
                print(f"({module}:{one.line}: {one.what})", flush=True)
    os.waitpid(child, 0)
    if found.pop(-1, None) is None:
        raise RuntimeError("the tests did not run")
    return found


def _run(tree: Path, tests: list[str], *plugins: object) -> NoReturn:
    """Run the tests of a tree and end with their exit code."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.chdir(tree)
    sys.dont_write_bytecode = True
    os.environ["SHOUGAO_MUTANTS"] = "1"
    sys.path[:] = [str(tree), *(one for one in sys.path if Path(one).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "bench"]:
        del sys.modules[name]
    code = BROKEN
    try:
        loaded = "ignore::pytest.PytestAssertRewriteWarning"  # _load was first
        options = ["-x", "-q", "-p", "no:cacheprovider", "-W", loaded]
        code = int(pytest.main([*options, *tests], plugins=plugins))
    finally:
        os._exit(code)


def _load() -> None:
    """Load what the tests load that is not ours."""
    for name in (
        "sqlalchemy.orm",
        "alembic.command",
        "psycopg",
        "starlette.testclient",
    ):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # a change that is noticed is noticed: its simplest example is not looked for
    settings.register_profile(
        "mutants",
        deadline=None,
        max_examples=25,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        database=None,
        derandomize=True,
    )
    settings.load_profile("mutants")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("module", help="ledger/verification.py")
    parser.add_argument("tests", nargs="+", help="what pytest is given: files, or -k and words")
    parser.add_argument("--sample", type=int, default=0, help="so many changes, chosen by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines", default="", help="those of these lines alone: 12,80")
    parser.add_argument(
        "--also", default="", help="what survives is tried by these, too: 'FILE FILE'"
    )
    given, more = parser.parse_known_args()
    several = list(mutants((ROOT / given.module).read_text(encoding="utf-8")))
    if given.lines:
        asked = {int(number) for number in given.lines.split(",")}
        several = [one for one in several if one.line in asked]
    if 0 < given.sample < len(several):
        several = random.Random(given.seed).sample(several, given.sample)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        ignored = shutil.ignore_patterns(".venv", ".git", "__pycache__", "data")
        shutil.copytree(ROOT, tree, ignore=ignored)
        compileall.compile_dir(tree, quiet=2)
        _load()
        unchanged = (ROOT / given.module).read_text(encoding="utf-8")
        rounds = [[*given.tests, *more], *([shlex.split(given.also)] if given.also else [])]
        if not all(survives(tree, given.module, unchanged, tests) for tests in rounds[1:]):
            parser.exit(2, "the tests fail with nothing changed\n")
        known = in_functions(tree, given.module, several, rounds[0])
        alive = []
        for number, one in enumerate(several, 1):
            left = rounds if number - 1 not in known else rounds[1:]
            if not known.get(number - 1, True):
                continue
            if all(survives(tree, given.module, one.source, tests) for tests in left):
                alive.append(one)
                print(
                    f"{given.module}:{one.line}: {one.what} [{number}/{len(several)}]", flush=True
                )
    killed = len(several) - len(alive)
    print(f"{killed} of {len(several)} changes noticed ({killed / max(1, len(several)):.0%})")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
