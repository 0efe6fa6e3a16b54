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
from console.web.request_context import Visit, encoded, page
from ledger.models.accounts import Role
from ledger.models.letters import LetterState
from ledger.queries import letter_views
from ledger.queries.letter_views import LettersWanted
from ledger.queries.search import Order, Wanted, key_of, search
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


def drafts_asked(visit: Visit) -> tuple[Wanted, Order, tuple[date | int, int] | None]:
    """What the address asks for: which drafts, in which order, behind which one."""
    period = fields.period(visit)
    first, last = _day(visit.asked("from")), _day(visit.asked("to"))
    wanted = Wanted(
        words=visit.asked("q")[:200],
        unit=visit.asked("unit") or None,
        kind=_by_name(Kind, visit.asked("kind")),
        first=first or (period.first if period else None),
        last=last or (period.last if period else None),
        outcome=_by_value(Outcome, visit.asked("outcome")),
        timely=_by_value(Timely, visit.asked("timely")),
        reason=_by_name(Reason, visit.asked("reason")),
        adopted={"yes": True, "no": False}.get(visit.asked("adopted")),
    )
    order = _by_value(Order, visit.asked("order")) or Order.NEWEST
    return wanted, order, _behind(visit, order)


def letters_asked(visit: Visit) -> tuple[LettersWanted, tuple[datetime, int] | None]:
    """What the address asks for: which letters, behind which one."""
    zone = ZoneInfo(visit.desk.house.zone)
    first, last = _day(visit.asked("from")), _day(visit.asked("to"))
    wanted = LettersWanted(
        outcome=_by_value(Outcome, visit.asked("outcome")),
        state=_by_value(LetterState, visit.asked("state")),
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )
    after = _after(visit)
    return wanted, (after[0].astimezone(UTC), after[1]) if after else None


def drafts(visit: Visit) -> Response:
    wanted, order, after = drafts_asked(visit)
    found = search(visit.desk.reader, wanted, limit=PAGE + 1, order=order, after=after)
    shown = found[:PAGE]
    return visit.render(
        "drafts.html",
        here="/drafts",
        asked=wanted,
        order=order,
        units=[unit.name for unit in visit.desk.house.settings.provisions_on(visit.today).units],
        kinds=list(Kind),
        outcomes=[one for one in Outcome if one is not Outcome.IGNORED],
        reasons=list(Reason),
        found=shown,
        narrowed=wanted != Wanted(),
        trouble="",
        period_asked=visit.asked("period"),
        first_asked=_day(visit.asked("from")),
        last_asked=_day(visit.asked("to")),
        periods=fields.recent(visit.today),
        columns={name: _sorting(visit, order, *pair) for name, pair in SORTED.items()},
        editor=visit.may(Role.EDITOR),
        dated_only=order in SORTED["happened"],
        by_receipt=_link(visit, "/drafts", order="", after=""),
        export=_link(visit, "/drafts/export", after=""),
        first_page=_link(visit, "/drafts", after="") if after else "",
        next_page=_link(visit, "/drafts", after="{}_{}".format(*key_of(shown[-1], order)))
        if len(found) > PAGE
        else "",
    )


def _sorting(visit: Visit, order: Order, falling: Order, rising: Order) -> Sorting:
    turned = rising if order is falling else falling
    return Sorting(
        _link(visit, "/drafts", order=turned.value, after=""),
        "descending" if order is falling else "ascending" if order is rising else "none",
    )


def _behind(visit: Visit, order: Order) -> tuple[date | int, int] | None:
    if order in SORTED["characters"]:
        key, _, written = visit.asked("after").rpartition("_")
        length, number = fields.number(key), fields.number(written)
        if length is not None and number is not None:
            return length, number
    after = _after(visit)
    return (after[0].date(), after[1]) if after else None


def letters(visit: Visit) -> Response:
    wanted, after = letters_asked(visit)
    found = letter_views.letters(visit.desk.reader, wanted, limit=PAGE + 1, after=after)
    shown = found[:PAGE]
    return visit.render(
        "letters.html",
        here="/drafts",
        asked=wanted,
        first=_day(visit.asked("from")),
        last=_day(visit.asked("to")),
        outcomes=list(Outcome),
        latest=shown,
        narrowed=wanted != LettersWanted(),
        trouble="",
        first_page=_link(visit, "/letters", after="") if after else "",
        next_page=_link(visit, "/letters", after=f"{shown[-1].received.isoformat()}_{shown[-1].id}")
        if len(found) > PAGE
        else "",
    )


def _after(visit: Visit) -> tuple[datetime, int] | None:
    """Where the page before ended; an address that somebody bent is not found."""
    text = visit.asked("after")
    if not text:
        return None
    key, _, number = text.rpartition("_")
    try:
        return datetime.fromisoformat(key), int(number)
    except ValueError:
        raise HTTPException(404) from None


def _link(visit: Visit, path: str, **changes: str) -> str:
    fields = {**visit.request.query_params, **changes}
    filled = {name: value for name, value in fields.items() if value}
    return f"{path}?{encoded(filled)}" if filled else path


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _by_value(kind: type[_E], text: str) -> _E | None:
    return next((one for one in kind if one.value == text), None)


def _by_name(kind: type[_E], text: str) -> _E | None:
    return next((one for one in kind if one.name == text), None)


routes = (page("/drafts", drafts), page("/letters", letters))
