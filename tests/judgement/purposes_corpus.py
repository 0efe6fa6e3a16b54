"""
Invented letters of every purpose, written by somebody who had not read the program.

`purposes/*.toml` hold `[[letter]]` tables; `purposes/roster.csv` the invented officers. `answers`
says what the letter answers by: a header (`receipt`) or the number in its text (`number`);
`original.from` is whose draft that was, if not its writer's. `{NUMBER}` stands for a receipt's number.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from PIL import Image

from console.application import examiner_config
from console.demo import files as writers
from ingest.examination import examine
from rulebook import units
from rulebook.conversation import Thread
from rulebook.judge import LedgerContext, judge
from rulebook.model import Sender, Verdict
from tests.judgement.judging import settings

FOLDER = Path(__file__).parent / "purposes"
ANSWERED_LETTER = 12
NUMBER = "20220309-000012"
_IN_ARCHIVE = re.compile(r"(.+?\.(?:zip|rar|7z))/(.+)$")


@dataclass(frozen=True, slots=True)
class PurposeLetter:
    """A letter with what a person says that it is for. `fine`: what is no mistake either."""

    id: str
    expected: str
    fine: tuple[str, ...]
    answered: bool
    why: str
    written: Mapping[str, Any]
    sender: tuple[str, str]
    received: datetime
    answers: str
    own_original: bool

    @property
    def raw(self) -> bytes:
        """The letter as it is sent, made anew each time it is asked for."""
        return _raw(self.written)


def load() -> list[PurposeLetter]:
    """Read all letters, in the order of the files."""
    return [
        _letter(one)
        for path in sorted(FOLDER.glob("*.toml"))
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["letter"]
    ]


@cache
def roster() -> dict[str, dict[str, str]]:
    """Read the invented officers, by address."""
    with (FOLDER / "roster.csv").open(encoding="utf-8") as file:
        return {row["邮箱"]: row for row in csv.DictReader(file)}


def judged(letter: PurposeLetter) -> Verdict:
    """Examine and judge a letter as the first of its ledger, in the thread that it names."""
    office = settings()
    result = examine(letter.raw, letter.received, examiner_config(office))
    name, address = letter.sender
    officer = roster().get(address)
    unit = units.find(officer["单位"], office.provisions[-1].units) if officer else None
    sender = Sender(
        name, address, unit.name if unit else None, officer["姓名"] if officer else None
    )
    thread = (
        Thread(ANSWERED_LETTER, by_header=letter.answers == "receipt")
        if letter.answers and unit and letter.own_original
        else None
    )
    submission = replace(result.submission, sender=sender)
    provisions = office.provisions_at(letter.received)
    return judge(submission, provisions, {}, known=LedgerContext(thread=thread))


def _letter(table: dict[str, Any]) -> PurposeLetter:
    return PurposeLetter(
        id=table["id"],
        expected=table["expected"],
        fine=tuple(table.get("also_fine", ())),
        answered=table["answered"],
        why=table["why"],
        written=table,
        sender=parseaddr(table["from"]),
        received=table["received"],
        answers=table.get("answers", ""),
        own_original=table.get("original", {}).get("from", table["from"]) == table["from"],
    )


def _raw(table: Mapping[str, Any]) -> bytes:
    mail = EmailMessage()
    mail["From"] = table["from"]
    mail["To"] = "shougao@office.example"
    mail["Subject"] = table["subject"].replace("{NUMBER}", NUMBER)
    mail["Date"] = format_datetime(table["received"] - timedelta(seconds=40))
    mail["Message-ID"] = f"<{table['id']}@blind.example>"
    if table.get("answers") == "receipt":
        mail["In-Reply-To"] = "<receipt.12@x.shougao.office.example>"
    for name, value in table.get("headers", {}).items():
        if name.lower() not in ("content-type", "in-reply-to"):
            mail[name] = value.replace("{NUMBER}", NUMBER)
    body, page = table.get("body"), table.get("html")
    if body is not None:
        mail.set_content(body.replace("{NUMBER}", NUMBER), cte="base64")
    if page is not None:
        page = page.replace("{NUMBER}", NUMBER)
        if body is None:
            mail.set_content(page, subtype="html", cte="base64")
        else:
            mail.add_alternative(page, subtype="html", cte="base64")
    _attach(mail, table.get("files", []))
    return mail.as_bytes()


def _attach(mail: EmailMessage, files: list[dict[str, str]]) -> None:
    archives: dict[str, dict[str, bytes]] = {}
    for file in files:
        path, text = file["path"], file.get("text", "")
        inside = _IN_ARCHIVE.match(path)
        if inside:
            archives.setdefault(inside[1], {})[inside[2]] = _content(inside[2], text)
        elif path.endswith(".ics"):
            mail.add_attachment(text.encode(), "text", "calendar", filename=path)
        else:
            content = _content(path, text)
            mail.add_attachment(content, "application", "octet-stream", filename=path)
    for name, members in archives.items():
        mail.add_attachment(_zip(members), "application", "octet-stream", filename=name)


def _content(path: str, text: str) -> bytes:
    lines = [line for line in text.strip("\n").split("\n") if line.strip()]
    match path.rpartition(".")[2].lower():
        case "docx":
            return writers.word(lines or ["（空）"])
        case "xlsx":
            return _sheet(lines)
        case "pdf":
            return writers.pdf(lines) if lines else writers.scan(_picture("JPEG"))
        case "png":
            return _picture("PNG")
        case "jpg" | "jpeg":
            return _picture("JPEG")
        case "doc":
            return writers.rich_text(lines)
        case "zip" | "rar" | "7z":
            return _zip({"说明.txt": text.encode()})
        case _:
            return text.encode()


def _sheet(lines: list[str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append([cell.strip() for cell in line.split("|")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 220, 240)).save(out, form)
    return out.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()
