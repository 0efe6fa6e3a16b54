"""The documents are true: what they name is there, and each decision says when it was made and whether it holds."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from docx import Document
from typer.core import TyperGroup
from typer.main import get_command

from console.cli.app import app
from console.cli.commands import LazyGroup
from console.settings.loading import load
from notifier.notice import leaflet
from rulebook.wording import wording_of

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


def test_the_officers_sheet_is_what_the_command_writes_today(tmp_path: Path) -> None:
    settings = load(ROOT / "config.toml", {})
    provisions = settings.provisions[-1]
    words = wording_of(provisions, settings.words.officer, settings.words.keeper)
    sheet = leaflet.leaflet(provisions, words, settings.relay.sender, settings.office.name)
    again = "run: shougao leaflet --out docs"
    kept = ROOT / "docs" / "宣传员一页纸.md"
    assert kept.read_text(encoding="utf-8") == leaflet.markdown(sheet), again
    printed = Document(str(kept.with_suffix(".docx")))
    fresh = Document(io.BytesIO(leaflet.document(sheet)))
    assert [one.text for one in printed.paragraphs] == [one.text for one in fresh.paragraphs], again
    assert [
        [cell.text for row in table.rows for cell in row.cells] for table in printed.tables
    ] == [[cell.text for row in table.rows for cell in row.cells] for table in fresh.tables], again


HANDBOOKS = ("安装与运维手册", "工作人员手册", "宣传员一页纸", "常见问题")


@pytest.mark.parametrize("handbook", HANDBOOKS)
def test_the_handbooks_are_reached_from_the_first_page(handbook: str) -> None:
    assert f"(docs/{handbook}.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_to_a_heading_has_its_heading(document: Path) -> None:
    words = document.read_text(encoding="utf-8")
    lost = []
    for target, anchor in re.findall(r"\]\((?!https?://)([^)#\s]*)#([^)\s]+)\)", words):
        other = document.parent / target if target else document
        heads = re.findall(r"^#+ (.+)$", other.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in heads}
        if anchor not in anchors:
            lost.append(f"{target}#{anchor}")
    assert lost == []


@pytest.mark.parametrize("handbook", HANDBOOKS)
def test_every_command_of_a_handbook_exists(handbook: str) -> None:
    words = (ROOT / "docs" / f"{handbook}.md").read_text(encoding="utf-8")
    known = get_command(app)
    assert isinstance(known, LazyGroup)
    lost = []
    for given in re.findall(r"(?:`|bin/)shougao ([a-z]+)(?: ([a-z-]+))?", words):
        first = known.load(given[0])
        if first is None or (
            isinstance(first, TyperGroup) and given[1] and given[1] not in first.commands
        ):
            lost.append(" ".join(given))
    assert lost == []


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
