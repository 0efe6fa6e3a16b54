"""Proof of the letters of ours: what each says and to whom it goes, from the journal to the rows and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger import row_digests
from ledger.models.decisions import JournalRow
from ledger.models.letters import LetterRow, OutboxRow
from ledger.older_rows import Forgotten
from ledger.states import Act
from ledger.unreadable import reading, there


@dataclass(frozen=True, slots=True)
class _Told:
    """What the journal tells of a letter of ours; `people` is None in early entries."""

    name: str
    row: str
    people: str | None = None


class OwedRows:
    """Compares the outbox with the journal; asked letter by letter, and at last about the rest."""

    def __init__(self, session: Session, older: tuple[int, int], forgotten: Forgotten) -> None:
        self._session = session
        self._older = older
        self._forgotten = forgotten
        self._there = cache(lambda: there(session, OutboxRow, "letter_id", "message_id"))
        self._given_way = 0  # of the older rows, by letters that told more

    def of_letters(self, first: int, last: int) -> Iterator[str]:
        """Yield what the journal contradicts of the answers to letters with these numbers."""
        told = self._told(JournalRow.letter_id.between(first, last))
        rows: dict[int, dict[str, OutboxRow]] = defaultdict(dict)
        for row in self._session.scalars(
            select(OutboxRow).where(OutboxRow.letter_id.between(first, last)).order_by(OutboxRow.id)
        ):
            rows[row.letter_id or 0][row.message_id] = row
        for letter in sorted({*told, *rows}):
            yield from self._compared(letter, told.get(letter, {}), rows.get(letter, {}))

    def of_the_day(self) -> Iterator[str]:
        """Yield the same of letters that answer none, and whether older ones are still all there."""
        told = self._told(JournalRow.letter_id.is_(None))
        answering_none = select(OutboxRow).where(OutboxRow.letter_id.is_(None))
        rows = {row.message_id: row for row in self._session.scalars(answering_none)}
        yield from self._compared(None, told.get(0, {}), rows)
        strays = (
            select(OutboxRow.id)
            .outerjoin(LetterRow, LetterRow.id == OutboxRow.letter_id)
            .where(OutboxRow.letter_id.is_not(None), LetterRow.id.is_(None))
            .order_by(OutboxRow.id)
            .execution_options(**reading({LetterRow: ()}))
        )
        for number in self._session.scalars(strays):
            yield f"第 {number} 号发信所答复的邮件不见了"
        count, last = self._older
        there = self._session.scalar(
            select(func.count()).select_from(OutboxRow).where(OutboxRow.id <= last)
        )
        if (there or 0) + self._given_way != count:
            yield f"日志逐封登记以前的发信应有 {count - self._given_way} 封，现在有 {there} 封"

    def _told(self, which: ColumnElement[bool]) -> dict[int, dict[str, _Told]]:
        told: dict[int, dict[str, _Told]] = defaultdict(dict)
        for letter, act, facts in self._session.execute(
            select(JournalRow.letter_id, JournalRow.act, JournalRow.facts)
            .where(which, JournalRow.act.in_((Act.ENTERED, Act.OWED)))
            .order_by(JournalRow.seq)
        ):
            of_letter = told[letter or 0]
            name = "回执" if act is Act.ENTERED else "发信"
            for message_id, digest in facts.get("answers", {}).items():
                of_letter[message_id] = _Told(name, digest)
            for message_id, digests in facts.get("owed", {}).items():
                of_letter[message_id] = _Told(name, digests["row"], digests["people"])
            for message_id in facts.get("withdrawn", ()):
                if of_letter.pop(message_id, None) is None:
                    self._given_way += 1
        return told

    def _compared(
        self, letter: int | None, told: Mapping[str, _Told], rows: Mapping[str, OutboxRow]
    ) -> Iterator[str]:
        whose = f"第 {letter} 号邮件" if letter else ""
        for message_id, one in told.items():
            row = rows.get(message_id)
            if row is None:
                if (letter, message_id) in self._there():
                    continue  # a cell of it cannot be read, which is told already
                yield f"{whose or f'“{message_id}”'}的{one.name}记录不见了"
                continue
            named = f"{whose}的{one.name}" if whose else f"第 {row.id} 号{one.name}"
            values = row_digests.columns(row)
            gone = row.raw == b"" and (self._forgotten.letters or self._forgotten.personal)
            if not gone and row_digests.answer_digest(values) != one.row:
                yield f"{named}与日志不符"
            nobody = not row.recipient and not row.copies and self._forgotten.personal
            if one.people is None or nobody:
                continue
            if row_digests.owed_digests(values)["people"] != one.people:
                yield f"{named}的收件人与日志不符"
        yield from self._without(row for name, row in rows.items() if name not in told)

    def _without(self, rows: Iterable[OutboxRow]) -> Iterator[str]:
        for row in rows:
            if row.id > self._older[1]:
                yield f"第 {row.id} 号发信不是按手续登记的：日志里没有它"
