"""The office's regulation, calendar, templates and robots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.actions import publication
from console.actions.notices import template_faults
from console.doctor.findings import Finding, Level, from_sentence
from console.settings.loading import ConfigError, Settings, push_addresses
from notifier.delivery.push import BadTarget, targets
from notifier.letters import samples
from notifier.mail import templating
from rulebook.unit_history import ended_alone

HOLIDAYS_AHEAD = timedelta(days=92)
"""So long before the known calendar ends a warning is due."""


def rules(settings: Settings, moment: datetime) -> Iterator[Finding]:
    """Say which regulation is in force, which units ended in it, how far the calendar reaches."""
    provisions = settings.provisions_at(moment)
    yield Finding(
        Level.OK,
        "规定",
        f"现行规定自 {provisions.since} 起，{len(provisions.units)} 个单位，"
        f"{len(provisions.outlets)} 个载体",
    )
    for name, day in ended_alone(settings.provisions):
        yield Finding(
            Level.WARN,
            "单位",
            f"“{name}”自 {day} 起不在规定里，也没有单位接续",
            f'如已改名或并入别的单位，给那个单位写上 successor_of = ["{name}"]。',
        )
    day = moment.astimezone(ZoneInfo(settings.zone)).date()
    last = settings.calendar.last_year_known(day)
    if last < (day + HOLIDAYS_AHEAD).year:
        gap = f"只收录到 {last} 年" if last >= day.year else f"没有 {day.year} 年的"
        yield Finding(
            Level.WARN,
            "节假日",
            f"放假安排{gap}，没有收录的年份按周一至周五算工作日",
            "国务院办公厅的放假通知公布后，把全文存成文件（如 holidays.txt），"
            '在 config.toml 的 [holidays] 里写 file = "holidays.txt"。',
        )
    else:
        yield Finding(Level.OK, "节假日", f"放假安排收录到 {last} 年")


def templates(settings: Settings) -> Iterator[Finding]:
    """Check the office's own templates, where it has some."""
    on = datetime.now(ZoneInfo(settings.zone)).date()
    for one in template_faults(settings, on):
        yield from_sentence(Level.WARN, "通报模板", one)
    for one in publication.template_faults(settings):
        yield from_sentence(Level.WARN, "出稿模板", one)
    if settings.templates is None:
        return
    faults = list(templating.faults(settings.templates, samples.values(samples.OFFICE)))
    for one in faults:
        yield from_sentence(Level.WARN, "信件模板", one)
    if not faults:
        yield Finding(Level.OK, "信件模板", f"{settings.templates} 里的模板都可以使用")


def push(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Say where the digest's headline goes besides mail; nothing is sent."""
    try:
        addresses = push_addresses(settings, environ)
        robots = targets(addresses) if addresses else ()
    except (ConfigError, BadTarget) as error:
        yield from_sentence(Level.FAIL, "推送", str(error))
        return
    if robots:
        names = "、".join(str(one) for one in robots)
        yield Finding(Level.OK, "推送", names, "用 shougao digest --push 试发一次。")
