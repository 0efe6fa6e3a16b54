"""What a letter that is no submission leaves in the ledger: statements, requests, reported adoptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from ledger import row_digests
from ledger.check_answers import checks_answered, note_check_answer
from ledger.commission_replies import note_commission_reply
from ledger.journal import PROGRAM, JournalEntry, append
from ledger.journal_facts import Proposed, Stated
from ledger.models.conversations import ProposedAdoptionRow, StatementRow
from ledger.models.decisions import StandingRow
from ledger.models.letters import DraftRow
from ledger.open_questions import drafts_asked_about, note_answer
from ledger.resubmissions import letter_with_drafts
from ledger.row_digests import proposal_digest
from ledger.states import Act, ProposalState
from ledger.unit_names import stored_names
from rulebook.conversation import Purpose
from rulebook.model import FileRole, ReportedAdoption, Submission, Verdict
from rulebook.originality import essence
from rulebook.reasons import Outcome
from rulebook.title_matching import Candidate, match

SPOKEN_OF = timedelta(days=90)
"""How long after its receipt an officer's letter may be about a draft by its title alone."""

PRINTED_WITHIN = timedelta(days=400)
"""How long after its receipt a draft may be reported as printed."""

SHORTEST_TITLE = 6
MAX_DRAFTS = 2_000
MAX_NAMED = 10

_QUOTED = re.compile(r"[《“\"]([^《》“”\"\n]{4,80})[》”\"]")
_NO_EVIDENCE = frozenset({FileRole.JUNK, FileRole.ARCHIVE})


def note_conversation(
    connection: Connection, letter: int, submission: Submission, verdict: Verdict, now: datetime
) -> None:
    """
    Enter what a statement, a request to withdraw or a report of adoptions says, for a person.

    An officer's statement is tied to the draft that it names, or to the only one of the letter that
    it answers; one that comes with drafts is tied to these, which are now to be decided on.
    """
    note_check_answer(connection, letter, submission, verdict, now)
    note_commission_reply(connection, letter, submission, now)
    if verdict.purpose.purpose in (Purpose.STATEMENT, Purpose.WITHDRAWAL):
        _note_statements(connection, letter, submission, verdict, now)
    elif verdict.purpose.says:
        _note_beside_drafts(connection, letter, submission, now)
    elif verdict.adoptions:
        _note_adoptions(connection, letter, submission, verdict, now)


def forget_conversation(session: Session, letter: int) -> list[StatementRow]:
    """
    Remove what was noted of a letter and not dealt with: a person says that it is for something else.

    Returns: the statements among it, for the entry that tells of it.
    """
    gone = session.scalars(
        select(StatementRow).where(StatementRow.letter_id == letter, StatementRow.settled.is_(None))
    ).all()
    for row in gone:
        session.delete(row)
    session.execute(
        delete(ProposedAdoptionRow).where(
            ProposedAdoptionRow.letter_id == letter,
            ProposedAdoptionRow.state == ProposalState.OPEN,
        )
    )
    return list(gone)


def _note_statements(
    connection: Connection, letter: int, submission: Submission, verdict: Verdict, now: datetime
) -> None:
    thread = verdict.thread.letter if verdict.thread else None
    unit = submission.sender.unit or ""
    if checks_answered(connection, submission.correspondence.answers, unit):
        thread = None  # about any of the unit's drafts, not those of one letter
    words = f"{submission.subject}\n{submission.correspondence.own_words}"
    drafts = drafts_meant(connection, thread, submission, words)
    _state(connection, letter, drafts, verdict.purpose.purpose, submission, now)
    note_answer(connection, drafts, letter, now)


def _note_beside_drafts(
    connection: Connection, letter: int, submission: Submission, now: datetime
) -> None:
    """Enter an objection that brings its archive again: with the drafts that it brings."""
    drafts = drafts_meant(connection, letter, submission, submission.correspondence.own_words)
    if not drafts:
        query = select(DraftRow.id).where(DraftRow.letter_id == letter).order_by(DraftRow.id)
        drafts = list(connection.scalars(query.limit(MAX_NAMED)))
    _state(connection, letter, drafts, Purpose.STATEMENT, submission, now)


def _state(
    connection: Connection,
    letter: int,
    drafts: Sequence[int],
    asks: Purpose,
    submission: Submission,
    now: datetime,
) -> None:
    concerned: list[int | None] = [*drafts] or [None]
    for draft in concerned:
        row = StatementRow(
            letter_id=letter,
            draft_id=draft,
            asks=asks,
            words=submission.correspondence.own_words,
            received=submission.received,
            settled_by="",
        )
        values = {name: one for name, one in row_digests.columns(row).items() if name != "id"}
        number = connection.scalar(insert(StatementRow).returning(StatementRow.id), values)
        assert number is not None
        row.id = number
        facts: Stated = {"statement": number, "asks": asks.value}
        entry = JournalEntry(
            now, PROGRAM, Act.STATED, facts, letter=letter, draft=draft, rows=[row]
        )
        append(connection, entry)


def drafts_meant(
    connection: Connection, thread: int | None, submission: Submission, words: str
) -> list[int]:
    """
    Tell which drafts a letter is about.

    Args:    `thread`: the letter that it answers; without one the unit's drafts of the last 90 days.
    Returns: those whose titles stand in the words, else those that the letter answered asks about, else
             the only one of the letter answered, else none.
    """
    query = select(DraftRow.id, DraftRow.title).order_by(DraftRow.id.desc()).limit(MAX_DRAFTS)
    if thread is not None:
        query = query.where(DraftRow.letter_id == letter_with_drafts(connection, thread))
    elif submission.sender.unit is not None:
        query = query.join(StandingRow, StandingRow.draft_id == DraftRow.id).where(
            StandingRow.unit.in_(stored_names(connection, submission.sender.unit)),
            StandingRow.day >= (submission.received - SPOKEN_OF).date(),
        )
    else:
        return []
    drafts = [(row[0], row[1]) for row in connection.execute(query)]
    said = essence(words)
    named = [
        draft
        for draft, title in drafts
        if len(essence(title)) >= SHORTEST_TITLE and essence(title) in said
    ]
    if not named:
        day = submission.received.date()
        candidates = [Candidate(draft, title, None, day) for draft, title in drafts]
        for quoted in _QUOTED.findall(words):
            best = match(quoted, candidates).draft
            if best is not None and best.draft not in named:
                named.append(best.draft)
    if named:
        return named[:MAX_NAMED]
    if thread is not None:
        about = drafts_asked_about(connection, submission.correspondence.answers)
        asked = [draft for draft, _ in drafts if draft in about]
        if asked:
            return asked
    return [drafts[0][0]] if thread is not None and len(drafts) == 1 else []


def _note_adoptions(
    connection: Connection, letter: int, submission: Submission, verdict: Verdict, now: datetime
) -> None:
    unit = submission.sender.unit
    drafts = _candidates(connection, submission, unit) if unit else []
    files = [
        {"path": file.path, "media_type": file.media_type, "sha256": file.digest}
        for file in submission.files
        if file.role not in _NO_EVIDENCE
    ]
    thread = verdict.thread.letter if verdict.thread else None
    answered = (
        drafts_meant(connection, thread, submission, "")
        if thread is not None and len(verdict.adoptions) == 1
        else []
    )
    for position, one in enumerate(verdict.adoptions, 1):
        draft = _printed(one, drafts) or (answered[0] if answered and not one.title else None)
        title = one.title or next((c.title for c in drafts if c.draft == draft), "")
        values = {
            "letter_id": letter,
            "position": position,
            "unit": unit,
            "title": title,
            "draft_id": draft,
            "outlet": one.outlet,
            "tier": one.tier,
            "day": one.day,
            "url": one.url,
            "words": one.words,
            "files": files,
            "state": ProposalState.OPEN,
            "adoption_id": None,
            "settled": None,
            "settled_by": "",
            "why": "",
        }
        insertion = insert(ProposedAdoptionRow).returning(ProposedAdoptionRow.id)
        number = connection.scalar(insertion, values)
        assert number is not None
        facts: Proposed = {
            "proposal": number,
            "state": ProposalState.OPEN.value,
            "digest": proposal_digest(values),
        }
        append(
            connection, JournalEntry(now, PROGRAM, Act.PROPOSED, facts, letter=letter, draft=draft)
        )


def _candidates(connection: Connection, submission: Submission, unit: str) -> list[Candidate]:
    query = (
        select(StandingRow.draft_id, DraftRow.title, StandingRow.unit, StandingRow.day)
        .join(DraftRow, DraftRow.id == StandingRow.draft_id)
        .where(
            StandingRow.unit.in_(stored_names(connection, unit)),
            StandingRow.day >= (submission.received - PRINTED_WITHIN).date(),
            StandingRow.outcome.not_in((Outcome.REFUSED, Outcome.IGNORED)),
        )
        .order_by(StandingRow.draft_id.desc())
        .limit(MAX_DRAFTS)
    )
    return [Candidate(*row) for row in connection.execute(query)]


def _printed(one: ReportedAdoption, drafts: Sequence[Candidate]) -> int | None:
    found = match(one.title, drafts).draft if one.title else None
    return found.draft if found else None
