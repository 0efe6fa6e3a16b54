"""加减分: ±points that people enter by hand, and a draft's points shared by the units that wrote it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import sharing
from console.policy import Permission
from console.web import forms
from console.web.forms import Unusable
from console.web.pages.review import draft_or_404, render_draft
from console.web.redirects import redirect, redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import InvalidInput, NotFound
from ledger.hand_lines import HandLine
from ledger.ids import DraftId
from rulebook.amounts import Amount, amount, signed

SHOWN = 300
"""Lines of the list, the latest days first."""
MAX_POINTS = 10_000
MAX_NAME = 60


def show_lines(ctx: RequestContext) -> Response:
    """Show the lines, of one unit or all."""
    return _render(ctx, message=ctx.said)


def add_line(ctx: RequestContext) -> Response:
    """Enter a line of a unit, a person, or a person of a unit."""
    try:
        day = forms.day(ctx, "day", "日期")
        written = ctx.form_value("unit").strip()
        line = HandLine(
            forms.known_unit(ctx, written, day) if written else "",
            day,
            _points(ctx.form_value("points")),
            forms.text(ctx, "why", "事由", forms.MAX_WHY),
            forms.text(ctx, "approved_by", "审批人", MAX_NAME),
            " ".join(ctx.form_value("person").split())[:MAX_NAME],
            " ".join(ctx.form_value("clause").split())[:MAX_NAME],
        )
        number = ctx.web.application.hand_lines.add(line, ctx.account.name, ctx.now)
    except (Unusable, InvalidInput) as error:
        return _render(ctx, trouble=str(error), status=400)
    whose = line.person or line.unit
    return redirect(
        "/points", said=f"第 {number} 号加减分已登记：{whose}，{day}，{signed(line.points)} 分。"
    )


def remove_line(ctx: RequestContext) -> Response:
    """Take a line back."""
    number = ctx.number("line")
    try:
        why = forms.text(ctx, "why", "撤销的理由", forms.MAX_WHY)
        ctx.web.application.hand_lines.remove(number, ctx.account.name, why, ctx.now)
    except (Unusable, InvalidInput) as error:
        return _render(ctx, trouble=str(error), status=400)
    except NotFound:
        raise HTTPException(404) from None
    return redirect("/points", said=f"第 {number} 号加减分已撤销。")


def share_draft(ctx: RequestContext) -> Response:
    """Share a draft's points with the units that were chosen; with none all of it goes back."""
    number = ctx.number("draft")
    draft_or_404(ctx, number)
    partners = [one[:100] for one in ctx.form.getlist("partner") if isinstance(one, str)]
    try:
        lines = ctx.web.application.shared_drafts.share(
            DraftId(number),
            partners,
            forms.text(ctx, "approved_by", "审批人", MAX_NAME),
            ctx.account.name,
            ctx.now,
            sharing.ratio_of(ctx.form_value("ratio")),
        )
    except (Unusable, InvalidInput) as error:
        return render_draft(ctx, number, str(error), 400)
    nothing = "合写已登记，现在没有要改的分；以后得分有变，自动按比例分。"
    told = f"合写已登记：{sharing.told(lines)}。" if lines else nothing
    return redirect_saying(f"/queue/{number}", told)


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    unit = ctx.query("unit")
    lines = ctx.web.application.hand_lines.listing(unit or None)
    return ctx.render(
        "hand_points.html",
        status,
        here="/notices",
        message=message,
        trouble=trouble,
        lines=lines[:SHOWN],
        more=max(0, len(lines) - SHOWN),
        unit=unit,
        units=forms.unit_names(ctx),
        form=ctx.form_value if trouble else lambda _name: "",
    )


def _points(written: str) -> Amount:
    try:
        points = Decimal(written.strip().replace("－", "-").replace("＋", "+"))
    except InvalidOperation:
        raise Unusable(f"“{written.strip()[:20]}”不是分数，请写成 10 或 -2.5 的样子。") from None
    if not points.is_finite() or abs(points) > MAX_POINTS or points != round(points, 2):
        raise Unusable(f"加减的分数在 {MAX_POINTS} 以内，最多两位小数。")
    return amount(points)


routes = (
    page("/points", show_lines),
    action("/points/add", add_line, Permission.EDIT_BONUSES),
    action("/points/{line:int}/remove", remove_line, Permission.EDIT_BONUSES),
    action("/queue/{draft:int}/share", share_draft, Permission.EDIT_BONUSES),
)
