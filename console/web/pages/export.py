"""Export the drafts found as a file; who took what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.serializers import csv_lines, workbook
from console.web.downloads import download
from console.web.filters import SORT_ORDERS, draft_filter
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.journal import JournalEntry, record
from ledger.queries.search import DraftHit, Order, key_of, search
from ledger.states import Act
from rulebook import labels
from rulebook.kind_rules import Kind

MAX_ROWS = {"xlsx": 50_000, "csv": 200_000}
"""Rows of one file; who needs more narrows the period or uses `shougao export`."""
CHUNK_ROWS = 2_000


def export_drafts(ctx: RequestContext) -> Response:
    """Send the drafts found as a file, and record who took them."""
    form = ctx.form_value("format")
    if form not in MAX_ROWS:
        raise HTTPException(400)
    rows = list(_rows(ctx, MAX_ROWS[form]))
    content = workbook(rows, ctx.in_words("稿件")) if form == "xlsx" else _csv(rows)
    facts: dict[str, Any] = {
        "what": "台账",
        "rows": len(rows),
        "format": form,
        "filter": {
            name: value
            for name, value in ctx.request.query_params.items()
            if value and name not in ("order", "after")
        },
    }
    record(ctx.web.application.engine, JournalEntry(ctx.now, ctx.account.name, Act.EXPORTED, facts))
    return download(content, f"台账{ctx.today:%Y%m%d}.{form}")


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """Write CSV with the mark that tells Excel that it is UTF-8."""
    return "".join(csv_lines(rows)).encode("utf-8-sig", "replace")


def _rows(ctx: RequestContext, most: int) -> Iterator[dict[str, Any]]:
    query, order, _ = draft_filter(ctx)
    if order in SORT_ORDERS["happened"]:  # by the event's day those without one are left out
        order = Order.NEWEST
    zone = ZoneInfo(ctx.web.application.zone)
    after, left = None, most
    while left:
        drafts = search(
            ctx.web.reader, query, limit=min(left, CHUNK_ROWS), order=order, after=after
        )
        for one in drafts:
            cells = _row(one, zone, ctx.web.application.settings.short_name, ctx.in_words)
            yield {ctx.in_words(name): value for name, value in cells.items()}
        if len(drafts) < min(left, CHUNK_ROWS):
            return
        left -= len(drafts)
        after = key_of(drafts[-1], order)


def _row(
    one: DraftHit, zone: ZoneInfo, short_name: Callable[[Kind], str], said: Callable[[str], str]
) -> dict[str, Any]:
    return {
        "稿件编号": one.draft,
        "来信编号": one.letter,
        "收到": f"{one.received.astimezone(zone):%Y-%m-%d %H:%M}",
        "单位": one.unit or "名单外",
        "报送人": one.sender,
        "供稿单位": one.origin,
        "来稿方式": one.manner,
        "类别": short_name(one.kind) if one.kind else "待定",
        "标题": one.title,
        "字数": one.characters,
        "事件日": one.event_date.isoformat() if one.event_date else "待定",
        "时限": labels.TIMELY[one.timely],
        "结果": labels.OUTCOMES[one.outcome],
        "说明": [said(reason.sentence) for reason in one.reasons],
        "录用": "是" if one.adopted else "",
        "作废": "是" if one.voided else "",
    }


routes = (action("/drafts/export", export_drafts, Permission.EXPORT),)
