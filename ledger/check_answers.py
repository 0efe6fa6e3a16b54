"""Answers to what was mailed to a unit to check before a notice: known by our Message-ID, 无异议 or not."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from ledger.journal import PROGRAM, JournalEntry, append, rows_of
from ledger.models.decisions import NoticeCheckRow
from ledger.models.letters import LetterRow
from ledger.printing_facts import CheckAnswered
from ledger.states import Act
from ledger.unit_names import stored_names
from rulebook.conversation import Purpose
from rulebook.model import Submission, Verdict

_AGREES = re.compile(r"无异议|没有异议|没有意见|无意见|核对无误|情况属实|没有问题|无误|一致")
_OBJECTS = re.compile(
    r"不一致|(?<!没)有异议|有出入|(?<!没)有误|不符|少了|漏了|漏计|请核实|请更正|应为|不对"
)


def checks_answered(connection: Connection, message_ids: Collection[str], unit: str) -> list[int]:
    """List the checks of a unit to which letters with these Message-IDs of ours belong."""
    if not message_ids:
        return []
    query = select(NoticeCheckRow.id).where(
        NoticeCheckRow.message_id.in_(message_ids),
        NoticeCheckRow.unit.in_(stored_names(connection, unit)),  # renamed since the period's end
    )
    return list(connection.scalars(query))


def latest_letter(connection: Connection, unit: str, before: int) -> int | None:
    """Return the unit's latest letter: what an answer to a check is read beside."""
    of_unit = LetterRow.unit.in_(stored_names(connection, unit))
    query = select(LetterRow.id).where(of_unit).order_by(LetterRow.id.desc())
    if before:
        query = query.where(LetterRow.id < before)
    return connection.scalar(query.limit(1))


def note_check_answer(
    connection: Connection, letter: int, submission: Submission, verdict: Verdict, now: datetime
) -> None:
    """Record that a unit has looked at its rows, and whether it objects. The latest answer counts."""
    unit = submission.sender.unit
    if unit is None:
        return
    checks = checks_answered(connection, submission.correspondence.answers, unit)
    if checks:
        connection.execute(
            update(NoticeCheckRow)
            .where(NoticeCheckRow.id.in_(checks))
            .values(answered=now, objects=_objects(submission, verdict), answer_letter_id=letter)
        )
        facts: CheckAnswered = {"checks": checks}
        rows = rows_of(connection, NoticeCheckRow, checks)
        append(connection, JournalEntry(now, PROGRAM, Act.CHECKED, facts, letter=letter, rows=rows))


def _objects(submission: Submission, verdict: Verdict) -> bool:
    """Tell whether an answer objects: who does not plainly agree does."""
    if verdict.purpose.purpose is Purpose.THANKS:
        return False
    words = submission.correspondence.own_words
    return bool(_OBJECTS.search(words)) or not _AGREES.search(words)
