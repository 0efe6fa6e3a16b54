"""Forgetting in time: raw letters, texts and personal data go; figures and the journal stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.orm import Session

from ledger import duplicates, journal_facts
from ledger.journal import JournalEntry, append, hold
from ledger.models.conversations import AmendmentRow
from ledger.models.database import read_only
from ledger.models.decisions import JournalRow
from ledger.models.letters import AddressRow, DraftRow, LetterRow, OfficerRow, OutboxRow
from ledger.states import Act, DeliveryState, LetterState
from ledger.storage.vault import Vault

BATCH = 500
FORGOTTEN = "（已清除）"
"""The name of an officer who is no longer kept."""
ENDED = (LetterState.SETTLED, LetterState.SET_ASIDE)
COUNTED = 10_000
"""Where counting stops."""


@dataclass(frozen=True, slots=True)
class Purged:
    """
    What was forgotten.

    `letters`: lost their raw bytes and texts. `personal`: lost their names and addresses. `officers`:
    left long ago, and lost their names, telephones and addresses.
    """

    letters: int
    personal: int
    officers: int = 0


def purge(
    engine: Engine,
    vault: Vault,
    letters_before: datetime | None,
    personal_before: datetime | None,
    who: str,
    now: datetime,
) -> Purged:
    """
    Remove from letters received before a moment what need not be kept; None leaves a thing alone.

    Digests stay, so that a draft repeated to the letter is still recognised. Letters on their way, and
    answers still owed, are left alone. Can be killed and run again.

    Args: `letters_before`: the raw letter in the vault, the drafts' texts and evidence sentences,
          names of files, the text of our answers, the drafts' fingerprints. `personal_before`:
          senders' names and addresses, by-lines, whom our answers went to, and the names and
          telephones of officers whose appointment ended before.
    """
    letters = _purge_letters(engine, vault, letters_before) if letters_before else 0
    personal = _purge_personal(engine, personal_before) if personal_before else 0
    officers = _purge_officers(engine, personal_before) if personal_before else 0
    if letters or personal or officers:
        facts: journal_facts.Purged = {"letters": letters, "personal": personal}
        if officers:
            facts["officers"] = officers
        with Session(engine) as session, session.begin():
            append(session, JournalEntry(now, who, Act.PURGED, facts))
    return Purged(letters, personal, officers)


def _purge_letters(engine: Engine, vault: Vault, before: datetime) -> int:
    done = 0
    while True:
        with Session(engine) as session, session.begin():
            rows = session.execute(
                select(LetterRow.id, LetterRow.digest)
                .where(LetterRow.received < before, LetterRow.raw_kept, LetterRow.state.in_(ENDED))
                .limit(BATCH)
            ).all()
            if not rows:
                return done
            for _, digest in rows:
                vault.drop(digest)
            ids = [row.id for row in rows]
            texts = select(DraftRow.id, DraftRow.text).where(DraftRow.letter_id.in_(ids))
            duplicates.forget(session.connection(), session.execute(texts).all())
            _forget_corrections(session, ids, ("text",))
            session.execute(
                update(DraftRow)
                .where(DraftRow.letter_id.in_(ids))
                .values(text="", date_evidence="", kind_evidence="", images=[], file="")
            )
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.letter_id.in_(ids), OutboxRow.state != DeliveryState.OWED)
                .values(raw=b"")
            )
            session.execute(
                update(LetterRow)
                .where(LetterRow.id.in_(ids))
                .values(raw_kept=False, attachments=[], files=[], file_names="")
            )
            done += len(ids)


def _purge_personal(engine: Engine, before: datetime) -> int:
    done = 0
    while True:
        with Session(engine) as session, session.begin():
            ids = session.scalars(
                select(LetterRow.id)
                .where(
                    LetterRow.received < before,
                    LetterRow.state.in_(ENDED),
                    (LetterRow.sender_address != "") | (LetterRow.sender_name != ""),
                )
                .limit(BATCH)
            ).all()
            if not ids:
                return done
            _forget_corrections(session, ids, ("author", "reviewer"))
            session.execute(
                update(DraftRow).where(DraftRow.letter_id.in_(ids)).values(author="", reviewer="")
            )
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.letter_id.in_(ids), OutboxRow.state != DeliveryState.OWED)
                .values(recipient="", copies=[], raw=b"")
            )
            session.execute(
                update(LetterRow)
                .where(LetterRow.id.in_(ids))
                .values(sender_name="", sender_address="", officer=None)
            )
            done += len(ids)


def _forget_corrections(session: Session, letters: Sequence[int], fields: Sequence[str]) -> None:
    """Leave out of what people corrected the words that are forgotten."""
    of = select(DraftRow.id).where(DraftRow.letter_id.in_(letters))
    for row in session.scalars(select(AmendmentRow).where(AmendmentRow.draft_id.in_(of))):
        if "text" in fields and "text" in row.before:  # the fingerprint is of the first words
            duplicates.forget(session.connection(), [(row.draft_id, row.before["text"])])
        row.before = {name: told for name, told in row.before.items() if name not in fields}
        row.after = {name: told for name, told in row.after.items() if name not in fields}


def _purge_officers(engine: Engine, before: datetime) -> int:
    with Session(engine) as session, session.begin():
        hold(session)  # who enters letters asks for an officer once
        ids = session.scalars(
            select(OfficerRow.id).where(
                OfficerRow.ends < before.date(), OfficerRow.name != FORGOTTEN
            )
        ).all()
        if not ids:
            return 0
        session.execute(delete(AddressRow).where(AddressRow.officer_id.in_(ids)))
        session.execute(
            update(OfficerRow)
            .where(OfficerRow.id.in_(ids))
            .values(name=FORGOTTEN, post="", phone="", note="")
        )
        return len(ids)


@dataclass(frozen=True, slots=True)
class Due:
    """Letters whose originals, and whose senders, may be forgotten now, COUNTED at most; `last`: when some were."""

    letters: int
    personal: int
    last: datetime | None


def due(engine: Engine, letters_days: int, personal_days: int, now: datetime) -> Due:
    """Count what `purge` would forget; 0 days keep a thing for good."""
    with Session(read_only(engine)) as session:

        def many(days: int, *conditions: ColumnElement[bool]) -> int:
            if not days:
                return 0
            old = (
                select(LetterRow.id)
                .where(
                    LetterRow.received < now - timedelta(days=days),
                    LetterRow.state.in_(ENDED),
                    *conditions,
                )
                .limit(COUNTED)
            )
            return session.scalar(select(func.count()).select_from(old.subquery())) or 0

        named = (LetterRow.sender_address != "") | (LetterRow.sender_name != "")
        last = session.scalar(
            select(JournalRow.at)
            .where(JournalRow.act == Act.PURGED)
            .order_by(JournalRow.seq.desc())
            .limit(1)
        )
        return Due(
            many(letters_days, LetterRow.raw_kept.is_(True)), many(personal_days, named), last
        )
