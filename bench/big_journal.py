"""
A big ledger's journal as the program would have written it, so that the whole of it can be proved.

`tell(engine)` writes the entries of bench/big_ledger.py anew, in one chain: of each letter the first verdict
with the digests of its rows, and one that counts what is older than its entry. Lines of points are rescored.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.orm import Session

from ledger import row_digests
from ledger.journal import PROGRAM, JournalEntry, append
from ledger.models.decisions import AdoptionRow, JournalRow
from ledger.models.letters import DraftRow, LetterRow, OutboxRow
from ledger.score_lines import Scores
from ledger.states import Act
from rulebook.amounts import plain
from rulebook.points import ProvisionsOn

BATCH = 2000


def tell(engine: Engine, provisions_on_day: ProvisionsOn) -> None:
    """Write journal and points of a ledger of one draft and one receipt a letter; once."""
    with Session(engine) as session, session.begin():
        first = session.scalar(select(JournalRow.act).order_by(JournalRow.seq).limit(1))
        if first is Act.BASELINE:
            return
        session.execute(delete(JournalRow))
        adopted = session.execute(select(func.count(), func.max(AdoptionRow.id))).one()
        facts = {"letters": [0, 0], "adoptions": list(adopted), "officers": [0, 0]}
        sealed = row_digests.seals(session.scalars(select(AdoptionRow)))
        now = session.scalars(select(func.max(LetterRow.received))).one()
        append(session, JournalEntry(now, PROGRAM, Act.BASELINE, facts))
        append(session, JournalEntry(now, PROGRAM, Act.BASELINE, {"sealed": sealed}))
        last = 0
        while entries := list(_entries(session, last)):
            append(session, *entries)
            last = entries[-1].letter or 0
            session.expunge_all()
        # standings rest on their letters' entries, which stand behind those two
        session.execute(text("UPDATE standings SET seq = letter_id + 2"))
        Scores(provisions_on_day).rebuild(session)


def _entries(session: Session, last: int) -> Iterator[JournalEntry]:
    query = (
        select(LetterRow, DraftRow, OutboxRow)
        .join(DraftRow, DraftRow.letter_id == LetterRow.id)
        .join(OutboxRow, OutboxRow.letter_id == LetterRow.id)
        .where(LetterRow.id > last)
        .order_by(LetterRow.id)
        .limit(BATCH)
    )
    for letter, draft, owed in session.execute(query):
        facts = {
            "received": letter.received.astimezone(UTC).isoformat(),
            "outcome": draft.outcome.value,
            "reasons": letter.reasons,
            "drafts": [
                {
                    "sha256": draft.digest,
                    "unit": draft.unit,
                    "kind": draft.kind,
                    "happened": str(draft.event_date or ""),
                    "timely": draft.timely.value,
                    "outcome": draft.outcome.value,
                    "points": plain(draft.points),
                    "digests": row_digests.draft_digests(row_digests.columns(draft)),
                }
            ],
            "unit": letter.unit,
            "letter": row_digests.letter_digests(row_digests.columns(letter)),
            "owed": {owed.message_id: row_digests.owed_digests(row_digests.columns(owed))},
        }
        yield JournalEntry(letter.received, PROGRAM, Act.ENTERED, facts, letter=letter.id)
