"""For programs: /healthz, /metrics, and the read-only JSON of /api/v1 with tokens."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from console.actions.health import health
from console.figures_json import summary_json
from console.health_json import health_json
from console.policy import Permission
from console.serializers import draft_json, letter_json
from console.state import last_round
from console.web.filters import draft_filter, letter_filter
from console.web.openapi import DEFAULT_ROWS, MAX_ROWS, description
from console.web.request_context import RequestContext
from console.web.routing import api, page
from ledger.queries import counts, letter_lists
from ledger.queries.search import key_of, search
from rulebook import periods


def healthz(ctx: RequestContext) -> Response:
    """Answer 200 while letters are collected and delivered, 503 when something has failed."""
    told = health_json(health(ctx.web.application, ctx.now))
    answer = {"ok": told["ok"], "failing": told["failing"]}
    return JSONResponse(answer, 200 if told["ok"] else 503)


def metrics(ctx: RequestContext) -> Response:
    """Answer with the metrics that Prometheus reads."""
    web = ctx.web
    today: Counter[Any] = Counter()
    for one in counts.tallies(web.reader, ctx.today, ctx.today):
        today[one.scored.outcome] += one.number
    text = web.meters.text(
        ctx.now,
        last_round.read(web.application.settings.data_dir),
        counts.backlog(web.reader),
        counts.mail(web.reader, ctx.now),
        today.items(),
        shutil.disk_usage(web.application.settings.data_dir).free,
        health(web.application, ctx.now),
    )
    return Response(text, media_type="text/plain; version=0.0.4")


def api_drafts(ctx: RequestContext) -> Response:
    """Answer with a page of drafts."""
    try:
        query, order, after = draft_filter(ctx)
    except HTTPException:
        return _bent()
    drafts = search(ctx.web.reader, query, limit=_limit(ctx) + 1, order=order, after=after)
    page_of_drafts = drafts[: _limit(ctx)]
    more = len(drafts) > len(page_of_drafts)
    return JSONResponse(
        {
            "drafts": [draft_json(one) for one in page_of_drafts],
            "after": "{}_{}".format(*key_of(page_of_drafts[-1], order)) if more else None,
        }
    )


def api_letters(ctx: RequestContext) -> Response:
    """Answer with a page of letters."""
    try:
        query, after = letter_filter(ctx)
    except HTTPException:
        return _bent()
    letters = letter_lists.letters(ctx.web.reader, query, limit=_limit(ctx) + 1, after=after)
    page_of_letters = letters[: _limit(ctx)]
    more = len(letters) > len(page_of_letters)
    return JSONResponse(
        {
            "letters": [letter_json(one) for one in page_of_letters],
            "after": f"{_zulu(page_of_letters[-1].received)}_{page_of_letters[-1].id}"
            if more
            else None,
        }
    )


def api_points(ctx: RequestContext) -> Response:
    """Answer with a period's points, ranks and targets."""
    try:
        period = periods.parse(ctx.query("period"))
    except periods.UnknownPeriod as error:
        return JSONResponse({"error": str(error)}, 400)
    web, settings = ctx.web, ctx.web.application.settings
    annual = web.figures.annual(period.first.year) if period.span is periods.Span.YEAR else ()
    summary = web.summaries.of(period, ctx.today)
    return JSONResponse(
        summary_json(summary, None, settings.provisions_on_day(period.last), annual)
    )


def openapi(ctx: RequestContext) -> Response:
    """Describe the API as OpenAPI 3.1."""
    return JSONResponse(description(ctx.web.application.settings.provisions[-1]))


def _zulu(moment: datetime) -> str:
    """Write a moment without the + of an offset, which an address would read as a blank."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _bent() -> Response:
    return JSONResponse({"error": "`after` is none that we gave"}, 404)


def _limit(ctx: RequestContext) -> int:
    number = ctx.query("limit")
    return (
        max(1, min(int(number), MAX_ROWS))
        if number.isdecimal() and len(number) < 6
        else DEFAULT_ROWS
    )


routes = (
    page("/healthz", healthz, Permission.READ_STATUS),
    page("/api/v1/openapi.json", openapi, Permission.READ_STATUS),
    api("/metrics", metrics, Permission.READ_METRICS),
    api("/api/v1/drafts", api_drafts, Permission.USE_API),
    api("/api/v1/letters", api_letters, Permission.USE_API),
    api("/api/v1/points", api_points, Permission.USE_API),
)
