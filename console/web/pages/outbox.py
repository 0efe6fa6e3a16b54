"""待发: letters of ours that are owed, wait, were given up or are uncertain, each with why; owing them again."""

from __future__ import annotations

from starlette.responses import Response

from console.actions.delivery import bounds
from console.policy import Permission
from console.state import relay_stop
from console.web import forms
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.queries.outbox import UNSENT
from ledger.states import DeliveryState

MOST = 200
ALL = 1000
"""Letters that are owed again at once."""


def show_outbox(ctx: RequestContext) -> Response:
    """Show what was not sent, the latest first, and whether the relay refuses us."""
    rooms = ctx.web.application
    state = _state(ctx.query("state"))
    listed = rooms.deliveries.listing(
        ctx.now, bounds(rooms.settings), (state,) if state else UNSENT, MOST
    )
    stop = relay_stop.read(rooms.settings.data_dir)
    return ctx.render(
        "outbox.html",
        here="/outbox",
        message=ctx.said,
        state=state.value if state else "",
        states=UNSENT,
        listed=listed,
        most=MOST,
        backlog=rooms.deliveries.backlog(ctx.now, bounds(rooms.settings)),
        stopped=stop.sentence if stop is not None and stop.refused else "",
    )


def owe_again(ctx: RequestContext) -> Response:
    """Owe the chosen letters again, or all of a state."""
    rooms, data = ctx.web.application, ctx.web.application.settings.data_dir
    state = _state(ctx.form_value("state"))
    chosen = forms.numbers(ctx, "letter")[:MOST]
    if ctx.form_value("which") == "all" and state is not None:
        listed = rooms.deliveries.listing(ctx.now, bounds(rooms.settings), (state,), ALL)
        chosen = [one.id for one in listed]
    view = state.value if state else ""
    if not chosen:
        return redirect("/outbox", state=view, said="没有选邮件：请在左边勾选要重新发出的。")
    done = rooms.outbox.owe_again(chosen, ctx.account.name, forms.why(ctx), ctx.now)
    relay_stop.clear(data)  # whoever asks for it has mended what was wrong
    left = len(set(chosen)) - len(done)
    rest = f"另有 {left} 封已经发出，或原文已按保存期限清除，没有重发。" if left else ""
    return redirect("/outbox", state=view, said=f"{len(done)} 封邮件将重新发出。{rest}")


def _state(written: str) -> DeliveryState | None:
    return next((one for one in UNSENT if one.value == written), None)


routes = (
    page("/outbox", show_outbox),
    action("/outbox/again", owe_again, Permission.DECIDE),
)
