"""补录: a draft that came on paper or by chat, entered by hand with its pictures and evidence."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import UploadFile
from starlette.responses import Response

from console.actions.draft_entry import MANNERS, MAX_BYTES, HandEntry, enter_draft
from console.policy import Permission
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import InvalidInput
from notifier.mail.message import Attachment

FORM_BYTES = MAX_BYTES + 200_000
_ANYTHING = "application/octet-stream"


def show_form(ctx: RequestContext) -> Response:
    """Show the empty form."""
    return _render(ctx)


def enter(ctx: RequestContext) -> Response:
    """Enter the draft; it is judged in the next round."""
    try:
        entry = _entry(ctx)
        letter = enter_draft(ctx.web.application, entry, ctx.account.name, ctx.now)
    except (Unusable, InvalidInput) as error:
        return _render(ctx, str(error), 400)
    told = f"已补录为第 {letter} 号来信，下一轮收取时按收到的时间审核。"
    return redirect(f"/letters/{letter}", said=told, kept="draft-entry")


def _entry(ctx: RequestContext) -> HandEntry:
    """Read the form. Raises: Unusable."""
    written = ctx.form_value("received").strip()
    try:
        received = datetime.fromisoformat(written) if written else ctx.now
    except ValueError:
        raise Unusable(f"收到的时间“{written[:40]}”看不懂，请重新选择。") from None
    if received.tzinfo is None:
        received = received.replace(tzinfo=ZoneInfo(ctx.web.application.zone))
    return HandEntry(
        unit=forms.unit(ctx),
        title=forms.text(ctx, "title", "标题"),
        text=ctx.form_value("text"),
        manner=ctx.form_value("manner"),
        received=received,
        kind=ctx.web.application.settings.kind_named(ctx.form_value("kind")),
        files=tuple(
            Attachment(one.filename or "", _ANYTHING, one.file.read())
            for one in ctx.form.getlist("files")
            if isinstance(one, UploadFile) and one.filename
        ),
    )


def _render(ctx: RequestContext, trouble: str = "", status: int = 200) -> Response:
    return ctx.render(
        "draft_entry.html",
        status,
        here="/queue",
        trouble=trouble,
        units=forms.unit_names(ctx),
        kinds=ctx.web.application.settings.kinds,
        manners=MANNERS,
        typed={
            name: ctx.form_value(name)
            for name in ("unit", "kind", "manner", "title", "text", "received")
        },
    )


routes = (
    page("/queue/new", show_form),
    action("/queue/new", enter, Permission.DECIDE, FORM_BYTES),
)
