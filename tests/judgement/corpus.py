"""
The labelled corpus: letters as officers write them, with what a person expects of each.

`letters/*.toml` hold `[[letter]]` tables; `letters/roster.toml` the invented officers. In a file's text

    # ...    is a line of the title
    > ...    is a paragraph of the body; what stands in ⟦…⟧ is none of it (a by-line at its end)

and every other line is neither (labels, by-lines, captions, signatures, dates). So it is in the cells
of a table. In a `docx-placed` a line `| … | … |` is a row of a table that stands there, `[图]` a
photo. Where one file holds several drafts, a line `@@` stands between them (or each is a row of
the table) and `expected` lists what is expected of each. The marks are taken away before the file is
written. 字数 is counted here, from the marked paragraphs, by another rule than the program's own, so
that one checks the other.
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
FILLER = (
    "安全生产没有旁观者，每一个岗位都是一道防线，每一名职工都是一双眼睛。",
    "制度写在纸上不难，难的是天天照着做、人人跟着做、年年接着做。",
    "把问题想在前面，把措施落到实处，把隐患消除在萌芽状态，是基层应急人的本分。",
    "从企业负责人到一线班组，从规章制度到操作细节，链条上的任何一环都松不得。",
    "群众的获得感、幸福感、安全感，就藏在这些看似琐碎的日常工作里。",
)
"""What `pad` lengthens a draft with, to the very character."""

UNDETERMINED = "undetermined"
BETWEEN = "@@"
PHOTO = "[图]"
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
    where it must stay open, or `judged_day` False where no day is owed (综合, 约稿). `author` and
    `reviewer` are names joined by “、”, "" where nobody is named, None where nobody was asked; so is
    `characters` of a paper that is no draft.
    """

    kind: str | None
    title: str
    day: date | None
    judged_day: bool
    characters: int | None
    pictures: int
    author: str | None = None
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A file of a letter. `expected` names each draft in it: none for what is no draft of its own.
    `outside`: attached beside the archive.
    """

    path: str
    form: str
    lines: tuple[str, ...]
    charset: str
    photo: bool
    table: tuple[tuple[str, ...], ...]
    expected: tuple[Expected, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """
    A letter with its expectations. `received` is aware; `archive` one of zip, gbk, 7z, tar.gz, rar,
    locked, none; `locked` is opened by `password`. `html`: the body is a web page; `forwarded`:
    the whole letter comes attached to another. `asked`: the topics of the 约稿 that its unit still
    owes.
    """

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
    password: str = ""
    html: bool = False
    forwarded: bool = False
    asked: tuple[str, ...] = ()


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
    members = {piece.path: _written(piece) for piece in letter.pieces if not piece.outside}
    members |= {name: _photo(number) for number, name in enumerate(letter.images)}
    outside = {piece.path: _written(piece) for piece in letter.pieces if piece.outside}
    message = _framed(letter, letter.subject, letter.id)
    message.set_content(letter.body or "\n", charset="utf-8", cte="base64")
    if letter.html:
        lines = "".join(f"<div>{line or '<br>'}</div>" for line in letter.body.split("\n"))
        message.add_alternative(f"<html><body>{lines}</body></html>", subtype="html")
    attached = members
    if letter.archive == "locked":
        attached = {letter.archive_name: writers.zipped_with_password(members, letter.password)}
    elif letter.archive != "none":
        attached = {letter.archive_name: _PACKERS[letter.archive](members)}
    for name, data in (attached | outside).items():
        message.add_attachment(data, "application", "octet-stream", filename=name)
    if letter.forwarded:
        outer = _framed(letter, f"转发：{letter.subject}", f"{letter.id}-outer")
        outer.set_content("见附件。\n", charset="utf-8", cte="base64")
        outer.add_attachment(message)
        message = outer
    return message.as_bytes()


def _framed(letter: Letter, subject: str, name: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = f"{letter.sender.name} <{letter.sender.address}>"
    message["To"] = "shougao@office.example"
    message["Subject"] = subject
    message["Date"] = format_datetime(letter.received - timedelta(seconds=40))
    message["Message-ID"] = f"<{name}@corpus.example>"
    return message


def _letter(values: dict[str, Any], roster: dict[str, Officer]) -> Letter:
    known = {
        "id", "received", "from", "subject", "body", "archive", "archive_name", "files", "images",
        "outcome", "reasons", "password", "html", "forwarded", "asked",
    }  # fmt: skip
    if unknown := set(values) - known:
        raise ValueError(f"{values['id']}: {unknown}")
    archive = values.get("archive", "zip")
    ending = "zip" if archive in ("gbk", "locked") else archive
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
        password=values.get("password", ""),
        html=values.get("html", False),
        forwarded=values.get("forwarded", False),
        asked=tuple(values.get("asked", ())),
    )


def _padded(text: str, size: int) -> str:
    """A text whose last paragraph goes on until the body has `size` 字."""
    lines = text.split("\n")
    place = max(number for number, line in enumerate(lines) if line.startswith("> "))
    missing = size - words([line[2:] for line in lines if line.startswith("> ")])
    if missing < 0:
        raise ValueError(f"longer than {size} by {-missing}")
    filler = "".join(FILLER) * (missing // len("".join(FILLER)) + 1)
    lines[place] += filler[: max(missing - 1, 0)] + "。" * (missing > 0)
    return "\n".join(lines)


def _piece(values: dict[str, Any]) -> Piece:
    known = {"pad", "path", "format", "text", "charset", "photo", "table", "expected", "outside"}
    if unknown := set(values) - known:
        raise ValueError(f"{values['path']}: {unknown}")
    text = values.get("text", "").strip("\n")
    lines = tuple((_padded(text, values["pad"]) if "pad" in values else text).split("\n"))
    ending = values["path"].rpartition(".")[2].lower()
    return Piece(
        path=values["path"],
        form=values.get("format", ending),
        lines=lines,
        charset=values.get("charset", "utf-8"),
        photo=values.get("photo", False),
        table=tuple(tuple(row) for row in values.get("table", [])),
        expected=_all_expected(values, lines),
        outside=values.get("outside", False),
    )


def _all_expected(values: dict[str, Any], lines: tuple[str, ...]) -> tuple[Expected, ...]:
    wanted = values.get("expected", [])
    if isinstance(wanted, dict):
        return (_expected(wanted, (*lines, *_cells(values))),)
    parts: list[list[str]] = [[]]
    for line in lines:
        if line == BETWEEN:
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1 and "table" in values:
        rows = values["table"][1:]
        parts = [[line for cell in row for line in cell.split("\n")] for row in rows]
    if wanted and len(wanted) != len(parts):
        raise ValueError(f"{values['path']}: {len(parts)} drafts, {len(wanted)} expected")
    return tuple(_expected(one, tuple(part)) for one, part in zip(wanted, parts, strict=False))


def _cells(values: dict[str, Any]) -> list[str]:
    return [line for row in values.get("table", []) for cell in row for line in cell.split("\n")]


def _expected(values: dict[str, Any], lines: tuple[str, ...]) -> Expected:
    if unknown := set(values) - {"kind", "title", "day", "pictures", "author", "reviewer", "paper"}:
        raise ValueError(f"{unknown}")
    marked = [cell for line in lines for cell in (_row(line) or [line])]
    body = [_ASIDE.sub("", line[2:]) for line in marked if line.startswith("> ")]
    title = "".join(line[2:].strip() for line in lines if line.startswith("# "))
    day = values.get("day")
    if day not in (None, UNDETERMINED) and type(day) is not date:
        raise ValueError(f"no day: {day}")
    return Expected(
        kind=values["kind"] or None,
        title=values.get("title", title),
        day=day if isinstance(day, date) else None,
        judged_day=day is not None,
        characters=None if values.get("paper") else words(body),
        pictures=values.get("pictures", 0),
        author=values.get("author"),
        reviewer=values.get("reviewer"),
    )


def _row(line: str) -> list[str]:
    """The cells of a line that is a table's row, none for any other."""
    return [cell.strip() for cell in line[1:-1].split("|")] if line.startswith("| ") else []


def _written(piece: Piece) -> bytes:
    lines = [plain(line) for line in piece.lines if line != BETWEEN]
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
        case "docx-placed":
            return _placed(filled)
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


def _placed(lines: list[str]) -> bytes:
    """A .docx with its tables and photos between the paragraphs."""
    document = docx.Document()
    rows: list[list[str]] = []
    for number, line in enumerate([*lines, ""]):
        if row := _row(line):
            rows.append(row)
            continue
        if rows:
            table = document.add_table(len(rows), max(map(len, rows)))
            for place, cells in enumerate(rows):
                for cell, told in zip(table.rows[place].cells, cells, strict=False):
                    cell.text = plain(told)
            rows = []
        if line == PHOTO:
            document.add_picture(io.BytesIO(_photo(200 + number)))
        elif line:
            document.add_paragraph(line)
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
