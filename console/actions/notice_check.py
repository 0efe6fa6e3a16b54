"""核对: mailing each unit its own rows before a notice, and what came back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.actions.notice_periods import check_period
from console.application import Application
from ledger.errors import InvalidInput
from ledger.queries.figures import Summary
from ledger.queries.unit_rows import UnitDraft, unit_adoptions, unit_drafts
from notifier.letters.notice_check import Entry, UnitRows, notice_check
from notifier.mail.page import day_of
from rulebook.amounts import plain, total
from rulebook.labels import OUTCOMES_IN_LETTERS
from rulebook.model import Outcome, Timely
from rulebook.periods import Period
from rulebook.points import ScoreLine
from rulebook.ranking import TableRow
from rulebook.unit_history import UnitHistory


def send_checks(
    application: Application, summary: Summary, until: date, who: str, moment: datetime
) -> int:
    """
    Mail every unit's officers the unit's own rows; returns how many letters are owed.

    The same period until the same day is mailed once.
    Raises: InvalidInput for a day that is over, or a period that has not ended.
    """
    period = summary.period
    today = moment.astimezone(ZoneInfo(application.settings.zone)).date()
    check_period(application.settings, period, today)
    if until < today:
        raise InvalidInput(f"核对的截止日期 {until} 已经过了（今天是 {today}）。")
    if period.last >= today:
        raise InvalidInput(f"{period.label}还没有结束（{period.last}），结束以后才能核对。")
    office = application.composer.office()
    letters = []
    for group, rows in summary.tables:
        for row in rows:
            if not row.rank:
                continue
            names = _names_until(application, row.unit, period.last, today)
            told = unit_rows(application, summary, row, group)
            for number, officer, address in application.roster.addressees(names, today):
                written = notice_check(told, until, officer, address, number, office)
                letters.append(
                    (row.unit, application.composer.outgoing(written.kind, written, office.zone))
                )
    return application.notice_checks.ask(period, until, letters, who, moment)


def _names_until(application: Application, unit: str, last: date, today: date) -> frozenset[str]:
    """List the names of a period's unit and of who carries it on: officers stand under either."""
    names = application.figures.names(unit, last)
    history = UnitHistory(application.settings.provisions_on_day)
    now = history.successor(unit, last, today)
    return names | {now.name} if now else names


def objections(application: Application, period: Period) -> list[str]:
    """List the open objections of units to a period's rows, a Chinese sentence each."""
    return [
        f"{one.unit}对核对的数据有异议（第 {one.letter} 号来信），还没有处理"
        for one in application.notice_checks.of(period)
        if one.is_open
    ]


def unit_rows(application: Application, summary: Summary, row: TableRow, group: str) -> UnitRows:
    """Gather all rows of a unit in a period: drafts, adoptions, targets, with points and clauses."""
    period, engine = summary.period, application.engine
    names = application.figures.names(row.unit, period.last)
    lines: dict[int, list[ScoreLine]] = defaultdict(list)
    for line in application.figures.proof(row.unit, period):
        lines[line.draft or 0].append(line)
    rules = application.settings.provisions_on_day(period.last)
    by_adoption = {
        line.adoption: line for several in lines.values() for line in several if line.adoption
    }
    adoptions = []
    for one in unit_adoptions(engine, names, period):
        scored = by_adoption.get(one.adoption)
        stands = f"{one.outlet}（{rules.tier_name(one.tier) or '类别待定'}），{day_of(one.day)}"
        worth = f"，{plain(scored.points)}分" if scored else ""
        adoptions.append(Entry(one.title, stands + worth, scored.why if scored else ""))
    return UnitRows(
        unit=row.unit,
        period=period.name,
        label=period.label,
        sums=f"共{plain(row.points)}分，在{group}中排名第{row.rank}",
        drafts=tuple(
            _draft(one, lines.get(one.draft, [])) for one in unit_drafts(engine, names, period)
        ),
        adoptions=tuple(adoptions),
        targets=tuple(
            Entry(
                f"任务：{one.kind}",
                f"应报{one.told(one.wanted)}，按期完成{one.told(one.met)}",
                f"实报{one.told(one.reported)}",
            )
            for one in summary.completions
            if one.unit == row.unit and one.wanted
        ),
    )


def _draft(one: UnitDraft, lines: list[ScoreLine]) -> Entry:
    kind = one.kind or "类别待定"
    if one.outcome in (Outcome.HELD, Outcome.REFUSED):
        why = [reason.sentence for reason in one.reasons if reason.outcome is one.outcome]
        word = OUTCOMES_IN_LETTERS[one.outcome]
        return Entry(one.title, f"{day_of(one.day)}，{kind}，{word}", "".join(why))
    stands = "积分作废" if one.voided else OUTCOMES_IN_LETTERS[one.outcome]
    late = "（逾期）" if one.timely is Timely.LATE else ""
    points = plain(total(line.points for line in lines))
    return Entry(
        one.title,
        f"{day_of(one.day)}，{kind}，{stands}{late}，{points}分",
        "；".join(line.why for line in lines),
    )
