"""What was printed of a draft (刊发稿), kept beside what was sent, so that the office's editing can be seen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.errors import AlreadyExists, InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.models.conversations import AmendmentRow
from ledger.models.database import read_only
from ledger.models.decisions import PrintedTextRow
from ledger.models.letters import DraftRow
from ledger.printing_facts import PrintedTextRemoved, TextPrinted
from ledger.states import Act

MAX_TITLE = 200
MAX_TEXT = 60_000
"""Characters: what goes beyond it was no draft of ours."""


@dataclass(frozen=True, slots=True)
class PrintedText:
    """
    The words of a draft as they were printed.

    `outlet`: where, "" if that was not said; `file`: SHA-256 of the file in the vault that they were read
    from, with its `file_name`.
    """

    draft: int
    title: str
    text: str
    outlet: str = ""
    file: str = ""
    file_name: str = ""
    id: int = 0
    entered: datetime | None = None
    entered_by: str = ""
    withdrawn: bool = False


class PrintedTexts:
    """
    The printed words of drafts. Every method is one transaction.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, printed: PrintedText, who: str, now: datetime, why: str = "") -> int:
        """
        Record what was printed; returns its number.

        Raises: NotFound for a draft that does not exist; InvalidInput for no words, or too many;
                AlreadyExists for the very same words once more.
        """
        if not printed.text.strip():
            raise InvalidInput("刊发稿里没有文字。")
        if len(printed.text) > MAX_TEXT:
            raise InvalidInput(f"刊发稿太长（{len(printed.text)} 字），最多 {MAX_TEXT} 字。")
        with Session(self._engine) as session, session.begin():
            hold(session)
            if session.get(DraftRow, printed.draft) is None:
                raise NotFound(f"没有第 {printed.draft} 号稿件。")
            same = session.scalar(
                select(PrintedTextRow.id).where(
                    PrintedTextRow.draft_id == printed.draft,
                    PrintedTextRow.outlet == printed.outlet,
                    PrintedTextRow.title == printed.title,
                    PrintedTextRow.text == printed.text,
                    PrintedTextRow.withdrawn.is_(False),
                )
            )
            if same is not None:
                raise AlreadyExists("同样的刊发稿已经登记过，没有再登记。")
            row = PrintedTextRow(
                draft_id=printed.draft,
                outlet=printed.outlet,
                title=printed.title[:MAX_TITLE],
                text=printed.text,
                file=printed.file,
                file_name=printed.file_name,
                entered=now,
                entered_by=who,
                withdrawn=False,
                seq=0,
            )
            session.add(row)
            session.flush()
            facts: TextPrinted = {
                "printed": row.id,
                "outlet": row.outlet,
                "text": digest_of(row.title, row.text),
                "file": row.file,
            }
            entry = JournalEntry(now, who, Act.PRINTED, facts, why, draft=row.draft_id, rows=[row])
            row.seq = append(session, entry)
            return row.id

    def withdraw(
        self, number: int, who: str, now: datetime, why: str = "", *, withdrawn: bool = True
    ) -> int:
        """Take one back, or put it back; returns its draft. Raises: NotFound."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = session.get(PrintedTextRow, number)
            if row is None:
                raise NotFound(f"没有第 {number} 号刊发稿。")
            if row.withdrawn != withdrawn:
                row.withdrawn = withdrawn
                facts: PrintedTextRemoved = {"printed": number, "withdrawn": withdrawn}
                entry = JournalEntry(
                    now, who, Act.PRINTED, facts, why, draft=row.draft_id, rows=[row]
                )
                row.seq = append(session, entry)
            return row.draft_id

    def as_sent(self, draft: int) -> tuple[str, str] | None:
        """Return a draft's title and text as they came, before anybody corrected them; None for no such draft."""
        with Session(read_only(self._engine)) as session:
            row = session.get(DraftRow, draft)
            if row is None:
                return None
            came = {"title": row.title, "text": row.text}
            amendments = session.scalars(
                select(AmendmentRow)
                .where(AmendmentRow.draft_id == draft)
                .order_by(AmendmentRow.seq.desc())
            )
            for one in amendments:
                came |= {name: one.before[name] for name in came if name in one.before}
            return came["title"], came["text"]

    def of_draft(self, draft: int) -> list[PrintedText]:
        """List what was printed of a draft, the latest first, what was taken back with it."""
        query = (
            select(PrintedTextRow)
            .where(PrintedTextRow.draft_id == draft)
            .order_by(PrintedTextRow.id.desc())
        )
        with Session(read_only(self._engine)) as session:
            return [_printed(row) for row in session.scalars(query)]


def digest_of(title: str, text: str) -> str:
    """Return the SHA-256 in hex over title and words."""
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _printed(row: PrintedTextRow) -> PrintedText:
    return PrintedText(
        row.draft_id,
        row.title,
        row.text,
        row.outlet,
        row.file,
        row.file_name,
        row.id,
        row.entered,
        row.entered_by,
        row.withdrawn,
    )
