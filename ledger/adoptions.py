"""The register of adoptions (录用, 四.2): recorded with their evidence, changed only by new entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from ledger.adoption_rows import AdoptionReport as AdoptionReport
from ledger.adoption_rows import AlreadyRecorded as AlreadyRecorded
from ledger.adoption_rows import RegisteredAdoption as RegisteredAdoption
from ledger.adoption_rows import adoption_from_row as adoption_from_row
from ledger.adoption_rows import duplicate_of, facts_of_adoption
from ledger.days import check_day, unit_on
from ledger.deed_checks import filled, web_address
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.journal import JournalEntry, append, hold
from ledger.journal_facts import AdoptionChanged
from ledger.models.database import read_only
from ledger.models.decisions import AdoptionRow, StandingRow
from ledger.models.letters import DraftRow
from ledger.score_lines import Scores
from ledger.shares import follow
from ledger.states import Act
from ledger.unit_names import stored_names
from rulebook.model import Kind
from rulebook.reasons import Outcome
from rulebook.title_matching import Candidate, Match, match
from rulebook.unit_history import UnitHistory

LOOK_BACK = timedelta(days=400)
"""How long after its receipt a draft may still be printed."""


class Adoptions:
    """
    The register. Every method is one transaction; scores follow at once.

    Raises: every method sqlalchemy.exc.OperationalError while the database is locked or away.
    """

    def __init__(self, engine: Engine, scores: Scores) -> None:
        self._engine = engine
        self._scores = scores

    def candidates(self, unit: str, title: str, day: date) -> Match:
        """Match a title against the unit's drafts received before this day, under whatever name."""
        history = UnitHistory(self._scores.provisions_on_day)
        of_day = history.unit(unit, day)
        names = history.names(of_day.name if of_day else unit, day)
        query = (
            select(StandingRow.draft_id, DraftRow.title, StandingRow.unit, StandingRow.day)
            .join(DraftRow, DraftRow.id == StandingRow.draft_id)
            .where(
                StandingRow.unit.in_(sorted(names)),
                StandingRow.day.between(day - LOOK_BACK, day),
                StandingRow.outcome.not_in((Outcome.REFUSED, Outcome.IGNORED)),
            )
        )
        with read_only(self._engine).connect() as connection:
            return match(title, (Candidate(*row) for row in connection.execute(query).all()))

    def duplicate(self, printed: AdoptionReport) -> int | None:
        """Return the record of the same text in the same outlet on the same day, if there is one."""
        with Session(read_only(self._engine)) as session:
            return session.scalar(duplicate_of(printed))

    def check(self, printed: AdoptionReport, now: datetime) -> None:
        """Refuse what `add` would refuse; nothing is written. Raises: as `add`, but for AlreadyRecorded."""
        printed = self._checked(printed, now)
        if printed.draft is not None:
            with Session(read_only(self._engine)) as session:
                self._check_draft(session, printed.draft, printed.unit, printed.day)

    def add(self, printed: AdoptionReport, who: str, now: datetime, why: str = "") -> int:
        """
        Record one; returns its number.

        Raises: NotFound for a draft that does not exist; AlreadyRecorded; InvalidInput for a day to
                come, a unit that there was not on that day, a draft of another unit.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            return self.add_in(session, printed, who, now, why)

    def add_in(
        self, session: Session, printed: AdoptionReport, who: str, now: datetime, why: str = ""
    ) -> int:
        """Record one within the caller's transaction, which holds the journal."""
        printed = self._checked(printed, now)
        kind = printed.kind
        if printed.draft is not None:
            standing = self._check_draft(session, printed.draft, printed.unit, printed.day)
            kind = kind or standing.kind
        duplicate = session.scalar(duplicate_of(printed))
        if duplicate is not None:
            raise AlreadyRecorded(
                f"“{printed.title}”在 {printed.outlet} {printed.day} 的录用"
                f"已经登记过（第 {duplicate} 号）。"
            )
        row = AdoptionRow(
            draft_id=printed.draft,
            unit=printed.unit,
            title=printed.title,
            kind=kind,
            outlet=printed.outlet,
            tier=printed.tier,
            day=printed.day,
            manner=printed.manner,
            url=printed.url,
            evidence=printed.evidence,
            evidence_name=printed.evidence_name,
            withdrawn=False,
            seq=0,
        )
        session.add(row)
        session.flush()
        facts = facts_of_adoption(row)
        row.seq = append(
            session, JournalEntry(now, who, Act.ADOPTED, facts, why, draft=row.draft_id, rows=[row])
        )
        self._refresh(session, row, None, who, now)
        return row.id

    def change(
        self,
        adoption: int,
        who: str,
        why: str,
        now: datetime,
        *,
        tier: int | None = None,
        draft: int | None = None,
        withdrawn: bool | None = None,
        kind: Kind | None = None,
        evidence: tuple[str, str] | None = None,
        manner: str | None = None,
        seen: int | None = None,
    ) -> None:
        """
        Change what is not None: tier, kind, draft, evidence (SHA-256, name), manner, withdrawn or restored.

        `draft` 0: it is no draft of ours, whatever it was linked to.

        Raises: NotFound; ConflictError when it was changed since journal entry `seen`; InvalidInput
                for a draft of another unit, or without a reason.
        """
        with Session(self._engine) as session, session.begin():
            hold(session)
            self.change_in(
                session,
                adoption,
                who,
                why,
                now,
                tier=tier,
                draft=draft,
                withdrawn=withdrawn,
                kind=kind,
                evidence=evidence,
                manner=manner,
                seen=seen,
            )

    def change_in(
        self,
        session: Session,
        adoption: int,
        who: str,
        why: str,
        now: datetime,
        *,
        tier: int | None = None,
        draft: int | None = None,
        withdrawn: bool | None = None,
        kind: Kind | None = None,
        evidence: tuple[str, str] | None = None,
        manner: str | None = None,
        seen: int | None = None,
    ) -> None:
        """Change one within the caller's transaction, which holds the journal; see `change`."""
        if withdrawn or draft == 0:
            why = filled("理由", why)
        row = session.get(AdoptionRow, adoption, with_for_update=True)
        if row is None:
            raise NotFound(f"没有第 {adoption} 号录用记录。")
        if seen is not None and row.seq != seen:
            raise ConflictError(f"第 {adoption} 号录用记录刚刚被别人改动，请刷新后再试。")
        before = row.draft_id
        facts: AdoptionChanged = {"adoption": adoption}
        self._check_tier(tier, row.day)
        if tier is not None:
            row.tier = facts["tier"] = tier
        if draft:
            self._check_draft(session, draft, row.unit, row.day)
        if draft is not None:
            row.draft_id = facts["draft"] = draft or None
        if kind is not None:
            row.kind, facts["kind"] = kind, kind
        if evidence is not None:
            row.evidence, row.evidence_name = evidence
            facts["evidence"] = row.evidence
        if manner is not None:
            row.manner = facts["manner"] = self._manner(manner, row.day)
        if withdrawn is not None:
            row.withdrawn = facts["withdrawn"] = withdrawn
        entry = JournalEntry(
            now, who, Act.ADOPTION_CHANGED, facts, why, draft=row.draft_id, rows=[row]
        )
        row.seq = append(session, entry)
        session.flush()
        self._refresh(session, row, before, who, now)

    def _checked(self, printed: AdoptionReport, now: datetime) -> AdoptionReport:
        """Hold an adoption against the calendar, the units of its day, what it must name. Raises: InvalidInput."""
        provisions_on_day = self._scores.provisions_on_day
        printed = replace(
            printed,
            title=filled("刊发的标题", printed.title),
            outlet=filled("载体", printed.outlet),
            url=web_address(printed.url),
        )
        check_day("刊发日期", printed.day, now, provisions_on_day)
        unit = unit_on(printed.day, printed.unit, provisions_on_day)
        self._check_tier(printed.tier, printed.day)
        return replace(printed, unit=unit, manner=self._manner(printed.manner, printed.day))

    def _check_tier(self, tier: int | None, day: date) -> None:
        """Check that the provisions of a day have points for a tier. Raises: InvalidInput."""
        known = len(self._scores.provisions_on_day(day).tier_rules)
        if tier is not None and not 1 <= tier <= known:
            raise InvalidInput(f"没有第 {tier} 类载体；类别为 1 至 {known}。")

    def _manner(self, written: str, day: date) -> str:
        """Return manners as the provisions of a day call them. Raises: InvalidInput for another one."""
        known = [one.name for one in self._scores.provisions_on_day(day).manners]
        names = [name.strip() for name in written.split("、") if name.strip()]
        for name in names:
            if name not in known:
                listed = "、".join(known) or "没有（见规定的 manners）"
                raise InvalidInput(f"没有“{name}”这种刊发方式。可用的：{listed}。")
        return "、".join(dict.fromkeys(names))

    def _check_draft(self, session: Session, draft: int, unit: str, day: date) -> StandingRow:
        """
        Return a draft that may be the one printed, by its unit and its event's day.

        Raises: NotFound; InvalidInput.
        """
        standing = session.get(StandingRow, draft)
        if standing is None:
            raise NotFound(f"没有第 {draft} 号稿件。")
        if standing.event_date is not None and day < standing.event_date:
            raise InvalidInput(
                f"刊发日期 {day} 早于第 {standing.draft_id} 号稿件所写事件的日期"
                f" {standing.event_date}，请核对日期或稿件编号。"
            )
        if standing.unit is None:
            return standing
        history = UnitHistory(self._scores.provisions_on_day)
        last = max(day, standing.day)
        theirs = history.row(standing.unit, standing.day, last)
        if theirs != history.row(unit, day, last):
            raise InvalidInput(
                f"第 {standing.draft_id} 号稿件是{standing.unit}报送的，"
                f"录用登记的单位却是{unit}，请核对；稿件的单位有误时请先改定稿件。"
            )
        return standing

    def listing(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        unit: str | None = None,
        untiered: bool = False,
        limit: int = 1000,
        after: tuple[date, int] | None = None,
    ) -> list[RegisteredAdoption]:
        """
        List the register, the latest first.

        Args: `untiered`: only those that wait for a tier. `after`: (day, number) of the last one of the
              page before.
        """
        query = select(AdoptionRow).order_by(AdoptionRow.day.desc(), AdoptionRow.id.desc())
        if first is not None:
            query = query.where(AdoptionRow.day >= first)
        if last is not None:
            query = query.where(AdoptionRow.day <= last)
        if untiered:
            query = query.where(AdoptionRow.tier.is_(None), AdoptionRow.withdrawn.is_(False))
        if after is not None:
            day, number = after
            query = query.where(
                (AdoptionRow.day < day) | ((AdoptionRow.day == day) & (AdoptionRow.id < number))
            )
        with Session(read_only(self._engine)) as session:
            if unit is not None:
                names = stored_names(session.connection(), unit)
                query = query.where(AdoptionRow.unit.in_(names))
            return [adoption_from_row(row) for row in session.scalars(query.limit(limit))]

    def of_draft(self, draft: int) -> list[RegisteredAdoption]:
        """List what stands in the register of one draft, the highest tier first."""
        query = (
            select(AdoptionRow)
            .where(AdoptionRow.draft_id == draft, AdoptionRow.withdrawn.is_(False))
            .order_by(AdoptionRow.tier.is_(None), AdoptionRow.tier, AdoptionRow.id)
        )
        with Session(read_only(self._engine)) as session:
            return [adoption_from_row(row) for row in session.scalars(query)]

    def one(self, adoption: int) -> RegisteredAdoption | None:
        """Return one record, None when there is none of that number."""
        with Session(read_only(self._engine)) as session:
            row = session.get(AdoptionRow, adoption)
            return adoption_from_row(row) if row else None

    def _refresh(
        self, session: Session, row: AdoptionRow, before: int | None, who: str, now: datetime
    ) -> None:
        drafts = [draft for draft in {row.draft_id, before} if draft is not None]
        for draft in drafts:
            many = session.scalar(
                select(func.count())
                .select_from(AdoptionRow)
                .where(AdoptionRow.draft_id == draft, AdoptionRow.withdrawn.is_(False))
            )
            session.execute(
                update(StandingRow).where(StandingRow.draft_id == draft).values(adopted=bool(many))
            )
        self._scores.refresh(session, drafts)
        follow(session, self._scores, drafts, who, now)
        if row.draft_id is None or before is None:
            self._scores.refresh_adoption(session, row.id)
