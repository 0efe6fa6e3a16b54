"""台账: drafts and letters, searched, filtered, paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from starlette.responses import Response

from console.web import forms
from console.web.filters import (
    SORT_ORDERS,
    day_or_none,
    draft_cursor,
    draft_filter,
    letter_filter,
    moment_cursor,
)
from console.web.redirects import encode_query, link
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries import letter_lists
from ledger.queries.letter_lists import LetterQuery
from ledger.queries.letter_views import LetterSummary
from ledger.queries.search import (
    DraftQuery,
    Order,
    draft_counts,
    key_of,
    opposite,
    search,
)
from rulebook import labels
from rulebook.model import Outcome
from rulebook.reasons import Reason

PAGE = 50
MOST_FACETS = 12


@dataclass(frozen=True, slots=True)
class Sorting:
    """A column's heading: where it leads, and how it is sorted (ARIA)."""

    path: str
    sort: str


def show_drafts(ctx: RequestContext) -> Response:
    """Show a page of drafts."""
    query, order, after = draft_filter(ctx)
    before = draft_cursor(ctx, order, "before")
    if before is not None:
        found = search(ctx.web.reader, query, limit=PAGE + 1, order=opposite(order), after=before)
        page_of_drafts, more = list(reversed(found[:PAGE])), True
        earlier = len(found) > PAGE
    else:
        found = search(ctx.web.reader, query, limit=PAGE + 1, order=order, after=after)
        page_of_drafts, more, earlier = found[:PAGE], len(found) > PAGE, after is not None
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
        counts=_link(ctx, "/drafts/counts", after="", before=""),
        **_saved(ctx, "/drafts"),
        first_page=_link(ctx, "/drafts", after="", before="") if after or before else "",
        previous_page=_link(
            ctx,
            "/drafts",
            after="",
            before="{}_{}".format(*key_of(page_of_drafts[0], order)),
        )
        if earlier and page_of_drafts
        else "",
        next_page=_link(
            ctx,
            "/drafts",
            before="",
            after="{}_{}".format(*key_of(page_of_drafts[-1], order)),
        )
        if more and page_of_drafts
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
    before = moment_cursor(ctx, "before")
    reached = (before[0].astimezone(UTC), before[1]) if before else None
    found = letter_lists.letters(ctx.web.reader, query, limit=PAGE + 1, after=after, before=reached)
    if reached is not None:
        page_of_letters, more, earlier = found[-PAGE:], True, len(found) > PAGE
    else:
        page_of_letters, more, earlier = found[:PAGE], len(found) > PAGE, after is not None
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
        units=[
            unit.name for unit in ctx.web.application.settings.provisions_on_day(ctx.today).units
        ],
        counts=_link(ctx, "/letters/counts", after="", before=""),
        **_saved(ctx, "/letters"),
        first_page=_link(ctx, "/letters", after="", before="") if after or before else "",
        previous_page=_link(ctx, "/letters", after="", before=_place(page_of_letters[0]))
        if earlier and page_of_letters
        else "",
        next_page=_link(ctx, "/letters", before="", after=_place(page_of_letters[-1]))
        if more and page_of_letters
        else "",
    )


def _place(letter: LetterSummary) -> str:
    return f"{letter.received.isoformat()}_{letter.id}"


def count_drafts(ctx: RequestContext) -> Response:
    """Say how many drafts a question finds, and what they are: each number narrows the question."""
    query, _, _ = draft_filter(ctx)
    counted = draft_counts(ctx.web.reader, query)
    kinds = {rule.name: rule.key for rule in ctx.web.application.settings.kinds}
    return ctx.render(
        "counts.html",
        here="/drafts",
        back=_link(ctx, "/drafts"),
        total=counted.total,
        called="篇",
        facets=[
            ("结果", _facet(ctx, "/drafts", "outcome", counted.outcomes, labels.OUTCOMES)),
            (
                "类别",
                _facet(
                    ctx, "/drafts", "kind", counted.kinds, {name: name for name in kinds}, kinds
                ),
            ),
            ("单位", _facet(ctx, "/drafts", "unit", counted.units)),
            (
                "年份",
                [
                    (
                        f"{year} 年",
                        many,
                        _link(
                            ctx,
                            "/drafts",
                            **{"from": f"{year}-01-01", "to": f"{year}-12-31", "period": ""},
                        ),
                    )
                    for year, many in sorted(counted.years.items(), reverse=True)
                ],
            ),
        ],
    )


def count_letters(ctx: RequestContext) -> Response:
    """Say how many letters a question finds, and what they are."""
    query, _ = letter_filter(ctx)
    counted = letter_lists.letter_counts(ctx.web.reader, query)
    return ctx.render(
        "counts.html",
        here="/drafts",
        back=_link(ctx, "/letters"),
        total=counted.total,
        called="封",
        facets=[
            ("结果", _facet(ctx, "/letters", "outcome", counted.outcomes, labels.OUTCOMES)),
            ("用途", _facet(ctx, "/letters", "purpose", counted.purposes, labels.PURPOSES)),
            ("单位", _facet(ctx, "/letters", "unit", counted.units)),
        ],
    )


def _facet(
    ctx: RequestContext,
    path: str,
    field: str,
    counted: Mapping[Any, int],
    names: Mapping[Any, str] | None = None,
    values: Mapping[Any, str] | None = None,
) -> list[tuple[str, int, str]]:
    """List (name, how many, the address that narrows to it), the most first; what has no name is left out."""
    told = []
    for value, many in sorted(counted.items(), key=lambda pair: -pair[1])[:MOST_FACETS]:
        name = names.get(value) if names else value
        key = (values or {}).get(value) or getattr(value, "value", value)
        if name and key:
            told.append((str(name), many, _link(ctx, path, **{field: str(key)})))
    return told


def _saved(ctx: RequestContext, path: str) -> dict[str, Any]:
    return {
        "saved": ctx.web.application.saved_filters.of(ctx.account.name, path),
        "saved_path": path,
        "saved_query": encode_query(
            {
                name: value
                for name, value in ctx.request.query_params.items()
                if value and name not in ("after", "before", "said", "seal")
            }
        ),
    }


def _link(ctx: RequestContext, path: str, **changes: str) -> str:
    return link(path, {**ctx.request.query_params, **changes})


routes = (
    page("/drafts", show_drafts),
    page("/drafts/counts", count_drafts),
    page("/letters", show_letters),
    page("/letters/counts", count_letters),
)
