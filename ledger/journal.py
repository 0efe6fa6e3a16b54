"""The journal: everything that was entered or decided, appended in a chain that shows tampering."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.orm import Session

from ledger import row_digests
from ledger.deed_checks import PROGRAM as PROGRAM
from ledger.deed_checks import is_blank
from ledger.errors import InvalidInput
from ledger.models.database import read_only
from ledger.models.decisions import JournalRow
from ledger.models.locks import Lock, taking
from ledger.models.transaction import insert_later, learn, once
from ledger.states import Act

BEGINNING = "0" * 64
T = TypeVar("T")
_LINK = re.compile(r"[0-9a-f]{64}")
_ANCHOR = re.compile(r"第 (\d{1,18}) 条 ([0-9a-f]{64})")

_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_LAST = select(JournalRow.seq, JournalRow.link).order_by(JournalRow.seq.desc()).limit(1)
_NEW_LINE = insert(JournalRow)
_HOLD = taking("pg_advisory_xact_lock", Lock.JOURNAL)
_HEAD = "head of the journal"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """
    Something to be recorded. `facts` hold what changed, in the act's shape (ledger/journal_facts.py).

    `rows`: those that it leaves as they are now, `gone`: those that it takes away; their digests are
    among the facts (ledger/row_digests.py).
    """

    at: datetime
    who: str
    act: Act
    facts: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    letter: int | None = None
    draft: int | None = None
    rows: Sequence[Any] = field(default=(), compare=False)
    gone: Sequence[Any] = field(default=(), compare=False)

    @property
    def told(self) -> Mapping[str, Any]:
        """The facts, with the digests of the rows."""
        if not self.rows and not self.gone:
            return self.facts
        known: Mapping[str, str] = self.facts.get("sealed", {})
        return {**self.facts, "sealed": {**known, **row_digests.seals(self.rows, self.gone)}}


@dataclass(frozen=True, slots=True)
class JournalLine:
    """An entry as it stands in the journal."""

    seq: int
    entry: JournalEntry


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where the chain no longer holds: `seq` is the first line that does not fit."""

    seq: int
    trouble: str


def append(session: Session | Connection, *entries: JournalEntry) -> int:
    """
    Append entries within the caller's transaction; returns the number of the last one.

    Raises InvalidInput for a deed of nobody.
    On SQLite BEGIN IMMEDIATE keeps others out; on PostgreSQL an advisory lock does until the commit.
    """
    hold(session)
    seq, link = once(session, _HEAD, lambda: _head(session))
    rows = []
    if isinstance(session, Session) and any(entry.rows for entry in entries):
        session.flush()
    for entry in entries:
        if is_blank(entry.who):
            raise InvalidInput("请写明是谁办的。")
        entry = replace(entry, facts=entry.told, rows=(), gone=())
        seq += 1
        link = _link(link, seq, entry)
        rows.append(
            {
                "seq": seq,
                "at": entry.at,
                "who": entry.who,
                "act": entry.act,
                "letter_id": entry.letter,
                "draft_id": entry.draft,
                "facts": entry.facts,
                "why": entry.why,
                "link": link,
            }
        )
    if rows:
        insert_later(session, _NEW_LINE, rows)
        learn(session, _HEAD, (seq, link))
    return seq


def _head(session: Session | Connection) -> tuple[int, str]:
    last = session.execute(_LAST).first()
    return (last.seq, last.link) if last else (0, BEGINNING)


def rows_of(connection: Connection, model: type[T], numbers: Sequence[int]) -> list[T]:
    """Read rows by their numbers within a transaction, so that an entry seals them."""
    with Session(connection) as session:
        key = inspect(model).primary_key[0]
        rows = list(session.scalars(select(model).where(key.in_(numbers))))
        session.expunge_all()
        return rows


def hold(session: Session | Connection) -> None:
    """
    Lock the journal before the first row, so that two writers cannot deadlock.

    PostgreSQL: an advisory lock until the transaction ends. SQLite: nothing to do, every writing
    transaction already keeps others out.
    """
    bind = session.get_bind() if isinstance(session, Session) else session
    if bind.dialect.name == "postgresql":
        once(session, Lock.JOURNAL, lambda: session.scalar(_HOLD))


def record(engine: Engine, *entries: JournalEntry) -> int:
    """Append entries in a transaction of their own; returns the number of the last one."""
    with Session(engine) as session, session.begin():
        return append(session, *entries)


def verify(engine: Engine) -> tuple[int, ChainBreak | None]:
    """Check the chain: how many entries fit, and the first that was changed, removed or put in."""
    link, expected = BEGINNING, 1
    query = select(JournalRow).order_by(JournalRow.seq).execution_options(yield_per=1000)
    with Session(read_only(engine)) as session:
        for row in _readable(session.scalars(query)):
            if row is None:
                return expected - 1, ChainBreak(expected, f"第 {expected} 条记录读不懂")
            if row.seq != expected:
                return expected - 1, ChainBreak(expected, f"缺少第 {expected} 条记录")
            link = _link(link, row.seq, _entry(row))
            if link != row.link:
                return expected - 1, ChainBreak(row.seq, f"第 {row.seq} 条记录的内容与校验值不符")
            expected += 1
    return expected - 1, None


def _readable(rows: Iterable[JournalRow]) -> Iterator[JournalRow | None]:
    """Yield rows; None instead of the first that no program wrote, and then no more."""
    try:
        yield from rows
    except (ValueError, LookupError):
        yield None


def anchor(engine: Engine, now: datetime) -> str:
    """
    Return the head of the chain as a line of text, to be kept where the ledger's keeper cannot write.

    A chain that was computed anew no longer holds what an earlier anchor tells. "" while it is empty.
    """
    with read_only(engine).connect() as connection:
        last = connection.execute(_LAST).first()
    if last is None:
        return ""
    return f"台账日志 第 {last.seq} 条 {last.link} {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def check_anchors(engine: Engine, kept: str) -> tuple[int, list[str]]:
    """
    Compare anchors in a text with the chain; a digest alone may stand anywhere in it.

    Returns: how many anchors the text holds, and a Chinese sentence for each that does not agree.
    """
    alone = kept.strip().lower()
    if _LINK.fullmatch(alone):
        with read_only(engine).connect() as connection:
            found = connection.scalar(select(JournalRow.seq).where(JournalRow.link == alone))
        return 1, [] if found else [f"台账日志里没有校验值是 {alone} 的一条"]
    anchors = sorted({(int(seq), link) for seq, link in _ANCHOR.findall(kept)})
    wrong = []
    with read_only(engine).connect() as connection:
        for seq, link in anchors:
            there = connection.scalar(select(JournalRow.link).where(JournalRow.seq == seq))
            if there is None:
                wrong.append(f"台账日志没有第 {seq} 条，而当时的日志有")
            elif there != link:
                wrong.append(f"台账日志第 {seq} 条及以前的内容已不是当时的内容")
    return len(anchors), wrong


def history(
    engine: Engine,
    *,
    draft: int | None = None,
    letter: int | None = None,
    before: int | None = None,
    limit: int = 200,
    acts: tuple[Act, ...] = (),
) -> Iterator[JournalLine]:
    """
    Yield journal entries, the newest first.

    Args: `draft`: of one draft, and with `letter` its letter as a whole, too. `letter`: of one
          letter. `before`: only entries older than this number.
    """
    query = select(JournalRow).order_by(JournalRow.seq.desc()).limit(limit)
    if draft is not None and letter is not None:
        of_letter = (JournalRow.letter_id == letter) & JournalRow.draft_id.is_(None)
        query = query.where((JournalRow.draft_id == draft) | of_letter)
    elif draft is not None:
        query = query.where(JournalRow.draft_id == draft)
    elif letter is not None:
        query = query.where(JournalRow.letter_id == letter)
    if before is not None:
        query = query.where(JournalRow.seq < before)
    if acts:
        query = query.where(JournalRow.act.in_(acts))
    with Session(read_only(engine)) as session:
        for row in session.scalars(query):
            yield line_of(row)


def line_of(row: JournalRow) -> JournalLine:
    """Return a line as people are told it: without the digests of rows, which are for the proof."""
    entry = _entry(row)
    facts = {name: value for name, value in entry.facts.items() if name != "sealed"}
    return JournalLine(row.seq, replace(entry, facts=facts))


def _entry(row: JournalRow) -> JournalEntry:
    return JournalEntry(row.at, row.who, row.act, row.facts, row.why, row.letter_id, row.draft_id)


def _link(previous: str, seq: int, entry: JournalEntry) -> str:
    content = _WRITTEN(
        [
            previous,
            seq,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.who,
            entry.act.value,
            entry.letter,
            entry.draft,
            entry.facts,
            entry.why,
        ]
    )
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
