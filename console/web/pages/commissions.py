"""约稿 (三.3): what was asked of whom until when, which draft answered; answered or closed by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import unit_letters
from console.actions.unit_letters import Told, ToUnits
from console.policy import Permission
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.commissions import Answer, Commission, UnitAnswer
from ledger.errors import InvalidInput, LedgerError
from ledger.ids import DraftId
from ledger.queries import search
from ledger.queries.unit_rows import Candidate, candidates
from ledger.states import DeliveryState
from rulebook.rulings import Ruling, UnfinishedRuling

AFTER_DUE = timedelta(days=120)
"""How long after the due day a draft may still be named as the answer."""
MAX_CHOICES = 40
MAX_SHOWN = 100
MAX_NOTE = 1000
MAX_LETTERS = 5
"""Letters that a preview shows in full; of the others it says to whom they go."""
_MARK = re.compile(r"x[0-9a-f]{6,12}")


@dataclass(frozen=True, slots=True)
class Progress:
    """A commission and how many of its units stand where."""

    commission: Commission
    counts: Counter[Answer]


@dataclass(frozen=True, slots=True)
class Line:
    """A unit asked, how it stands, the drafts that may be named as its answer, and whether it knows."""

    given: UnitAnswer
    choices: Sequence[Candidate]
    told: Told


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
        asked = Commission(topic, units, ctx.today, due, note)
        number = ctx.web.application.commissions.add(asked, ctx.account.name, ctx.now)
    except (Unusable, InvalidInput) as error:
        return _render_list(ctx, trouble=str(error), status=400)
    letters = unit_letters.of_commission(
        ctx.web.application, replace(asked, id=number), units, ctx.now
    )
    return redirect(
        f"/commissions/{number}",
        said=f"已布置：向 {len(units)} 个单位约稿，{due} 截止。{_owe(ctx, number, letters)}",
    )


def change_commission(ctx: RequestContext) -> Response:
    """Ask for something else, or until another day; the units are told, and those newly asked are asked."""
    before = _commission_or_404(ctx)
    try:
        units = tuple(
            dict.fromkeys(
                one if one in before.units else forms.known_unit(ctx, one)
                for one in ctx.form.getlist("unit")
                if isinstance(one, str)
            )
        )
        wanted = replace(
            before,
            topic=forms.text(ctx, "topic", "题目"),
            due=forms.day(ctx, "due", "截止日期"),
            note=ctx.form_value("note").strip()[:MAX_NOTE],
            # in the order in which they were asked
            units=tuple(sorted(units, key=[*before.units, *units].index)),
        )
        if wanted.due != before.due and wanted.due < ctx.today:
            raise Unusable("新的截止日期已经过去，请重新填写。")
        before, after = ctx.web.application.commissions.change(
            wanted, ctx.account.name, ctx.now, forms.why(ctx)
        )
    except (Unusable, InvalidInput) as error:
        return _render(ctx, trouble=str(error), status=400)
    if before == after:
        return _render(ctx, trouble="没有改动任何一项。", status=400)
    return redirect(f"/commissions/{after.id}", said=f"已改动。{_tell_changes(ctx, before, after)}")


def _tell_changes(ctx: RequestContext, before: Commission, after: Commission) -> str:
    """Owe what units have to be told of a change: those asked before, unless they answered; the new ones."""
    application = ctx.web.application
    mark = f"c{int(ctx.now.timestamp()):x}"
    changes = unit_letters.changes_of(before, after)
    waiting = set(unit_letters.unanswered(application, after, ctx.now))
    told = [one for one in after.units if one in before.units and one in waiting]
    asked = [one for one in after.units if one not in before.units]
    letters = unit_letters.of_commission(application, after, asked, ctx.now)
    if changes and ctx.form_value("tell") == "yes":
        more = unit_letters.of_commission(
            application, after, told, ctx.now, mark=mark, changes=changes
        )
        letters = ToUnits((*letters.letters, *more.letters), (*letters.unreached, *more.unreached))
    return _owe(ctx, after.id, letters) if letters.letters or letters.unreached else ""


def remind_units(ctx: RequestContext) -> Response:
    """Show the reminders to units that have not answered; with the deed “send” owe exactly those."""
    commission = _commission_or_404(ctx)
    if commission.closed:
        return _render(ctx, trouble="这次约稿已经结束，不再催报。", status=400)
    application = ctx.web.application
    mark = ctx.form_value("mark")
    if not _MARK.fullmatch(mark):
        mark = f"x{int(ctx.now.timestamp()):x}"
    chosen = {one for one in ctx.form.getlist("unit") if isinstance(one, str)}
    units = [
        one for one in unit_letters.unanswered(application, commission, ctx.now) if one in chosen
    ]
    letters = unit_letters.of_commission(
        application, commission, units, ctx.now, again=True, mark=mark
    )
    if not letters.letters:
        trouble = "选定的单位都已经交了，或者没有登记邮箱，没有可以发的。"
        return _render(ctx, trouble=trouble, status=400)
    if ctx.form_value("deed") != "send":
        return ctx.render(
            "commission_preview.html",
            here="/commissions",
            one=commission,
            letters=letters.letters[:MAX_LETTERS],
            others=letters.letters[MAX_LETTERS:],
            units=units,
            unreached=letters.unreached,
            mark=mark,
        )
    return redirect(f"/commissions/{commission.id}", said=_owe(ctx, commission.id, letters).strip())


def _owe(ctx: RequestContext, number: int, letters: ToUnits) -> str:
    """Owe letters of a commission, and say so in a sentence."""
    owed = ctx.web.application.outbox.owe_units(
        letters.owed, ctx.account.name, ctx.now, commission=number
    )
    told = f"通知 {owed} 封，正在送出。" if owed else "没有新的通知要发。"
    if letters.unreached:
        told += f"{'、'.join(letters.unreached)}没有登记邮箱，请另行通知。"
    return told


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
    except (LedgerError, UnfinishedRuling) as error:
        return _render(ctx, trouble=str(error), status=400)
    if taken:
        return redirect(f"/queue/{draft.draft}", said="已不再对应约稿，类别恢复为原来的，请核对。")
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
    shown = letters.listing()[:MAX_SHOWN]
    answers = letters.answers_of(shown, ctx.today)
    listed = [Progress(one, Counter(each.answer for each in answers[one.id])) for one in shown]
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
        listed=listed,
        answers=Answer,
    )


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    commission, may_answer = _commission_or_404(ctx), ctx.may(Permission.COMMISSION)
    told = unit_letters.told_of(ctx.web.application, commission, ctx.now)
    given = ctx.web.application.commissions.answers(commission.id, ctx.today)
    open_units = [one.unit for one in given if one.draft is None] if may_answer else []
    span = commission.asked, commission.due + AFTER_DUE
    choices = candidates(ctx.web.reader, open_units, *span, most=MAX_CHOICES)
    lines = [Line(one, choices.get(one.unit, ()), told.get(one.unit, Told())) for one in given]
    return ctx.render(
        "commission.html",
        status,
        here="/commissions",
        message=message,
        trouble=trouble,
        one=commission,
        lines=lines,
        groups=_groups(ctx),
        waiting=[
            line.given.unit for line in lines if line.given.answer in (Answer.OPEN, Answer.MISSING)
        ],
        typed=_form_values(ctx, commission),
        asking="topic" in ctx.form,
        delivered=DeliveryState.SENT,
        failed=DeliveryState.GIVEN_UP,
        counts=Counter(line.given.answer for line in lines),
        answers=Answer,
        looks={
            Answer.FULFILLED: "accepted",
            Answer.LATE: "held",
            Answer.OPEN: "none",
            Answer.MISSING: "refused",
        },
    )


def _form_values(ctx: RequestContext, commission: Commission) -> dict[str, object]:
    """Return what was just typed into the form of changes, else the commission as it stands."""
    if "topic" in ctx.form:
        units = [one for one in ctx.form.getlist("unit") if isinstance(one, str)]
        return {**{name: ctx.form_value(name) for name in ("topic", "due", "note")}, "units": units}
    return {
        "topic": commission.topic,
        "due": str(commission.due),
        "note": commission.note,
        "units": list(commission.units),
    }


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
    action("/commissions/{commission:int}", change_commission, Permission.COMMISSION),
    action("/commissions/{commission:int}/remind", remind_units, Permission.REMIND),
    action("/commissions/{commission:int}/answers", set_answer, Permission.COMMISSION),
    action("/commissions/{commission:int}/close", close_commission, Permission.COMMISSION),
)
