"""催报 from the page: who owes what now, the very letters first, then sent to one unit or to all."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from starlette.responses import Response

from console.actions.daily_letters import earlier_reminders
from console.actions.unit_letters import ToUnits, reminders
from console.policy import Permission
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from notifier.letters.reminder import reminded
from rulebook.targets import Progress

MAX_SHOWN = 5
"""Letters that a preview shows in full; of the others it says to whom they go."""

_MARK = re.compile(r"x[0-9a-f]{6,12}")


@dataclass(frozen=True, slots=True)
class Owing:
    """A unit, what it owes, its officers with an address, and how many of them were reminded of it."""

    unit: str
    lacks: tuple[Progress, ...]
    officers: tuple[str, ...]
    reminded: int


def show_owing(ctx: RequestContext) -> Response:
    """Show who owes what in the periods that run now."""
    return _render(ctx, message=ctx.said)


def send_reminders(ctx: RequestContext) -> Response:
    """Show the letters; with the deed “send” owe exactly those."""
    chosen = {one for one in ctx.form.getlist("unit") if isinstance(one, str)}
    application = ctx.web.application
    mark = ctx.form_value("mark")
    if not _MARK.fullmatch(mark):
        mark = f"x{int(ctx.now.timestamp()):x}"
    behind = ctx.web.figures.behind(ctx.today)
    letters = reminders(application, behind, chosen, ctx.now, mark)
    if not letters.letters:
        trouble = "请先勾选要提醒的单位。"
        if letters.unreached:
            trouble = f"{'、'.join(letters.unreached)}在名单里没有登记邮箱，没有可以发的。"
        elif chosen:
            trouble = "选定的单位现在都不差任务，没有可以发的。"
        return _render(ctx, trouble=trouble, status=400)
    if ctx.form_value("deed") != "send":
        return _preview(ctx, letters, mark)
    owed = application.outbox.owe_units(letters.owed, ctx.account.name, ctx.now)
    if not owed:
        return redirect("/reminders", said="这些提醒刚刚已经发过，没有再发。")
    units = len({one.unit for one in letters.letters})
    return redirect("/reminders", said=f"已向 {units} 个单位发出提醒，共 {owed} 封，正在送出。")


def _preview(ctx: RequestContext, letters: ToUnits, mark: str) -> Response:
    return ctx.render(
        "reminders_preview.html",
        here="/",
        letters=letters.letters[:MAX_SHOWN],
        others=letters.letters[MAX_SHOWN:],
        units=list(dict.fromkeys(one.unit for one in letters.letters)),
        unreached=letters.unreached,
        mark=mark,
    )


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    application = ctx.web.application
    told = reminded(earlier_reminders(application, ctx.now))
    by_unit: dict[str, list[Progress]] = defaultdict(list)
    for one in ctx.web.summaries.behind(ctx.today):
        by_unit[one.unit].append(one)
    addressees = application.roster.all_addressees(ctx.today)
    rows = []
    for unit, lacks in by_unit.items():
        names = application.figures.names(unit, ctx.today)
        officers = [officer for name in names for officer in addressees.get(name, ())]
        periods = {one.period.name for one in lacks}
        known = sum(
            any((number, period) in told for period in periods) for number, _, _ in officers
        )
        rows.append(Owing(unit, tuple(lacks), tuple(name for _, name, _ in officers), known))
    return ctx.render(
        "reminders.html",
        status,
        here="/",
        message=message,
        trouble=trouble,
        rows=rows,
        chosen=set(ctx.form.getlist("unit")),
        automatic=application.settings.reminders.enabled,
    )


routes = (
    page("/reminders", show_owing),
    action("/reminders", send_reminders, Permission.REMIND),
)
