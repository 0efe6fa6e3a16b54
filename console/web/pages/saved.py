"""Filters that a person keeps under a name, each account its own."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.redirects import redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.errors import InvalidInput

PAGES = ("/queue", "/drafts", "/letters")


def save(ctx: RequestContext) -> Response:
    """Keep the filter of a page."""
    path, query = _page_or_400(ctx), ctx.form_value("query").strip().lstrip("?")
    try:
        ctx.web.application.saved_filters.save(
            ctx.account.name, path, ctx.form_value("name"), query
        )
    except InvalidInput as error:
        return redirect_saying(f"{path}?{query}" if query else path, str(error))
    return redirect_saying(f"{path}?{query}", "筛选已保存，列在这一页的上方。")


def remove(ctx: RequestContext) -> Response:
    """Forget a filter."""
    number = forms.number(ctx.form_value("filter"))
    if number is not None:
        ctx.web.application.saved_filters.remove(ctx.account.name, number)
    return redirect_saying(_page_or_400(ctx), "已删掉这个筛选。")


def _page_or_400(ctx: RequestContext) -> str:
    if ctx.form_value("path") not in PAGES:
        raise HTTPException(400)
    return ctx.form_value("path")


routes = (
    action("/filters", save, Permission.READ),
    action("/filters/remove", remove, Permission.READ),
)
