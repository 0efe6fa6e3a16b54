"""
No word of this office's regulation stands in code: another office runs the same program.

The words are taken from config.toml's own provisions: units and what they are called, kinds, groups,
outlets; clause numbers are told by their shape. They may stand in config.toml, in tests, in the demo, and in
the rooms that hold what a file without sections of its own means.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console")
DEFAULTS = {
    "rulebook/clauses.py": "the clauses of a file without [[provisions.clauses]]",
    "rulebook/default_rules.py": "the kinds, groups and tiers of a file that lists none",
    "rulebook/provisions.py": "codes of the switches that serve a file without kinds",
    "rulebook/wording.py": "our own sentences and what is said in their place",
    "console/settings/sections.py": "the words of a file without [words]",
}
"""Where the first office's own words stand because a file that does not write them means these."""
VOCABULARY = (
    "parsers/drafts/", "rulebook/purpose_words.py", "rulebook/purpose_facts.py",
    "console/spreadsheets/roster_headings.py", "rulebook/spoken/",
)  # fmt: skip
"""Rooms whose patterns read what any office's people write: words of the trade may be among them."""
OF_THE_TRADE = {
    "宣传员", "工作动态", "综合性原创文章", "板块", "办公室", "局办公室", "指挥中心", "北区", "高新区",
}  # fmt: skip
CLAUSE = re.compile(r"(?<![一-鿿\d])[一二三四五]\.\d")
"""“四.1”: how this office's regulation counts its clauses."""
KINDS = {"动态", "舆情", "综合"}
"""Short names of kinds: patterns and labels below the pages may have them, what people see may not."""
ASKED = "约稿"
"""A piece that the office asks for: what the act is called, whatever an office's kind of that role is."""
SEEN = ("console/", "notifier/", "ingest/", "ledger/")
"""Floors whose sentences people see."""
OF_KINDS = {
    "console/settings/rule_text.py": "what the roles of kinds are called, in every office",
    "console/setup/answers.py": "by which words a kind's role is guessed",
    "console/setup/drafting.py": "the comment that explains the roles",
    "console/cli/init.py": "examples of an answer",
    "ingest/drafts/picture_numbers.py": "words before numbers in the names of files",
    "ingest/drafts/scanned.py": "words in the names of files",
    "notifier/letters/samples.py": "an example by which templates are tried",
}
OURS = re.compile("稿件|录用")
"""What [words] puts the office's own words in place of."""
RAW = {"print", "echo", "secho", "HTMLResponse", "JSONResponse", "PlainTextResponse"}
"""Calls that bring a text before people's eyes as it is; `PlainConsole.print` among them."""
WORDED = {"in_words", "renamed", "said"}


def words() -> set[str]:
    values = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
    found: set[str] = set()
    for provisions in values["provisions"]:
        for unit in provisions["units"]:
            found |= {unit["name"], *unit.get("members", ()), *unit.get("aliases", ())}
            found.add(unit["group"])
        for outlet in provisions["outlets"]:
            found |= {outlet["name"], *outlet.get("aliases", ())}
        found |= {target["kind"] for target in provisions["targets"]}
        found |= set(provisions["timeliness"]["applies_to"])
    found |= {values["words"]["officer"], values["words"]["keeper"], "信息宣传", "板块"}
    return found - KINDS - {ASKED}


def docstrings(tree: ast.AST) -> set[int]:
    """The constants that are docstrings, or stand below a constant to explain it."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def sources() -> Iterator[Path]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*")):
            inside = path.relative_to(ROOT).as_posix()
            if "/demo/" in inside or inside in DEFAULTS or "/migrations/" in inside:
                continue
            if path.suffix in (".py", ".html", ".txt", ".css", ".js"):
                yield path


def found_in(path: Path, regulation: set[str]) -> list[str]:
    if path.suffix == ".py":
        lines = list(strings(path))
    else:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        lines = list(enumerate(text.splitlines(), 1))
    inside = path.relative_to(ROOT).as_posix()
    if inside.startswith(VOCABULARY):
        regulation = regulation - OF_THE_TRADE
    return [
        f"{inside}:{number}: {word}"
        for number, line in lines
        for word in [
            *(word for word in sorted(regulation) if word in line),
            *CLAUSE.findall(line),
        ]
    ]


def test_no_word_of_this_offices_regulation_stands_in_code() -> None:
    regulation = words()
    assert {"湖塘镇", "工作动态", "板块", "宣传员", "微武进"} < regulation
    assert [line for path in sources() for line in found_in(path, regulation)] == []


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_the_rooms_of_defaults_are_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_no_kind_of_this_office_is_named_where_people_see_it() -> None:
    found = set()
    for path in sources():
        inside = path.relative_to(ROOT).as_posix()
        if inside.startswith(SEEN):
            lines = strings(path) if path.suffix == ".py" else ((0, path.read_text("utf-8")),)
            told = "".join(line for _, line in lines).replace("动态口令", "")
            if any(word in told for word in KINDS):
                found.add(inside)
    assert found - OF_KINDS.keys() == set()
    assert OF_KINDS.keys() - found == set(), "an exception that nothing needs any more"


def raw_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts within calls that print them as they are, and not within those that put them into words."""
    if isinstance(tree, ast.Call):
        name = (
            tree.func.attr if isinstance(tree.func, ast.Attribute) else getattr(tree.func, "id", "")
        )
        if name in RAW:
            yield from inner_texts(tree)
    for node in ast.iter_child_nodes(tree):
        yield from raw_texts(node)


def inner_texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            func = child.func
            if (
                func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            ) in WORDED:
                continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        yield from inner_texts(child)


def test_what_is_printed_is_put_into_the_offices_words_first() -> None:
    raw = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sources()
        if path.suffix == ".py"
        for line, text in raw_texts(ast.parse(path.read_text(encoding="utf-8")))
        if OURS.search(text)
    ]
    assert raw == []
