"""
The events of a made-up year, carried out through the program's own doors; and what the program then says.

The model and the program read some sentences of the regulation differently where its text is silent (the
model marks each with OPEN). Where both readings are defensible the year is retold in the program's words
before the model reckons it, in one place: `Played.retold`. What a door refuses did not happen in either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from console.application import Application
from ledger.adoptions import AdoptionReport
from ledger.annual_bonus import Sanction as SanctionRecord
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.hand_lines import HandLine as LedgerHandLine
from ledger.ids import DraftId
from ledger.letter_types import Headers, StoredMessage
from ledger.models.decisions import StandingRow
from ledger.roster import Officer as RosterOfficer
from rulebook.amounts import amount
from rulebook.model import DraftVerdict, EventDate, Kind, Sender, Submission, Verdict
from rulebook.periods import Period as RulePeriod
from rulebook.reasons import Outcome, Reason
from rulebook.rulings import Ruling, UnfinishedRuling
from rulebook.timeliness import timeliness
from rulebook.unit_history import NoSuchUnit, UnitHistory
from tests.model.regulation_types import (
    ACCEPTED,
    DAY,
    DUPLICATE,
    FEATURE,
    HELD,
    LATE,
    OFFICE,
    REFUSED,
    WITHDRAWN,
    Adoption,
    Decision,
    Draft,
    HandLine,
    Office,
    Period,
    judge_time,
    office_day,
)
from tests.model.written_rules import KIND_OF, period_like
from tests.rulebook.builders import draft as built_draft

FIRST_STATE = {
    ACCEPTED: (Outcome.ACCEPTED, ()),
    LATE: (Outcome.ACCEPTED, (Reason.LATE,)),
    HELD: (Outcome.HELD, (Reason.SEVERAL_DRAFTS,)),
    DUPLICATE: (Outcome.HELD, (Reason.DUPLICATE,)),
    REFUSED: (Outcome.REFUSED, (Reason.BODY_DRAFT,)),
    WITHDRAWN: (Outcome.ACCEPTED, ()),
}
REFUSALS = (UnfinishedRuling, InvalidInput, NotFound, ConflictError, NoSuchUnit)


@dataclass
class Frozen:
    """A notice as it was published, and the moment."""

    period: Period
    moment: datetime
    tables: Any
    changes: Any


class Played:
    """A year that was carried out in an application's ledger."""

    def __init__(self, office: Office, application: Application, seed: int) -> None:
        self.seed = seed
        self.office, self.application = office, application
        self.history = UnitHistory(application.settings.provisions_on_day)
        self.numbers: dict[str, int] = {}
        self.adoptions: dict[str, int] = {}
        self.frozen: list[Frozen] = []
        self.told: list[Decision] = []
        self.drafts: list[Draft] = []
        self.registered: dict[str, Adoption] = {}
        self.linked_late, self.hand_lines = set[str](), list[HandLine]()
        self.refused = 0
        self.last = self._play()

    @property
    def retold(self) -> Office:
        """The year as it was carried out, in the program's words."""
        return replace(
            self.office,
            drafts=tuple(self.drafts),
            decisions=tuple(self.told),
            adoptions=tuple(self.registered.values()),
            hand_lines=tuple(self.hand_lines),
            bonuses=self.bonuses,
            sanctions=self.sanctions,
        )

    def _play(self) -> datetime:
        application, office = self.application, self.office
        events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        for officer in office.officers:
            application.roster.enter(
                [
                    RosterOfficer(
                        one.unit,
                        f"{officer.id}之{number}",
                        addresses=(f"{officer.id}@town.example",),
                        begins=one.since,
                        ends=one.until,
                    )
                    for number, one in enumerate(officer.appointments)
                ],
                "li",
                datetime(2022, 1, 1, tzinfo=OFFICE),
            )
        for draft in office.drafts:
            events.append((draft.seen or draft.received, 0, self._enter(draft)))
        for decision in office.decisions:
            events.append((decision.moment, 1, self._decide(decision)))
        for adoption in office.adoptions:
            events.append((adoption.recorded, 2, self._adopt(adoption)))
            for moment, draft_id in adoption.links:
                if draft_id is not None:
                    events.append((moment, 3, self._link(adoption, draft_id)))
            if adoption.withdrawn_at:
                events.append((adoption.withdrawn_at, 4, self._withdraw(adoption)))
        for line in office.hand_lines:
            events.append((line.recorded, 5, self._hand(line)))
        self.bonuses, self.sanctions = self._annual()
        for publication in office.publications:
            events.append((publication.moment, 9, self._publish(publication.period)))
        events.sort(key=lambda event: event[:2])
        for moment, _, event in events:
            event(moment)
        annual = [one.recorded for one in office.bonuses]  # sanctions with them
        return max([moment for moment, _, _ in events] + annual) + DAY

    def _hand(self, line: HandLine) -> Callable[[datetime], None]:
        entry = LedgerHandLine(line.unit, line.day, amount(line.points), "批示", "王主任")

        def add(now: datetime) -> None:
            try:
                self.application.hand_lines.add(entry, "li", now)
            except REFUSALS:
                self.refused += 1
            else:
                self.hand_lines.append(line)

        return add

    def _annual(self) -> tuple[Any, Any]:
        """附加分 and sanctions, by the name of its day: the ledger finds the row of the year's end."""
        bonuses, sanctions = [], []
        merits = self.application.annual_bonuses
        for bonus in sorted(self.office.bonuses, key=lambda one: one.recorded):
            try:
                merits.set_bonus(bonus.unit, bonus.year, bonus.points, "li", "好", bonus.recorded)
            except NoSuchUnit:
                continue
            bonuses.append(bonus)
        for one in self.office.sanctions:
            record = SanctionRecord(one.unit, one.day.year, one.reason, "王", one.day)
            try:
                merits.sanction(record, "li", one.recorded)
            except NoSuchUnit:
                continue
            sanctions.append(one)
        return tuple(bonuses), tuple(sanctions)

    def _enter(self, told: Draft) -> Callable[[datetime], None]:
        def enter(now: datetime) -> None:
            draft = told
            if draft.received.astimezone(OFFICE).time() == time(0):
                # OPEN in the model: 24:00 sharp. Here a letter of 00:00:00 is the next day's.
                draft = replace(draft, received=draft.received + timedelta(seconds=1))
                if draft.state == ACCEPTED:
                    rules = self.office.provisions[0]
                    state = judge_time(
                        draft.kind, draft.received, draft.event_day, rules, self.office.calendar
                    )
                    draft = replace(draft, state=state)
            day = office_day(draft.received)
            name = draft.unit
            if name is None and draft.sender is not None:
                address = f"{draft.sender}@town.example"
                name = self.application.roster.sender("", address, day).unit
            kind = KIND_OF[draft.kind] if draft.kind else None
            if draft.commission:
                kind = Kind("约稿")
            provisions = self.application.settings.provisions_at(draft.received)
            limit = timeliness(
                EventDate(draft.event_day),
                kind,
                draft.received,
                provisions,
                self.application.settings.calendar.is_workday,
            )
            outcome, reasons = FIRST_STATE[draft.state]
            if outcome is Outcome.ACCEPTED and kind is None:
                outcome, reasons = Outcome.HELD, (Reason.KIND_UNCERTAIN,)
            if outcome is Outcome.ACCEPTED and name is None:
                outcome, reasons = Outcome.HELD, (*reasons, Reason.UNKNOWN_SENDER)
            title = f"稿件{draft.id}"
            piece = built_draft(
                f"{draft.id}.zip/{title}.docx",
                title=title,
                text=f"{title}的正文，{draft.id * 7}。",
                event_date=EventDate(draft.event_day),
                named_unit=None,
            )
            verdict = DraftVerdict(
                piece, kind, "", name, limit.deadline, limit.timely, outcome, reasons, 0
            )
            sender = Sender(
                "甲", f"{draft.sender or 'x'}@town.example", name, "甲" if name else None
            )
            submission = Submission(
                title, sender, draft.received, ("稿.zip",), (piece,), archives=1
            )
            number = len(self.numbers) + 1
            seen = StoredMessage("a", "INBOX", 1, str(number), draft.received, f"{number:064d}", 9)
            (pending,) = self.application.letters.collect([seen], now)
            assert self.application.letters.enter(
                pending.id,
                submission,
                Verdict(outcome, (), (verdict,)),
                Headers(f"<{draft.id}@town.example>", draft.received),
                [],
                now,
                day,
            )
            with Session(self.application.engine) as session:
                entered = session.query(StandingRow.draft_id).filter_by(letter_id=pending.id).one()
            self.numbers[draft.id] = entered[0]
            self.drafts.append(draft)
            if draft.state == WITHDRAWN:
                self._rule(draft.id, Ruling(withdrawn=True), now)

        return enter

    def _rule(self, draft: str, ruling: Ruling, now: datetime) -> bool:
        try:
            self.application.decisions.rule(DraftId(self.numbers[draft]), ruling, "li", "核定", now)
        except REFUSALS:
            self.refused += 1
            return False
        return True

    def _standing(self, draft: str) -> StandingRow:
        with Session(self.application.engine) as session:
            row = session.get(StandingRow, self.numbers[draft])
            assert row is not None
            session.expunge(row)
            return row

    def _decide(self, decision: Decision) -> Callable[[datetime], None]:
        """
        A person's word on a draft, and the same in the model's words.

        Here 确认收稿 leaves the limit of time standing (the model: it overrules it), a draft that is
        void or withdrawn stays so until that is taken back, nothing is sent back to 待核 by hand, and who
        tells the kind or the day of a draft that waits confirms it in the same breath.
        """

        def decide(now: datetime) -> None:
            if decision.draft not in self.numbers:
                return
            standing = self._standing(decision.draft)
            gone = standing.voided or standing.outcome is Outcome.IGNORED
            told = list[Decision]()

            def say(act: str, value: str | date | None = None) -> None:
                told.append(Decision(decision.draft, now, act, value))

            def settle(event_day: date | None) -> None:
                say("accept")
                say("day", event_day)

            held = standing.outcome is Outcome.HELD and not gone
            value = decision.value
            match decision.act:
                case "accept":
                    ruling = Ruling(accepted=True, voided=False, withdrawn=False)
                    settle(standing.event_date)
                case "refuse" if not gone:
                    ruling = Ruling(accepted=False)
                    say("refuse")
                case "void" if not gone and standing.outcome is Outcome.ACCEPTED:
                    ruling = Ruling(voided=True, approved_by="王局")
                    say("void")
                case "withdraw" if not gone:
                    ruling = Ruling(withdrawn=True)
                    say("withdraw")
                case "day" if isinstance(value, date) and not gone:
                    ruling = Ruling(event_date=value, accepted=held or None)
                    if held:
                        settle(value)
                    say("day", value)
                case "kind" if not gone:
                    ruling = Ruling(kind=KIND_OF[str(value)], accepted=held or None)
                    say("kind", value)
                    if held:
                        settle(standing.event_date)
                case "unit" if decision.draft not in self.linked_late and not gone:
                    ruling = Ruling(unit=str(value), accepted=held or None)
                    say("unit", value)
                    if held:
                        settle(standing.event_date)
                case _:
                    return
            if self._rule(decision.draft, ruling, now):
                self.told += told

        return decide

    def _adopt(self, adoption: Adoption) -> Callable[[datetime], None]:
        def adopt(now: datetime) -> None:
            linked = self.numbers.get(adoption.draft) if adoption.draft else None
            if adoption.draft and linked is None:
                return
            unit = adoption.unit
            if unit is None and adoption.draft:
                unit = self._standing(adoption.draft).unit
            if unit is None:
                return
            kind = KIND_OF[adoption.kind or FEATURE]
            report = AdoptionReport(
                unit, f"题{adoption.id}", "某报", adoption.tier, adoption.day, linked, kind
            )
            try:
                self.adoptions[adoption.id] = self.application.adoptions.add(report, "li", now)
            except REFUSALS:
                self.refused += 1
                return
            self.registered[adoption.id] = replace(
                adoption, unit=None if linked else unit, links=(), withdrawn_at=None
            )

        return adopt

    def _link(self, adoption: Adoption, draft: str) -> Callable[[datetime], None]:
        def link(now: datetime) -> None:
            number, known = self.adoptions.get(adoption.id), self.numbers.get(draft)
            if number is None or known is None:
                return
            try:
                self.application.adoptions.change(number, "li", "", now, draft=known)
            except REFUSALS:
                self.refused += 1
                return
            self.linked_late.add(draft)
            before = self.registered[adoption.id]
            self.registered[adoption.id] = replace(before, links=(*before.links, (now, draft)))

        return link

    def _withdraw(self, adoption: Adoption) -> Callable[[datetime], None]:
        def withdraw(now: datetime) -> None:
            number = self.adoptions.get(adoption.id)
            if number is None:
                return
            self.application.adoptions.change(number, "li", "登记有误", now, withdrawn=True)
            self.registered[adoption.id] = replace(self.registered[adoption.id], withdrawn_at=now)

        return withdraw

    def _publish(self, period: Period) -> Callable[[datetime], None]:
        def publish(now: datetime) -> None:
            today = office_day(now)
            if today <= period.end:
                return
            application, named = self.application, period_like(period)

            def tables(one: RulePeriod) -> Any:
                return application.figures.summary(one, today).tables

            changes = application.notices.later(named, tables)
            summary = application.figures.summary(named, today)
            application.notices.publish(summary, {}, [], "li", now, changes)
            self.frozen.append(Frozen(period, now, summary.tables, changes))

        return publish


def decimal(value: object) -> Decimal:
    """The program's amount as a decimal number, whatever it is kept as."""
    return Decimal(str(value)).normalize()
