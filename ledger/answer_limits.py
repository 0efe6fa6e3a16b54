"""How often a machine may answer: in a thread, to an address, never a machine, no hint twice."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import islice

from sqlalchemy import Connection, Text, cast, func, select

from ledger.ids import LetterId
from ledger.models.letters import LetterRow, OutboxRow
from ledger.models.transaction import insert_now
from ledger.states import LetterKind
from rulebook.reasons import Remark

PER_THREAD = 2
"""Answers in a thread within an hour; what is more waits for its turn, and is never dropped."""

WITHIN = timedelta(hours=1)
SAME_WORDS = 2
"""So many letters before that say nearly the same, within a day: their sender is a machine."""

SAME_WORDS_WITHIN = timedelta(days=1)
ALIKE = 0.9
"""From this share of equal characters on two letters say the same."""

COMPARED_CHARACTERS = 300
MAX_COMPARED = 20
_NUMBERS = re.compile(r"[\d\s:：]+")
MAX_LETTERS = 200

ANSWERS = (LetterKind.RECEIPT, LetterKind.ACKNOWLEDGMENT, LetterKind.CARD)
"""What a machine answers by itself."""


def letters_of_thread(connection: Connection, letter: int) -> list[int]:
    """List the letters of a thread by number, in order: what this one answers, and what answers those."""
    known = {letter}
    fresh = {letter}
    while fresh and len(known) < MAX_LETTERS:
        parents = connection.scalars(
            select(LetterRow.in_thread_of).where(
                LetterRow.id.in_(fresh), LetterRow.in_thread_of.is_not(None)
            )
        ).all()
        children = connection.scalars(
            select(LetterRow.id).where(LetterRow.in_thread_of.in_(fresh)).limit(MAX_LETTERS)
        ).all()
        fresh = {one for one in (*parents, *children) if one is not None} - known
        known |= fresh
    return sorted(known)[:MAX_LETTERS]


def earliest_answer(connection: Connection, thread: int | None, now: datetime) -> datetime:
    """
    Give the moment from which a letter that answers letter `thread` may be answered by machine.

    Returns: `now`, or when an hour has passed since the last answer but one of its thread.
    """
    if thread is None:
        return now
    insert_now(connection)
    latest = connection.scalars(
        select(OutboxRow.not_before)
        .where(
            OutboxRow.letter_id.in_(letters_of_thread(connection, thread)),
            OutboxRow.kind.in_(ANSWERS),
            OutboxRow.owed_since > now - SAME_WORDS_WITHIN,
        )
        .order_by(OutboxRow.not_before.desc())
        .limit(PER_THREAD)
    ).all()
    return max(now, latest[-1] + WITHIN) if len(latest) == PER_THREAD else now


def says_the_same_again(
    connection: Connection, address: str, own_words: str, letter: int, received: datetime
) -> bool:
    """
    Whether an address has said nearly the same several times within a day, as responders do.

    Numbers are left out of the comparison: a responder may name the hour or count its letters.
    """
    bare = _without_numbers(own_words)
    if not bare:
        return False
    before = connection.scalars(
        select(LetterRow.own_words)
        .where(
            LetterRow.sender_address == address,
            LetterRow.own_words != "",
            LetterRow.received > received - SAME_WORDS_WITHIN,
            LetterRow.id != letter,
        )
        .order_by(LetterRow.id.desc())
        .limit(MAX_COMPARED)
    )
    alike = (one for one in before if _alike(bare, _without_numbers(one)))
    return sum(1 for _ in islice(alike, SAME_WORDS)) == SAME_WORDS


def _without_numbers(text: str) -> str:
    return _NUMBERS.sub("", text[:COMPARED_CHARACTERS])


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((len(one), len(other)))
    if not other or short < ALIKE * long:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def owed_since(connection: Connection, address: str, kind: LetterKind, since: datetime) -> int:
    """Count the letters of a kind that an address has been owed since a moment."""
    insert_now(connection)
    return (
        connection.scalar(
            select(func.count())
            .select_from(OutboxRow)
            .where(
                OutboxRow.recipient == address,
                OutboxRow.kind == kind,
                OutboxRow.owed_since >= since,
            )
        )
        or 0
    )


def was_told(
    connection: Connection, unit: str, remark: Remark, since: datetime, before: LetterId
) -> bool:
    """
    Return whether a receipt has told a unit of a remark since a moment.

    `since` is when the letters came, at the earliest; the letter `before`, which is to be answered
    now, does not count itself.
    """
    insert_now(connection)
    told = connection.scalar(
        select(LetterRow.id)
        .where(
            LetterRow.received >= since,
            LetterRow.unit == unit,
            LetterRow.id != before,
            cast(LetterRow.remarks, Text).contains(f'"{remark.name}"'),
            select(OutboxRow.id)
            .where(OutboxRow.letter_id == LetterRow.id, OutboxRow.kind == LetterKind.RECEIPT)
            .exists(),
        )
        .limit(1)
    )
    return told is not None
