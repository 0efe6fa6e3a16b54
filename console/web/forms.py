"""Fields of a form as values; what cannot be used is told in Chinese."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import TypeVar

from starlette.exceptions import HTTPException

from console.web.request_context import RequestContext
from ledger.deed_checks import web_address
from ledger.errors import InvalidInput
from rulebook.periods import Period, Span, containing, parse, previous
from rulebook.unit_history import NoSuchUnit, UnitHistory

MAX_TITLE = 200
MAX_WHY = 500
_E = TypeVar("_E", bound=Enum)


class Unusable(ValueError):
    """A form that cannot be used as it is; the text says what to do."""


def text(ctx: RequestContext, name: str, called: str, most: int = MAX_TITLE) -> str:
    """Return a field that must be filled in, in one line. Raises Unusable."""
    value = " ".join(ctx.form_value(name).split())
    if not value:
        raise Unusable(f"请填写{called}。")
    if len(value) > most:
        raise Unusable(f"{called}太长，最多 {most} 个字。")
    return value


def why(ctx: RequestContext, name: str = "why") -> str:
    """Return the reason that a person gives, as far as it is kept."""
    return ctx.form_value(name).strip()[:MAX_WHY]


def day(ctx: RequestContext, name: str, called: str) -> date:
    """Return a day that must be given. Raises Unusable."""
    value = maybe_day(ctx, name, called)
    if value is None:
        raise Unusable(f"请填写{called}。")
    return value


def maybe_day(ctx: RequestContext, name: str, called: str) -> date | None:
    """Return a day that may be left open. Raises Unusable."""
    written = ctx.form_value(name).strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unusable(f"{called}“{written[:40]}”{day_fault(written)}。") from None


def day_fault(written: str) -> str:
    """Say what is wrong with a text that is no day: not written as one, or not in the calendar."""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", written.strip()):
        return "：没有这一天，请核对"
    return "不是日期，请写成 2022-03-05 的样子"


def web_link(ctx: RequestContext, name: str) -> str:
    """Return a link, "" for none. Raises Unusable for another than http and https."""
    try:
        return web_address(ctx.form_value(name)[:2000])
    except InvalidInput as error:
        raise Unusable(str(error)) from None


def unit(ctx: RequestContext, name: str = "unit") -> str:
    """Return a scoring unit of the rulebook in force. Raises Unusable."""
    return known_unit(ctx, ctx.form_value(name).strip())


def known_unit(ctx: RequestContext, written: str, day: date | None = None) -> str:
    """Return the scoring unit of a day, by default today's, that a name means. Raises Unusable."""
    if not written:
        raise Unusable("请选择单位。")
    try:
        return (
            UnitHistory(ctx.web.application.settings.provisions_on_day)
            .named(written[:100], day or ctx.today)
            .name
        )
    except NoSuchUnit as error:
        raise Unusable(str(error)) from None


def unit_names(ctx: RequestContext) -> list[str]:
    """List all scoring units of the rulebook in force."""
    return [one.name for one in ctx.web.application.settings.provisions_on_day(ctx.today).units]


def number(written: str) -> int | None:
    """Parse a number as the ledger gives them, None when it is none."""
    written = written.strip()
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 18 else None


def numbers(ctx: RequestContext, field: str) -> list[int]:
    """Return the numbers that were chosen in a field of the form; what is none is left out."""
    return [
        parsed
        for written in ctx.form.getlist(field)
        if isinstance(written, str) and (parsed := number(written)) is not None
    ]


def period(ctx: RequestContext) -> Period | None:
    """Return the period that the address asks for, None when it asks for none."""
    try:
        return parse(ctx.query("period")) if ctx.query("period") else None
    except ValueError:
        return None


def recent(day: date) -> list[Period]:
    """List periods that people ask for: weeks, months, quarters, years, the latest first of each."""
    periods = []
    for span, many in ((Span.WEEK, 2), (Span.MONTH, 3), (Span.QUARTER, 5), (Span.YEAR, 2)):
        one = containing(day, span)
        for _ in range(many):
            periods.append(one)
            one = previous(one)
    return periods


def after(ctx: RequestContext, name: str = "after") -> tuple[date, int] | None:
    """Parse the keyset cursor `YYYY-MM-DD_id`; HTTPException(404) if malformed."""
    written = ctx.query(name)
    if not written:
        return None
    key, _, last = written.rpartition("_")
    row_id = number(last)
    try:
        if row_id is None:
            raise ValueError(written)
        return date.fromisoformat(key), row_id
    except ValueError:
        raise HTTPException(404) from None
