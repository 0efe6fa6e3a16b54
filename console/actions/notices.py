"""The notice of a period: from the ledger's figures to its files, and its publication (五.1, 五.2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from console.application import Application
from console.settings.loading import ConfigError
from ledger.errors import InvalidInput
from ledger.notices import Difference, PointsChange, PublishedNotice, differences
from ledger.os_errors import describe
from ledger.queries.figures import Summary
from ledger.states import LetterKind
from notifier.letters.notice_cover import notice_letter
from notifier.notice import text, workbook
from notifier.notice.document import document
from notifier.notice.facts import (
    Bonus,
    Change,
    Named,
    NoticeFacts,
    Printed,
    Received,
    Setback,
)
from rulebook.model import Group, Kind, Outcome
from rulebook.periods import Period, Span
from rulebook.points import Adoption

FiguresOf = Callable[[Period, date], Summary]
"""The figures of a period as they stand on a day."""


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What staff decided to say: units named under 存在问题, 文号, and 下一步要求 in their own words.
    `problems`: (unit, what is said of it); of a named unit without one the figures are told.
    """

    named: tuple[str, ...] = ()
    number: str = ""
    requirements: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BuiltNotice:
    """A notice ready to be read: what it says, its figures, its files by name."""

    facts: NoticeFacts
    summary: Summary
    files: Mapping[str, bytes]


def build_notice(
    application: Application, period: Period, choices: Choices, today: date
) -> BuiltNotice:
    """
    The notice of a period as it stands now. Raises ConfigError when the office's own template cannot
    be read; `notice.BadTemplate` when it cannot be filled in.
    """
    return made(application, application.figures.summary(period, today), choices, today)


def made(
    application: Application,
    summary: Summary,
    choices: Choices,
    today: date,
    figures_of: FiguresOf | None = None,
) -> BuiltNotice:
    """The notice over figures that are at hand; raises as `build_notice` does."""
    facts = facts_of(application, summary, choices, today, figures_of)
    name = text.title(facts)
    return BuiltNotice(
        facts,
        summary,
        {
            f"{name}.docx": document(facts, _template(application)),
            f"{name}.xlsx": workbook.workbook(facts),
        },
    )


def publish(application: Application, ready: BuiltNotice, who: str, moment: datetime) -> int:
    """
    Freeze a notice and owe it to the distribution list; returns its edition.

    Raises: InvalidInput before the period has ended: its figures still move.
    """
    period = ready.summary.period
    if period.last >= ready.facts.dated:
        raise InvalidInput(
            f"{period.label}还没有结束（{period.last}），不能发布；可以先生成草稿看看。"
        )
    office = application.composer.office()
    edition = 1 + max((one.edition for one in application.notices.published(period)), default=0)
    title = text.title(ready.facts)
    owed = [
        application.composer.outgoing(
            LetterKind.NOTICE,
            notice_letter(
                title, period.label, edition, ready.files, recipient, number, period.name, office
            ),
            office.zone,
        )
        for number, recipient in enumerate(application.settings.notice.recipients, 1)
    ]
    told = _later(application, period, ready.facts.dated, application.figures.summary)
    return application.notices.publish(ready.summary, ready.files, owed, who, moment, told)


def facts_of(
    application: Application,
    summary: Summary,
    choices: Choices,
    today: date,
    figures_of: FiguresOf | None = None,
) -> NoticeFacts:
    """Everything the notice says. `figures_of`: who remembers the figures of other periods."""
    period = summary.period
    provisions = application.settings.provisions_on_day(period.last)
    problems = dict(choices.problems)
    tables = dict(summary.tables)
    annual = application.figures.annual(period.first.year) if period.span is Span.YEAR else ()
    inside = provisions.effective_from in period and provisions.effective_from > period.first
    return NoticeFacts(
        office=application.settings.notice.signature or application.settings.office.name,
        period=period,
        towns=tables.get(Group.TOWNS, ()),
        offices=tables.get(Group.OFFICES, ()),
        dated=today,
        points=provisions.points,
        addressees=tuple(re.split(r"[，,、]", application.settings.notice.addressees)),
        completions=summary.completions,
        received=_received(summary),
        setbacks=_setbacks(application, summary),
        adoptions=_printed(summary),
        named=tuple(Named(unit, problems.get(unit, "")) for unit in choices.named),
        requirements=choices.requirements,
        changes=_changes(application, period, today, figures_of or application.figures.summary),
        bonuses=tuple(
            Bonus(one.unit, f"{one.bonus.normalize():f}" if one.bonus else "", bool(one.sanctions))
            for one in annual
            if one.bonus or one.sanctions
        ),
        number=choices.number,
        counted_from=provisions.effective_from if inside else None,
    )


def _received(summary: Summary) -> tuple[Received, ...]:
    counted: Counter[tuple[str, Kind | None]] = Counter()
    for draft in summary.facts.drafts:
        if draft.unit and draft.day in summary.period and draft.outcome is not Outcome.REFUSED:
            counted[draft.unit, draft.kind] += draft.times
    return tuple(Received(unit, kind, count) for (unit, kind), count in counted.items())


def _setbacks(application: Application, summary: Summary) -> tuple[Setback, ...]:
    zone = ZoneInfo(application.zone)
    first = datetime.combine(summary.period.first, time(), zone)
    last = datetime.combine(summary.period.last + timedelta(days=1), time(), zone)
    refused = application.letters.refused_letters(first, last)
    return tuple(
        Setback(raw.unit, raw.late, refused.get(raw.unit, 0))
        for raw in summary.raw
        if raw.late or refused.get(raw.unit)
    )


def _printed(summary: Summary) -> tuple[Printed, ...]:
    counted: Counter[tuple[str, int | None, str]] = Counter(
        (one.outlet, one.tier, one.unit) for one in _in_period(summary)
    )
    return tuple(
        Printed(outlet, tier, unit, count) for (outlet, tier, unit), count in counted.items()
    )


def _in_period(summary: Summary) -> Sequence[Adoption]:
    return [one for one in summary.facts.adoptions if one.day in summary.period]


def _changes(
    application: Application, period: Period, today: date, figures_of: FiguresOf
) -> tuple[Change, ...]:
    """What has become different in notices published before, and was not yet told."""
    return tuple(
        Change(one.unit, one.period.label, one.told, one.now)
        for one in _later(application, period, today, figures_of)
    )


def _later(
    application: Application, period: Period, today: date, figures_of: FiguresOf
) -> list[PointsChange]:
    return application.notices.later(period, lambda earlier: figures_of(earlier, today).tables)


def compared(published: PublishedNotice, current: Summary) -> list[Difference]:
    """Units whose rows are no longer as published, with the figures of now at hand."""
    return differences(published.tables, current.tables)


def _template(application: Application) -> bytes | None:
    """The office's own: named for itself, or beside the templates of its letters; None for ours."""
    named, folder = application.settings.notice.template, application.settings.templates
    place: Path | None = None
    if named:
        place = application.settings.path.resolve().parent / named
    elif folder is not None and (folder / "notice.docx").exists():
        place = folder / "notice.docx"
    if place is None:
        return None
    try:
        return place.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"打不开通报模板 {place}：{describe(error)}。请检查 [notice] template，或留空用自带的。"
        ) from error
