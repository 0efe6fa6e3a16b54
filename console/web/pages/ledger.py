"""台账: drafts and letters, searched, filtered, paged."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from console.web import forms
from console.web.filters import SORT_ORDERS, day_or_none, draft_filter, letter_filter
from console.web.redirects import link
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries import letter_views
from ledger.queries.letter_views import LetterQuery
from ledger.queries.search import DraftQuery, Order, key_of, search
from rulebook.model import Outcome
from rulebook.reasons import Reason

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column's heading: where it leads, and how it is sorted (ARIA)."""

    path: str
    sort: str


def show_drafts(ctx: RequestContext) -> Response:
    """Show a page of drafts."""
    query, order, after = draft_filter(ctx)
    drafts = search(ctx.web.reader, query, limit=PAGE + 1, order=order, after=after)
    page_of_drafts = drafts[:PAGE]
    return ctx.render(
        "drafts.html",
        here="/drafts",
        asked=query,
        order=order,
        units=[
            unit.name for unit in ctx.web.application.settings.provisions_on_day(ctx.today).units
        ],
        kinds=ctx.web.application.settings.kinds,
        outcomes=[one for one in Outcome if one is not Outcome.IGNORED],
        reasons=list(Reason),
        found=page_of_drafts,
        narrowed=query != DraftQuery(),
        trouble="",
        period_asked=ctx.query("period"),
        first_asked=day_or_none(ctx.query("from")),
        last_asked=day_or_none(ctx.query("to")),
        periods=forms.recent(ctx.today),
        columns={name: _sorting(ctx, order, *pair) for name, pair in SORT_ORDERS.items()},
        dated_only=order in SORT_ORDERS["happened"],
        by_receipt=_link(ctx, "/drafts", order="", after=""),
        export=_link(ctx, "/drafts/export", after=""),
        first_page=_link(ctx, "/drafts", after="") if after else "",
        next_page=_link(ctx, "/drafts", after="{}_{}".format(*key_of(page_of_drafts[-1], order)))
        if len(drafts) > PAGE
        else "",
    )


def _sorting(ctx: RequestContext, order: Order, falling: Order, rising: Order) -> Sorting:
    turned = rising if order is falling else falling
    return Sorting(
        _link(ctx, "/drafts", order=turned.value, after=""),
        "descending" if order is falling else "ascending" if order is rising else "none",
    )


def show_letters(ctx: RequestContext) -> Response:
    """Show a page of letters."""
    query, after = letter_filter(ctx)
    letters = letter_views.letters(ctx.web.reader, query, limit=PAGE + 1, after=after)
    page_of_letters = letters[:PAGE]
    return ctx.render(
        "letters.html",
        here="/drafts",
        asked=query,
        first=day_or_none(ctx.query("from")),
        last=day_or_none(ctx.query("to")),
        outcomes=list(Outcome),
        latest=page_of_letters,
        narrowed=query != LetterQuery(),
        trouble="",
        first_page=_link(ctx, "/letters", after="") if after else "",
        next_page=_link(
            ctx,
            "/letters",
            after=f"{page_of_letters[-1].received.isoformat()}_{page_of_letters[-1].id}",
        )
        if len(letters) > PAGE
        else "",
    )


def _link(ctx: RequestContext, path: str, **changes: str) -> str:
    return link(path, {**ctx.request.query_params, **changes})


routes = (page("/drafts", show_drafts), page("/letters", show_letters))
