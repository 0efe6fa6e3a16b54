"""审计: who did what, when and why."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.journal_text import describe_act
from console.web.redirects import encode_query
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries import audit as journal_pages
from ledger.states import Act

PEOPLES: tuple[Act, ...] = tuple(act for act in Act if act is not Act.ENTERED)


def show_audit(ctx: RequestContext) -> Response:
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

    def link(**changes: str) -> str:
        filled = {
            name: value for name, value in {"who": who, "act": act, **changes}.items() if value
        }
        return f"/audit?{encode_query(filled)}" if filled else "/audit"

    return ctx.render(
        "audit.html",
        here="/audit",
        who=who,
        act=act,
        people=[account.name for account in ctx.web.people.accounts()],
        pages=pages,
        told=lambda line: describe_act(line.entry.act, line.entry.facts).partition("：")[2],
        first_page=link() if before else "",
        next_page=link(before=str(pages.before)) if pages.before else "",
    )


routes = (page("/audit", show_audit),)
