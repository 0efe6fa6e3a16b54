"""The documents are true: what they name is there, and each decision says when it was made and whether it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
TOPS = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console", "tests", "bench", "docs")
PATH = re.compile(rf"`((?:{'|'.join(TOPS)})/[\w./-]*)`")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]+)")
CODE = re.compile(r"`([A-Za-z_][A-Za-z_0-9.]*)`")
HEAD = re.compile(
    r"# (\d+)\. (.+)\n\n\*Date:\* (\d{4}-\d\d-\d\d) · \*Status:\* (accepted|superseded by \d{4})\n"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    words = document.read_text(encoding="utf-8")
    assert [one for one in PATH.findall(words) if not (ROOT / one).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    words = document.read_text(encoding="utf-8")
    assert [one for one in LINK.findall(words) if not (document.parent / one).exists()] == []


def test_the_map_names_every_room() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [
        path.parent.relative_to(ROOT).as_posix()
        for top in TOPS[:6]
        for path in (ROOT / top).rglob("__init__.py")
    ]
    inner = {"parsers/archives/sevenzip", "console/web/pages"}  # told in their room's line
    assert [room for room in sorted(rooms) if f"`{room}/`" not in table and room not in inner] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=name)
def test_a_decision_says_its_number_date_and_status_and_stands_in_the_index(decision: Path) -> None:
    head = HEAD.match(decision.read_text(encoding="utf-8"))
    assert head is not None, "# N. title, then *Date:* and *Status:*"
    number, title, date, status = head.groups()
    index = (decision.parent / "README.md").read_text(encoding="utf-8")
    assert f"| [{int(number):04}]({decision.name}) | {title} | {date} | {status} |" in index
    assert decision.name.startswith(f"{int(number):04}-")


def test_no_two_decisions_have_one_number() -> None:
    numbers = [decision.name[:4] for decision in DECISIONS]
    assert len(set(numbers)) == len(numbers)


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") for top in TOPS[:6] for path in (ROOT / top).rglob("*.py")
    )
    words = set(re.findall(r"\w+", code))
    rows = [
        line.split("|")
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    names = [one for row in rows for one in CODE.findall(row[2])]
    assert len(names) > 50
    assert [one for one in names if not set(one.split(".")) <= words] == []
