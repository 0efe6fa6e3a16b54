"""撤销: what a person has just decided is taken back from the bar at the top, while it has not left."""

from __future__ import annotations

from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.errors import LedgerError
from ledger.states import Act


def undo(ctx: RequestContext) -> Response:
    """Take back one's own latest decision, on one draft or on several alike."""
    asked = {forms.number(one) for one in ctx.form.getlist("seq") if isinstance(one, str)} - {None}
    application = ctx.web.application
    found = next((one for one in ctx.undoable if asked and asked <= set(one.seqs)), None)
    if found is None:
        return redirect(
            "/queue", said="已经过了可以撤销的时间，或者别人又核定过；要改请“退回待核”。"
        )
    done, kept = [], ""
    for seq, act in zip(found.seqs, found.acts, strict=True):
        undone = application.decisions.undo if act is Act.RULED else application.editing.undo
        try:
            undone(seq, ctx.account.name, ctx.now, application.composer.correction)
            done.append(seq)
        except LedgerError as error:
            kept = str(error)
    if not done:
        return redirect("/queue", said=kept)
    first = found.drafts[found.seqs.index(done[0])]
    what = f"《{found.titles[0][:40]}》" if len(done) == 1 else f"{len(done)} 篇稿件"
    told = f"已撤销，{what}恢复原样，更正回执没有发出。{kept}"
    return redirect(f"/queue/{first}" if len(done) == 1 else "/queue", said=told)


routes = (action("/undo", undo, Permission.DECIDE),)
