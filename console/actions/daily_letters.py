"""The day's letters to staff and units: digest, reminders, commissions. Made when due, owed once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.actions.audit import keep_anchor
from console.actions.digest_facts import facts_of_day
from console.application import Application
from console.composing import Composer
from console.connections import Connections
from console.settings.loading import Settings
from console.settings.sections import ReminderSettings
from console.state import push_state
from ledger.commissions import Commissions
from ledger.queries.figures import Figures
from ledger.roster import Roster
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind
from notifier.delivery.push import Message
from notifier.letters.digest import digest_letter, headline
from notifier.letters.reminder import (
    Lacking,
    Missing,
    commission_id,
    commission_letter,
    reminded,
    reminder,
)
from rulebook.periods import Span
from rulebook.targets import Progress

COMMISSIONS_SINCE = timedelta(days=400)
"""How far back it is looked which commission letters were written; the ledger takes none twice anyway."""


def owe_what_is_due(application: Application, moment: datetime) -> int:
    """
    Owe today's digest, reminders and commission letters whose hour has come; return how many.

    A missed hour (the machine was off) is made up once: each letter has one Message-ID a day or
    period, and the ledger takes it once. The digest's headline is pushed along, where it is wanted.
    """
    local = moment.astimezone(ZoneInfo(application.zone))
    owed: list[OutgoingMessage] = []
    settings = application.settings
    if local.time() >= settings.digest.at:
        keep_anchor(application, moment)
        owed += _digests(application, moment, local)
    if local.time() >= settings.reminders.at:
        owed += commission_letters(
            application.commissions,
            application.figures,
            application.roster,
            application.composer,
            settings.reminders,
            local.date(),
            application.outbox.message_ids(LetterKind.COMMISSION, moment - COMMISSIONS_SINCE),
        )
        if settings.reminders.enabled:
            owed += reminders(
                application.figures,
                application.roster,
                application.composer,
                settings.reminders,
                local.date(),
                earlier_reminders(application, moment),
            )
    return application.outbox.enqueue_once(owed, moment)


def push_what_is_due(connections: Connections, settings: Settings, moment: datetime) -> int:
    """Offer the day's headline to those who have not taken it yet; return how many took it."""
    today = moment.astimezone(ZoneInfo(settings.zone)).date()
    if not push_state.read(settings.data_dir).due(today, moment):
        return 0
    return push_state.deliver_pending(settings.data_dir, connections.push_targets(), moment)


def _digests(
    application: Application, moment: datetime, local: datetime
) -> Sequence[OutgoingMessage]:
    """Write the digest to each address, and keep its headline for the push, where either is due."""
    recipients, data = application.settings.digest.recipients, application.settings.data_dir
    last = application.outbox.last_owed(LetterKind.DIGEST, moment)
    mail = bool(recipients) and (
        last is None or last.astimezone(local.tzinfo).date() < local.date()
    )
    today = local.date()
    message = push_state.read(data).day != today.isoformat() and application.connections.wants_push
    if not mail and not message:
        return ()
    facts = facts_of_day(application, moment)
    if message:
        title = f"收稿日报 {today.month}月{today.day}日"
        push_state.start(data, today, Message(title, headline(facts), facts.console))
    if not mail:
        return ()
    office = application.composer.office()
    return [
        application.composer.outgoing(
            LetterKind.DIGEST, digest_letter(facts, address, number, office), office.zone
        )
        for number, address in enumerate(recipients, 1)
    ]


def reminders(
    figures: Figures,
    roster: Roster,
    composer: Composer,
    rule: ReminderSettings,
    today: date,
    sent: Collection[str] = (),
) -> Sequence[OutgoingMessage]:
    """
    Write 催报 for periods that end soon, one letter a day to each officer of a unit that lacks something.

    Args: `sent`: the Message-IDs of earlier reminders; of a period an officer is reminded once.
    """
    before = {
        Span.WEEK: rule.days_before_week,
        Span.MONTH: rule.days_before_month,
        Span.QUARTER: rule.days_before_quarter,
    }
    office, told = composer.office(), reminded(sent)
    officers = _Officers(roster, figures, today)
    lacks: dict[str, dict[str, list[Progress]]] = defaultdict(lambda: defaultdict(list))
    for one in figures.behind(today):
        days = before.get(one.period.span)
        if days is not None and timedelta() <= one.period.last - today <= timedelta(days=days):
            lacks[one.unit][one.period.name].append(one)
    letters = []
    for unit, periods in lacks.items():
        due = [lacking(missing) for missing in periods.values()]
        for number, officer, address in officers.of(unit):
            fresh = [one for one in due if (number, one.period) not in told]
            if not fresh:
                continue
            letter = reminder(unit, officer, address, fresh, number, office, today)
            letters.append(composer.outgoing(LetterKind.REMINDER, letter, office.zone))
    return letters


def earlier_reminders(application: Application, moment: datetime) -> list[str]:
    """List the Message-IDs of reminders of the last four months: no period that is due began earlier."""
    since = moment - timedelta(days=130)
    return application.outbox.message_ids(LetterKind.REMINDER, since)


def lacking(missing: Sequence[Progress]) -> Lacking:
    """Gather what a unit still owes in one period."""
    period = missing[0].period
    rows = tuple(Missing(one.kind, one.wanted, one.reported, one.waiting) for one in missing)
    return Lacking(period.name, period.label, period.last, rows)


def commission_letters(
    commissions: Commissions,
    figures: Figures,
    roster: Roster,
    composer: Composer,
    rule: ReminderSettings,
    today: date,
    sent: Collection[str] = (),
) -> Sequence[OutgoingMessage]:
    """
    Write of each commission once, and once more before it is due to who has not answered.

    Args: `sent`: the Message-IDs of such letters that were owed already; none of them is written again.
    """
    open_now = [one for one in commissions.listing(open_on=today) if one.due >= today]
    if not open_now:
        return []
    office, known = composer.office(), frozenset(sent)
    officers = _Officers(roster, figures, today)
    answered = {one.id: one.answered for one in commissions.waiting(today)}
    soon = timedelta(days=rule.days_before_commission)
    letters = []
    for one in open_now:
        again = one.due - today <= soon and one.asked < today
        for unit in one.units:
            if again and unit in answered.get(one.id, ()):
                continue
            for number, officer, address in officers.of(unit):
                if commission_id(one.id, number, office.domain, again=again) in known:
                    continue
                letter = commission_letter(
                    one.topic,
                    one.note,
                    one.due,
                    officer,
                    unit,
                    address,
                    (one.id, number),
                    office,
                    again=again,
                    today=today,
                )
                letters.append(composer.outgoing(LetterKind.COMMISSION, letter, office.zone))
    return letters


class _Officers:
    """Who is written to in a unit: the roster is asked once for all of them."""

    def __init__(self, roster: Roster, figures: Figures, today: date) -> None:
        self._by_name = roster.all_addressees(today)
        self._figures = figures
        self._today = today

    def of(self, unit: str) -> list[tuple[int, str, str]]:
        """List (number, name, address) of a unit's officers, under whatever name they were entered."""
        names = self._figures.names(unit, self._today)
        return sorted(one for name in names for one in self._by_name.get(name, ()))
