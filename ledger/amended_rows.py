"""What people corrected in drafts, and drafts that they made, as the journal tells it: for the proof of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.models.conversations import AmendmentRow
from ledger.models.decisions import JournalRow
from ledger.row_digests import kept_digests
from ledger.rulings import UNDOES
from ledger.states import Act


@dataclass(frozen=True, slots=True)
class Edited:
    """
    What the journal says of some letters' drafts beside their entry.

    `drawn`: by a letter the drafts that were made by hand, in order; `amended`: by a draft the facts of
    its latest correction.
    """

    drawn: Mapping[int, list[dict[str, Any]]]
    amended: Mapping[int, Mapping[str, Any]]

    def drafts_of(self, letter: int, entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return all drafts of a letter as they were entered, those made by hand behind the others."""
        return [*entry["drafts"], *self.drawn.get(letter, ())]


def edited(session: Session, first: int, last: int) -> Edited:
    """Read it of the letters whose numbers lie between the two."""
    drawn: dict[int, list[dict[str, Any]]] = defaultdict(list)
    amended: dict[int, Mapping[str, Any]] = {}
    for letter, draft, act, facts in session.execute(
        select(JournalRow.letter_id, JournalRow.draft_id, JournalRow.act, JournalRow.facts)
        .where(
            JournalRow.letter_id.between(first, last),
            JournalRow.act.in_((Act.DRAWN, Act.AMENDED)),
        )
        .order_by(JournalRow.seq)
    ):
        if act is Act.DRAWN:
            drawn[letter].append(facts["draft"])
        else:
            amended[draft] = facts
    return Edited(drawn, amended)


def amendments(session: Session, forgotten: bool) -> Iterator[str]:
    """Yield what of the kept words the journal contradicts; `forgotten`: some may be gone in time."""
    rows = {row.seq: row for row in session.scalars(select(AmendmentRow))}
    for seq, draft, facts, at in session.execute(
        select(JournalRow.seq, JournalRow.draft_id, JournalRow.facts, JournalRow.at)
        .where(JournalRow.act == Act.AMENDED)
        .order_by(JournalRow.seq)
    ):
        if UNDOES in facts:
            continue
        row = rows.pop(seq, None)
        if row is None or row.draft_id != draft or row.at != at:
            yield f"第 {draft} 号稿件更正前的内容（日志第 {seq} 条）不见了"
            continue
        there, kept = kept_digests(row.before, row.after), facts["kept"]
        altered = any(there.get(name, digest) != digest for name, digest in kept.items())
        if altered or there.keys() - kept.keys() or (kept.keys() - there.keys() and not forgotten):
            yield f"第 {draft} 号稿件更正前后的内容（日志第 {seq} 条）与日志不符"
    yield from (
        f"第 {row.draft_id} 号稿件的更正不是按手续登记的：日志里没有它" for row in rows.values()
    )
