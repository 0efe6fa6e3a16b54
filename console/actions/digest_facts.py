"""What the digest tells, asked of the ledger: the day's letters, who waits, who lacks something."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from console.actions.health import health, reconcile
from console.application import Application
from console.settings.loading import Settings
from ledger.adoptions import Adoptions
from ledger.conversation_types import Statement
from ledger.journal import anchor
from ledger.outbox import Outbox, Unsent
from ledger.queries.beside import LetterBeside, beside
from ledger.queries.digest import DigestEntry, DigestQueries
from ledger.queries.figures import Figures
from ledger.states import DeliveryState, LetterKind
from notifier.letters.digest import Came, DigestFacts, Health, Item, Lagging, Level
from notifier.mail.page import lateness, look_of, shortened
from rulebook.conversation import Purpose
from rulebook.counts import Count, count_of
from rulebook.labels import SPANS
from rulebook.lookalikes import shown_sender
from rulebook.model import Outcome
from rulebook.periods import Period, Span
from rulebook.points import ProvisionsOn
from rulebook.provisions import Provisions
from rulebook.targets import Progress
from rulebook.unit_history import UNPLACED, UnitHistory

FORTNIGHT = 14
MOST_LISTED = 12
MOST_COUNTED = 500
"""Other letters and statements that are looked at; of more the digest says that there are so many."""

NOTE = 60
"""Characters of a letter's own words in a line."""

ENDS_SOON = timedelta(days=7)
"""A month or quarter that ends later is not asked about yet."""

WEEK_ENDS_SOON = timedelta(days=3)
"""Early in a week most units lack something: that is every week's state, and no news."""


class _Conversation(TypedDict):
    """The fields of `DigestFacts` that tell of letters which are no submissions."""

    others: tuple[Item, ...]
    more_others: int
    statements: tuple[Item, ...]
    unanswered: tuple[Item, ...]
    more_unanswered: int
    from_junk: tuple[Item, ...]
    strangers_junk: int


def facts_of_day(application: Application, moment: datetime) -> DigestFacts:
    """Ask the ledger what the digest tells: everything since the one before, at least a day's."""
    base = application.settings.console.address.rstrip("/")
    zone = ZoneInfo(application.zone)
    today = moment.astimezone(zone).date()
    last = application.outbox.last_owed(LetterKind.DIGEST, moment)
    since = last or datetime.combine(today - timedelta(days=1), time(), zone)
    entered = application.days.entered(since, moment)
    waiting, many = application.days.waiting(MOST_LISTED)
    counted = reconcile(application, moment)

    def count(entry: DigestEntry) -> Count | None:
        return counted_as(entry, application.settings.provisions_on_day)

    def item(entry: DigestEntry, note: str, page: str = "drafts") -> Item:
        return _item(base, _in_its_row(entry, application.settings, today), note, page)

    unasked = (Health("邮箱", Level.WARN, f"未能查询邮件数：{counted.trouble}"),)
    return DigestFacts(
        day=today,
        letters=len(application.days.received(since, moment)),
        came=came_from(entered, application.settings.provisions_on_day, today),
        waiting=tuple(item(entry, _why(entry), "queue") for entry in waiting),
        more=max(0, many - len(waiting)),
        late=tuple(
            item(one, _how_late(one, application.settings.provisions_at(one.received)))
            for one in entered
            if count(one) is Count.LATE
        ),
        refused=tuple(item(one, _why(one)) for one in entered if count(one) is Count.REFUSED),
        turned_back=tuple(
            item(one, _why(one))
            for one in entered
            if one.scored is None and one.outcome is Outcome.REFUSED
        ),
        behind=_lagging(application.figures, today),
        adopted=_adopted(
            application.settings, application.adoptions, since.astimezone(zone).date(), today
        ),
        health=(*health(application, moment), *(unasked if counted.trouble else ())),
        days=_fortnight(application.days, today, zone, moment),
        in_mailbox=counted.in_mailbox,
        recorded=counted.recorded,
        missing=counted.missing,
        older=counted.older,
        passed_over=counted.passed_over,
        undelivered=_undelivered(application.outbox, since, base),
        console=application.settings.console.address,
        anchor=anchor(application.engine, moment),
        **_conversation(application, base, since, moment),
    )


def _conversation(
    application: Application, base: str, since: datetime, moment: datetime
) -> _Conversation:
    """Tell what is no submission: other letters, statements, who was not answered, what lay in junk."""
    others = application.conversations.other_letters(limit=MOST_COUNTED)
    said = application.conversations.statements(limit=MOST_COUNTED)
    aside = beside(application.engine, since, moment, MOST_LISTED)
    return {
        "others": tuple(
            Item(
                one.subject or "（无主题）",
                shown_sender(one.sender_name, one.sender_address, one.unit),
                ("急　" if one.urgent else "") + (shortened(one.words, NOTE) or one.evidence),
                f"{base}/letters/{one.letter}" if base else "",
            )
            for one in others[:MOST_LISTED]
        ),
        "more_others": max(0, len(others) - MOST_LISTED),
        "statements": tuple(
            Item(
                one.title or "（没有写明是哪一篇）",
                f"{one.unit or ''} {one.sender_name}".strip(),
                f"{'请求撤稿：' if one.asks is Purpose.WITHDRAWAL else ''}{shortened(one.words, NOTE)}",
                _link(base, one),
            )
            for one in said
        ),
        "unanswered": tuple(_beside_item(base, one) for one in aside.unanswered),
        "more_unanswered": aside.more,
        "from_junk": tuple(_beside_item(base, one) for one in aside.from_junk),
        "strangers_junk": aside.strangers_junk,
    }


def _link(base: str, one: Statement) -> str:
    if not base:
        return ""
    return f"{base}/queue/{one.draft}" if one.draft else f"{base}/letters/{one.letter}"


def _beside_item(base: str, one: LetterBeside) -> Item:
    return Item(one.subject, one.sender, one.note, f"{base}/letters/{one.letter}" if base else "")


NOWHERE = (Count.VOID, Count.WITHDRAWN, Count.EARLY)
"""What is counted nowhere."""


def counted_as(entry: DigestEntry, provisions_on_day: ProvisionsOn) -> Count | None:
    """Tell what an entry counts as; None for a letter without a draft."""
    if entry.scored is None:
        return None
    return count_of(entry.scored, provisions_on_day(entry.scored.day))


def came_from(
    entered: Iterable[DigestEntry], provisions_on_day: ProvisionsOn, asked: date
) -> tuple[Came, ...]:
    """Count what came by the row of each unit on a day; what is counted nowhere is left out."""
    history, zone = UnitHistory(provisions_on_day), ZoneInfo(provisions_on_day(asked).zone)

    def row_of(entry: DigestEntry) -> str:
        if entry.unit is None:
            return "待认领"
        day = entry.scored.day if entry.scored else entry.received.astimezone(zone).date()
        row = history.row(entry.unit, day, asked)
        return row.unit if row else UNPLACED

    def count(entry: DigestEntry) -> Count | None:
        return counted_as(entry, provisions_on_day)

    by_unit: dict[str, list[DigestEntry]] = defaultdict(list)
    for entry in entered:
        if entry.outcome is not Outcome.IGNORED and count(entry) not in NOWHERE:
            by_unit[row_of(entry)].append(entry)
    rows = []
    for unit, entries in by_unit.items():
        counts = Counter(count(entry) for entry in entries)
        kinds = Counter(_kind(entry) for entry in entries)
        rows.append(
            Came(
                unit,
                counts[Count.REPORTED] + counts[Count.LATE],
                counts[Count.HELD],
                counts[Count.REFUSED],
                "、".join(f"{kind}{many}" for kind, many in kinds.most_common()),
            )
        )
    return tuple(sorted(rows, key=lambda one: (-one.all, one.unit)))


def _kind(entry: DigestEntry) -> str:
    if entry.draft is None:
        return "未见稿件"
    return entry.kind or "类别待定"


def _lagging(figures: Figures, today: date) -> tuple[Lagging, ...]:
    """
    List who lacks something of this week, or of a month or quarter that ends soon.

    Units that lack the same stand together. A week is told from Thursday on, the month and the quarter
    in their last days.
    """
    lacks: dict[tuple[str, Period], list[Progress]] = defaultdict(list)
    for one in figures.behind(today):
        if one.period.last - today <= (
            WEEK_ENDS_SOON if one.period.span is Span.WEEK else ENDS_SOON
        ):
            lacks[one.unit, one.period].append(one)
    alike: dict[tuple[Period, str], list[str]] = defaultdict(list)
    for (unit, period), missing in lacks.items():
        shortfall = "、".join(
            f"{one.kind}{one.missing}篇{f'（待核{one.waiting}篇）' if one.waiting else ''}"
            for one in missing
        )
        alike[period, shortfall].append(unit)
    spans = list(Span)
    return tuple(
        Lagging(tuple(units), missing, _ending(period, today))
        for (period, missing), units in sorted(
            alike.items(), key=lambda one: (spans.index(one[0][0].span), -len(one[1]))
        )
    )


def _ending(period: Period, today: date) -> str:
    if period.last == today:
        return f"本{SPANS[period.span]}，今天截止"
    return f"本{SPANS[period.span]}，{period.last.month}月{period.last.day}日止"


def _undelivered(outbox: Outbox, since: datetime, base: str) -> tuple[Item, ...]:
    return tuple(
        Item(
            one.subject,
            one.recipient,
            _what_became(one),
            f"{base}/letters/{one.letter_id}" if base and one.letter_id else "",
        )
        for one in outbox.unsent(since)
    )


def _what_became(one: Unsent) -> str:
    if one.state is DeliveryState.UNCERTAIN:
        return f"不知是否送达，请向对方核实：{one.reply}"
    return f"发信服务器答复：{one.reply}" if one.reply else "多次重发都没有成功"


def _adopted(settings: Settings, adoptions: Adoptions, first: date, last: date) -> tuple[Item, ...]:
    history = UnitHistory(settings.provisions_on_day)

    def row_of(unit: str, day: date) -> str:
        row = history.row(unit, day, last)
        return row.unit if row else unit

    return tuple(
        Item(
            one.printed.title,
            row_of(one.printed.unit, one.printed.day),
            f"{one.printed.outlet}（{settings.tier_name(one.printed.tier)}），{one.printed.day}",
        )
        for one in adoptions.listing(first, last, limit=MOST_LISTED)
        if not one.withdrawn
    )


def _fortnight(
    entries: DigestQueries, today: date, zone: ZoneInfo, moment: datetime
) -> tuple[tuple[date, int, int, int], ...]:
    first = today - timedelta(days=FORTNIGHT - 1)
    counted: dict[date, Counter[Outcome]] = defaultdict(Counter)
    for received, outcome in entries.received(datetime.combine(first, time(), zone), moment):
        if outcome is not None:
            counted[received.astimezone(zone).date()][outcome] += 1
    days = [first + timedelta(days=number) for number in range(FORTNIGHT)]
    return tuple(
        (
            day,
            counted[day][Outcome.ACCEPTED],
            counted[day][Outcome.HELD],
            counted[day][Outcome.REFUSED],
        )
        for day in days
    )


def _in_its_row(entry: DigestEntry, settings: Settings, today: date) -> DigestEntry:
    """Call a unit in the lists as in the sums: by the row that it has today."""
    if entry.unit is None:
        return entry
    came = entry.received.astimezone(ZoneInfo(settings.zone)).date()
    day = entry.scored.day if entry.scored else came
    row = UnitHistory(settings.provisions_on_day).row(entry.unit, day, today)
    return replace(entry, unit=row.unit) if row else entry


def _item(base: str, entry: DigestEntry, note: str, page: str = "drafts") -> Item:
    link = ""
    if base:
        link = f"{base}/{page}/{entry.draft}" if entry.draft else f"{base}/letters/{entry.letter}"
    return Item(entry.title, entry.unit or f"待认领（{entry.sender}）", note, link)


def _how_late(entry: DigestEntry, provisions: Provisions) -> str:
    worth = "" if provisions.late_scores else "，不计分"
    kind = f"{entry.kind}，" if entry.kind else ""
    if entry.deadline is None:
        return f"{kind}超过报送时限{worth}"
    return f"{kind}逾期{lateness(entry.received - entry.deadline)}{worth}"


def _why(entry: DigestEntry) -> str:
    sentences = [
        reason.sentence.rstrip("。")
        for reason in entry.reasons
        if reason.outcome is entry.outcome or len(entry.reasons) == 1
    ]
    return "；".join(sentences) or look_of(entry.outcome).word
