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
MOST_CHOICES = 40
MOST_SHOWN = 100
MOST_NOTE = 1000


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
    return _render_list(ctx, said=ctx.query("said")[:200])


def add_commission(ctx: RequestContext) -> Response:
    try:
        topic = forms.text(ctx, "topic", "题目")
        due = forms.day(ctx, "due", "截止日期")
        whole = set(ctx.form.getlist("group"))
        named = [unit for group, units in _groups(ctx) if group in whole for unit in units]
        named += [one for one in ctx.form.getlist("unit") if isinstance(one, str)]
        units = tuple(dict.fromkeys(forms.known_unit(ctx, one) for one in named))
        if not units:
            raise Unusable("请选择向哪些单位约稿。")
        if due < ctx.today:
            raise Unusable("截止日期已经过去，请重新填写。")
        note = ctx.form_value("note").strip()[:MOST_NOTE]
        number = ctx.web.application.commissions.add(
            Commission(topic, units, ctx.today, due, note), ctx.account.name, ctx.now
        )
    except (Unusable, InvalidInput) as error:
        return _render_list(ctx, trouble=str(error), status=400)
    return redirect(
        f"/commissions/{number}", said=f"已布置：向 {len(units)} 个单位约稿，{due} 截止。"
    )


def show_commission(ctx: RequestContext) -> Response:
    return _render(ctx, said=ctx.query("said")[:200])


def set_answer(ctx: RequestContext) -> Response:
    """A person says which draft answers, or that it does not; its sender is told by a correction."""
    asked = _commission_or_404(ctx)
    number, taken = forms.number(ctx.form_value("draft")), ctx.form_value("deed") == "take"
    draft = search.one(ctx.web.reader, number) if number else None
    if draft is None:
        return _render(ctx, trouble="请先选择稿件。", status=400)
    if draft.unit not in asked.units:
        return _render(ctx, trouble=f"没有向{draft.unit or '名单外的单位'}约过这篇稿。", status=400)
    ruling = Ruling(commission=0 if taken else asked.id)
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
    except (NotFound, UnfinishedRuling) as error:
        return _render(ctx, trouble=str(error), status=400)
    if taken:
        return redirect(f"/queue/{draft.draft}", said="已不再对应约稿，请核定这篇稿件的类别。")
    return redirect(
        f"/commissions/{asked.id}", said=f"《{draft.title[:40]}》已记为{draft.unit}的约稿。"
    )


def close_commission(ctx: RequestContext) -> Response:
    """No more answers are waited for, or they are again."""
    asked, reopened = _commission_or_404(ctx), ctx.form_value("deed") == "reopen"
    ctx.web.application.commissions.close(
        asked.id, ctx.account.name, forms.why(ctx), ctx.now, closed=not reopened
    )
    said = "已重新打开。" if reopened else "已结束，不再等待，也不再催报。"
    return redirect(f"/commissions/{asked.id}", said=said)


def _render_list(
    ctx: RequestContext, *, said: str = "", trouble: str = "", status: int = 200
) -> Response:
    letters = ctx.web.application.commissions
    listed = letters.listing()[:MOST_SHOWN]
    asking = ctx.request.method == "POST"
    return ctx.render(
        "commissions.html",
        status,
        here="/commissions",
        said=said,
        trouble=trouble,
        asking=asking,
        filled=ctx.form_value if asking else lambda _name: "",
        chosen=[*ctx.form.getlist("unit"), *ctx.form.getlist("group")],
        groups=_groups(ctx),
        listed=[_progress(ctx, one) for one in listed],
        answers=Answer,
    )


def _render(
    ctx: RequestContext, *, said: str = "", trouble: str = "", status: int = 200
) -> Response:
    asked, may_answer = _commission_or_404(ctx), ctx.may(Permission.COMMISSION)
    lines = [
        Line(given, _choices(ctx, asked, given) if may_answer else ())
        for given in ctx.web.application.commissions.answers(asked.id, ctx.today)
    ]
    return ctx.render(
        "commission.html",
        status,
        here="/commissions",
        said=said,
        trouble=trouble,
        one=asked,
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


def _choices(ctx: RequestContext, asked: Commission, given: UnitAnswer) -> tuple[DraftHit, ...]:
    """What the unit sent meanwhile and may be its answer."""
    if given.draft is not None:
        return ()
    wanted = DraftQuery(unit=given.unit, first=asked.asked, last=asked.due + AFTER_DUE)
    found = search.search(ctx.web.reader, wanted, limit=MOST_CHOICES)
    return tuple(one for one in found if one.outcome is not Outcome.REFUSED)


def _groups(ctx: RequestContext) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for unit in ctx.web.application.settings.provisions_on_day(ctx.today).units:
        found.setdefault(unit.group.value, []).append(unit.name)
    return list(found.items())


def _commission_or_404(ctx: RequestContext) -> Commission:
    found = ctx.web.application.commissions.one(ctx.number("commission"))
    if found is None:
        raise HTTPException(404)
    return found


routes = (
    page("/commissions", show_commissions),
    action("/commissions", add_commission, Permission.COMMISSION),
    page("/commissions/{commission:int}", show_commission),
    action("/commissions/{commission:int}/answers", set_answer, Permission.COMMISSION),
    action("/commissions/{commission:int}/close", close_commission, Permission.COMMISSION),
)
