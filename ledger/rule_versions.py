"""
Versions of the provisions: each is entered in the journal before anything rests on it.

The file is where people write them; what counts is the newest entered version of each `since`.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.journal import PROGRAM, JournalEntry, append, hold
from ledger.journal_facts import RulesEntered
from ledger.models.database import read_only, single
from ledger.models.decisions import JournalRow, RuleVersionRow
from ledger.states import Act
from rulebook.canonical import differences, plain
from rulebook.points import ProvisionsOn
from rulebook.provisions import Provisions
from rulebook.versions import in_force_on

FIRST = "首次启用"


@dataclass(frozen=True, slots=True)
class EnteredVersion:
    """A version as it was entered. `correction`: it took the place of an earlier one of the same day."""

    provisions: Provisions
    digest: str
    seq: int
    at: datetime
    who: str
    why: str
    difference: tuple[str, ...]
    correction: bool


@dataclass(frozen=True, slots=True)
class PendingRules:
    """How the file differs from what is in force: a version that begins, changed or is gone."""

    new: tuple[Provisions, ...] = ()
    changed: tuple[tuple[Provisions, Provisions], ...] = ()
    gone: tuple[date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    @property
    def sentence(self) -> str:
        """What it is, in one line; "" for nothing."""
        if not self:
            return ""
        return (
            f"{self.short}，现在仍按登记的执行。"
            "请用 shougao rules diff 查看，用 shougao rules apply 登记。"
        )

    @property
    def short(self) -> str:
        """Where file and ledger differ, without what to do."""
        parts = [f"新增 {one.since} 起的一段" for one in self.new]
        parts += [f"{after.since} 起的一段有改动" for _, after in self.changed]
        parts += [f"缺少 {since} 起的一段" for since in self.gone]
        return f"设置文件里的规定与台账登记的不一致（{'；'.join(parts)}）"


@functools.cache
def _adapter() -> TypeAdapter[Provisions]:
    """Build what reads a version: where file and ledger agree nobody needs it, and it takes 15 ms."""
    return TypeAdapter(Provisions)


def canonical(provisions: Provisions) -> str:
    """Return the one written form of a version, of which its digest is made."""
    return json.dumps(plain(provisions), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a written form, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def pending(file: Sequence[Provisions], in_force: Sequence[Provisions]) -> PendingRules:
    """Compare the file's versions with those in force, day by day of their beginning."""
    known = {one.since: one for one in in_force}
    return PendingRules(
        tuple(one for one in file if one.since not in known),
        tuple((known[one.since], one) for one in file if known.get(one.since) not in (None, one)),
        tuple(sorted(known.keys() - {one.since for one in file})),
    )


def _newest(entered: Iterable[EnteredVersion]) -> tuple[Provisions, ...]:
    latest = {version.provisions.since: version.provisions for version in entered}
    return tuple(latest[since] for since in sorted(latest))


class RuleVersions:
    """Enters versions and says which are in force."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def in_force(self) -> tuple[Provisions, ...]:
        """List the newest entered version of each `since`, the earliest first."""
        return _newest(self.history())

    def on_day_at(self, entry: int) -> ProvisionsOn:
        """
        Return the regulation by day as it was registered when an entry of the journal was written.

        That of an entry older than the first registration (a ledger from before) is the first one.
        """
        history = self.history()
        before = [version for version in history if version.seq < entry]
        registered = _newest(before or [version for version in history if version.why == FIRST])
        return lambda day: in_force_on(registered, day)

    def begin(self, file: Sequence[Provisions], now: datetime) -> tuple[Provisions, ...]:
        """Return the versions in force; a ledger that has none yet enters those of the file."""
        there = self._as_written(file) or self.in_force()
        if there or not file:
            return there or tuple(file)
        with Session(self._engine) as session, session.begin():
            hold(session)
            if session.scalar(select(RuleVersionRow.id).limit(1)) is None:
                for provisions in file:
                    self._enter(session, provisions, None, PROGRAM, FIRST, now)
        return self.in_force()

    def _as_written(self, file: Sequence[Provisions]) -> tuple[Provisions, ...]:
        """Return the versions in force where each that was ever entered is one of the file's; else none."""
        written = {canonical(one): one for one in file}
        query = select(RuleVersionRow.canonical).order_by(RuleVersionRow.id)
        with read_only(self._engine).connect() as connection:
            entered = connection.scalars(query).all()
        if any(one not in written for one in entered):
            return ()
        latest = {written[one].since: written[one] for one in entered}
        return tuple(latest[since] for since in sorted(latest))

    def apply(self, changes: PendingRules, who: str, why: str, now: datetime) -> None:
        """Enter what the file has new and changed; what it lacks stays in force."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            self.enter(session, changes, who, why, now)

    def enter(
        self, session: Session, changes: PendingRules, who: str, why: str, now: datetime
    ) -> None:
        """Enter the changes within the caller's transaction, which holds the journal."""
        for provisions in changes.new:
            self._enter(session, provisions, None, who, why, now)
        for before, after in changes.changed:
            self._enter(session, after, before, who, why, now)

    def digest_of(self, since: date) -> str:
        """Return the digest of the version in force that begins on a day, "" for none."""
        query = (
            select(RuleVersionRow.digest)
            .where(RuleVersionRow.since == since)
            .order_by(RuleVersionRow.id.desc())
            .limit(1)
        )
        with read_only(self._engine).connect() as connection:
            return connection.scalar(query) or ""

    def newest(self) -> int:
        """Return the number of the newest version, 0 while there is none."""
        with single(self._engine).connect() as connection:  # asked every few seconds
            return connection.scalar(select(func.max(RuleVersionRow.id))) or 0

    def history(self) -> list[EnteredVersion]:
        """List all entered versions in the order in which they were entered."""
        query = (
            select(RuleVersionRow, JournalRow)
            .join(JournalRow, JournalRow.seq == RuleVersionRow.seq)
            .order_by(RuleVersionRow.id)
        )
        with Session(read_only(self._engine)) as session:
            return [
                EnteredVersion(
                    _adapter().validate_json(row.canonical),
                    row.digest,
                    row.seq,
                    line.at,
                    line.who,
                    line.why,
                    tuple(line.facts.get("difference", ())),
                    bool(line.facts.get("correction")),
                )
                for row, line in session.execute(query)
            ]

    def contradictions(self, file: Sequence[Provisions]) -> Iterator[str]:
        """Yield what does not fit: a version that the journal does not know, and a file that was changed."""
        with Session(read_only(self._engine)) as session:
            rows = session.scalars(select(RuleVersionRow).order_by(RuleVersionRow.id)).all()
            entries = {
                line.seq: line.facts
                for line in session.scalars(select(JournalRow).where(JournalRow.act == Act.RULES))
            }
        for row in rows:
            entry = entries.pop(row.seq, {})
            told = (entry.get("digest"), entry.get("since"))
            if digest_of(row.canonical) != row.digest or told != (row.digest, f"{row.since}"):
                yield f"{row.since} 起的规定（第 {row.id} 版）与日志不符，规定的内容被改动过"
        for entry in entries.values():
            yield f"日志登记的 {entry['since']} 起的规定在台账里不见了"
        if not rows:
            yield "台账里没有登记任何规定"
        elif sentence := pending(file, self.in_force()).sentence:
            yield sentence.rstrip("。")

    def _enter(
        self,
        session: Session,
        provisions: Provisions,
        before: Provisions | None,
        who: str,
        why: str,
        now: datetime,
    ) -> None:
        text = canonical(provisions)
        facts: RulesEntered = {
            "since": provisions.since.isoformat(),
            "digest": digest_of(text),
            "source": provisions.source,
            "difference": differences(before, provisions) if before else [],
            "correction": before is not None,
        }
        seq = append(session, JournalEntry(now, who, Act.RULES, facts, why))
        session.add(
            RuleVersionRow(digest=facts["digest"], since=provisions.since, canonical=text, seq=seq)
        )
        session.flush()
