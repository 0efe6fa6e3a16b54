"""Rows that may stand without an entry of the journal, or without their text: older ones, forgotten ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.models.decisions import JournalRow
from ledger.states import Act


@dataclass(frozen=True, slots=True)
class Older:
    """
    Of each table: how many rows are older than their entries, and the highest number among them.

    `outbox`: all rows that there were, those with an entry, too.
    """

    letters: tuple[int, int] = (0, 0)
    adoptions: tuple[int, int] = (0, 0)
    officers: tuple[int, int] = (0, 0)
    outbox: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whether texts, or people, were forgotten in time at all: only then may they be missing."""

    letters: bool
    personal: bool
    officers: bool


def older_rows(session: Session) -> Older:
    """Read what the journal's baselines counted, of each table the first; nothing without one."""
    counted: dict[str, tuple[int, int]] = {}
    for facts in session.scalars(
        select(JournalRow.facts).where(JournalRow.act == Act.BASELINE).order_by(JournalRow.seq)
    ):
        for name, pair in facts.items():
            if name != "sealed":  # what else is sealed from then on (ledger/sealed_rows.py)
                counted.setdefault(name, (pair[0], pair[1]))
    return Older(**counted)


def forgotten_rows(session: Session) -> Forgotten:
    """Read what was forgotten in time."""
    lines = session.scalars(select(JournalRow.facts).where(JournalRow.act == Act.PURGED)).all()
    return Forgotten(
        *(any(facts.get(key) for facts in lines) for key in ("letters", "personal", "officers"))
    )


def beyond(kind: str, numbers: Iterable[int], older: tuple[int, int]) -> Iterator[str]:
    """Tell which rows have no entry although they are not among the older ones."""
    count, last = older
    numbers = list(numbers)
    for number in numbers:
        if number > last:
            yield f"第 {number} 号{kind}不是按手续登记的：日志里没有它"
    within = sum(number <= last for number in numbers)
    if within != count:
        yield f"日志以前的{kind}应有 {count} 条，现在有 {within} 条"
