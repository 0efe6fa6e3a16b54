"""The filters of the ledger's lists as they stand in an address, for the pages, exports and the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

from console.web import forms
from console.web.request_context import RequestContext
from ledger.queries.letter_lists import LetterQuery
from ledger.queries.search import DraftQuery, Order
from ledger.states import LetterState
from rulebook.conversation import Purpose
from rulebook.model import Outcome, Timely
from rulebook.reasons import Reason

_E = TypeVar("_E", bound=Enum)
SORT_ORDERS = {
    "day": (Order.NEWEST, Order.OLDEST),
    "happened": (Order.LATEST_EVENT, Order.EARLIEST_EVENT),
    "characters": (Order.LONGEST, Order.SHORTEST),
}
"""The columns by which the book can be sorted: downwards, upwards."""


def draft_filter(ctx: RequestContext) -> tuple[DraftQuery, Order, tuple[date | int, int] | None]:
    """Parse what the address asks for: which drafts, in which order, behind which one."""
    period = forms.period(ctx)
    first, last = day_or_none(ctx.query("from")), day_or_none(ctx.query("to"))
    query = DraftQuery(
        words=ctx.query("q")[:200],
        unit=ctx.query("unit") or None,
        kind=ctx.web.application.settings.kind_named(ctx.query("kind")),
        first=first or (period.first if period else None),
        last=last or (period.last if period else None),
        outcome=_by_value(Outcome, ctx.query("outcome")),
        timely=_by_value(Timely, ctx.query("timely")),
        reason=_by_name(Reason, ctx.query("reason")),
        adopted={"yes": True, "no": False}.get(ctx.query("adopted")),
    )
    order = _by_value(Order, ctx.query("order")) or Order.NEWEST
    return query, order, _cursor_of_drafts(ctx, order)


def letter_filter(ctx: RequestContext) -> tuple[LetterQuery, tuple[datetime, int] | None]:
    """Parse what the address asks for: which letters, behind which one."""
    zone = ZoneInfo(ctx.web.application.zone)
    first, last = day_or_none(ctx.query("from")), day_or_none(ctx.query("to"))
    query = LetterQuery(
        outcome=_by_value(Outcome, ctx.query("outcome")),
        words=ctx.query("q")[:200],
        unit=ctx.query("unit") or None,
        state=_by_value(LetterState, ctx.query("state")),
        purpose=_by_value(Purpose, ctx.query("purpose")),
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )
    after = moment_cursor(ctx)
    return query, (after[0].astimezone(UTC), after[1]) if after else None


def _cursor_of_drafts(ctx: RequestContext, order: Order) -> tuple[date | int, int] | None:
    return draft_cursor(ctx, order, "after")


def draft_cursor(ctx: RequestContext, order: Order, name: str) -> tuple[date | int, int] | None:
    """Parse the cursor of a list of drafts; HTTPException(404) if malformed."""
    if order in SORT_ORDERS["characters"]:
        key, _, written = ctx.query(name).rpartition("_")
        length, number = forms.number(key), forms.number(written)
        if length is not None and number is not None:
            return length, number
    found = moment_cursor(ctx, name)
    return (found[0].date(), found[1]) if found else None


def moment_cursor(ctx: RequestContext, name: str = "after") -> tuple[datetime, int] | None:
    """Parse the cursor `moment_id`; HTTPException(404) if malformed."""
    text = ctx.query(name)
    if not text:
        return None
    key, _, number = text.rpartition("_")
    try:
        return datetime.fromisoformat(key), int(number)
    except ValueError:
        raise HTTPException(404) from None


def day_or_none(text: str) -> date | None:
    """Parse a day of the address, None when it is none: such a filter does not narrow."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _by_value(kind: type[_E], text: str) -> _E | None:
    return next((one for one in kind if one.value == text), None)


def _by_name(kind: type[_E], text: str) -> _E | None:
    return next((one for one in kind if one.name == text), None)
