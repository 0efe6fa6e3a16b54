"""审计: who did what, when and why."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.web.redirects import link
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries import audit as journal_pages
from ledger.states import Act

PEOPLES: tuple[Act, ...] = tuple(act for act in Act if act not in (Act.ENTERED, Act.OWED))


def show_audit(ctx: RequestContext) -> Response:
    """Show a page of the journal, the latest first."""
    who, act, before = ctx.query("who")[:64], ctx.query("act"), ctx.query("before")
    if before and not (before.isdecimal() and len(before) < 18):
        raise HTTPException(404)
    acts = PEOPLES
    if act == "all":
        acts = ()
    elif act in {one.value for one in Act}:
        acts = (Act(act),)
    pages = journal_pages.audit(
        ctx.web.reader, who=who, acts=acts, before=int(before) if before else None
    )

    fields = {"who": who, "act": act}
    return ctx.render(
        "audit.html",
        here="/audit",
        who=who,
        act=act,
        people=[account.name for account in ctx.web.door.accounts.accounts()],
        pages=pages,
        first_page=link("/audit", fields) if before else "",
        next_page=link("/audit", {**fields, "before": str(pages.before)}) if pages.before else "",
    )


routes = (page("/audit", show_audit),)
