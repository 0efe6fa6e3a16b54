"""出稿: drafts taken along as files to be printed from, and registered where they were printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from starlette.responses import Response

from console.actions.adoptions import Evidence
from console.actions.printing import Outlet, Recorded, record_printed
from console.actions.publication import pack
from console.policy import Permission
from console.settings.loading import ConfigError
from console.web import forms
from console.web.downloads import download_file
from console.web.forms import Unusable
from console.web.pages.adoptions import LATER, MAX_UPLOAD_BYTES
from console.web.redirects import redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import LedgerError
from ledger.queries import search
from ledger.queries.search import DraftHit, DraftQuery
from ledger.queries.undoing import recent_adoptions
from notifier.notice.document import BadTemplate
from rulebook.reasons import Outcome

MAX_DRAFTS = 100
PLACES = 5
"""Outlets that one form registers."""

MAX_LINKED = 20
"""With more drafts than this every outlet has one address, not one for each."""

LISTED = 30


def show_publication(ctx: RequestContext) -> Response:
    """Show the drafts chosen, what can be done with them, and others to choose."""
    return _render(ctx, message=ctx.said)


def download_package(ctx: RequestContext) -> Response:
    """Send the package; who took it is recorded."""
    try:
        made = pack(
            ctx.web.application,
            _chosen(ctx),
            ctx.account.name,
            ctx.now,
            book=ctx.form_value("book") == "yes",
        )
    except (LedgerError, BadTemplate, ConfigError) as error:
        return _render(ctx, trouble=str(error), status=400)
    return download_file(made.file, made.name)


def record_publication(ctx: RequestContext) -> Response:
    """Register all drafts chosen with all outlets named: every one, or none."""
    drafts = _chosen(ctx)
    try:
        places = _places(ctx, drafts)
        titles = {}
        if len(drafts) == 1 and ctx.form_value("title").strip():
            titles = {drafts[0]: forms.text(ctx, "title", "刊发的标题")}
        done = record_printed(
            ctx.web.application,
            drafts,
            places,
            ctx.account.name,
            ctx.now,
            forms.why(ctx),
            titles,
        )
    except (Unusable, LedgerError) as error:
        return _render(ctx, trouble=str(error), status=400)
    if not done.numbers:
        return _render(ctx, trouble="\n".join(done.known), status=409)
    return redirect_saying(_here(drafts), _told(done))


def undo_publication(ctx: RequestContext) -> Response:
    """Take back what one has just registered in one act."""
    asked = {forms.number(one) for one in ctx.form.getlist("number") if isinstance(one, str)}
    recent = recent_adoptions(ctx.web.reader, ctx.account.name, ctx.now - ctx.undo_for)
    drafts = _chosen(ctx)
    if recent is None or not asked or asked != set(recent.numbers):
        return redirect_saying(
            _here(drafts), "已经过了可以撤销的时间，或别人改动过；要撤销请到“录用”里逐条办理。"
        )
    for number in recent.numbers:
        ctx.web.application.adoptions.change(
            number, ctx.account.name, "撤销登记", ctx.now, withdrawn=True
        )
    return redirect_saying(_here(drafts), f"已撤销刚才登记的 {len(recent.numbers)} 条录用。")


def _places(ctx: RequestContext, drafts: Sequence[int]) -> list[Outlet]:
    """Read the outlets of the form, as many as are named. Raises Unusable."""
    places = []
    for number in range(PLACES):
        if not ctx.form_value(f"outlet-{number}").strip():
            continue
        name = forms.text(ctx, f"outlet-{number}", "载体", 100)
        day = forms.day(ctx, f"day-{number}", f"“{name}”的刊发日期")
        links = {
            draft: url for draft in drafts if (url := forms.web_link(ctx, f"url-{number}-{draft}"))
        }
        places.append(
            Outlet(
                name,
                day,
                _tier(ctx, f"tier-{number}", day),
                forms.web_link(ctx, f"url-{number}"),
                links,
                _evidence(ctx, f"evidence-{number}"),
            )
        )
    if not places:
        raise Unusable("请写明发布在哪里。")
    return places


def _tier(ctx: RequestContext, name: str, day: date) -> int | None:
    written = ctx.form_value(name)
    if written in ("", LATER):
        return None
    tier = forms.number(written)
    if tier is None or ctx.web.application.settings.provisions_on_day(day).tier(tier) is None:
        raise Unusable("请从列表里选择类别。")
    return tier


def _evidence(ctx: RequestContext, name: str) -> Evidence:
    file = ctx.upload(name)
    if file is None:
        return Evidence()
    return Evidence(Path((file.filename or "").replace("\\", "/")).name[:200], file.file.read())


def _chosen(ctx: RequestContext) -> list[int]:
    """Return the drafts that form or address name, each once."""
    written = [
        *ctx.form.getlist("draft"),
        *ctx.request.query_params.getlist("draft"),
    ]
    numbers = [forms.number(one) for one in written if isinstance(one, str)]
    return [one for one in dict.fromkeys(numbers) if one][: MAX_DRAFTS + 1]


def _here(drafts: Sequence[int]) -> str:
    return "/publish" + (f"?{'&'.join(f'draft={one}' for one in drafts)}" if drafts else "")


def _told(done: Recorded) -> str:
    told = f"已登记 {len(done.numbers)} 条录用。"
    if done.known:
        told += f"另有 {len(done.known)} 条以前登记过，没有重复登记。"
    if done.untiered:
        told += f"其中 {done.untiered} 条的载体不在名单里，选定类别后才计分。"
    return told


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    web = ctx.web
    numbers = _chosen(ctx)[:MAX_DRAFTS]
    chosen = [one for number in numbers if (one := search.one(web.reader, number))]
    kept = {one.draft for one in chosen}
    query = DraftQuery(
        words=ctx.query("words")[:100], unit=ctx.query("unit") or None, outcome=Outcome.ACCEPTED
    )
    found: list[DraftHit] = search.search(web.reader, query, limit=LISTED + len(kept))
    provisions = web.application.settings.provisions_on_day(ctx.today)
    posted = ctx.request.method == "POST"
    recent = (
        recent_adoptions(web.reader, ctx.account.name, ctx.now - ctx.undo_for)
        if ctx.undo_for
        else None
    )
    return ctx.render(
        "publication.html",
        status,
        here="/publish",
        message=message,
        trouble=trouble,
        chosen=chosen,
        adopted={
            one.draft: web.application.adoptions.of_draft(one.draft)
            for one in chosen
            if one.adopted
        },
        without=lambda draft: _here([one.draft for one in chosen if one.draft != draft]),
        found=[one for one in found if one.draft not in kept][:LISTED],
        looked_for=ctx.query("words"),
        unit_asked=ctx.query("unit"),
        searched=bool(ctx.query("words") or ctx.query("unit")),
        units=forms.unit_names(ctx),
        outlets=provisions.outlets,
        tiers=[tier.name for tier in provisions.tier_rules],
        points=provisions.points,
        places=range(PLACES),
        linked=1 < len(chosen) <= MAX_LINKED,
        filled=ctx.form_value if posted else lambda _name: "",
        recent=recent,
        most=MAX_DRAFTS,
    )


routes = (
    page("/publish", show_publication),
    action("/publish/package", download_package, Permission.EXPORT),
    action("/publish", record_publication, Permission.RECORD_ADOPTIONS, MAX_UPLOAD_BYTES),
    action("/publish/undo", undo_publication, Permission.RECORD_ADOPTIONS),
)
