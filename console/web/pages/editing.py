"""What clerks change of a draft itself: its words, where one ends and the next begins, what a letter brought."""

from __future__ import annotations

from starlette.responses import Response

from console.actions import draft_editing
from console.policy import Permission
from console.web import forms
from console.web.pages.letter import letter_or_404, render_letter
from console.web.pages.review import draft_or_404, render_draft
from console.web.redirects import redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.editing import FIELDS
from ledger.errors import LedgerError
from ledger.ids import DraftId
from rulebook.rulings import Ruling

MAX_BYTES = 900_000
"""Bytes of a form with a draft's whole text."""


def amend(ctx: RequestContext) -> Response:
    """Correct title, by-line, unit of origin or text, as far as the form has them."""
    number = ctx.number("draft")
    draft_or_404(ctx, number)
    words = {}
    for name in FIELDS:
        if name in ctx.form:
            told = ctx.form_value(name)
            one_line = name != "text"
            words[name] = (
                " ".join(told.split())
                if one_line
                else "\n".join(line.rstrip() for line in told.splitlines())
            )
    try:
        changed = draft_editing.amend(
            *(ctx.web.application, DraftId(number), words, ctx.account.name),
            *(forms.why(ctx), ctx.now, forms.number(ctx.form_value("seen"))),
        )
    except LedgerError as error:
        return render_draft(ctx, number, str(error), 409)
    told = "已更正，原来的内容留作依据。" if changed else "没有改动。"
    return redirect_saying(_again(ctx, number), told)


def cut(ctx: RequestContext) -> Response:
    """Cut a draft before the chosen paragraphs."""
    number = ctx.number("draft")
    letter, draft = draft_or_404(ctx, number)
    before = forms.numbers(ctx, "before")
    try:
        made = draft_editing.cut(
            *(ctx.web.application, letter, draft, before, ctx.account.name, ctx.now),
            forms.number(ctx.form_value("seen")),
        )
    except LedgerError as error:
        return render_draft(ctx, number, str(error), 409)
    told = f"已拆成 {len(made) + 1} 篇，新的 {len(made)} 篇（第 {'、'.join(map(str, made))} 号）在待核。"
    return redirect_saying(_again(ctx, number), told)


def join(ctx: RequestContext) -> Response:
    """Join the chosen drafts of the same letter to this one."""
    number = ctx.number("draft")
    letter, draft = draft_or_404(ctx, number)
    others = forms.numbers(ctx, "other")
    try:
        draft_editing.join(
            *(ctx.web.application, letter, draft, others, ctx.account.name, ctx.now),
            forms.number(ctx.form_value("seen")),
        )
    except LedgerError as error:
        return render_draft(ctx, number, str(error), 409)
    return redirect_saying(_again(ctx, number), f"已并入 {len(others)} 篇，它们不再单独计入。")


def overturn(ctx: RequestContext) -> Response:
    """Put all drafts of a refused letter back to be decided."""
    view = letter_or_404(ctx)
    if not forms.why(ctx):
        return render_letter(ctx, "改判要写明理由。", 400)
    application, back = ctx.web.application, 0
    for draft in view.drafts:
        if draft.outcome.value != "refused":
            continue
        try:
            application.decisions.rule(
                *(DraftId(draft.id), Ruling(reopened=True), ctx.account.name, forms.why(ctx)),
                *(ctx.now, application.composer.correction, draft.seq),
            )
            back += 1
        except LedgerError as error:
            return render_letter(ctx, str(error), 409)
    first = f"/queue/{view.drafts[0].id}" if len(view.drafts) == 1 else f"/letters/{view.line.id}"
    return redirect_saying(first, f"已改判，{back} 篇稿件在待核，可以逐篇核定。")


def draw(ctx: RequestContext) -> Response:
    """Make a draft out of a letter that brought none, or not this one."""
    view = letter_or_404(ctx)
    if not forms.why(ctx):
        return render_letter(ctx, "补登稿件要写明理由。", 400)
    try:
        number = draft_editing.draw(
            *(ctx.web.application, view, ctx.form_value("title"), ctx.form_value("text")),
            *(ctx.account.name, forms.why(ctx), ctx.now),
        )
    except LedgerError as error:
        return render_letter(ctx, str(error), 400)
    return redirect_saying(f"/queue/{number}", "已登记为稿件，请核定。")


def _again(ctx: RequestContext, number: int) -> str:
    """Return the draft's page under the filter of the queue from which it was opened."""
    within = ctx.form_value("within")[:1000]
    return f"/queue/{number}" + (f"?{within}" if within else "")


routes = (
    action("/queue/{draft:int}/amend", amend, Permission.DECIDE, MAX_BYTES, MAX_BYTES),
    action("/queue/{draft:int}/cut", cut, Permission.DECIDE),
    action("/queue/{draft:int}/join", join, Permission.DECIDE),
    action("/letters/{letter:int}/overturn", overturn, Permission.DECIDE),
    action("/letters/{letter:int}/draw", draw, Permission.DECIDE, MAX_BYTES, MAX_BYTES),
)
