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
    "rulebook/switches.py": "values of switches that are written in files",
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
OF_THE_TRADE = {"宣传员", "工作动态", "综合性原创文章", "板块"}
CLAUSE = re.compile(r"(?<![一-鿿\d])[一二三四五]\.\d")
"""“四.1”: how this office's regulation counts its clauses."""
GENERAL = {
    "办公室", "指挥中心", "综合科", "协调科", "督查科", "法规科", "基础科", "新华社", "新华网", "人民日报",
    "综合", "约稿", "动态", "舆情", "学习强国", "央视", "CCTV", "减灾科", "北区", "救援科", "防火科",
    "局办公室", "应急指挥", "高新区",
}  # fmt: skip
"""Words of the language that the regulation uses, too."""


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
    return {word for word in found if word not in GENERAL}


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
