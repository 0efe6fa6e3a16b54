"""Letters to units that a person sends: of commissions at once, of changed ones, reminders of what is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from console.actions.daily_letters import lacking
from console.application import Application
from ledger.commissions import Answer, Commission
from ledger.row_values import OutgoingMessage
from ledger.states import DeliveryState, LetterKind
from notifier.letters.reminder import commission_letter, reminder
from notifier.mail.message import OutgoingLetter
from notifier.mail.page import day_of
from rulebook.targets import Progress


@dataclass(frozen=True, slots=True)
class UnitLetter:
    """A letter to one officer of a unit, ready to be looked at and to be owed."""

    unit: str
    officer: str
    letter: OutgoingLetter
    message: OutgoingMessage


@dataclass(frozen=True, slots=True)
class ToUnits:
    """Letters to units; `unreached`: the units of which nobody on the roster has an address."""

    letters: tuple[UnitLetter, ...]
    unreached: tuple[str, ...]

    @property
    def owed(self) -> list[tuple[str, OutgoingMessage]]:
        """The letters as the outbox takes them."""
        return [(one.unit, one.message) for one in self.letters]


@dataclass(frozen=True, slots=True)
class Told:
    """
    How far what was written of a commission has come with a unit.

    `state` None: nothing was written yet; `sent`: when the latest left; `letter`, `answered`: the unit's first
    letter in answer.
    """

    state: DeliveryState | None = None
    sent: datetime | None = None
    letter: int | None = None
    answered: datetime | None = None


def of_commission(
    application: Application,
    commission: Commission,
    units: Sequence[str],
    moment: datetime,
    *,
    again: bool = False,
    mark: str = "",
    changes: Sequence[str] = (),
) -> ToUnits:
    """Write of a commission to the officers of units; see notifier.letters.reminder.commission_letter."""
    office = application.composer.office()
    today = moment.astimezone(ZoneInfo(application.zone)).date()
    made, unreached = [], []
    for unit in units:
        officers = application.roster.addressees(application.figures.names(unit, today), today)
        if not officers:
            unreached.append(unit)
        for number, officer, address in officers:
            letter = commission_letter(
                commission.topic,
                commission.note,
                commission.due,
                officer,
                unit,
                address,
                (commission.id, number),
                office,
                again=again,
                today=today,
                mark=mark,
                changes=changes,
            )
            message = application.composer.outgoing(LetterKind.COMMISSION, letter, office.zone)
            made.append(UnitLetter(unit, officer, letter, message))
    return ToUnits(tuple(made), tuple(unreached))


def changes_of(before: Commission, after: Commission) -> list[str]:
    """Say in sentences what was changed of a commission, for the units that were asked before."""
    told = []
    if before.topic != after.topic:
        told.append(f"题目由“{before.topic}”改为“{after.topic}”")
    if before.due != after.due:
        word = "延期到" if after.due > before.due else "提前到"
        told.append(f"截止日期由{day_of(before.due)}{word}{day_of(after.due)}")
    if before.note != after.note:
        told.append("要求有改动，以上面所写为准")
    return told


def told_of(application: Application, commission: Commission, moment: datetime) -> dict[str, Told]:
    """Tell of each unit asked whether our letters have left, and whether it has answered one."""
    today = moment.astimezone(ZoneInfo(application.zone)).date()
    mail = application.outbox.of_commission(commission.id)
    replies = application.commissions.replies(commission.id)
    by_unit = application.roster.all_addressees(today)
    found = {}
    for unit in commission.units:
        names = application.figures.names(unit, today)
        theirs = {address for name in names for _, _, address in by_unit.get(name, ())}
        latest = next((one for one in mail if one[0] in theirs), None)
        letter, answered = replies.get(unit, (None, None))
        found[unit] = Told(
            latest[1] if latest else None, latest[2] if latest else None, letter, answered
        )
    return found


def reminders(
    application: Application,
    behind: Sequence[Progress],
    units: Collection[str],
    moment: datetime,
    mark: str,
) -> ToUnits:
    """Write to the officers of units what these owe in the periods that run now, one letter each."""
    office = application.composer.office()
    today = moment.astimezone(ZoneInfo(application.zone)).date()
    owed: dict[str, dict[str, list[Progress]]] = defaultdict(lambda: defaultdict(list))
    for one in behind:
        if one.unit in units:
            owed[one.unit][one.period.name].append(one)
    made, unreached = [], []
    for unit, periods in owed.items():
        due = [lacking(missing) for missing in periods.values()]
        officers = application.roster.addressees(application.figures.names(unit, today), today)
        if not officers:
            unreached.append(unit)
        for number, officer, address in officers:
            letter = reminder(unit, officer, address, due, number, office, today, mark)
            message = application.composer.outgoing(LetterKind.REMINDER, letter, office.zone)
            made.append(UnitLetter(unit, officer, letter, message))
    return ToUnits(tuple(made), tuple(unreached))


def unanswered(application: Application, commission: Commission, moment: datetime) -> list[str]:
    """List the units that have not sent what a commission asks for."""
    today = moment.astimezone(ZoneInfo(application.zone)).date()
    return [
        one.unit
        for one in application.commissions.answers(commission.id, today)
        if one.answer in (Answer.OPEN, Answer.MISSING)
    ]
