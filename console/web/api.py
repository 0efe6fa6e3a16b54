"""For programs: /healthz, /metrics, and the read-only JSON of /api/v1 with tokens."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from console.cli.ledger import told
from console.service import last_round
from console.service.health import health
from console.web.accounts import digest
from console.web.openapi import DESCRIPTION, MOST
from console.web.pages.ledger import drafts_asked, letters_asked
from console.web.request_context import Visit, page
from ledger.queries import counts, letter_views
from ledger.queries.search import Found, key_of, search
from notifier.letters.digest import Level
from rulebook import periods


def healthz(visit: Visit) -> Response:
    """200 while letters are collected and delivered, 503 when something has failed."""
    failing = [one.name for one in health(visit.desk.house, visit.now) if one.level is Level.FAIL]
    return JSONResponse({"ok": not failing, "failing": failing}, 503 if failing else 200)


def metrics(visit: Visit) -> Response:
    desk = visit.desk
    if visit.login is None and _program(visit) is None:
        return _refused()
    today: Counter[Any] = Counter()
    for one in counts.tallies(desk.reader, visit.today, visit.today):
        today[one.outcome] += one.number
    text = desk.meters.text(
        visit.now,
        last_round.read(desk.house.settings.data),
        counts.backlog(desk.reader),
        counts.mail(desk.reader, visit.now),
        today.items(),
        shutil.disk_usage(desk.house.settings.data).free,
    )
    return Response(text, media_type="text/plain; version=0.0.4")


def api_drafts(visit: Visit) -> Response:
    if _program(visit) is None:
        return _refused()
    try:
        wanted, order, after = drafts_asked(visit)
    except HTTPException:
        return _bent()
    found = search(visit.desk.reader, wanted, limit=_limit(visit) + 1, order=order, after=after)
    shown = found[: _limit(visit)]
    more = len(found) > len(shown)
    return JSONResponse(
        {
            "drafts": [_draft(one) for one in shown],
            "after": "{}_{}".format(*key_of(shown[-1], order)) if more else None,
        }
    )


def api_letters(visit: Visit) -> Response:
    if _program(visit) is None:
        return _refused()
    try:
        wanted, after = letters_asked(visit)
    except HTTPException:
        return _bent()
    found = letter_views.letters(visit.desk.reader, wanted, limit=_limit(visit) + 1, after=after)
    shown = found[: _limit(visit)]
    more = len(found) > len(shown)
    return JSONResponse(
        {
            "letters": [
                {
                    "id": one.id,
                    "received": one.received.isoformat(),
                    "subject": one.subject,
                    "unit": one.unit,
                    "state": one.state.value,
                    "outcome": one.outcome.value if one.outcome else None,
                    "reasons": [reason.name for reason in one.reasons],
                    "drafts": one.drafts,
                }
                for one in shown
            ],
            "after": f"{_zulu(shown[-1].received)}_{shown[-1].id}" if more else None,
        }
    )


def api_points(visit: Visit) -> Response:
    if _program(visit) is None:
        return _refused()
    try:
        period = periods.parse(visit.asked("period"))
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)
    desk, settings = visit.desk, visit.desk.house.settings
    annual = desk.figures.annual(period.first.year) if period.span is periods.Span.YEAR else ()
    found = desk.summaries.of(period, visit.today)
    return JSONResponse(told(found, None, settings.provisions_on(period.last), annual))


def openapi(_visit: Visit) -> Response:
    """OpenAPI 3.1 of the above."""
    return JSONResponse(DESCRIPTION)


def _program(visit: Visit) -> object | None:
    scheme, _, secret = visit.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    return visit.desk.people.key(digest(secret.strip()), visit.now)


def _zulu(moment: datetime) -> str:
    """A moment without the + of an offset, which an address would read as a blank."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _refused() -> Response:
    return JSONResponse(
        {"error": "a token is needed: Authorization: Bearer …"},
        401,
        {"WWW-Authenticate": "Bearer"},
    )


def _bent() -> Response:
    return JSONResponse({"error": "`after` is none that we gave"}, 404)


def _limit(visit: Visit) -> int:
    asked = visit.asked("limit")
    return max(1, min(int(asked), MOST)) if asked.isdecimal() and len(asked) < 6 else 100


def _draft(one: Found) -> dict[str, Any]:
    return {
        "id": one.draft,
        "letter": one.letter,
        "title": one.title,
        "unit": one.unit,
        "kind": one.kind.value if one.kind else None,
        "received": one.received.isoformat(),
        "day": one.day.isoformat(),
        "characters": one.characters,
        "happened": one.happened.isoformat() if one.happened else None,
        "timely": one.timely.value,
        "outcome": one.outcome.value,
        "reasons": [reason.name for reason in one.reasons],
        "adopted": one.adopted,
        "voided": one.voided,
    }


routes = (
    page("/healthz", healthz, None),
    page("/metrics", metrics, None),
    page("/api/v1/openapi.json", openapi, None),
    page("/api/v1/drafts", api_drafts, None),
    page("/api/v1/letters", api_letters, None),
    page("/api/v1/points", api_points, None),
)
