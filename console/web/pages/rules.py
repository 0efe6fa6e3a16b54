"""规则: the rulebook in force, read-only, with its clauses."""

from __future__ import annotations

from starlette.responses import Response

from console.web.request_context import Visit, page
from rulebook.clauses import CLAUSES
from rulebook.model import Group, Kind
from rulebook.reasons import Reason


def rules(visit: Visit) -> Response:
    settings = visit.desk.house.settings
    asked = visit.asked("since")
    chosen = next(
        (one for one in settings.provisions if str(one.since) == asked),
        settings.provisions_on(visit.today),
    )
    return visit.render(
        "rules.html",
        here="/rules",
        rules=chosen,
        versions=settings.provisions,
        kinds=list(Kind),
        groups=list(Group),
        reasons=sorted(Reason, key=lambda one: -one.outcome.gravity),
        clauses=CLAUSES,
    )


routes = (page("/rules", rules),)
