"""Which held drafts a person works on: the filter of 待核 as it stands in an address or a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import parse_qsl

from console.web import forms
from console.web.filters import day_or_none
from console.web.redirects import encode_query
from console.web.request_context import RequestContext
from ledger.queries.letter_views import DraftView
from ledger.queries.search import DraftQuery, Order, search
from rulebook.model import Outcome
from rulebook.reasons import Reason

FIELDS = ("view", "reason", "unit", "kind", "age", "from", "to", "mine", "order")
VIEWS = ("urgent", "waiting", "stated")
MAX_FILTER = 1_000


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """
    What is asked for. `fields`: the filter as it stands in an address, only what narrows.

    `view`: "" for what is to be decided, else one of VIEWS; `age`: waiting for at least so many days.
    """

    query: DraftQuery
    order: Order
    fields: Mapping[str, str]
    view: str
    age: int

    @property
    def written(self) -> str:
        """The filter as a query string, "" where it narrows nothing."""
        return encode_query(self.fields)

    @property
    def narrowed(self) -> bool:
        """Whether the filter leaves anything out of its view."""
        return bool(set(self.fields) - {"view", "order"})

    def path(self, path: str) -> str:
        """Return a page's address with the filter."""
        return f"{path}?{self.written}" if self.fields else path


def queue_filter(ctx: RequestContext) -> QueueFilter:
    """Read the filter of the address, or that under which a form's draft was opened (`within`)."""
    within = ctx.form_value("within")[:MAX_FILTER]
    asked = dict(parse_qsl(within)) if "within" in ctx.form else dict(ctx.request.query_params)
    fields = {name: asked[name].strip() for name in FIELDS if asked.get(name, "").strip()}
    view = fields.get("view", "")
    view = view if view in VIEWS else ""
    order = Order.NEWEST if fields.get("order") == "newest" else Order.OLDEST
    age = forms.number(fields.get("age", "")) or 0
    last = day_or_none(fields.get("to", ""))
    if age and age < 5_000:
        waited = ctx.today - timedelta(days=age)
        last = min(last, waited) if last else waited
    query = DraftQuery(
        outcome=Outcome.HELD,
        reason=next((one for one in Reason if one.name == fields.get("reason")), None),
        unit=fields.get("unit"),
        kind=ctx.web.application.settings.kind_named(fields.get("kind", "")),
        first=day_or_none(fields.get("from", "")),
        last=last,
        waiting=view == "waiting",
        stated=True if view == "stated" else None,
        urgent=True if view == "urgent" else None,
        assignee=ctx.account.name if fields.get("mine") else None,
    )
    return QueueFilter(query, order, fields, view, age)


def neighbours(
    ctx: RequestContext, asked: QueueFilter, draft: DraftView, day: date
) -> tuple[int | None, int | None]:
    """Return the drafts before and after one in the queue, None where there is none."""
    here = (day, draft.id)
    other = Order.NEWEST if asked.order is Order.OLDEST else Order.OLDEST
    reader = ctx.web.reader
    before = search(reader, asked.query, limit=1, order=other, after=here)
    after = search(reader, asked.query, limit=1, order=asked.order, after=here)
    return before[0].draft if before else None, after[0].draft if after else None


def without_waiting(asked: QueueFilter) -> QueueFilter:
    """Return the same filter for what is to be decided now."""
    return replace(asked, query=replace(asked.query, waiting=False))
