"""约稿 (三.3): what was asked of whom until when, which draft answered; answered or closed by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.commissions import Answer, Commission, UnitAnswer
from ledger.errors import InvalidInput, NotFound
from ledger.ids import DraftId
from ledger.queries import search
from ledger.queries.search import DraftHit, DraftQuery
from rulebook.model import Outcome
from rulebook.rulings import Ruling, UnfinishedRuling

AFTER_DUE = timedelta(days=120)
"""How long after the due day a draft may still be named as the answer."""
MAX_CHOICES = 40
MAX_SHOWN = 100
MAX_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Progress:
    """A commission and how many of its units stand where."""

    commission: Commission
    counts: Counter[Answer]


@dataclass(frozen=True, slots=True)
class Line:
    """A unit asked, how it stands, and the drafts that may be named as its answer."""

    given: UnitAnswer
    choices: tuple[DraftHit, ...]


def show_commissions(ctx: RequestContext) -> Response:
    """Show all commissions."""
    return _render_list(ctx, message=ctx.said)


def add_commission(ctx: RequestContext) -> Response:
    """Commission drafts from units."""
    try:
        topic = forms.text(ctx, "topic", "题目")
        due = forms.day(ctx, "due", "截止日期")
        groups = set(ctx.form.getlist("group"))
        named = [unit for group, units in _groups(ctx) if group in groups for unit in units]
        named += [one for one in ctx.form.getlist("unit") if isinstance(one, str)]
        units = tuple(dict.fromkeys(forms.known_unit(ctx, one) for one in named))
        if not units:
            raise Unusable("请选择向哪些单位约稿。")
        if due < ctx.today:
            raise Unusable("截止日期已经过去，请重新填写。")
        note = ctx.form_value("note").strip()[:MAX_NOTE]
        number = ctx.web.application.commissions.add(
            Commission(topic, units, ctx.today, due, note), ctx.account.name, ctx.now
        )
    except (Unusable, InvalidInput) as error:
        return _render_list(ctx, trouble=str(error), status=400)
    return redirect(
        f"/commissions/{number}", said=f"已布置：向 {len(units)} 个单位约稿，{due} 截止。"
    )


def show_commission(ctx: RequestContext) -> Response:
    """Show one commission and its answers."""
    return _render(ctx, message=ctx.said)


def set_answer(ctx: RequestContext) -> Response:
    """Record which draft answers, or that it does not; its sender is told by a correction."""
    commission = _commission_or_404(ctx)
    number, taken = forms.number(ctx.form_value("draft")), ctx.form_value("deed") == "take"
    draft = search.one(ctx.web.reader, number) if number else None
    if draft is None:
        return _render(ctx, trouble="请先选择稿件。", status=400)
    if draft.unit not in commission.units:
        return _render(ctx, trouble=f"没有向{draft.unit or '名单外的单位'}约过这篇稿。", status=400)
    ruling = Ruling(commission=0 if taken else commission.id)
    why = forms.why(ctx) or ("不是这次约稿" if taken else "对应约稿")
    application = ctx.web.application
    try:
        application.decisions.rule(
            DraftId(draft.draft),
            ruling,
            ctx.account.name,
            why,
            ctx.now,
            application.composer.correction,
        )
    except (NotFound, UnfinishedRuling, InvalidInput) as error:
        return _render(ctx, trouble=str(error), status=400)
    if taken:
        return redirect(f"/queue/{draft.draft}", said="已不再对应约稿，请核定这篇稿件的类别。")
    return redirect(
        f"/commissions/{commission.id}", said=f"《{draft.title[:40]}》已记为{draft.unit}的约稿。"
    )


def close_commission(ctx: RequestContext) -> Response:
    """Stop waiting for answers, or wait for them again."""
    commission, reopened = _commission_or_404(ctx), ctx.form_value("deed") == "reopen"
    ctx.web.application.commissions.close(
        commission.id, ctx.account.name, forms.why(ctx), ctx.now, closed=not reopened
    )
    message = "已重新打开。" if reopened else "已结束，不再等待，也不再催报。"
    return redirect(f"/commissions/{commission.id}", said=message)


def _render_list(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    letters = ctx.web.application.commissions
    listed = letters.listing()[:MAX_SHOWN]
    asking = ctx.request.method == "POST"
    return ctx.render(
        "commissions.html",
        status,
        here="/commissions",
        message=message,
        trouble=trouble,
        asking=asking,
        filled=ctx.form_value if asking else lambda _name: "",
        chosen=[*ctx.form.getlist("unit"), *ctx.form.getlist("group")],
        groups=_groups(ctx),
        listed=[_progress(ctx, one) for one in listed],
        answers=Answer,
    )


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    commission, may_answer = _commission_or_404(ctx), ctx.may(Permission.COMMISSION)
    lines = [
        Line(given, _choices(ctx, commission, given) if may_answer else ())
        for given in ctx.web.application.commissions.answers(commission.id, ctx.today)
    ]
    return ctx.render(
        "commission.html",
        status,
        here="/commissions",
        message=message,
        trouble=trouble,
        one=commission,
        lines=lines,
        counts=Counter(line.given.answer for line in lines),
        answers=Answer,
        looks={
            Answer.FULFILLED: "accepted",
            Answer.LATE: "held",
            Answer.OPEN: "none",
            Answer.MISSING: "refused",
        },
    )


def _progress(ctx: RequestContext, one: Commission) -> Progress:
    given = ctx.web.application.commissions.answers(one.id, ctx.today)
    return Progress(one, Counter(each.answer for each in given))


def _choices(
    ctx: RequestContext, commission: Commission, given: UnitAnswer
) -> tuple[DraftHit, ...]:
    """Find what the unit sent meanwhile and may be its answer."""
    if given.draft is not None:
        return ()
    query = DraftQuery(unit=given.unit, first=commission.asked, last=commission.due + AFTER_DUE)
    drafts = search.search(ctx.web.reader, query, limit=MAX_CHOICES)
    return tuple(one for one in drafts if one.outcome is not Outcome.REFUSED)


def _groups(ctx: RequestContext) -> list[tuple[str, list[str]]]:
    units_by_group: dict[str, list[str]] = {}
    for unit in ctx.web.application.settings.provisions_on_day(ctx.today).units:
        units_by_group.setdefault(unit.group, []).append(unit.name)
    return list(units_by_group.items())


def _commission_or_404(ctx: RequestContext) -> Commission:
    commission = ctx.web.application.commissions.one(ctx.number("commission"))
    if commission is None:
        raise HTTPException(404)
    return commission


routes = (
    page("/commissions", show_commissions),
    action("/commissions", add_commission, Permission.COMMISSION),
    page("/commissions/{commission:int}", show_commission),
    action("/commissions/{commission:int}/answers", set_answer, Permission.COMMISSION),
    action("/commissions/{commission:int}/close", close_commission, Permission.COMMISSION),
)
