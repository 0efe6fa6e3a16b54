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
from console.settings.loading import ConfigError, Settings
from ledger.errors import InvalidInput
from ledger.letters import LetterRepository
from ledger.notices import Difference, Notices, PointsChange, PublishedNotice, differences
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
from rulebook.model import Kind, Outcome
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
    Build the notice of a period as it stands now.

    Raises:
        ConfigError: the office's own template cannot be read.
        BadTemplate: it cannot be filled in.

    """
    return build_notice_from(
        application, application.figures.summary(period, today), choices, today
    )


def build_notice_from(
    application: Application,
    summary: Summary,
    choices: Choices,
    today: date,
    figures_of: FiguresOf | None = None,
) -> BuiltNotice:
    """Build the notice over figures that are at hand; raises as `build_notice` does."""
    facts = facts_of(application, summary, choices, today, figures_of)
    name = text.title(facts)
    return BuiltNotice(
        facts,
        summary,
        {
            f"{name}.docx": document(facts, _template(application.settings)),
            f"{name}.xlsx": workbook.workbook(facts),
        },
    )


def publish(application: Application, ready: BuiltNotice, who: str, moment: datetime) -> int:
    """
    Freeze a notice and owe it to the distribution list.

    Returns:
        Its edition, counted from 1.

    Raises:
        InvalidInput: the period has not ended, so that its figures still move.

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
    changes = _points_changes(
        application.notices, period, ready.facts.dated, application.figures.summary
    )
    return application.notices.publish(ready.summary, ready.files, owed, who, moment, changes)


def facts_of(
    application: Application,
    summary: Summary,
    choices: Choices,
    today: date,
    figures_of: FiguresOf | None = None,
) -> NoticeFacts:
    """Collect what the notice says; `figures_of` gives the figures of other periods."""
    period = summary.period
    provisions = application.settings.provisions_on_day(period.last)
    problems = dict(choices.problems)
    annual = application.figures.annual(period.first.year) if period.span is Span.YEAR else ()
    inside = provisions.effective_from in period and provisions.effective_from > period.first
    return NoticeFacts(
        office=application.settings.notice.signature or application.settings.office.name,
        period=period,
        groups=summary.tables,
        dated=today,
        rules=provisions,
        addressees=tuple(re.split(r"[，,、]", application.settings.notice.addressees)),
        completions=summary.completions,
        received=_received(summary),
        setbacks=_setbacks(application.letters, application.zone, summary),
        adoptions=_printed(summary),
        named=tuple(Named(unit, problems.get(unit, "")) for unit in choices.named),
        requirements=choices.requirements,
        changes=tuple(
            Change(one.unit, one.period.label, one.told, one.now)
            for one in _points_changes(
                application.notices, period, today, figures_of or application.figures.summary
            )
        ),
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


def _setbacks(letters: LetterRepository, zone: str, summary: Summary) -> tuple[Setback, ...]:
    office = ZoneInfo(zone)
    first = datetime.combine(summary.period.first, time(), office)
    last = datetime.combine(summary.period.last + timedelta(days=1), time(), office)
    refused = letters.refused_letters(first, last)
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


def _points_changes(
    notices: Notices, period: Period, today: date, figures_of: FiguresOf
) -> list[PointsChange]:
    """List what became different in notices published before, and was not yet told."""
    return notices.later(period, lambda earlier: figures_of(earlier, today).tables)


def compared(published: PublishedNotice, current: Summary) -> list[Difference]:
    """List the units whose rows are no longer as published."""
    return differences(published.tables, current.tables)


def _template(settings: Settings) -> bytes | None:
    """Read the office's own: named for itself, or beside its letters' templates; None without one."""
    named, folder = settings.notice.template, settings.templates
    path: Path | None = None
    if named:
        path = settings.path.resolve().parent / named
    elif folder is not None and (folder / "notice.docx").exists():
        path = folder / "notice.docx"
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"打不开通报模板 {path}：{describe(error)}。请检查 [notice] template，或留空用自带的。"
        ) from error
