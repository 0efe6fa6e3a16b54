"""The day's letters to staff and units: digest, reminders, commissions. Made when due, owed once."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console import holidays, pulse
from console.wiring import House
from ingest.mailbox import MailboxRefused, Weather
from ledger.commissions import Answer
from ledger.days import Entry
from ledger.rows import Owed
from ledger.tables import PostState
from notifier.digest import Came, DigestFacts, Health, Item, Lagging, Level, digest
from notifier.page import look_of
from notifier.reminder import Missing, commission_letter, reminder
from rulebook.periods import Span
from rulebook.points import TIERS
from rulebook.targets import Progress
from rulebook.terms import Outcome

FORTNIGHT = 14
MOST_LISTED = 12
SILENT_ROUNDS = 3
"""After so many missed rounds the mailbox is told to be unwell."""
SPACE_WANTED = 2_000_000_000
GIVEN_UP_TOLD = timedelta(days=1)


def owe_what_is_due(house: House, moment: datetime) -> int:
    """
    Owe today's digest, reminders and commission letters whose hour has come; how many were owed.

    A missed hour (the machine was off) is made up once: each letter has one Message-ID a day or
    period, and the ledger takes it once.
    """
    local = moment.astimezone(ZoneInfo(house.zone))
    owed: list[Owed] = []
    settings = house.settings
    if settings.digest.recipients and local.time() >= settings.digest.at:
        last = house.days.last_owed("digest")
        if last is None or last.astimezone(local.tzinfo).date() < local.date():
            facts = facts_of_day(house, moment)
            office = house.office()
            owed += [
                house.owed("digest", digest(facts, address, number, office), office.zone)
                for number, address in enumerate(settings.digest.recipients, 1)
            ]
    if local.time() >= settings.reminders.at:
        owed += _commissions(house, moment, local.date())
        if settings.reminders.enabled:
            owed += _reminders(house, moment, local.date())
    return house.days.owe_once(owed, moment)


def facts_of_day(house: House, moment: datetime) -> DigestFacts:
    """What the digest tells at a moment: everything since the one before, at least a day's."""
    zone = ZoneInfo(house.zone)
    today = moment.astimezone(zone).date()
    last = house.days.last_owed("digest")
    since = last or datetime.combine(today - timedelta(days=1), time(), zone)
    entered = house.days.entered(since, moment)
    waiting, many = house.days.waiting(MOST_LISTED)
    in_mailbox, unwell = _count(house)
    return DigestFacts(
        day=today,
        letters=len(house.days.received(since, moment)),
        came=_came(entered),
        waiting=tuple(_item(house, entry, _why(entry)) for entry in waiting),
        more=max(0, many - len(waiting)),
        late=tuple(
            _item(house, one, f"{one.kind.value if one.kind else ''}，超过报送时限，不计分")
            for one in entered
            if one.late
        )[:MOST_LISTED],
        refused=tuple(
            _item(house, one, _why(one)) for one in entered if one.outcome is Outcome.REFUSED
        )[:MOST_LISTED],
        behind=_lagging(house.figures.behind(today)),
        adopted=_adopted(house, since.astimezone(zone).date(), today),
        health=(*health(house, moment), *unwell),
        days=_fortnight(house, today, zone, moment),
        in_mailbox=in_mailbox,
        in_ledger=house.days.letters(),
        console=house.settings.console.address,
    )


def health(house: House, moment: datetime) -> tuple[Health, ...]:
    """How collecting, delivery, disk and holiday data stand."""
    found = [_round(house, moment)]
    census = house.outbox.census()
    owed = census.get(PostState.OWED, 0)
    lost = house.outbox.given_up_since(moment - GIVEN_UP_TOLD)
    if lost:
        told = f"最近一天有{lost}封回执无法送达"
        found.append(Health("发信", Level.WARN, told, "请查对方地址，或到工作台查看原因。"))
    else:
        found.append(Health("发信", Level.OK, f"待发{owed}封" if owed else "没有积压"))
    free = shutil.disk_usage(house.settings.data).free
    enough = free > SPACE_WANTED
    found.append(
        Health(
            "磁盘",
            Level.OK if enough else Level.FAIL,
            f"剩余 {free / 1e9:.1f} GB",
            "" if enough else "空间快用完了，请尽快清理，否则无法收信。",
        )
    )
    today = moment.astimezone(ZoneInfo(house.zone)).date()
    if not holidays.known(today + timedelta(days=14)):
        found.append(
            Health(
                "节假日数据",
                Level.WARN,
                f"还没有{(today + timedelta(days=14)).year}年的放假安排，按周一至周五计算",
                "放假通知公布后请升级程序。",
            )
        )
    return tuple(found)


def _round(house: House, moment: datetime) -> Health:
    last = pulse.read(house.settings.data)
    allowed = timedelta(seconds=SILENT_ROUNDS * house.settings.mailbox.poll_seconds)
    if last.ended is None:
        return Health("收信", Level.WARN, "还没有收过信", "请运行 shougao run 或 shougao poll。")
    if last.trouble:
        level = Level.WARN if last.well and moment - last.well < allowed else Level.FAIL
        return Health(
            "收信", level, last.trouble, "请检查网络和邮箱授权码；shougao doctor 可以诊断。"
        )
    if moment - last.ended > max(allowed, timedelta(minutes=30)):
        minutes = int((moment - last.ended).total_seconds() // 60)
        return Health("收信", Level.FAIL, f"已有{minutes}分钟没有收信", "请查看服务是否在运行。")
    return Health("收信", Level.OK, "正常")


def _count(house: House) -> tuple[int | None, tuple[Health, ...]]:
    try:
        return sum(house.mailbox().count().values()), ()
    except (Weather, MailboxRefused) as error:
        return None, (Health("邮箱", Level.WARN, f"未能查询邮件数：{error}"),)


def _came(entered: Iterable[Entry]) -> tuple[Came, ...]:
    by_unit: dict[str, list[Entry]] = defaultdict(list)
    for entry in entered:
        if entry.outcome is not Outcome.IGNORED:
            by_unit[entry.unit or "待认领"].append(entry)
    found = []
    for unit, entries in by_unit.items():
        outcomes = Counter(entry.outcome for entry in entries)
        kinds = Counter(_kind(entry) for entry in entries)
        found.append(
            Came(
                unit,
                outcomes[Outcome.ACCEPTED],
                outcomes[Outcome.HELD],
                outcomes[Outcome.REFUSED],
                "、".join(f"{kind}{many}" for kind, many in kinds.most_common()),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.all, one.unit)))


def _kind(entry: Entry) -> str:
    if entry.draft is None:
        return "未见稿件"
    return entry.kind.value if entry.kind else "类别待定"


def _lagging(behind: Iterable[Progress]) -> tuple[Lagging, ...]:
    """This week's lacks: a month or quarter that has just begun is no lack yet."""
    by_unit: dict[str, list[Progress]] = defaultdict(list)
    for one in behind:
        if one.period.span is Span.WEEK:
            by_unit[one.unit].append(one)
    return tuple(
        Lagging(
            unit,
            "、".join(f"{one.kind.value}{one.missing}篇" for one in lacks),
            f"{lacks[0].period.last.month}月{lacks[0].period.last.day}日止",
        )
        for unit, lacks in by_unit.items()
    )


def _adopted(house: House, first: date, last: date) -> tuple[Item, ...]:
    return tuple(
        Item(
            one.printed.title,
            one.printed.unit,
            f"{one.printed.outlet}（"
            f"{TIERS[one.printed.tier - 1] if one.printed.tier else '类别待定'}），{one.printed.day}",
        )
        for one in house.adoptions.listing(first, last, limit=MOST_LISTED)
        if not one.withdrawn
    )


def _fortnight(
    house: House, today: date, zone: ZoneInfo, moment: datetime
) -> tuple[tuple[date, int, int, int], ...]:
    first = today - timedelta(days=FORTNIGHT - 1)
    counted: dict[date, Counter[Outcome]] = defaultdict(Counter)
    for received, outcome in house.days.received(datetime.combine(first, time(), zone), moment):
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


def _item(house: House, entry: Entry, note: str) -> Item:
    base = house.settings.console.address.rstrip("/")
    link = ""
    if base:
        link = f"{base}/queue/{entry.draft}" if entry.draft else f"{base}/letters/{entry.letter}"
    return Item(entry.title, entry.unit or f"待认领（{entry.sender}）", note, link)


def _why(entry: Entry) -> str:
    told = [
        reason.sentence.rstrip("。")
        for reason in entry.reasons
        if reason.outcome is entry.outcome or len(entry.reasons) == 1
    ]
    return "；".join(told) or look_of(entry.outcome).word


def _reminders(house: House, moment: datetime, today: date) -> Sequence[Owed]:
    """催报 for periods that end soon, a letter to each officer of a unit that lacks something."""
    rule = house.settings.reminders
    before = {
        Span.WEEK: rule.days_before_week,
        Span.MONTH: rule.days_before_month,
        Span.QUARTER: rule.days_before_quarter,
    }
    office = house.office()
    lacks: dict[tuple[str, str], list[Progress]] = defaultdict(list)
    for one in house.figures.behind(today):
        days = before.get(one.period.span)
        if days is not None and timedelta() <= one.period.last - today <= timedelta(days=days):
            lacks[one.unit, one.period.name].append(one)
    letters = []
    for (unit, name), missing in lacks.items():
        period = missing[0].period
        for number, officer, address in house.roster.addressees(unit, today):
            told = [Missing(one.kind, one.wanted, one.reported) for one in missing]
            said = reminder(
                unit, officer, address, name, period.label, period.last, told, number, office
            )
            letters.append(house.owed("reminder", said, office.zone))
    return letters


def _commissions(house: House, moment: datetime, today: date) -> Sequence[Owed]:
    """Commissions asked for, told once; and once more before they are due, to who has not answered."""
    office = house.office()
    soon = timedelta(days=house.settings.reminders.days_before_commission)
    letters = []
    for one in house.commissions.listing(open_on=today):
        if one.due < today:
            continue
        open_units = {
            given.unit
            for given in house.commissions.answers(one.id, today)
            if given.answer is Answer.OPEN
        }
        for unit in one.units:
            for number, officer, address in house.roster.addressees(unit, today):
                again = one.due - today <= soon and one.asked < today
                if again and unit not in open_units:
                    continue
                said = commission_letter(
                    one.topic,
                    one.note,
                    one.due,
                    officer,
                    unit,
                    address,
                    (one.id, number),
                    office,
                    again=again,
                )
                letters.append(house.owed("commission", said, office.zone))
    return letters
