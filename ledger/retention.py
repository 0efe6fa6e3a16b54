"""Forgetting in time: raw letters, texts and personal data go; figures and the journal stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ledger import twins
from ledger.journal import Entry, append
from ledger.tables import DraftRow, LetterRow, LetterState, OutboxRow, PostState
from ledger.tables_decided import Act
from ledger.vault import Vault

BATCH = 500
ENDED = (LetterState.SETTLED, LetterState.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many letters lost their raw bytes and texts, and how many their names and addresses."""

    letters: int
    personal: int


def purge(
    engine: Engine,
    vault: Vault,
    letters_before: datetime | None,
    personal_before: datetime | None,
    who: str,
    now: datetime,
) -> Purged:
    """
    Letters received before a moment lose what need not be kept; None leaves a thing alone.

    `letters_before`: the raw letter in the vault, the drafts' texts and evidence sentences, names of
    files, the text of our answers, the drafts' fingerprints. `personal_before`: senders' names and
    addresses, by-lines, and whom our answers went to. Digests stay, so that a draft repeated to the
    letter is still told. Letters on their way, and answers still owed, are left alone. Can be killed
    and run again.
    """
    letters = _purge_letters(engine, vault, letters_before) if letters_before else 0
    personal = _purge_personal(engine, personal_before) if personal_before else 0
    if letters or personal:
        facts = {"letters": letters, "personal": personal}
        with Session(engine) as session, session.begin():
            append(session, Entry(now, who, Act.PURGED, facts))
    return Purged(letters, personal)


def _purge_letters(engine: Engine, vault: Vault, before: datetime) -> int:
    done = 0
    while True:
        with Session(engine) as session, session.begin():
            found = session.execute(
                select(LetterRow.id, LetterRow.digest)
                .where(LetterRow.received < before, LetterRow.raw_kept, LetterRow.state.in_(ENDED))
                .limit(BATCH)
            ).all()
            if not found:
                return done
            for _, digest in found:
                vault.drop(digest)
            ids = [row.id for row in found]
            texts = select(DraftRow.id, DraftRow.text).where(DraftRow.letter_id.in_(ids))
            twins.forget(session.connection(), session.execute(texts).all())
            session.execute(
                update(DraftRow)
                .where(DraftRow.letter_id.in_(ids))
                .values(text="", date_evidence="", kind_evidence="", images=[])
            )
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.letter_id.in_(ids), OutboxRow.state != PostState.OWED)
                .values(raw=b"")
            )
            session.execute(
                update(LetterRow)
                .where(LetterRow.id.in_(ids))
                .values(raw_kept=False, attachments=[], files=[])
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
            session.execute(
                update(DraftRow).where(DraftRow.letter_id.in_(ids)).values(author="", reviewer="")
            )
            session.execute(
                update(OutboxRow)
                .where(OutboxRow.letter_id.in_(ids), OutboxRow.state != PostState.OWED)
                .values(recipient="", copies=[], raw=b"")
            )
            session.execute(
                update(LetterRow)
                .where(LetterRow.id.in_(ids))
                .values(sender_name="", sender_address="", officer=None)
            )
            done += len(ids)
