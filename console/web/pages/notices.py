"""通报: the notice of a period looked at before it goes out, published, and compared ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import notice_changes, notice_check, signed_notice
from console.actions import notices as bulletin
from console.actions.notice_periods import check_period
from console.actions.notices import BuiltNotice, Choices
from console.policy import Permission
from console.settings.loading import ConfigError
from console.web import forms
from console.web.charts import TAKEN, Stack, stacks
from console.web.downloads import download
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import InvalidInput
from ledger.journal import JournalEntry, record
from ledger.journal_facts import Exported
from ledger.notices import PublishedNotice, Tables, differences
from ledger.queries.figures import Summary
from ledger.states import Act
from ledger.storage.vault import VaultError
from notifier.notice import tables as notice_tables
from notifier.notice import text
from notifier.notice.document import BadTemplate
from notifier.notice.facts import NoticeFacts
from rulebook import points_table
from rulebook.amounts import Amount, plain, total, written
from rulebook.labels import SPANS
from rulebook.periods import Period, Span, UnknownPeriod, containing, parse, previous
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow, kind_columns

COLUMN_COLOURS = ("news", "article", "opinion", "commission")
PRINTED = ("printed", "录用")
"""Colours of what points are made of: columns of drafts in order, then adoptions."""
BESIDE = {"correction": "更正", "by_hand": "加减分", "by_rule": "任务"}
"""Parts of a row's points that are neither drafts nor adoptions, which may be negative, by their field."""
CHECK_WORDS = {None: "未回复", False: "无异议", True: "有异议"}
MAX_NUMBER = 60
MAX_DEMANDS = 4000
DEMANDS_BYTES = 60_000
MAX_SIGNED_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that staff may name under 存在问题, with what speaks for it."""

    unit: str
    points: Amount
    rate: float | None
    completions: str
    late: int
    refused: int


def show_notices(ctx: RequestContext) -> Response:
    """Show the published notices, and the periods that may be next."""
    period_name = ctx.query("period")
    trouble = ""
    if period_name:
        try:
            return redirect(f"/notices/{parse(period_name).name}")
        except UnknownPeriod as error:
            trouble = str(error)
    return ctx.render(
        "notices.html",
        400 if trouble else 200,
        here="/notices",
        message=ctx.said,
        trouble=trouble,
        published=ctx.web.application.notices.published(),
        groups=_selectable_periods(ctx),
    )


def show_preview(ctx: RequestContext) -> Response:
    """Show the notice of a period as it would be published."""
    return _render_preview(ctx, _period_or_404(ctx), ctx.request.query_params)


def download_docx(ctx: RequestContext) -> Response:
    """Send the draft of the notice as a Word file."""
    return _draft_file(ctx, ".docx")


def download_xlsx(ctx: RequestContext) -> Response:
    """Send the draft of the notice as an Excel file."""
    return _draft_file(ctx, ".xlsx")


def publish_notice(ctx: RequestContext) -> Response:
    """Freeze what the person has just looked at beside the signed file, and owe that file to the list."""
    period = _period_or_404(ctx)
    summary = ctx.web.summaries.of(period, ctx.today)
    if ctx.form_value("seen") != _fingerprint(summary.tables):
        return _render_preview(
            ctx,
            period,
            ctx.form,
            "您预览之后，数字又有变动（有稿件或录用刚刚登记、核定）。请看过新的数字再发布。",
            409,
        )
    if ctx.form_value("sure") != "yes":
        return _render_preview(ctx, period, ctx.form, "发布前请先勾选“内容已经核对”。", 400)
    file = ctx.upload("signed")
    if file is None:
        trouble = "请选择签发的通报（Word 或 PDF）：先下载草稿，填好、签发，再在这里上传。"
        return _render_preview(ctx, period, ctx.form, trouble, 400)
    application = ctx.web.application
    try:
        signed = signed_notice.read_signed(application, file.filename or "", file.file.read())
        edition = signed_notice.publish_signed(
            application,
            summary,
            signed,
            ctx.account.name,
            ctx.now,
            ctx.form_value("why"),
            _choices(ctx, ctx.form),
            ctx.web.summaries.of,
        )
    except (InvalidInput, ConfigError) as error:
        return _render_preview(ctx, period, ctx.form, str(error), 400)
    except signed_notice.Unacknowledged as error:
        return _render_preview(
            ctx, period, ctx.form, "文件还没有发布，请先看下面各处。", 409, error.sentences
        )
    to = len(ctx.web.application.settings.notice.recipients)
    sent = f"，将寄给 {to} 个地址" if to else "；没有设置寄送名单，请自行分发"
    return redirect("/notices", said=f"{period.label}通报第 {edition} 版已发布并存档{sent}。")


def ask_for_checks(ctx: RequestContext) -> Response:
    """Mail every unit its own rows, to be checked until a day."""
    period = _period_or_404(ctx)
    summary = ctx.web.summaries.of(period, ctx.today)
    try:
        until = forms.day(ctx, "until", "核对的截止日期")
        sent = notice_check.send_checks(
            ctx.web.application, summary, until, ctx.account.name, ctx.now
        )
    except (InvalidInput, forms.Unusable) as error:
        return _render_preview(ctx, period, ctx.form, str(error), 400)
    told = f"{period.label}的核对信 {sent} 封即将寄出，请各单位在 {until}（含当日）前回复。"
    return redirect("/notices", said=told)


def show_published(ctx: RequestContext) -> Response:
    """Show a published notice."""
    notice = _published_or_404(ctx)
    application = ctx.web.application
    rules = application.rule_versions.on_day_at(notice.entry)(notice.period.last)
    every_row = [row for _, rows in notice.tables for row in rows]
    since = _changes_since(ctx, notice)
    teller = notice_changes.Teller(application)
    return ctx.render(
        "notice_published.html",
        here="/notices",
        notice=notice,
        files=list(notice.files),
        points_table=points_table,
        series=_series(every_row, rules),
        shown=points_table.on_screen(every_row, points_table.columns_of(rules)),
        charts=[(group, _points_chart(rows, rules)) for group, rows in notice.tables if rows],
        causes={one.unit: teller.why(one, notice.entry) for one in since["changes"]},
        **since,
    )


def show_changes(ctx: RequestContext) -> Response:
    """Show how a published notice stands to the figures of now, for the list."""
    notice = _published_or_404(ctx)
    return ctx.render("notice_changes.html", notice=notice, **_changes_since(ctx, notice))


def download_archived(ctx: RequestContext) -> Response:
    """Send a file of a published notice as a download."""
    notice, number = _published_or_404(ctx), ctx.number("number")
    if number >= len(notice.files):
        raise HTTPException(404)
    name, digest = list(notice.files.items())[number]
    try:
        content = ctx.web.application.vault.get(digest)
    except VaultError:
        raise HTTPException(404) from None
    return download(content, name)


def _render_preview(
    ctx: RequestContext,
    period: Period,
    fields: FormData | QueryParams,
    trouble: str = "",
    status: int = 200,
    differing: Sequence[str] = (),
) -> Response:
    web = ctx.web
    try:
        check_period(web.application.settings, period, ctx.today)
    except InvalidInput as error:
        trouble = trouble or str(error)
    summary = web.summaries.of(period, ctx.today)
    choices = _choices(ctx, fields)
    facts = bulletin.facts_of(web.application, summary, choices, ctx.today, web.summaries.of)
    before = web.application.notices.published(period)
    return ctx.render(
        "notice.html",
        status,
        here="/notices",
        trouble=trouble,
        differing=differing,
        period=period,
        ended=period.last < ctx.today,
        facts=facts,
        choices=choices,
        candidates=_candidates(facts),
        title=text.title(facts),
        lead=text.lead(facts),
        overview=text.overview(facts),
        problems=text.problems(facts),
        demands=text.requirements(facts),
        notes=text.table_notes,
        points_table=points_table,
        series=_series(facts.rows, facts.rules),
        shown=points_table.on_screen(facts.rows, summary.columns),
        charts=[(group, _points_chart(rows, facts.rules)) for group, rows in facts.tables],
        intake=notice_tables.intake(facts),
        outlets=notice_tables.outlets(facts),
        waiting=sum(one.held for one in summary.raw),
        untiered=sum(one.count for one in facts.adoptions if one.tier is None),
        before=before,
        checks=web.application.notice_checks.of(period),
        check_words=CHECK_WORDS,
        recipients=web.application.settings.notice.recipients,
        seen=_fingerprint(summary.tables),
        most_number=MAX_NUMBER,
        most_demands=MAX_DEMANDS,
    )


def _draft_file(ctx: RequestContext, ending: str) -> Response:
    """Send the draft of a notice to be worked on; who fetched it is recorded."""
    period = _period_or_404(ctx)
    try:
        ready = _build(ctx, ctx.web.summaries.of(period, ctx.today))
    except (BadTemplate, ConfigError, InvalidInput) as error:
        return _render_preview(ctx, period, ctx.form, str(error), 400)
    name = next(name for name in ready.files if name.endswith(ending))
    facts: Exported = {"what": "通报草稿", "period": period.name, "format": ending.lstrip(".")}
    record(ctx.web.application.engine, JournalEntry(ctx.now, ctx.account.name, Act.EXPORTED, facts))
    return download(ready.files[name], f"（草稿）{name}")


def _build(ctx: RequestContext, summary: Summary) -> BuiltNotice:
    return bulletin.build_notice_from(
        ctx.web.application, summary, _choices(ctx, ctx.form), ctx.today, ctx.web.summaries.of
    )


def _choices(ctx: RequestContext, fields: FormData | QueryParams) -> Choices:
    """Return what staff chose; units that are none are left out."""
    units = forms.unit_names(ctx)
    named = {one for one in fields.getlist("name") if isinstance(one, str)}
    number, demands = fields.get("number", ""), fields.get("demands", "")
    assert isinstance(number, str)
    assert isinstance(demands, str)
    return Choices(
        tuple(unit for unit in units if unit in named),
        " ".join(number.split())[:MAX_NUMBER],
        tuple(line.strip() for line in demands[:MAX_DEMANDS].splitlines() if line.strip()),
    )


def _candidates(facts: NoticeFacts) -> list[Candidate]:
    """List every unit, the least completed first."""
    rates = notice_tables.rates_by_unit(facts)
    several = notice_tables.completions_by_unit(facts)
    setbacks = {one.unit: one for one in facts.setbacks}
    candidates = []
    for row in facts.rows:
        setback = setbacks.get(row.unit)
        completions = "，".join(
            f"{facts.rules.short_in_notices(one.kind)} {one.met}/{one.wanted}"
            for one in several.get(row.unit, ())
        )
        late, refused = (setback.late, setback.refused) if setback else (0, 0)
        candidates.append(
            Candidate(row.unit, row.points, rates.get(row.unit), completions, late, refused)
        )
    return sorted(candidates, key=lambda one: 2 if one.rate is None else one.rate)


def _series(rows: Sequence[TableRow], rules: Provisions) -> list[tuple[str, str]]:
    """List what points are made of: colour and name; what is not of drafts and adoptions where there is any."""
    names: dict[str, list[str]] = {}
    for index, column in enumerate(kind_columns(rules)):
        colour = COLUMN_COLOURS[index % len(COLUMN_COLOURS)]
        names.setdefault(colour, []).append(column.short.replace("\n", "、"))
    beside = [(key, name) for key, name in BESIDE.items() if any(getattr(row, key) for row in rows)]
    if any(getattr(row, key) < 0 for row in rows for key in BESIDE):
        beside.append((TAKEN, "其中扣减"))
    return [*((colour, "、".join(several)) for colour, several in names.items()), PRINTED, *beside]


def _points_chart(rows: Sequence[TableRow], rules: Provisions) -> tuple[Stack, ...]:
    series = _series(rows, rules)
    weights, _ = notice_tables.weights_of(rules)
    lines = []
    for row in rows:
        parts: dict[str, Amount] = {key: getattr(row, key) for key in BESIDE}
        for index, (count, worth) in enumerate(zip(row.counts, weights, strict=False)):
            colour = COLUMN_COLOURS[index % len(COLUMN_COLOURS)]
            parts[colour] = total((parts.get(colour, 0), count * worth))
        parts[PRINTED[0]] = total((row.points, *(-one for one in parts.values())))
        title = "，".join(
            f"{name} {written(parts[key])} 分" for key, name in series if parts.get(key)
        )
        lines.append((row.unit, title or "0 分", {key: plain(one) for key, one in parts.items()}))
    return stacks(lines, [key for key, _ in series])


def _changes_since(ctx: RequestContext, notice: PublishedNotice) -> dict[str, Any]:
    """Find units whose points differ, and how many differ in counts or rank alone."""
    current = ctx.web.summaries.of(notice.period, ctx.today)
    differing = differences(notice.tables, current.tables)
    changed = notice_changes.changed_points(notice.period, differing)
    return {"changes": changed, "moved": len(differing) - len(changed)}


def _selectable_periods(ctx: RequestContext) -> list[tuple[str, list[Period]]]:
    """List the periods that may be chosen, the latest first."""
    counts = {Span.QUARTER: 6, Span.MONTH: 6, Span.HALF: 3, Span.YEAR: 3}
    groups = []
    for span, many in counts.items():
        listed = [containing(ctx.today, span)]
        while len(listed) < many:
            listed.append(previous(listed[-1]))
        groups.append((SPANS[span], listed))
    return groups


def _period_or_404(ctx: RequestContext) -> Period:
    try:
        return parse(ctx.request.path_params["period"])
    except UnknownPeriod:
        raise HTTPException(404) from None


def _published_or_404(ctx: RequestContext) -> PublishedNotice:
    notice = ctx.web.application.notices.one(ctx.number("notice"))
    if notice is None:
        raise HTTPException(404)
    return notice


def _fingerprint(tables: Tables) -> str:
    return hashlib.sha256(repr(tables).encode()).hexdigest()[:24]


routes = (
    page("/notices", show_notices),
    page("/notices/published/{notice:int}", show_published),
    page("/notices/published/{notice:int}/changes", show_changes),
    page("/notices/published/{notice:int}/files/{number:int}", download_archived),
    page("/notices/{period}", show_preview),
    action("/notices/{period}/docx", download_docx, Permission.EXPORT, DEMANDS_BYTES),
    action("/notices/{period}/xlsx", download_xlsx, Permission.EXPORT, DEMANDS_BYTES),
    action("/notices/{period}/check", ask_for_checks, Permission.PUBLISH, DEMANDS_BYTES),
    action("/notices/{period}/publish", publish_notice, Permission.PUBLISH, MAX_SIGNED_BYTES),
)
