"""通报: the notice of a period looked at before it goes out, published, and compared ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import notices as bulletin
from console.actions.notices import Bulletin, Choices
from console.settings.loading import ConfigError
from console.web import forms
from console.web.charts import Stack, stacks
from console.web.downloads import download
from console.web.request_context import Visit, action, go, page
from ledger.journal import Entry, record
from ledger.models.accounts import Role
from ledger.models.decisions import Act
from ledger.notices import Published, Tables
from ledger.queries.figures import Summary
from ledger.storage.vault import VaultError
from notifier.notice import tables as notice_tables
from notifier.notice import text
from notifier.notice.document import BadTemplate
from notifier.notice.facts import NoticeFacts
from rulebook.periods import Period, Span, containing, parse, previous
from rulebook.points import TIERS
from rulebook.provisions import Points
from rulebook.ranking import Row

SERIES = (("news", "动态、舆情"), ("article", "综合、约稿"), ("printed", "录用"))
MOST_NUMBER = 60
MOST_DEMANDS = 4000
DEMANDS_BYTES = 60_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that staff may name under 存在问题, with what speaks for it."""

    unit: str
    points: int
    rate: float | None
    told: str
    late: int
    refused: int


def notices(visit: Visit) -> Response:
    """The published ones, and the periods that may be next."""
    asked = visit.asked("period")
    trouble = ""
    if asked:
        try:
            return go(f"/notices/{parse(asked).name}")
        except ValueError as error:
            trouble = str(error)
    return visit.render(
        "notices.html",
        400 if trouble else 200,
        here="/notices",
        said=visit.asked("said")[:200],
        trouble=trouble,
        published=visit.desk.house.notices.published(),
        groups=_periods(visit),
    )


def preview(visit: Visit) -> Response:
    return _preview(visit, _period(visit), visit.request.query_params)


def docx(visit: Visit) -> Response:
    return _file(visit, ".docx")


def xlsx(visit: Visit) -> Response:
    return _file(visit, ".xlsx")


def publish(visit: Visit) -> Response:
    """Freeze what the person has just looked at, and owe it to the distribution list."""
    period = _period(visit)
    summary = visit.desk.summaries.of(period, visit.today)
    if visit.filled("seen") != _fingerprint(summary.tables):
        return _preview(
            visit,
            period,
            visit.form,
            "您预览之后，数字又有变动（有稿件或录用刚刚登记、核定）。请看过新的数字再发布。",
            409,
        )
    if visit.filled("sure") != "yes":
        return _preview(visit, period, visit.form, "发布前请先勾选“内容已经核对”。", 400)
    try:
        ready = _made(visit, summary)
        edition = bulletin.publish(visit.desk.house, ready, visit.account.name, visit.now)
    except (ValueError, BadTemplate, ConfigError) as error:
        return _preview(visit, period, visit.form, str(error), 400)
    to = len(visit.desk.house.settings.notice.recipients)
    sent = f"，将寄给 {to} 个地址" if to else "；没有设置寄送名单，请自行分发"
    return go("/notices", said=f"{period.label}通报第 {edition} 版已发布并存档{sent}。")


def published(visit: Visit) -> Response:
    found = _published(visit)
    points = visit.desk.house.settings.provisions_on(found.period.last).points
    return visit.render(
        "notice_published.html",
        here="/notices",
        notice=found,
        files=list(found.files),
        tiers=TIERS,
        series=SERIES,
        charts=[(group, _chart(rows, points)) for group, rows in found.tables if rows],
        **_changes(visit, found),
    )


def changes(visit: Visit) -> Response:
    """How a published notice stands to the figures of now, for the list."""
    found = _published(visit)
    return visit.render("notice_changes.html", notice=found, **_changes(visit, found))


def archived(visit: Visit) -> Response:
    found, number = _published(visit), visit.number("number")
    if number >= len(found.files):
        raise HTTPException(404)
    name, digest = list(found.files.items())[number]
    try:
        content = visit.desk.house.vault.get(digest)
    except VaultError:
        raise HTTPException(404) from None
    return download(content, name)


def _preview(
    visit: Visit,
    period: Period,
    told: FormData | QueryParams,
    trouble: str = "",
    status: int = 200,
) -> Response:
    desk = visit.desk
    summary = desk.summaries.of(period, visit.today)
    choices = _choices(visit, told)
    facts = bulletin.facts_of(desk.house, summary, choices, visit.today, desk.summaries.of)
    before = desk.house.notices.published(period)
    return visit.render(
        "notice.html",
        status,
        here="/notices",
        trouble=trouble,
        period=period,
        ended=period.last < visit.today,
        facts=facts,
        choices=choices,
        candidates=_candidates(facts),
        title=text.title(facts),
        lead=text.lead(facts),
        overview=text.overview(facts),
        problems=text.problems(facts),
        demands=text.requirements(facts),
        notes=text.table_notes,
        tiers=TIERS,
        series=SERIES,
        charts=[(group, _chart(rows, facts.points)) for group, rows in facts.tables],
        intake=notice_tables.intake(facts),
        outlets=notice_tables.outlets(facts),
        waiting=sum(one.held for one in summary.raw),
        untiered=sum(one.count for one in facts.adoptions if one.tier is None),
        before=before,
        recipients=desk.house.settings.notice.recipients,
        seen=_fingerprint(summary.tables),
        editor=visit.may(Role.EDITOR),
        most_number=MOST_NUMBER,
        most_demands=MOST_DEMANDS,
    )


def _file(visit: Visit, ending: str) -> Response:
    """The draft of a notice to be worked on; who fetched it is recorded."""
    period = _period(visit)
    try:
        ready = _made(visit, visit.desk.summaries.of(period, visit.today))
    except (BadTemplate, ConfigError) as error:
        return _preview(visit, period, visit.form, str(error), 400)
    name = next(name for name in ready.files if name.endswith(ending))
    facts = {"what": "通报草稿", "period": period.name, "format": ending.lstrip(".")}
    record(visit.desk.house.engine, Entry(visit.now, visit.account.name, Act.EXPORTED, facts))
    return download(ready.files[name], f"（草稿）{name}")


def _made(visit: Visit, summary: Summary) -> Bulletin:
    return bulletin.made(
        visit.desk.house, summary, _choices(visit, visit.form), visit.today, visit.desk.summaries.of
    )


def _choices(visit: Visit, told: FormData | QueryParams) -> Choices:
    """What staff chose; units that are none are left out."""
    units = forms.unit_names(visit)
    named = {one for one in told.getlist("name") if isinstance(one, str)}
    number, demands = told.get("number", ""), told.get("demands", "")
    assert isinstance(number, str)
    assert isinstance(demands, str)
    return Choices(
        tuple(unit for unit in units if unit in named),
        " ".join(number.split())[:MOST_NUMBER],
        tuple(line.strip() for line in demands[:MOST_DEMANDS].splitlines() if line.strip()),
    )


def _candidates(facts: NoticeFacts) -> list[Candidate]:
    """Every unit, the least completed first."""
    rates = notice_tables.rates_by_unit(facts)
    several = notice_tables.completions_by_unit(facts)
    setbacks = {one.unit: one for one in facts.setbacks}
    found = []
    for row in facts.rows:
        setback = setbacks.get(row.unit)
        told = "，".join(
            f"{notice_tables.SHORT[one.kind]} {one.met}/{one.wanted}"
            for one in several.get(row.unit, ())
        )
        late, refused = (setback.late, setback.refused) if setback else (0, 0)
        found.append(Candidate(row.unit, row.points, rates.get(row.unit), told, late, refused))
    return sorted(found, key=lambda one: 2 if one.rate is None else one.rate)


def _chart(rows: Sequence[Row], points: Points) -> tuple[Stack, ...]:
    told = []
    for row in rows:
        news, article = row.news * points.news, row.articles * points.article
        parts = {"news": news, "article": article, "printed": max(0, row.points - news - article)}
        said = "，".join(f"{name} {parts[key]} 分" for key, name in SERIES if parts[key])
        told.append((row.unit, said or "0 分", parts))
    return stacks(told, [key for key, _ in SERIES])


def _changes(visit: Visit, found: Published) -> dict[str, Any]:
    """Units whose points differ, and how many differ in counts or rank alone."""
    current = visit.desk.summaries.of(found.period, visit.today)
    several = bulletin.compared(found, current)
    changed = [one for one in several if one.published != one.now]
    return {"changes": changed, "moved": len(several) - len(changed)}


def _periods(visit: Visit) -> list[tuple[str, list[Period]]]:
    """What may be chosen, the latest first."""
    names = {Span.QUARTER: ("季度", 6), Span.MONTH: ("月", 6), Span.HALF: ("半年", 3)}
    found = []
    for span, (name, many) in {**names, Span.YEAR: ("年度", 3)}.items():
        listed = [containing(visit.today, span)]
        while len(listed) < many:
            listed.append(previous(listed[-1]))
        found.append((name, listed))
    return found


def _period(visit: Visit) -> Period:
    try:
        return parse(visit.request.path_params["period"])
    except ValueError:
        raise HTTPException(404) from None


def _published(visit: Visit) -> Published:
    found = visit.desk.house.notices.one(visit.number("notice"))
    if found is None:
        raise HTTPException(404)
    return found


def _fingerprint(tables: Tables) -> str:
    return hashlib.sha256(repr(tables).encode()).hexdigest()[:24]


routes = (
    page("/notices", notices),
    page("/notices/published/{notice:int}", published),
    page("/notices/published/{notice:int}/changes", changes),
    page("/notices/published/{notice:int}/files/{number:int}", archived),
    page("/notices/{period}", preview),
    action("/notices/{period}/docx", docx, Role.EDITOR, DEMANDS_BYTES),
    action("/notices/{period}/xlsx", xlsx, Role.EDITOR, DEMANDS_BYTES),
    action("/notices/{period}/publish", publish, Role.EDITOR, DEMANDS_BYTES),
)
