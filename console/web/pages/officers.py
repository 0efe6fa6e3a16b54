"""报送人员: the roster (一.2, 一.3), its changes, and strangers' letters; whole phones for its keepers only."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions.roster_import import owner_elsewhere
from console.policy import Permission, phone_for
from console.spreadsheets.roster import addresses_in
from console.web import forms
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import AlreadyExists, ConflictError, InvalidInput, LedgerError, NotFound
from ledger.ids import LetterId
from ledger.queries import letter_views
from ledger.roster import Officer
from rulebook.rulings import UnfinishedRuling

MAX_NOTE = 500
MAX_ADDRESS = 255


def show_roster(ctx: RequestContext) -> Response:
    """Show the roster and the strangers whose letters wait."""
    return render_roster(ctx, message=ctx.said)


def show_new_officer(ctx: RequestContext) -> Response:
    """Show the form for a new officer, filled in as far as the address says."""
    officer = Officer(
        ctx.query("unit")[:100],
        ctx.query("name")[:100],
        addresses=addresses_in(ctx.query("mail")[:MAX_ADDRESS]),
    )
    return _render_new(ctx, officer)


def add_officer(ctx: RequestContext) -> Response:
    """Add an officer."""
    try:
        officer = _officer_of_form(ctx, forms.unit(ctx))
        _ask_whose(ctx, officer)
        ctx.web.application.roster.add(officer, ctx.account.name, ctx.now)
    except (Unusable, AlreadyExists) as error:
        return _render_new(ctx, _officer_as_typed(ctx), str(error), 400)
    return redirect("/officers", said=f"已新增{officer.unit}报送人员{officer.name}。")


def show_officer(ctx: RequestContext) -> Response:
    """Show one officer's form."""
    return _render(ctx, message=ctx.said)


def change_officer(ctx: RequestContext) -> Response:
    """Change the appointment, or end it."""
    officer_before = _officer_or_404(ctx)
    try:
        officer = _officer_of_form(ctx, officer_before.unit)
        if set(officer.addresses) - set(officer_before.addresses):
            _ask_whose(ctx, officer)
    except Unusable as error:
        return _render(ctx, trouble=str(error), status=400)
    if officer == officer_before:
        return _render(ctx, trouble="没有改动任何一项。", status=400)
    if ctx.form_value("seen") != _fingerprint(officer_before):
        moved = "这位报送人员的登记刚刚被别人改动，您的改动没有保存。请看过新的内容再改。"
        return _render(ctx, trouble=moved, status=409)
    try:
        ctx.web.application.roster.renew(
            officer_before.id, officer_before, officer, ctx.account.name, ctx.now
        )
    except (NotFound, ConflictError) as error:
        return _render(ctx, trouble=str(error), status=409)
    ended = officer.ends is not None and officer_before.ends is None
    message = (
        f"{officer.name}的任期到 {officer.ends} 为止。"
        if ended
        else f"{officer.name}的登记已更新。"
    )
    return redirect("/officers", said=message)


def hand_over(ctx: RequestContext) -> Response:
    """End the appointment and begin a successor's (一.3); from then on receipts are copied to them."""
    officer = _officer_or_404(ctx)
    try:
        begins = forms.day(ctx, "begins", "新任的起始日期")
        successor = replace(_officer_of_form(ctx, officer.unit), begins=begins, ends=None)
        if not successor.addresses:
            raise Unusable("请填写新任报送人员的邮箱，否则收不到他的稿件。")
        _ask_whose(ctx, successor)
        ctx.web.application.roster.hand_over(
            officer.unit, officer.name, successor, ctx.account.name, ctx.now
        )
    except (Unusable, NotFound, InvalidInput) as error:
        return _render(ctx, trouble=str(error), status=400)
    until = begins - timedelta(days=1)
    return redirect(
        "/officers",
        said=f"{officer.unit}：{officer.name}任至 {until}，{successor.name}自 {begins} 起。",
    )


def claim_letters(ctx: RequestContext) -> Response:
    """Count a stranger's waiting letters for a unit as of their receipt; the address may be kept."""
    address = ctx.form_value("address").strip().lower()[:MAX_ADDRESS]
    application, who = ctx.web.application, ctx.account.name
    stranger = next(
        (one for one in letter_views.strangers(ctx.web.reader) if one.address == address), None
    )
    if stranger is None:
        return render_roster(ctx, trouble="这些来信已经认领过了。", status=409)
    try:
        officer = _chosen_officer(ctx)
        written = ctx.form_value("unit").strip()
        unit = forms.known_unit(ctx, written or (officer.unit if officer else ""))
        if officer is not None and officer.unit != unit:
            raise Unusable(f"{officer.name}是{officer.unit}的报送人员，与选定的{unit}不一致。")
    except Unusable as error:
        return render_roster(ctx, trouble=str(error), status=400)
    done, troubles = 0, []
    for letter in stranger.letters:
        try:
            application.decisions.claim(
                LetterId(letter.id),
                unit,
                who,
                forms.why(ctx) or "认领",
                ctx.now,
                application.composer.correction,
                unclaimed=True,
            )
            done += 1
        except (LedgerError, UnfinishedRuling) as error:
            troubles.append(str(error))
    if officer is not None:
        addresses = tuple(sorted({*officer.addresses, address}))
        try:
            application.roster.renew(
                officer.id, officer, replace(officer, addresses=addresses), who, ctx.now
            )
        except (NotFound, ConflictError) as error:
            troubles.append(str(error))
    if troubles:
        return render_roster(ctx, trouble="\n".join(troubles), status=409)
    kept = f"，{address} 已登记给{officer.name}" if officer else ""
    return redirect("/officers", said=f"{done} 封来信已认领给{unit}{kept}。更正回执将自动发出。")


def render_roster(
    ctx: RequestContext, message: str = "", trouble: str = "", status: int = 400
) -> Response:
    """Render the roster, with what is to be told above it; `status` is that of a trouble."""
    listed = ctx.web.application.roster.officers()

    def ended(officer: Officer) -> bool:
        return officer.ends is not None and officer.ends < ctx.today

    manned = {officer.unit for officer in listed if not ended(officer)}
    units = forms.unit_names(ctx)
    order = {unit: index for index, unit in enumerate(units)}
    return ctx.render(
        "officers.html",
        status if trouble else 200,
        here="/officers",
        message=message[:200],
        trouble=trouble,
        officers=sorted(
            listed, key=lambda one: (ended(one), order.get(one.unit, len(order)), one.name)
        ),
        ended=ended,
        phone=partial(phone_for, ctx.actor),
        units=units,
        absent=[unit for unit in units if unit not in manned],
        strangers=letter_views.strangers(ctx.web.reader),
    )


def _render_new(
    ctx: RequestContext, officer: Officer, trouble: str = "", status: int = 200
) -> Response:
    return ctx.render(
        "officer_new.html",
        status,
        here="/officers",
        trouble=trouble,
        officer=officer,
        units=forms.unit_names(ctx),
    )


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    officer = _officer_or_404(ctx)
    return ctx.render(
        "officer.html",
        status,
        here="/officers",
        message=message[:200],
        trouble=trouble,
        officer=officer,
        seen=_fingerprint(officer),
        ended=officer.ends is not None and officer.ends < ctx.today,
    )


def _officer_or_404(ctx: RequestContext) -> Officer:
    officer = ctx.web.application.roster.officer(ctx.number("officer"))
    if officer is None:
        raise HTTPException(404)
    return officer


def _officer_of_form(ctx: RequestContext, unit: str) -> Officer:
    """Return the form's officer. Raises Unusable."""
    name = forms.text(ctx, "name", "姓名", 60)
    written = ctx.form_value("mail")
    addresses = addresses_in(written[:2000])
    if written.strip() and not addresses:
        raise Unusable(f"“{written.strip()[:60]}”不是邮箱地址。")
    if any(len(one) > MAX_ADDRESS for one in addresses):
        raise Unusable("邮箱地址太长。")
    begins = forms.maybe_day(ctx, "begins", "任期起始日期")
    ends = forms.maybe_day(ctx, "ends", "任期最后一天")
    if begins and ends and ends < begins:
        raise Unusable("任期的最后一天早于起始日期。")
    return Officer(
        unit,
        name,
        " ".join(ctx.form_value("post").split())[:100],
        " ".join(ctx.form_value("phone").split())[:64],
        ctx.form_value("note").strip()[:MAX_NOTE],
        addresses,
        begins,
        ends,
    )


def _ask_whose(ctx: RequestContext, officer: Officer) -> None:
    """
    Ask about an address that another unit has, unless that was answered in the form.

    Raises: Unusable.
    """
    found = owner_elsewhere(officer, ctx.web.application.roster.officers(), ctx.today)
    if found is None or ctx.form_value("shared") == found[0]:
        return
    address, owner = found
    raise Unusable(
        f"邮箱 {address} 已登记给{owner.unit}的{owner.name}，收到来信时分不清是哪个单位。"
        "请换一个邮箱，或先把那一处改掉、办理离任；"
        f"确实由两个单位合用的，在“合用的邮箱”里填上 {address} 再保存，来信会计入后登记的单位。"
    )


def _officer_as_typed(ctx: RequestContext) -> Officer:
    """Return what stands in a form that comes back."""
    return Officer(
        ctx.form_value("unit")[:100],
        ctx.form_value("name")[:100],
        ctx.form_value("post")[:100],
        ctx.form_value("phone")[:64],
        ctx.form_value("note")[:MAX_NOTE],
        addresses_in(ctx.form_value("mail")[:2000]),
    )


def _chosen_officer(ctx: RequestContext) -> Officer | None:
    """Return the officer to whom the address is to be added. Raises Unusable."""
    written = ctx.form_value("officer").strip()
    if not written:
        return None
    number = forms.number(written)
    officer = ctx.web.application.roster.officer(number) if number else None
    if officer is None:
        raise Unusable("没有这位报送人员，请重新选择。")
    return officer


def _fingerprint(officer: Officer) -> str:
    return hashlib.sha256(repr(officer).encode("utf-8", "replace")).hexdigest()[:24]


routes = (
    page("/officers", show_roster),
    page("/officers/new", show_new_officer, Permission.EDIT_ROSTER),
    action("/officers/new", add_officer, Permission.EDIT_ROSTER),
    action("/officers/claim", claim_letters, Permission.DECIDE),
    page("/officers/{officer:int}", show_officer, Permission.EDIT_ROSTER),
    action("/officers/{officer:int}", change_officer, Permission.EDIT_ROSTER),
    action("/officers/{officer:int}/successor", hand_over, Permission.EDIT_ROSTER),
)
