"""The letters' way through the ledger: collected, examined, settled or set aside, a transaction each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.conversation_entry import note_conversation
from ledger.duplicates import DuplicateIndex, note
from ledger.examinations import Examinations
from ledger.ids import LetterId
from ledger.journal import JournalEntry, append, hold
from ledger.letter_types import Headers, Pending, StoredMessage
from ledger.models.database import read_connection, read_only
from ledger.models.decisions import StandingRow
from ledger.models.letters import KEPT_SECRET, DraftRow, LetterRow, OutboxRow, SightingRow
from ledger.models.transaction import ANSWERED, forget, insert_later, insert_now, remembering
from ledger.resubmissions import earlier_versions, replaced_drafts
from ledger.row_values import (
    EnteredRows,
    OutgoingMessage,
    draft_values,
    entered_entry,
    file_values,
    outbox_values,
    standing_values,
)
from ledger.score_lines import Scores
from ledger.sightings import note_sightings
from ledger.states import Act, LetterState
from ledger.superseding import supersede, takes_the_place
from ledger.threads import thread_of
from ledger.unit_names import stored_names
from rulebook.conversation import Correspondence, Thread
from rulebook.model import Draft, Duplicate, Outcome, Replaced, Sender, Submission, Verdict
from rulebook.reasons import Reason

# A letter's way passes these each time; SQLAlchemy works out a statement once if it is always the same.
_BY_DIGEST = select(LetterRow.digest, LetterRow.id).where(
    LetterRow.digest.in_(bindparam("wanted", expanding=True))
)
_NEW_LETTER = insert(LetterRow).returning(LetterRow.digest, LetterRow.id)
_CLAIM = update(LetterRow).where(
    LetterRow.id == bindparam("waiting_letter"), LetterRow.state == LetterState.COLLECTED
)
_NEW_DRAFT = insert(DraftRow).returning(DraftRow.id)
_NEW_OWED = insert(OutboxRow).inline()  # nobody asks for its number
_NEW_STANDING = insert(StandingRow)


class LetterRepository:
    """
    The letters of the ledger. Every method is one transaction and may be repeated after a crash.

    With `examinations`, new letters are handed over to workers in the transaction that enters their rows.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(
        self, engine: Engine, scores: Scores, examinations: Examinations | None = None
    ) -> None:
        self._engine = engine
        self._scores = scores
        self._examinations = examinations

    @contextmanager
    def entering(self) -> Iterator[Connection]:
        """
        Open one transaction for several letters: what is asked about them, and what is entered.

        It holds the journal from its beginning, so that roster, commissions and rules stay as they are.
        """
        with self._engine.begin() as connection:
            if self._examinations is not None:
                self._examinations.entering(connection)
            remembering(connection)
            hold(connection)
            yield connection
            insert_now(connection)

    def collect(self, sightings: Sequence[StoredMessage], now: datetime) -> list[Pending]:
        """
        Enter letters whose raw bytes the vault already holds. Returns the new ones.

        A letter seen before (same SHA-256) only gains a location: moved, copied, or numbered anew after
        a change of UIDVALIDITY.
        """
        if not sightings:
            return []
        try:
            return self._collect(sightings, now)
        except IntegrityError:  # a poller that is only taken for dead entered one of them meanwhile
            return self._collect(sightings, now)

    def _collect(self, sightings: Sequence[StoredMessage], now: datetime) -> list[Pending]:
        with self._engine.begin() as connection:
            if self._examinations is not None:
                self._examinations.collecting(connection)
            wanted = {"wanted": [sighting.digest for sighting in sightings]}
            known = {row.digest: row.id for row in connection.execute(_BY_DIGEST, wanted)}
            fresh = {one.digest: one for one in reversed(sightings) if one.digest not in known}
            if fresh:
                values = [_letter_values(one, now) for one in reversed(fresh.values())]
                known |= {row.digest: row.id for row in connection.execute(_NEW_LETTER, values)}
            note_sightings(connection, [(one, known[one.digest]) for one in sightings])
            if self._examinations is not None:
                new = [LetterId(known[digest]) for digest in reversed(fresh)]
                self._examinations.collected(connection, new)
        return [
            Pending(LetterId(known[digest]), digest, one.received, one.size, one.head_only, 0)
            for digest, one in reversed(fresh.items())
        ]

    def backlog(self) -> list[Pending]:
        """List letters that wait to be examined, the earliest received first."""
        query = (
            select(LetterRow)
            .where(LetterRow.state == LetterState.COLLECTED)
            .order_by(LetterRow.received, LetterRow.id)
        )
        with Session(read_only(self._engine)) as session:
            return [_pending(letter) for letter in session.scalars(query)]

    def letter_of(self, digest: str) -> LetterId | None:
        """Return the id of the letter with these bytes, None when it was never collected."""
        with read_only(self._engine).connect() as connection:
            number = connection.scalar(select(LetterRow.id).where(LetterRow.digest == digest))
            return None if number is None else LetterId(number)

    def duplicates(
        self,
        submission: Submission,
        letter: LetterId,
        alike: float,
        before: datetime | None = None,
        within: Connection | None = None,
        replaced: Mapping[str, Replaced] | None = None,
    ) -> dict[str, Duplicate]:
        """
        Find for each draft (by its key) the earlier one that it repeats; see ledger.duplicates.

        `letter` itself, once it is entered, is no duplicate of its own, nor is what is `replaced`.
        With `before` the question is what stood there at that moment, as it was first judged.
        """
        drafts = frozenset(one.draft for one in (replaced or {}).values())
        with read_connection(self._engine, within) as connection:
            return DuplicateIndex(connection, letter, alike, before, drafts).of(submission)

    def replaced(
        self,
        submission: Submission,
        thread: Thread | None,
        letter: LetterId,
        within: Connection | None = None,
    ) -> dict[str, Replaced]:
        """Find for each draft (by its key) the one that it corrects; see ledger.resubmissions."""
        with read_connection(self._engine, within) as connection:
            return replaced_drafts(connection, submission, thread, letter)

    def earlier_versions(
        self, submission: Submission, letter: LetterId, within: Connection | None = None
    ) -> dict[str, Replaced]:
        """Find for each draft (by its key) the earlier version; see ledger.resubmissions."""
        with read_connection(self._engine, within) as connection:
            return earlier_versions(connection, submission, letter)

    def thread(
        self,
        correspondence: Correspondence,
        sender: Sender,
        letter: LetterId,
        within: Connection | None = None,
    ) -> Thread | None:
        """Find the letter that this one answers; see ledger.threads."""
        if not correspondence.answers and not correspondence.receipt_numbers:
            return None
        with read_connection(self._engine, within) as connection:
            return thread_of(connection, correspondence, sender, letter)

    def folders(self, letter: LetterId, within: Connection | None = None) -> list[str]:
        """Name the folders of the mailbox in which a letter was seen."""
        query = select(SightingRow.folder).where(SightingRow.letter_id == letter).distinct()
        with read_connection(self._engine, within) as connection:
            return list(connection.scalars(query))

    def refused(
        self,
        drafts: Iterable[Draft],
        unit: str | None,
        letter: LetterId,
        within: Connection | None = None,
    ) -> dict[str, datetime]:
        """Return for each draft (by its key) when the unit first sent it in a letter that was refused."""
        moments: dict[str, datetime] = {}
        with read_connection(self._engine, within) as connection:
            theirs = (
                DraftRow.unit.in_(stored_names(connection, unit))
                if unit is not None
                else DraftRow.unit.is_(None)
            )
            for draft in drafts:
                received = connection.scalar(
                    select(func.min(LetterRow.received))
                    .join(DraftRow, DraftRow.letter_id == LetterRow.id)
                    .where(
                        DraftRow.digest == draft.digest,
                        DraftRow.letter_id != letter,
                        theirs,
                        DraftRow.outcome == Outcome.REFUSED,
                    )
                )
                if received is not None:
                    moments[draft.key] = received
        return moments

    def enter(
        self,
        letter_id: LetterId,
        submission: Submission,
        verdict: Verdict,
        headers: Headers,
        owed: Sequence[OutgoingMessage],
        now: datetime,
        day: date,
        within: Connection | None = None,
        withheld: str = "",
    ) -> bool:
        """
        Enter verdict, drafts, their standings, owed letters and the journal entry in one transaction.

        Args:    `day`: the office day of receipt. `withheld`: why no answer is owed that might be.
                 `within`: the transaction to use, else one of its own.
        Returns: False, with nothing changed, when the letter is no longer waiting: somebody else entered
                 it first.
        """
        if within is None:
            with self._engine.begin() as connection:
                return self.enter(
                    letter_id, submission, verdict, headers, owed, now, day, connection, withheld
                )
        secret = Reason.SECRET_MARK in verdict.reasons
        thread = verdict.thread
        columns: dict[str, object] = {
            "waiting_letter": letter_id,
            "state": LetterState.EXAMINED if owed else LetterState.SETTLED,
            "examined": now,
            "message_id": headers.message_id,
            "sent": headers.sent,
            "stamped": headers.stamped,
            "subject": submission.subject,
            "sender_name": submission.sender.name,
            "sender_address": submission.sender.address,
            "unit": submission.sender.unit,
            "officer": submission.sender.officer,
            "answer_withheld": withheld,
            "purpose": verdict.purpose.purpose,
            "purpose_evidence": "" if secret else verdict.purpose.evidence,
            "urgent": verdict.purpose.urgent,
            "in_thread_of": thread.letter if thread else None,
            "own_words": "" if secret else submission.correspondence.own_words,
            "outcome": verdict.outcome,
            "reasons": [reason.name for reason in verdict.reasons],
            "remarks": [remark.name for remark in verdict.remarks],
            "faults": [
                {"reason": fault.reason.name, "detail": fault.detail} for fault in verdict.faults
            ],
            "attachments": list(submission.attachments),
            "files": [file_values(file) for file in submission.files],
            "file_names": "\n".join(
                dict.fromkeys([*submission.attachments, *(file.path for file in submission.files)])
            ),
        }
        claimed = within.execute(_CLAIM, columns)
        if claimed.rowcount != 1:
            return False
        if self._examinations is not None:
            self._examinations.entered(within, letter_id)
        drafts = []
        for position, draft in enumerate(verdict.drafts, 1):
            values = draft_values(letter_id, position, draft, secret)
            number = within.scalar(_NEW_DRAFT, values)
            assert number is not None
            drafts.append((number, values))
        answers = [outbox_values(letter_id, letter, now) for letter in owed]
        if answers:
            insert_later(within, _NEW_OWED, answers)
        written = EnteredRows(columns, [values for _, values in drafts], answers)
        seq = append(within, entered_entry(letter_id, submission, verdict, now, written))
        note_conversation(within, letter_id, submission, verdict, now)
        if drafts:
            if not secret:
                note(within, [number for number, _ in drafts], verdict.drafts)
            standings = [
                standing_values(number, values, verdict, day, seq) for number, values in drafts
            ]
            within.execute(_NEW_STANDING, standings)
            if any(one["commission_id"] for one in standings):
                forget(within, ANSWERED)
            self._scores.first(within, standings)
        for (number, _), judged in zip(drafts, verdict.drafts, strict=True):
            if judged.replaces is not None and takes_the_place(judged):
                supersede(within, judged.replaces.draft, number, letter_id, self._scores, now)
        return True

    def record_failure(self, letter_id: LetterId, trouble: str, max_tries: int) -> bool:
        """
        Count a failed try. Returns True when that was the last one.

        The letter is then set aside, kept whole. Raises: sqlalchemy.exc.NoResultFound for an unknown id.
        """
        with Session(self._engine) as session, session.begin():
            letter = session.get_one(LetterRow, letter_id)
            if letter.state is not LetterState.COLLECTED:
                return False
            letter.tries += 1
            letter.trouble = trouble
            if letter.tries >= max_tries:
                letter.state = LetterState.SET_ASIDE
                letter.outcome = Reason.TRIPPED_US.outcome
                letter.reasons = [Reason.TRIPPED_US.name]
            return letter.state is LetterState.SET_ASIDE

    def retry(self, letter_id: LetterId, who: str, now: datetime) -> bool:
        """Give a letter that was set aside another chance. Returns False when it was not set aside."""
        with Session(self._engine) as session, session.begin():
            hold(session)
            letter = session.get(LetterRow, letter_id)
            if letter is None or letter.state is not LetterState.SET_ASIDE:
                return False
            letter.state, letter.tries, letter.outcome = LetterState.COLLECTED, 0, None
            letter.reasons = []
            append(session, JournalEntry(now, who, Act.RETRIED, letter=letter_id))
            return True

    def to_be_dropped(self) -> list[tuple[LetterId, str]]:
        """List (id, digest) of letters with a 密级 mark that the vault still holds."""
        # the index of these letters alone answers it, however many there are of others
        query = select(LetterRow.id, LetterRow.digest).where(KEPT_SECRET)
        with read_only(self._engine).connect() as connection:
            return [(LetterId(number), digest) for number, digest in connection.execute(query)]

    def dropped(self, letter_id: LetterId) -> None:
        """Record that the vault no longer holds this letter."""
        with self._engine.begin() as connection:
            connection.execute(
                update(LetterRow).where(LetterRow.id == letter_id).values(raw_kept=False)
            )

    def census(self) -> dict[LetterState, int]:
        """Count the letters in each state."""
        query = select(LetterRow.state, func.count()).group_by(LetterRow.state)
        with read_only(self._engine).connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _letter_values(sighting: StoredMessage, now: datetime) -> dict[str, object]:
    return {
        "digest": sighting.digest,
        "size": sighting.size,
        "received": sighting.received,
        "collected": now,
        "state": LetterState.COLLECTED,
        "head_only": sighting.head_only,
        "manner": sighting.manner,
    }


def _pending(letter: LetterRow) -> Pending:
    return Pending(
        LetterId(letter.id),
        letter.digest,
        letter.received,
        letter.size,
        letter.head_only,
        letter.tries,
        letter.purpose_ruled,
    )
