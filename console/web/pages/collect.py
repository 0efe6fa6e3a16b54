"""立即收信: the service is asked to look into the mailbox now."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from console.offices.paused import paused_office
from console.policy import Permission
from console.state import asked_round, last_round
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action

ASLEEP = timedelta(minutes=3)
"""Beyond the time between two rounds: then nobody seems to be at work."""


def collect_now(ctx: RequestContext) -> Response:
    """Ask for a round; say so when no service seems to be there to take it."""
    settings = ctx.web.application.settings
    if (resting := paused_office(settings)) is not None:
        return redirect("/", said=f"没有收信：本单位{resting.sentence(settings.zone)}。")
    try:
        asked_round.ask(settings.data_dir)
    except OSError:
        return redirect("/", said="没有办成：数据目录写不进去，请管理员运行 shougao doctor 看看。")
    ended = last_round.read(settings.data_dir).ended
    patience = timedelta(seconds=settings.mailbox.poll_seconds) + ASLEEP
    if ended is None or ctx.now - ended > patience:
        return redirect(
            "/",
            said="已请求立即收信，但收信的服务好像没有在运行（上一轮已是很久以前），请管理员看看。",
        )
    return redirect("/", said="正在收信，几秒后刷新本页就能看到。")


routes = (action("/collect", collect_now, Permission.DECIDE),)
