"""规则: the rulebook in force, read-only, with its clauses."""

from __future__ import annotations

from starlette.responses import Response

from console.web.request_context import RequestContext
from console.web.routing import page
from rulebook.clauses import CLAUSES
from rulebook.model import Group, Kind
from rulebook.reasons import Reason


def show_rules(ctx: RequestContext) -> Response:
    """Show the rules of a day."""
    settings = ctx.web.application.settings
    since = ctx.query("since")
    chosen = next(
        (one for one in settings.provisions if str(one.since) == since),
        settings.provisions_on_day(ctx.today),
    )
    return ctx.render(
        "rules.html",
        here="/rules",
        rules=chosen,
        versions=settings.provisions,
        kinds=list(Kind),
        groups=list(Group),
        reasons=sorted(Reason, key=lambda one: -one.outcome.severity),
        clauses=CLAUSES,
    )


routes = (page("/rules", show_rules),)
