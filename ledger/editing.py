"""
What people make of a letter's drafts: words corrected, one cut into several, several joined, one drawn.

Nothing is deleted. A draft's row says what it says now; `amendments` keeps what it said before, and the
journal the digests of both. A part that was cut off is a draft of its own, judged and held; a draft that
was joined to another counts no longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from ledger import row_digests
from ledger.corrections import AppliedRuling, ComposeCorrections, no_corrections
from ledger.decisions import Decisions
from ledger.duplicates import note
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import DraftId, LetterId
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import Amended, Drawn
from ledger.models.conversations import AmendmentRow
from ledger.models.database import read_only
from ledger.models.decisions import JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.row_values import draft_facts, draft_values, standing_values
from ledger.rulings import TAKEN_BACK, UNDOES, handled_by_another, standing_of
from ledger.score_lines import Scores, scored_of
from ledger.states import Act
from rulebook.model import DraftVerdict, Outcome, Verdict
from rulebook.reasons import Reason
from rulebook.rulings import Ruling

FIELDS = ("title", "author", "reviewer", "origin", "text")
MOST = {"title": 200, "author": 200, "reviewer": 200, "origin": 64, "text": 200_000}
"""Characters that each may have."""
CLOSED = (Reason.SECRET_MARK.name, Reason.INFECTED.name)
"""Letters of which nothing is drawn: their words are not kept."""


@dataclass(frozen=True, slots=True)
class Original:
    """What a draft said before people corrected it, by field: only what differs from now."""

    words: Mapping[str, str]


class Editing:
    """
    Corrects, cuts and joins drafts. Every method is one transaction, corrected receipts included.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine, decisions: Decisions, scores: Scores) -> None:
        self._engine = engine
        self._decisions = decisions
        self._scores = scores

    def amend(
        self,
        draft: DraftId,
        words: Mapping[str, str],
        characters: int,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        seen: int | None = None,
    ) -> bool:
        """
        Correct what a draft says; returns False when nothing differs.

        Args:   `words`: by a name of FIELDS; `characters`: the 字数 of the text as it is then.
        Raises: NotFound; ConflictError when the draft was changed since `seen`; InvalidInput for an empty
                title or text, or an endless one.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._row(session, draft, seen)
            changed = self._amend(session, row, words, characters, who, why, now)
            if changed and row.outcome is not Outcome.HELD:  # else it is told with the decision
                self._decisions.owe(session, [self._unchanged(session, row, who, why)], owe, now)
            return changed

    def cut(
        self,
        draft: DraftId,
        first: str,
        characters: int,
        parts: Sequence[DraftVerdict],
        who: str,
        now: datetime,
        seen: int | None = None,
    ) -> list[int]:
        """
        Cut a draft: it keeps the `first` words, each other part becomes a held draft of the same letter.

        Returns: the numbers of the new drafts. Raises: as `amend`.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._row(session, draft, seen)
            if not parts:
                raise InvalidInput("请选择从哪一段起另成一篇。")
            why = f"拆分为 {len(parts) + 1} 篇"
            self._amend(session, row, {"text": first}, characters, who, why, now)
            letter = self._letter(session, row.letter_id)
            return [
                self._draw(session, letter, row.day, one, draft, who, why, now) for one in parts
            ]

    def join(
        self,
        draft: DraftId,
        others: Sequence[DraftId],
        characters: int,
        who: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        seen: int | None = None,
    ) -> None:
        """
        Join other drafts of the same letter to one: their words stand behind its own, they count no longer.

        Args:   `characters`: the 字数 of all of it. Raises: as `amend`; InvalidInput for a draft of another letter.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._row(session, draft, seen)
            rows = [self._row(session, one, None) for one in others]
            if not rows or any(
                one.letter_id != row.letter_id or one.draft_id == row.draft_id for one in rows
            ):
                raise InvalidInput("只能把同一封来信的其他稿件并进来。")
            if any(one.adopted for one in rows):
                raise ConflictError("要并入的稿件已有录用记录，请先在录用登记里改到另一篇上。")
            texts = [session.get_one(DraftRow, one.draft_id).text for one in (row, *rows)]
            words = {"text": "\n".join(text for text in texts if text)}
            why = f"并入第 {'、'.join(str(one) for one in others)} 号稿件"
            ruled = [
                self._decisions.rule_within(
                    session, one, Ruling(joined=True), who, f"并入第 {draft} 号稿件", now
                )
                for one in others
            ]
            self._amend(session, row, words, characters, who, why, now)
            told = [one for one in ruled if one.before.outcome is not Outcome.HELD]
            self._decisions.owe(session, told, owe, now)

    def draw(
        self, letter: LetterId, judged: DraftVerdict, day: date, who: str, why: str, now: datetime
    ) -> int:
        """
        Make a held draft out of a letter that has none, or not this one; returns its number.

        Args:   `day`: the office day of the letter's receipt.
        Raises: NotFound; InvalidInput where nothing of the letter may be kept.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._letter(session, letter)
            if row.examined is None or set(CLOSED) & set(row.reasons):
                raise InvalidInput("这封来信不能登记稿件：还没有审核，或者按规定没有保存内容。")
            return self._draw(session, row, day, judged, 0, who, why, now)

    def undo(
        self, seq: int, who: str, now: datetime, owe: ComposeCorrections = no_corrections
    ) -> int:
        """
        Take back a correction, or the drawing of a draft; returns the draft.

        Raises: NotFound; ConflictError when the draft was changed since.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            entry = session.get(JournalRow, seq)
            if entry is None or entry.draft_id is None:
                raise NotFound("没有这一次更正。")
            row = self._row(session, DraftId(entry.draft_id), None)
            if row.seq != seq or UNDOES in entry.facts:
                raise ConflictError(handled_by_another(session, row.seq))
            if entry.act is Act.DRAWN:
                gone = Ruling(joined=True)
                self._decisions.rule_within(session, row.draft_id, gone, who, TAKEN_BACK, now)
                return row.draft_id
            kept = session.get(AmendmentRow, seq)
            if entry.act is not Act.AMENDED or kept is None:
                raise NotFound("没有这一次更正。")
            values = dict(kept.before)
            draft = session.get_one(DraftRow, row.draft_id)
            draft.characters = int(values.pop("characters", draft.characters))
            for name, value in values.items():
                setattr(draft, name, value)
            session.flush()
            facts: Amended = {"undoes": seq, "fields": sorted(values), **_state_of(draft)}
            row.seq = append(
                session,
                JournalEntry(now, who, Act.AMENDED, facts, TAKEN_BACK, row.letter_id, row.draft_id),
            )
            if row.outcome is not Outcome.HELD:
                self._decisions.owe(session, [self._unchanged(session, row, who, "")], owe, now)
            return row.draft_id

    def original(self, draft: int) -> Original:
        """Tell what a draft said before people corrected it."""
        query = select(AmendmentRow).where(AmendmentRow.draft_id == draft)
        with Session(read_only(self._engine)) as session:
            was: dict[str, str] = {}
            for row in session.scalars(query.order_by(AmendmentRow.seq)):
                was = {**row.before, **was}
            now = session.get(DraftRow, draft)
            return Original(
                {
                    name: was[name]
                    for name in FIELDS
                    if now is not None and name in was and was[name] != getattr(now, name)
                }
            )

    def _row(self, session: Session, draft: DraftId, seen: int | None) -> StandingRow:
        row = session.get(StandingRow, draft, with_for_update=True)
        if row is None:
            raise NotFound(f"没有第 {draft} 号稿件。")
        if seen is not None and row.seq != seen:
            raise ConflictError(handled_by_another(session, row.seq))
        return row

    def _letter(self, session: Session, letter: int) -> LetterRow:
        row = session.get(LetterRow, letter)
        if row is None:
            raise NotFound(f"没有第 {letter} 号来信。")
        return row

    def _amend(
        self,
        session: Session,
        row: StandingRow,
        words: Mapping[str, str],
        characters: int,
        who: str,
        why: str,
        now: datetime,
    ) -> bool:
        draft = session.get_one(DraftRow, row.draft_id)
        after = {
            name: words[name]
            for name in FIELDS
            if name in words and words[name] != getattr(draft, name)
        }
        if not after:
            return False
        for name, value in after.items():
            if len(value) > MOST[name] or (name in ("title", "text") and not value.strip()):
                raise InvalidInput("标题和正文不能是空的，也不能太长。")
        before = {name: getattr(draft, name) for name in after}
        if "text" in after:
            before["characters"], after["characters"] = str(draft.characters), str(characters)
            draft.characters = characters
        for name in FIELDS:
            if name in after:
                setattr(draft, name, after[name])
        session.flush()
        facts: Amended = {
            "fields": sorted(set(after) - {"characters"}),
            **_state_of(draft),
            "kept": row_digests.kept_digests(before, after),
        }
        entry = JournalEntry(now, who, Act.AMENDED, facts, why, row.letter_id, row.draft_id)
        row.seq = append(session, entry)
        session.add(
            AmendmentRow(seq=row.seq, draft_id=draft.id, at=now, before=before, after=after)
        )
        session.flush()
        return True

    def _draw(
        self,
        session: Session,
        letter: LetterRow,
        day: date,
        judged: DraftVerdict,
        of: int,
        who: str,
        why: str,
        now: datetime,
    ) -> int:
        last = session.scalar(
            select(func.max(DraftRow.position)).where(DraftRow.letter_id == letter.id)
        )
        position = (last or 0) + 1
        values = draft_values(letter.id, position, judged, secret=False)
        connection = session.connection()
        number = connection.scalar(insert(DraftRow).returning(DraftRow.id), values)
        assert number is not None
        facts: Drawn = {"draft": draft_facts(judged, values), "position": position, "of": of}
        seq = append(session, JournalEntry(now, who, Act.DRAWN, facts, why, letter.id, number))
        verdict = Verdict(Outcome.HELD, (), (judged,))
        standing = standing_values(number, values, verdict, day, seq)
        connection.execute(insert(StandingRow), [standing])
        self._scores.first(connection, [standing])
        note(connection, [number], [judged])
        return int(number)

    def _unchanged(self, session: Session, row: StandingRow, who: str, why: str) -> AppliedRuling:
        """Say of a draft whose words were corrected that its verdict is what it was."""
        stands = standing_of(row)
        points = self._scores.points_of(session, scored_of(row))
        title = session.get_one(DraftRow, row.draft_id).title
        return AppliedRuling(
            *(row.draft_id, row.letter_id, title, stands, stands, why, who, row.seq),
            *(points, points),
        )


def _state_of(draft: DraftRow) -> Amended:
    digests = row_digests.draft_digests(row_digests.columns(draft))
    return {"title": draft.title, "origin": draft.origin, "digests": digests}
