"""What people decide about drafts: appended to the journal, applied to standings, never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.corrections import AppliedRuling as AppliedRuling
from ledger.corrections import ComposeCorrections as ComposeCorrections
from ledger.corrections import ConcernedLetter as ConcernedLetter
from ledger.corrections import Stood, owe_corrections
from ledger.corrections import concerned_letter as concerned_letter
from ledger.corrections import no_corrections as no_corrections
from ledger.days import unit_on
from ledger.deed_checks import check_ruling
from ledger.errors import ConflictError, NotFound
from ledger.ids import DraftId, LetterId
from ledger.journal import PROGRAM, JournalEntry, append, hold
from ledger.journal_facts import Claimed, Ruled
from ledger.models.database import read_only
from ledger.models.decisions import CommissionRow, JournalRow, StandingRow
from ledger.models.letters import DraftRow, LetterRow
from ledger.open_questions import close_questions
from ledger.rulings import (
    TAKEN_BACK,
    UNDOES,
    facts_of,
    first_standing,
    handled_by_another,
    judged_of,
    rulings_of,
    settle_statements,
    standing_of,
    unsettle,
)
from ledger.score_lines import Scores, scored_of
from ledger.shares import follow
from ledger.states import Act, LetterState
from rulebook.provisions import Provisions
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import (
    CurrentVerdict,
    Ruling,
    apply_rulings,
    complete_ruling,
    merge_rulings,
)
from rulebook.timeliness import IsWorkday

ProvisionsFor = Callable[[datetime], Provisions]


class Decisions:
    """
    Rulings on drafts. Every method is one transaction, corrected receipts included.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(
        self,
        engine: Engine,
        provisions_at: ProvisionsFor,
        is_workday: IsWorkday,
        scores: Scores,
        grace: timedelta = timedelta(),
    ) -> None:
        """Rule on drafts of a ledger; corrected receipts leave when `grace` is over."""
        self._engine = engine
        self._grace = grace
        self._provisions_for = provisions_at
        self._is_workday = is_workday
        self._scores = scores

    def rule(
        self,
        draft: DraftId,
        ruling: Ruling,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        seen: int | None = None,
    ) -> AppliedRuling:
        """
        Overrule the program, or an earlier ruling, on one draft.

        Args:   `seen`: the number of the journal entry that the person had before them.
        Raises: NotFound; ConflictError when the draft was changed since `seen`; InvalidInput for a
                unit that there was not on that day, or a void or refusal without its reason and who
                ordered it; UnfinishedRuling (rulebook.complete_ruling).
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            row = self._draft(session, draft)
            if seen is not None and row.seq != seen:
                raise ConflictError(handled_by_another(session, row.seq))
            check_ruling(ruling, row.voided, why)
            ruled = self._rule(session, row, ruling, who, why, now, Act.RULED)
            self.owe(session, [ruled], owe, now)
            return ruled

    def preview(self, draft: DraftId, ruling: Ruling, now: datetime) -> AppliedRuling:
        """
        Tell what a ruling would make of a draft, points included. Nothing is kept.

        Raises: NotFound; UnfinishedRuling as `rule` does.
        """
        with Session(self._engine) as session:
            try:
                return self._rule(
                    session, self._draft(session, draft), ruling, PROGRAM, "", now, Act.RULED
                )
            finally:
                session.rollback()

    def undo(
        self, seq: int, who: str, now: datetime, owe: ComposeCorrections = no_corrections
    ) -> AppliedRuling:
        """
        Take a ruling back, as if it had never been made; its corrected receipt does not leave.

        Args:   `seq`: the number of its entry in the journal.
        Raises: NotFound; ConflictError when the draft was decided on again since.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            entry = session.get(JournalRow, seq)
            if entry is None or entry.act is not Act.RULED or entry.draft_id is None:
                raise NotFound("没有这一次核定。")
            row = self._draft(session, entry.draft_id)
            if not entry.facts or UNDOES in entry.facts or row.seq != seq:
                raise ConflictError(handled_by_another(session, row.seq))
            rulings = [one for _, one in rulings_of(session, row.draft_id)][:-1]
            facts: Ruled = {"undoes": seq}
            open_again = unsettle(session, row.draft_id, entry.who, entry.at)
            taken_back = JournalEntry(
                now, who, Act.RULED, facts, TAKEN_BACK, row.letter_id, row.draft_id, open_again
            )
            undone = self._enter(session, row, rulings, taken_back)
            self.owe(session, [undone], owe, now)
            return undone

    def claim(
        self,
        letter: LetterId,
        unit: str,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        *,
        unclaimed: bool = False,
    ) -> list[AppliedRuling]:
        """
        Claim an unknown sender's letter for a unit: its drafts count as of their receipt (一.3).

        Args:   `unclaimed`: only while nobody else has claimed it.
        Raises: NotFound; ConflictError when it is claimed already, or came from an officer of the
                roster; InvalidInput for no such unit.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            claimed = session.get(LetterRow, letter)
            if claimed is None:
                raise NotFound(f"没有第 {letter} 号邮件；邮件的编号见 shougao export letters。")
            if claimed.state in (LetterState.COLLECTED, LetterState.SET_ASIDE):
                raise NotFound(f"第 {letter} 号邮件还没有处理完，处理之后才能认领。")
            if claimed.officer is not None:
                raise ConflictError(
                    f"第 {letter} 号来信是{claimed.unit or '名单上'}的报送人员寄来的，不用认领；"
                    "稿件的单位有误，请改定稿件的单位（稿件页，或 shougao decide 稿件编号 --unit 单位）。"
                )
            if unclaimed and claimed.unit is not None:
                raise ConflictError(f"第 {letter} 号来信刚刚已由别人认领，计入{claimed.unit}。")
            provisions = self._provisions_for(claimed.received)
            day = claimed.received.astimezone(ZoneInfo(provisions.zone)).date()
            unit = unit_on(day, unit, self._scores.provisions_on_day)
            rows = session.scalars(
                select(StandingRow)
                .where(StandingRow.letter_id == letter)
                .order_by(StandingRow.draft_id)
                .with_for_update()
            ).all()
            ruled = [
                self._rule(session, row, Ruling(unit=unit), who, why, now, Act.CLAIMED)
                for row in rows
            ]
            if not rows:
                facts: Claimed = {"unit": unit}
                append(session, JournalEntry(now, who, Act.CLAIMED, facts, why, letter))
            claimed.unit = unit
            self.owe(session, ruled, owe, now)
            return ruled

    def withdraw(
        self,
        draft: DraftId,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        seen: int | None = None,
        *,
        withdrawn: bool = True,
    ) -> AppliedRuling:
        """
        Withdraw a draft at its unit's request (撤稿), or with `withdrawn` False take that back.

        It is counted nowhere, and later ones repeat it in vain. Raises: as `rule`.
        """
        return self.rule(draft, Ruling(withdrawn=withdrawn), who, why, now, owe, seen)

    def replace(
        self,
        draft: DraftId,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
        seen: int | None = None,
        *,
        replaces: bool = True,
    ) -> AppliedRuling:
        """Confirm that a draft stands in place of the one it corrects, or not. Raises: as `rule`."""
        return self.rule(draft, Ruling(replaces=replaces), who, why, now, owe, seen)

    def rule_letter(
        self,
        session: Session,
        letter: int,
        ruling: Ruling,
        who: str,
        why: str,
        now: datetime,
        owe: ComposeCorrections = no_corrections,
    ) -> list[AppliedRuling]:
        """Rule on all drafts of a letter within the caller's transaction, which holds the journal."""
        numbers = session.scalars(
            select(StandingRow.draft_id)
            .where(StandingRow.letter_id == letter)
            .order_by(StandingRow.draft_id)
        ).all()
        ruled = [self.rule_within(session, one, ruling, who, why, now) for one in numbers]
        self.owe(session, ruled, owe, now)
        return ruled

    def rule_within(
        self, session: Session, draft: int, ruling: Ruling, who: str, why: str, now: datetime
    ) -> AppliedRuling:
        """Rule on a draft within the caller's transaction, which holds the journal and owes what is due."""
        return self._rule(session, self._draft(session, draft), ruling, who, why, now, Act.RULED)

    def owe(
        self, session: Session, ruled: list[AppliedRuling], owe: ComposeCorrections, now: datetime
    ) -> None:
        """Owe the corrected receipts that the caller's transaction calls for."""
        owe_corrections(session, ruled, owe, now, self._grace, self._stood)

    def rulings(self, draft: DraftId) -> list[tuple[JournalEntry, Ruling]]:
        """List everything that people ruled on a draft, the first first."""
        with Session(read_only(self._engine)) as session:
            return rulings_of(session, draft)

    def _draft(self, session: Session, draft: int) -> StandingRow:
        row = session.get(StandingRow, draft, with_for_update=True)
        if row is None:
            raise NotFound(f"没有第 {draft} 号稿件；稿件的编号见 shougao export drafts。")
        return row

    def _rule(
        self,
        session: Session,
        row: StandingRow,
        ruling: Ruling,
        who: str,
        why: str,
        now: datetime,
        act: Act,
    ) -> AppliedRuling:
        if ruling.commission and session.get(CommissionRow, ruling.commission) is None:
            raise NotFound(f"没有第 {ruling.commission} 号约稿。")
        draft = session.get_one(DraftRow, row.draft_id)
        letter = session.get_one(LetterRow, row.letter_id)
        earlier = [earlier for _, earlier in rulings_of(session, row.draft_id)]
        first = judged_of(draft, letter)
        provisions = self._provisions_for(letter.received)
        if ruling.unit is not None:
            unit = unit_on(row.day, ruling.unit, self._scores.provisions_on_day)
            ruling = replace(ruling, unit=unit)
        ruling = complete_ruling(first, earlier, ruling, provisions, self._is_workday)
        entry = JournalEntry(now, who, act, facts_of(ruling), why, row.letter_id, row.draft_id)
        return self._enter(session, row, [*earlier, ruling], entry)

    def _enter(
        self, session: Session, row: StandingRow, rulings: Sequence[Ruling], entry: JournalEntry
    ) -> AppliedRuling:
        """Have a draft stand as these rulings say; the entry tells why."""
        draft = session.get_one(DraftRow, row.draft_id)
        letter = session.get_one(LetterRow, row.letter_id)
        provisions = self._provisions_for(letter.received)
        before = standing_of(row)
        was = self._scores.points_of(session, scored_of(row))
        after = self._verdict(draft, letter, rulings, provisions)
        row.unit, row.kind, row.event_date = after.unit, after.kind, after.event_date
        row.deadline, row.timely, row.outcome = after.deadline, after.timely, after.outcome
        row.reasons = [reason.name for reason in after.reasons]
        row.voided, row.commission_id = after.voided, after.commission
        if entry.facts and UNDOES not in entry.facts:  # by corrected rules nobody decides anything
            settled = settle_statements(session, row.draft_id, entry.who, entry.at)
            closed = close_questions(session, row.draft_id, entry.who, entry.at)
            entry = replace(entry, rows=[*entry.rows, *settled, *closed])
        row.seq = append(session, entry)
        session.flush()
        self._scores.refresh(session, [row.draft_id])
        follow(session, self._scores, [row.draft_id], entry.who, entry.at)
        note = self._follow(
            session, draft, merge_rulings(rulings, provisions), after, entry.who, entry.at
        )
        return AppliedRuling(
            row.draft_id,
            row.letter_id,
            draft.title,
            before,
            after,
            entry.why,
            entry.who,
            row.seq,
            was,
            self._scores.points_of(session, scored_of(row)),
            note,
        )

    def _follow(
        self,
        session: Session,
        draft: DraftRow,
        ruled: Ruling,
        after: CurrentVerdict,
        who: str,
        now: datetime,
    ) -> str:
        """Have the draft that this one corrects give way to it, or count again; says which."""
        if draft.replaces_draft_id is None:
            return ""
        earlier = session.get(StandingRow, draft.replaces_draft_id, with_for_update=True)
        if earlier is None:
            return ""
        gives_way = (
            after.outcome is not Outcome.REFUSED
            and Reason.REPLACES_DRAFT not in after.reasons
            and ruled.replaces is not False
            and ruled.submission is not False
        )
        if gives_way == (Reason.SUPERSEDED.name in earlier.reasons):
            return ""
        if gives_way and earlier.adopted:
            raise ConflictError(
                f"原稿（第 {earlier.draft_id} 号）已有录用记录，"
                "请先在录用登记里把它改到更正稿上，再确认替换。"
            )
        if gives_way and earlier.outcome is Outcome.REFUSED:
            return ""
        why = f"更正稿（第 {draft.id} 号稿件）{'替换本稿' if gives_way else '不再替换本稿'}"
        self._rule(session, earlier, Ruling(superseded=gives_way), who, why, now, Act.RULED)
        title = session.get_one(DraftRow, earlier.draft_id).title
        return f"原稿《{title}》{'已由本稿替换，不再单独计入' if gives_way else '恢复计入'}。"

    def _stood(self, session: Session, row: StandingRow, moment: datetime) -> Stood:
        """Return how a draft stood before a moment, with its points."""
        draft = session.get_one(DraftRow, row.draft_id)
        letter = session.get_one(LetterRow, row.letter_id)
        provisions = self._provisions_for(letter.received)
        rulings = [one for entry, one in rulings_of(session, row.draft_id) if entry.at < moment]
        verdict = self._verdict(draft, letter, rulings, provisions)
        scored = replace(
            scored_of(row),
            unit=verdict.unit,
            kind=verdict.kind,
            outcome=verdict.outcome,
            timely=verdict.timely,
            voided=verdict.voided,
        )
        return verdict, self._scores.points_of(session, scored)

    def _verdict(
        self,
        draft: DraftRow,
        letter: LetterRow,
        rulings: Sequence[Ruling],
        provisions: Provisions,
    ) -> CurrentVerdict:
        if not rulings:
            return first_standing(draft, letter)
        return apply_rulings(judged_of(draft, letter), rulings, provisions, self._is_workday)
