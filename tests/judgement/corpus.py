"""
The labelled corpus: letters as officers write them, with what a person expects of each.

`letters/*.toml` hold `[[letter]]` tables; `letters/roster.toml` the invented officers. In a file's text

    # ...    is a line of the title
    > ...    is a paragraph of the body; what stands in ⟦…⟧ is none of it (a by-line at its end)

and every other line is neither (labels, by-lines, captions, signatures, dates). So it is in the cells
of a table. The marks are taken away before the file is written. 字数 is counted here, from the marked
paragraphs, by another rule than the program's own, so that one checks the other.
"""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import docx
from PIL import Image

from console.demo import files as writers

FOLDER = Path(__file__).parent / "letters"
UNDETERMINED = "undetermined"
_WORD = re.compile(r"[!-~]+|[^\s!-~]")
_ASIDE = re.compile("⟦[^⟧]*⟧")


@dataclass(frozen=True, slots=True)
class Officer:
    """Who writes; `unit` is "" for somebody whom the roster does not know."""

    name: str
    address: str
    unit: str


@dataclass(frozen=True, slots=True)
class Expected:
    """
    What a person reads in a draft. `kind` is None where only a person can tell; `day` a day, None
    where it must stay open, or `judged_day` False where no day is owed (综合, 约稿).
    """

    kind: str | None
    title: str
    day: date | None
    judged_day: bool
    characters: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a letter. `expected` is None for what is no draft of its own."""

    path: str
    form: str
    lines: tuple[str, ...]
    charset: str
    photo: bool
    table: tuple[tuple[str, ...], ...]
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its expectations. `received` is aware; `archive` one of zip, gbk, 7z, tar.gz, rar, none."""

    id: str
    received: datetime
    sender: Officer
    subject: str
    body: str
    archive: str
    archive_name: str
    pieces: tuple[Piece, ...]
    images: tuple[str, ...]
    outcome: str
    reasons: frozenset[str]


def load() -> list[Letter]:
    """Every letter, in the order of the files. Raises KeyError or ValueError on a mistake in the data."""
    roster = {
        key: Officer(**values)
        for key, values in tomllib.loads((FOLDER / "roster.toml").read_text("utf-8")).items()
    }
    letters = [
        _letter(values, roster)
        for path in sorted(FOLDER.glob("*.toml"))
        if path.stem != "roster"
        for values in tomllib.loads(path.read_text("utf-8"))["letter"]
    ]
    if len({letter.id for letter in letters}) != len(letters):
        raise ValueError("an id is used twice")
    return letters


def words(paragraphs: list[str]) -> int:
    """Word's 字数: a run of half-width characters is one, every other visible character is one."""
    return sum(len(_WORD.findall(paragraph)) for paragraph in paragraphs)


def plain(line: str) -> str:
    """A line without the corpus' marks."""
    bare = line[2:] if line.startswith(("# ", "> ")) else line
    return bare.replace("⟦", "").replace("⟧", "")


def build(letter: Letter) -> bytes:
    """The letter on the wire (RFC 5322)."""
    members = {piece.path: _written(piece) for piece in letter.pieces}
    members |= {name: _photo(number) for number, name in enumerate(letter.images)}
    message = EmailMessage()
    message["From"] = f"{letter.sender.name} <{letter.sender.address}>"
    message["To"] = "shougao@office.example"
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.received - timedelta(seconds=40))
    message["Message-ID"] = f"<{letter.id}@corpus.example>"
    message.set_content(letter.body or "\n", charset="utf-8", cte="base64")
    attached = members
    if letter.archive != "none":
        attached = {letter.archive_name: _PACKERS[letter.archive](members)}
    for name, data in attached.items():
        message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes()


def _letter(values: dict[str, Any], roster: dict[str, Officer]) -> Letter:
    known = {
        "id", "received", "from", "subject", "body", "archive", "archive_name", "files", "images",
        "outcome", "reasons",
    }  # fmt: skip
    if unknown := set(values) - known:
        raise ValueError(f"{values['id']}: {unknown}")
    archive = values.get("archive", "zip")
    ending = "zip" if archive == "gbk" else archive
    return Letter(
        id=values["id"],
        received=values["received"],
        sender=roster[values["from"]],
        subject=values["subject"],
        body=values.get("body", "您好，附件是稿件，请查收。"),
        archive=archive,
        archive_name=values.get("archive_name", f"稿件.{ending}"),
        pieces=tuple(_piece(file) for file in values.get("files", [])),
        images=tuple(values.get("images", [])),
        outcome=values.get("outcome", "accepted"),
        reasons=frozenset(values.get("reasons", [])),
    )


def _piece(values: dict[str, Any]) -> Piece:
    known = {"path", "format", "text", "charset", "photo", "table", "expected"}
    if unknown := set(values) - known:
        raise ValueError(f"{values['path']}: {unknown}")
    lines = tuple(values.get("text", "").strip("\n").split("\n"))
    ending = values["path"].rpartition(".")[2].lower()
    return Piece(
        path=values["path"],
        form=values.get("format", ending),
        lines=lines,
        charset=values.get("charset", "utf-8"),
        photo=values.get("photo", False),
        table=tuple(tuple(row) for row in values.get("table", [])),
        expected=_expected(values["expected"], (*lines, *_cells(values)))
        if "expected" in values
        else None,
    )


def _cells(values: dict[str, Any]) -> list[str]:
    return [line for row in values.get("table", []) for cell in row for line in cell.split("\n")]


def _expected(values: dict[str, Any], lines: tuple[str, ...]) -> Expected:
    if unknown := set(values) - {"kind", "title", "day", "pictures"}:
        raise ValueError(f"{unknown}")
    body = [_ASIDE.sub("", line[2:]) for line in lines if line.startswith("> ")]
    title = "".join(line[2:].strip() for line in lines if line.startswith("# "))
    day = values.get("day")
    if day not in (None, UNDETERMINED) and type(day) is not date:
        raise ValueError(f"no day: {day}")
    return Expected(
        kind=values["kind"] or None,
        title=values.get("title", title),
        day=day if isinstance(day, date) else None,
        judged_day=day is not None,
        characters=words(body),
        pictures=values.get("pictures", 0),
    )


def _written(piece: Piece) -> bytes:
    lines = [plain(line) for line in piece.lines]
    filled = [line for line in lines if line.strip()]
    match piece.form:
        case "docx":
            table = [
                ["\n".join(map(plain, cell.split("\n"))) for cell in row] for row in piece.table
            ]
            return writers.word(filled, table, _photo(99) if piece.photo else b"")
        case "docx-soft":
            return _soft(filled)
        case "docx-cell":
            return _cell(filled)
        case "txt":
            return "\r\n".join(lines).encode(piece.charset)
        case "pdf":
            return writers.pdf(filled)
        case "rtf":
            return writers.rich_text(filled)
        case "html":
            return writers.web_page(filled)
        case "odt":
            return _odt(filled)
        case _:
            raise ValueError(f"{piece.path}: no writer for {piece.form}")


def _soft(lines: list[str]) -> bytes:
    """A .docx in which Shift+Enter stands where paragraphs should end."""
    document = docx.Document()
    run = document.add_paragraph().add_run(lines[0])
    for line in lines[1:]:
        run.add_break()
        run.add_text(line)
    return _saved(document)


def _cell(lines: list[str]) -> bytes:
    """A .docx whose whole text stands in a frame: a table of one cell."""
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = lines[0]
    for line in lines[1:]:
        cell.add_paragraph(line)
    return _saved(document)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _odt(lines: list[str]) -> bytes:
    """An OpenDocument text (ODF 1.3, part 2: packages)."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(f"<text:p>{line}</text:p>" for line in lines)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{office}:office:1.0"'
        f' xmlns:text="{office}:text:1.0" office:version="1.3"><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return out.getvalue()


def _photo(number: int) -> bytes:
    """A small JPEG; no two numbers give the same bytes."""
    out = io.BytesIO()
    Image.new("RGB", (480, 320 + number), (90, 120 + number, 60)).save(out, "JPEG")
    return out.getvalue()


_PACKERS = {
    "zip": writers.zipped,
    "gbk": writers.zipped_in_gbk,
    "7z": writers.seven_zipped,
    "tar.gz": writers.tarred,
    "rar": writers.rarred,
}
