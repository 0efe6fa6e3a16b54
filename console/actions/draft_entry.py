"""
A draft that came on paper, by chat or by telephone, entered by hand with its evidence (补录).

It becomes a letter like any other, written for the unit's officer and marked as entered by hand, so
that it is judged, shown, answered and kept by the same rules; the journal says who entered it and how
it came.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from console.application import Application
from ledger.days import check_received
from ledger.deed_checks import is_blank
from ledger.errors import InvalidInput
from ledger.ids import LetterId
from ledger.journal import JournalEntry, record
from ledger.journal_facts import Noted
from ledger.letter_types import StoredMessage
from ledger.roster import Officer
from ledger.states import Act
from notifier.mail.message import Attachment, one_line
from parsers.archives.names import clean, unique
from rulebook.kind_rules import Kind
from rulebook.provisions import Provisions

PLACE = "补录"
"""The account and folder in which such letters are seen: no mailbox has one of that name."""

MARK = "X-Entered-By-Hand"
MANNERS = ("纸质", "微信", "电话", "其他")
MAX_TITLE = 200
MAX_TEXT = 20_000
MAX_FILES = 20
MAX_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class HandEntry:
    """
    What is entered. `manner`: how it came, one of MANNERS; `received`: when it came.

    `kind` None leaves the kind to the rules. `files`: pictures and evidence.
    """

    unit: str
    title: str
    text: str
    manner: str
    received: datetime
    kind: Kind | None = None
    files: Sequence[Attachment] = ()


def enter_draft(application: Application, entry: HandEntry, who: str, now: datetime) -> LetterId:
    """
    Put a draft into the ledger as a letter; it is judged in the next round by the moment it came.

    Raises: InvalidInput for an entry that lacks something, a moment to come, a unit that nobody reports
            for, or the very same entry once more.
    """
    _check(entry, now, application.settings.provisions[0])
    officer = _officer(application, entry)
    raw = _letter(application, entry, officer, who)
    digest = hashlib.sha256(raw).hexdigest()
    application.vault.put(raw, digest)
    stored = StoredMessage(
        PLACE, PLACE, 1, digest[:32], entry.received, digest, len(raw), manner=entry.manner
    )
    fresh = application.letters.collect([stored], now)
    if not fresh:
        raise InvalidInput("同样的稿件已经补录过，没有再登记。")
    facts: Noted = {"manner": entry.manner}
    told = f"补录，{entry.manner}来稿：《{entry.title}》"
    record(application.engine, JournalEntry(now, who, Act.NOTED, facts, told, fresh[0].id))
    return fresh[0].id


def _check(entry: HandEntry, now: datetime, first: Provisions) -> None:
    if is_blank(entry.title) or is_blank(entry.text):
        raise InvalidInput("请填写标题和正文。")
    if len(entry.title) > MAX_TITLE or len(entry.text) > MAX_TEXT:
        raise InvalidInput(f"标题最多 {MAX_TITLE} 字，正文最多 {MAX_TEXT} 字。")
    if entry.manner not in MANNERS:
        raise InvalidInput(f"来稿方式应为{'、'.join(MANNERS)}之一。")
    check_received(entry.received, now, first)
    if len(entry.files) > MAX_FILES or sum(len(one.content) for one in entry.files) > MAX_BYTES:
        raise InvalidInput(
            f"图片和凭证最多 {MAX_FILES} 个，合计不超过 {MAX_BYTES // 1_000_000} MB。"
        )


def _officer(application: Application, entry: HandEntry) -> Officer:
    """Return the officer of the unit in office on that day who has an address."""
    day = entry.received.astimezone(ZoneInfo(application.zone)).date()
    for one in application.roster.officers():
        in_office = (one.begins is None or one.begins <= day) and (
            one.ends is None or one.ends >= day
        )
        if one.unit == entry.unit and one.addresses and in_office:
            return one
    raise InvalidInput(f"{entry.unit}在名单上没有登记邮箱的报送人员，请先在名单里登记，再补录。")


def _letter(application: Application, entry: HandEntry, officer: Officer, who: str) -> bytes:
    """Write the letter: the text and its files in one archive, as the regulation asks (五.4)."""
    label = f"【{entry.kind}】" if entry.kind else ""
    title = one_line(entry.title)
    message = EmailMessage(policy=SMTP)
    message["From"] = f'"{one_line(officer.name)}" <{officer.addresses[0]}>'
    message["To"] = application.settings.relay.sender
    message["Subject"] = f"{label}{title}"
    received = entry.received.astimezone(ZoneInfo(application.zone))
    message["Date"] = format_datetime(received)
    key = hashlib.sha256(f"{entry.unit}\n{title}\n{entry.text}\n{received}".encode()).hexdigest()
    message["Message-ID"] = f"<by-hand.{key[:32]}@shougao.invalid>"
    message[MARK] = "yes"
    message.set_content(f"本件由工作人员 {who} 补录，来稿方式：{entry.manner}。")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        taken: set[str] = set()
        name = unique(clean(f"{label}{title}".replace("/", "_"))[:80] + ".txt", taken)
        _add(archive, name, f"{title}\n{entry.text.strip()}\n".encode())
        for file in entry.files:
            _add(archive, unique(clean(file.name.replace("/", "_")), taken), file.content)
    message.add_attachment(packed.getvalue(), "application", "zip", filename="补录稿件.zip")
    message.set_boundary(f"=_{key[32:]}")
    return message.as_bytes()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a member without the moment of packing: the same entry gives the same bytes."""
    archive.writestr(zipfile.ZipInfo(name), content)
