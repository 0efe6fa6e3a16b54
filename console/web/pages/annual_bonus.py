"""年终: 附加分 of units (五.2) and what cancels it (五.3), entered by hand beside the year's points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.annual_bonus import Sanction
from ledger.errors import InvalidInput, NotFound
from ledger.queries.figures import AnnualBonus
from rulebook.amounts import written
from rulebook.periods import Period, Span, containing
from rulebook.ranking import TableRow
from rulebook.unit_history import NoSuchUnit

MAX_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's year: its row of the table, its 附加分, the sanctions that stand."""

    row: TableRow
    annual: AnnualBonus | None


def show_bonuses(ctx: RequestContext) -> Response:
    """Show a year's bonuses."""
    return _render(ctx, _year_or_404(ctx, ctx.query("year")), message=ctx.said)


def set_bonus(ctx: RequestContext) -> Response:
    """Set a unit's 附加分 of a year; an earlier figure is replaced, its line stays."""
    year = _year_or_404(ctx, ctx.form_value("year"))
    try:
        why = forms.text(ctx, "why", "依据", forms.MAX_WHY)
        points = _points_of_form(ctx.form_value("points"))
        unit = ctx.web.application.annual_bonuses.set_bonus(
            forms.text(ctx, "unit", "单位"), year, points, ctx.account.name, why, ctx.now
        )
    except (Unusable, InvalidInput, NoSuchUnit) as error:
        return _render(ctx, year, trouble=str(error), status=400)
    return redirect(
        "/merits", year=str(year), said=f"{unit} {year}年度附加分记为 {written(points)} 分。"
    )


def add_sanction(ctx: RequestContext) -> Response:
    """Cancel the year's 附加分; points stay."""
    year = _year_or_404(ctx, ctx.form_value("year"))
    try:
        one = Sanction(
            forms.known_unit(ctx, ctx.form_value("unit").strip(), date(year, 12, 31)),
            year,
            forms.text(ctx, "reason", "事由", forms.MAX_WHY),
            forms.text(ctx, "approved_by", "批准人", 60),
            forms.day(ctx, "day", "批准日期"),
        )
        if one.day > ctx.today:
            raise Unusable("批准日期还没有到，请核对。")
        ctx.web.application.annual_bonuses.sanction(one, ctx.account.name, ctx.now)
    except (Unusable, InvalidInput) as error:
        return _render(ctx, year, trouble=str(error), status=400)
    return redirect("/merits", year=str(year), said=f"已记录：{one.unit} {year}年度附加分取消。")


def lift_sanction(ctx: RequestContext) -> Response:
    """Lift a sanction."""
    year = _year_or_404(ctx, ctx.form_value("year"))
    try:
        why = forms.text(ctx, "why", "解除的理由", forms.MAX_WHY)
        ctx.web.application.annual_bonuses.lift(
            ctx.number("sanction"), ctx.account.name, why, ctx.now
        )
    except (Unusable, InvalidInput) as error:
        return _render(ctx, year, trouble=str(error), status=400)
    except NotFound:
        raise HTTPException(404) from None
    return redirect("/merits", year=str(year), said="已解除，附加分恢复。")


def _render(
    ctx: RequestContext, year: int, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    web = ctx.web
    summary = web.summaries.of(_period_of_year(year), ctx.today)
    told = web.application.figures.annual(year)
    annual = {one.unit: one for one in told}
    return ctx.render(
        "annual_bonus.html",
        status,
        here="/notices",
        message=message,
        trouble=trouble,
        year=year,
        years=[ctx.today.year - back for back in range(3)],
        groups=[
            (group, [Line(row, annual.get(row.unit)) for row in rows])
            for group, rows in summary.with_unplaced(told)
            if rows
        ],
        sanctions=web.application.annual_bonuses.sanctions(year),
        units=[
            one.name for one in web.application.settings.provisions_on_day(date(year, 12, 31)).units
        ],
    )


def _period_of_year(year: int) -> Period:
    return containing(date(year, 1, 1), Span.YEAR)


def _year_or_404(ctx: RequestContext, written: str) -> int:
    """Return the year asked for; HTTPException(404) for one that the rulebook cannot know."""
    if not written:
        return ctx.today.year
    year = forms.number(written)
    if year is None or not 2000 <= year <= ctx.today.year + 1:
        raise HTTPException(404)
    return year


def _points_of_form(written: str) -> Decimal:
    try:
        points = Decimal(written.strip())
    except InvalidOperation:
        raise Unusable(f"附加分“{written.strip()[:20]}”不是数字。") from None
    if not points.is_finite() or not 0 <= points <= MAX_POINTS or points != round(points, 2):
        raise Unusable(f"附加分在 0 到 {MAX_POINTS} 之间，最多两位小数。")
    return points


routes = (
    page("/merits", show_bonuses),
    action("/merits/bonus", set_bonus, Permission.EDIT_BONUSES),
    action("/merits/sanctions", add_sanction, Permission.EDIT_BONUSES),
    action("/merits/sanctions/{sanction:int}/lift", lift_sanction, Permission.EDIT_BONUSES),
)
