"""The notice of a period: from the ledger's figures to its files, and its publication (五.1, 五.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from console.actions.notice_changes import Teller
from console.actions.notice_periods import check_period
from console.application import Application
from console.settings.loading import ConfigError, Settings
from ledger.errors import InvalidInput
from ledger.journal import anchor
from ledger.notices import Notices, PointsChange
from ledger.os_errors import describe
from ledger.queries.figures import Summary
from ledger.queries.persons import persons_of
from ledger.queries.refused_for_form import malformed
from ledger.states import LetterKind
from notifier.letters.notice_cover import notice_letter
from notifier.notice import checking, headings, text, workbook
from notifier.notice.comparing import placeholders
from notifier.notice.document import document, ours
from notifier.notice.facts import (
    Bonus,
    Change,
    Named,
    NoticeFacts,
    Printed,
    Received,
    Setback,
)
from notifier.notice.tables import is_rescaled
from parsers import papers
from rulebook.amounts import Amount, written
from rulebook.periods import Period, Span
from rulebook.points import Adoption
from rulebook.unit_history import UNPLACED, UnitHistory

FiguresOf = Callable[[Period, date], Summary]
"""The figures of a period as they stand on a day."""


VERSION_SHOWN = 12
"""Characters of the digest of a version that a notice names."""


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
        InvalidInput: no notice can be about the period.
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
    check_period(application.settings, summary.period, today)
    facts = facts_of(application, summary, choices, today, figures_of)
    name = text.title(facts)
    own = _template(application.settings)
    headed = headings.renamer(own, lambda: ours(facts))
    return BuiltNotice(
        facts,
        summary,
        {
            f"{name}.docx": document(facts, own),
            f"{name}.xlsx": workbook.workbook(facts, headed=headed),
        },
    )


def refuse_unfinished(words: str) -> None:
    """Refuse a notice in which something is left to fill in. Raises: InvalidInput."""
    open_places = placeholders(words)
    if open_places:
        raise InvalidInput(
            f"通报里还有没填好的地方：{'、'.join(open_places)}。请在 Word 里填好、签发，"
            "再发布签发的文件（Word 或 PDF）。"
        )


def publish(
    application: Application,
    ready: BuiltNotice,
    who: str,
    moment: datetime,
    acknowledged: Sequence[str] = (),
    why: str = "",
) -> int:
    """
    Freeze a notice and owe it to the distribution list.

    Args:
        application: the rooms.
        ready: the notice with the very files that go out.
        who: who publishes.
        moment: when.
        acknowledged: what was taken note of (differences, objections), and `why` it goes out all the same.
        why: the reason.

    Returns:
        Its edition, counted from 1.

    Raises:
        InvalidInput: the period has not ended, so that its figures still move; or a Word file of it has
            places that nobody has filled in.
        RulesChanged: other rules were entered since this process began.

    """
    period = ready.summary.period
    check_period(application.settings, period, ready.facts.dated)
    if period.last >= ready.facts.dated:
        raise InvalidInput(
            f"{period.label}还没有结束（{period.last}），不能发布；可以先生成草稿看看。"
        )
    for name, content in ready.files.items():
        if name.endswith(".docx"):
            refuse_unfinished(papers.read(name, content).text)
    office = application.composer.office()
    edition = 1 + max((one.edition for one in application.notices.published(period)), default=0)
    title = text.title(ready.facts)
    head = anchor(application.engine, moment)
    owed = [
        application.composer.outgoing(
            LetterKind.NOTICE,
            notice_letter(
                title,
                period.label,
                edition,
                ready.files,
                recipient,
                number,
                period.name,
                office,
                head,
            ),
            office.zone,
        )
        for number, recipient in enumerate(application.settings.notice.recipients, 1)
    ]
    changes = _points_changes(
        application.notices, period, ready.facts.dated, application.figures.summary
    )
    check = application.scores.check
    return application.notices.publish(
        ready.summary, ready.files, owed, who, moment, changes, acknowledged, why, check
    )


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
    teller = Teller(application)
    inside = provisions.effective_from in period and provisions.effective_from > period.first
    return NoticeFacts(
        office=application.settings.notice.signature or application.settings.office.name,
        period=period,
        groups=summary.tables,
        dated=today,
        rules=provisions,
        rescaled=is_rescaled(
            provisions,
            [
                application.settings.provisions_on_day(period.first),
                *(one for one in application.settings.provisions if one.since in period),
            ],
        ),
        addressees=provisions.addressees or application.settings.notice.addressees,
        completions=summary.completions,
        received=_received(summary),
        setbacks=_setbacks(
            summary,
            malformed(application.engine, period, application.settings.provisions_on_day),
        ),
        adoptions=_printed(application, summary),
        named=tuple(Named(unit, problems.get(unit, "")) for unit in choices.named),
        requirements=choices.requirements,
        changes=tuple(
            Change(one.unit, one.period.label, one.told, one.now, teller.why(one))
            for one in _points_changes(
                application.notices, period, today, figures_of or application.figures.summary
            )
        ),
        bonuses=tuple(
            Bonus(one.unit, written(one.bonus) if one.bonus else "", bool(one.sanctions))
            for one in annual
            if one.bonus or one.sanctions
        ),
        number=choices.number,
        version=application.rule_versions.digest_of(provisions.since)[:VERSION_SHOWN],
        work=application.settings.words.work,
        called=application.composer.office().wording,
        persons=persons_of(application.engine, period, application.settings.provisions_on_day),
        counted_from=provisions.effective_from if inside else None,
        cumulative=_cumulative(summary, today, figures_of or application.figures.summary),
        copied_to=application.settings.notice.copied_to.strip().rstrip("。"),
        issuer=application.settings.notice.issuer or application.settings.office.name,
    )


def _received(summary: Summary) -> tuple[Received, ...]:
    """List what was taken, by row and kind (实报 of the glossary of counts)."""
    return tuple(
        Received(raw.unit, kind, many)
        for raw in summary.raw
        for kind, many in raw.reported.items()
        if many
    )


def _setbacks(summary: Summary, malformed: Mapping[str, int]) -> tuple[Setback, ...]:
    return tuple(
        Setback(raw.unit, raw.late, raw.refused, raw.held, malformed.get(raw.unit, 0))
        for raw in summary.raw
        if raw.late or raw.refused or raw.held
    )


def _printed(application: Application, summary: Summary) -> tuple[Printed, ...]:
    history = UnitHistory(application.settings.provisions_on_day)
    last = summary.period.last

    def row(one: Adoption) -> str:
        found = history.row(one.unit, one.day, last)
        return found.unit if found else UNPLACED

    counted: Counter[tuple[str, int | None, str]] = Counter(
        (one.outlet, one.tier, row(one)) for one in _in_period(summary)
    )
    return tuple(
        Printed(outlet, tier, unit, count) for (outlet, tier, unit), count in counted.items()
    )


def _cumulative(summary: Summary, today: date, figures_of: FiguresOf) -> dict[str, Amount]:
    """Sum each row's points from the year's beginning to the period's end (全年累计)."""
    period = summary.period
    if period.span is Span.YEAR:
        return {}
    begun = Period(
        date(period.last.year, 1, 1), period.last, period.span, f"{period.last.year}至{period.name}"
    )
    tables = figures_of(begun, today).tables
    return {row.unit: row.points for _, rows in tables for row in rows}


def _in_period(summary: Summary) -> Sequence[Adoption]:
    return [one for one in summary.facts.adoptions if one.day in summary.period]


def _points_changes(
    notices: Notices, period: Period, today: date, figures_of: FiguresOf
) -> list[PointsChange]:
    """List what became different in notices published before, and was not yet told."""
    return notices.later(period, lambda earlier: figures_of(earlier, today).tables)


def template_faults(settings: Settings, on: date) -> list[str]:
    """List what is wrong with the office's own notice.docx, a Chinese sentence each."""
    try:
        template = _template(settings)
    except ConfigError as error:
        return [str(error)]
    if template is None:
        return []
    rules = settings.provisions_on_day(on)
    return list(checking.faults(template, rules, settings.office.name))


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
