"""录用: the register of what outlets printed, and the form that records one adoption."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from starlette.responses import Response

from console.actions import adoptions as adopting
from console.actions.adoptions import Evidence
from console.policy import Permission
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import link, redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.adoptions import AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from rulebook import outlets
from rulebook.title_matching import Match

PAGE = 50
MAX_UPLOAD_BYTES = 20_000_000
"""Of a sheet or a piece of evidence."""
LATER = "later"


def show_register(ctx: RequestContext) -> Response:
    """Show the register of adoptions."""
    return render_register(ctx, message=ctx.said)


def record_adoption(ctx: RequestContext) -> Response:
    """Record one adoption. In doubt which draft, or which tier, the form comes back and asks."""
    try:
        unit, title = forms.unit(ctx), forms.text(ctx, "title", "刊发的标题")
        outlet = forms.text(ctx, "outlet", "载体", 100)
        day = forms.day(ctx, "day", "刊发日期")
        url = forms.web_link(ctx, "url")
        tier = _chosen_tier(ctx, outlet, day)
        draft = _chosen_draft(ctx, unit, title, day)
    except Unusable as error:
        return render_register(ctx, trouble=str(error), status=400)
    application = ctx.web.application
    kind = application.settings.kind_named(ctx.form_value("kind")) if draft is None else None
    one = adopting.printed(application.settings, unit, title, outlet, day, draft, tier, url, kind)
    try:
        number = adopting.record(
            application.adoptions,
            application.vault,
            one,
            uploaded_evidence(ctx),
            ctx.account.name,
            ctx.now,
            forms.why(ctx),
        )
    except InvalidInput as error:
        return render_register(ctx, trouble=str(error), status=400)
    except (NotFound, AlreadyRecorded) as error:
        return render_register(ctx, trouble=str(error), status=409)
    of = f"对应第 {draft} 号稿件" if draft else "不是来稿"
    tier_name = application.settings.tier_name(one.tier) if one.tier else "类别以后再定"
    return redirect(
        "/adoptions", said=f"已登记第 {number} 号录用：{one.outlet}，{tier_name}，{of}。"
    )


def outlet_hint(ctx: RequestContext) -> Response:
    """Show the tier of an outlet as it is being typed, and names that come near."""
    typed = ctx.query("outlet")[:100]
    provisions = ctx.web.application.settings.provisions_on_day(ctx.today)
    known = outlets.tier_of(typed, provisions)
    return ctx.render(
        "adoption_outlet.html",
        typed=typed,
        known=known,
        near=() if known else outlets.suggestions(typed, provisions),
        tiers=provisions.tier_rules,
    )


def candidate_drafts(ctx: RequestContext) -> Response:
    """Show the unit's drafts that may be the one printed, while the form is being filled in."""
    unit, title = ctx.query("unit")[:100], ctx.query("title")[: forms.MAX_TITLE]
    try:
        day = date.fromisoformat(ctx.query("day"))
    except ValueError:
        day = ctx.today
    match = None
    if unit and len(title) > 1:
        match = ctx.web.application.adoptions.candidates(unit, title, day)
    return ctx.render("adoption_drafts.html", found=match, chosen=ctx.query("chosen"))


def render_register(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    """Render the register with its form, which keeps what was typed."""
    web, untiered = ctx.web, ctx.query("untiered") == "yes"
    unit, period = ctx.query("unit") or None, forms.period(ctx)
    after = forms.after(ctx)
    listed = web.application.adoptions.listing(
        period.first if period else None,
        period.last if period else None,
        unit=unit,
        untiered=untiered,
        limit=PAGE + 1,
        after=after,
    )
    page_of_adoptions = listed[:PAGE]
    provisions = web.application.settings.provisions_on_day(ctx.today)
    asking = ctx.request.method == "POST"
    return ctx.render(
        "adoptions.html",
        status,
        here="/adoptions",
        message=message,
        trouble=trouble,
        filled=ctx.form_value if asking else lambda _name: "",
        asking=asking,
        found=_candidates_of_form(ctx) if asking else None,
        units=forms.unit_names(ctx),
        outlets=provisions.outlets,
        tiers=[tier.name for tier in provisions.tier_rules],
        kinds=web.application.settings.kinds,
        points=provisions.points,
        listed=page_of_adoptions,
        narrowed=bool(unit or period or untiered),
        unit_asked=unit,
        period_asked=period.name if period else "",
        untiered=untiered,
        waiting=len(web.application.adoptions.listing(untiered=True, limit=100)),
        periods=forms.recent(ctx.today),
        first_page=_link(ctx, after="") if after else "",
        next_page=_link(
            ctx, after=f"{page_of_adoptions[-1].printed.day}_{page_of_adoptions[-1].id}"
        )
        if len(listed) > PAGE
        else "",
    )


def _chosen_tier(ctx: RequestContext, outlet: str, day: date) -> int | None:
    """Return the tier chosen; None follows the list, or waits. Raises Unusable for an unlisted outlet."""
    chosen = ctx.form_value("tier")
    if chosen == LATER:
        return None
    tier = forms.number(chosen)
    provisions = ctx.web.application.settings.provisions_on_day(day)
    if provisions.tier(tier) is not None:
        return tier
    if outlets.tier_of(outlet, provisions) is None:
        near = "、".join(one.name for one in outlets.suggestions(outlet, provisions, 3))
        hint = f"名单里相近的有：{near}。" if near else ""
        raise Unusable(
            f"载体名单里没有“{outlet}”。{hint}请写名单里的全称，或由您选定它的类别（也可以选“以后再定”）。"
        )
    return None


def _chosen_draft(ctx: RequestContext, unit: str, title: str, day: date) -> int | None:
    """Return which draft it was. Raises Unusable when several may be meant and nobody has said."""
    chosen = ctx.form_value("draft").strip()
    if chosen:
        draft = forms.number(chosen)
        if draft is None:
            raise Unusable(f"“{chosen[:40]}”不是稿件编号。")
        return draft or None
    match = ctx.web.application.adoptions.candidates(unit, title, day)
    if match.draft is None and match.candidates:
        raise Unusable("有几篇相近的来稿，请在“对应的稿件”里指明是哪一篇，或选“不是来稿”。")
    return match.draft.draft if match.draft else None


def _candidates_of_form(ctx: RequestContext) -> Match | None:
    """Find the drafts that a form which comes back may mean, as far as it is filled in."""
    try:
        unit, title = forms.unit(ctx), forms.text(ctx, "title", "")
        day = forms.day(ctx, "day", "")
    except Unusable:
        return None
    return ctx.web.application.adoptions.candidates(unit, title, day)


def uploaded_evidence(ctx: RequestContext) -> Evidence:
    """Return the evidence that was uploaded, empty without any."""
    file = ctx.upload("evidence")
    if file is None:
        return Evidence()
    return Evidence(Path((file.filename or "").replace("\\", "/")).name[:200], file.file.read())


def _link(ctx: RequestContext, **changes: str) -> str:
    fields = {**ctx.request.query_params, **changes}
    return link("/adoptions", {name: value for name, value in fields.items() if name != "said"})


routes = (
    page("/adoptions", show_register),
    action("/adoptions", record_adoption, Permission.RECORD_ADOPTIONS, MAX_UPLOAD_BYTES),
    page("/adoptions/outlet", outlet_hint),
    page("/adoptions/drafts", candidate_drafts, Permission.RECORD_ADOPTIONS),
)
