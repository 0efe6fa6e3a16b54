"""台账: drafts and letters, searched, filtered, paged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.web import forms as fields
from console.web.redirects import encode_query
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries import letter_views
from ledger.queries.letter_views import LetterQuery
from ledger.queries.search import DraftQuery, Order, key_of, search
from ledger.states import LetterState
from rulebook.model import Kind, Outcome, Timely
from rulebook.reasons import Reason

PAGE = 50
SORTED = {
    "day": (Order.NEWEST, Order.OLDEST),
    "happened": (Order.LATEST_EVENT, Order.EARLIEST_EVENT),
    "characters": (Order.LONGEST, Order.SHORTEST),
}
"""The columns by which the book can be sorted: downwards, upwards."""
_E = TypeVar("_E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column's heading: where it leads, and how it is sorted (ARIA)."""

    path: str
    sort: str


def drafts_asked(ctx: RequestContext) -> tuple[DraftQuery, Order, tuple[date | int, int] | None]:
    """What the address asks for: which drafts, in which order, behind which one."""
    period = fields.period(ctx)
    first, last = _day(ctx.query("from")), _day(ctx.query("to"))
    wanted = DraftQuery(
        words=ctx.query("q")[:200],
        unit=ctx.query("unit") or None,
        kind=_by_name(Kind, ctx.query("kind")),
        first=first or (period.first if period else None),
        last=last or (period.last if period else None),
        outcome=_by_value(Outcome, ctx.query("outcome")),
        timely=_by_value(Timely, ctx.query("timely")),
        reason=_by_name(Reason, ctx.query("reason")),
        adopted={"yes": True, "no": False}.get(ctx.query("adopted")),
    )
    order = _by_value(Order, ctx.query("order")) or Order.NEWEST
    return wanted, order, _behind(ctx, order)


def letters_asked(ctx: RequestContext) -> tuple[LetterQuery, tuple[datetime, int] | None]:
    """What the address asks for: which letters, behind which one."""
    zone = ZoneInfo(ctx.web.application.zone)
    first, last = _day(ctx.query("from")), _day(ctx.query("to"))
    wanted = LetterQuery(
        outcome=_by_value(Outcome, ctx.query("outcome")),
        state=_by_value(LetterState, ctx.query("state")),
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )
    after = _after(ctx)
    return wanted, (after[0].astimezone(UTC), after[1]) if after else None


def show_drafts(ctx: RequestContext) -> Response:
    wanted, order, after = drafts_asked(ctx)
    found = search(ctx.web.reader, wanted, limit=PAGE + 1, order=order, after=after)
    shown = found[:PAGE]
    return ctx.render(
        "drafts.html",
        here="/drafts",
        asked=wanted,
        order=order,
        units=[
            unit.name for unit in ctx.web.application.settings.provisions_on_day(ctx.today).units
        ],
        kinds=list(Kind),
        outcomes=[one for one in Outcome if one is not Outcome.IGNORED],
        reasons=list(Reason),
        found=shown,
        narrowed=wanted != DraftQuery(),
        trouble="",
        period_asked=ctx.query("period"),
        first_asked=_day(ctx.query("from")),
        last_asked=_day(ctx.query("to")),
        periods=fields.recent(ctx.today),
        columns={name: _sorting(ctx, order, *pair) for name, pair in SORTED.items()},
        dated_only=order in SORTED["happened"],
        by_receipt=_link(ctx, "/drafts", order="", after=""),
        export=_link(ctx, "/drafts/export", after=""),
        first_page=_link(ctx, "/drafts", after="") if after else "",
        next_page=_link(ctx, "/drafts", after="{}_{}".format(*key_of(shown[-1], order)))
        if len(found) > PAGE
        else "",
    )


def _sorting(ctx: RequestContext, order: Order, falling: Order, rising: Order) -> Sorting:
    turned = rising if order is falling else falling
    return Sorting(
        _link(ctx, "/drafts", order=turned.value, after=""),
        "descending" if order is falling else "ascending" if order is rising else "none",
    )


def _behind(ctx: RequestContext, order: Order) -> tuple[date | int, int] | None:
    if order in SORTED["characters"]:
        key, _, written = ctx.query("after").rpartition("_")
        length, number = fields.number(key), fields.number(written)
        if length is not None and number is not None:
            return length, number
    after = _after(ctx)
    return (after[0].date(), after[1]) if after else None


def show_letters(ctx: RequestContext) -> Response:
    wanted, after = letters_asked(ctx)
    found = letter_views.letters(ctx.web.reader, wanted, limit=PAGE + 1, after=after)
    shown = found[:PAGE]
    return ctx.render(
        "letters.html",
        here="/drafts",
        asked=wanted,
        first=_day(ctx.query("from")),
        last=_day(ctx.query("to")),
        outcomes=list(Outcome),
        latest=shown,
        narrowed=wanted != LetterQuery(),
        trouble="",
        first_page=_link(ctx, "/letters", after="") if after else "",
        next_page=_link(ctx, "/letters", after=f"{shown[-1].received.isoformat()}_{shown[-1].id}")
        if len(found) > PAGE
        else "",
    )


def _after(ctx: RequestContext) -> tuple[datetime, int] | None:
    """Where the page before ended; an address that somebody bent is not found."""
    text = ctx.query("after")
    if not text:
        return None
    key, _, number = text.rpartition("_")
    try:
        return datetime.fromisoformat(key), int(number)
    except ValueError:
        raise HTTPException(404) from None


def _link(ctx: RequestContext, path: str, **changes: str) -> str:
    fields = {**ctx.request.query_params, **changes}
    filled = {name: value for name, value in fields.items() if value}
    return f"{path}?{encode_query(filled)}" if filled else path


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _by_value(kind: type[_E], text: str) -> _E | None:
    return next((one for one in kind if one.value == text), None)


def _by_name(kind: type[_E], text: str) -> _E | None:
    return next((one for one in kind if one.name == text), None)


routes = (page("/drafts", show_drafts), page("/letters", show_letters))
