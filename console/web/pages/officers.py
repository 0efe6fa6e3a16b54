"""宣传员: the roster (一.2, 一.3), its changes, and strangers' letters; whole phones for its keepers only."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.spreadsheets.roster import RosterError, addresses_in, mask, read_roster
from console.web import forms
from console.web.forms import Unusable
from console.web.request_context import Visit, action, go, page
from ledger.decisions import NotFound, Overtaken
from ledger.models.accounts import Role
from ledger.queries import letter_views
from ledger.roster import Moved, Officer

MOST_BYTES = 10_000_000
MOST_NOTE = 500
LONGEST_ADDRESS = 255


def officers(visit: Visit) -> Response:
    return _shown(visit, said=visit.asked("said"))


def take_in(visit: Visit) -> Response:
    sheet = visit.upload("sheet")
    if sheet is None:
        return _shown(visit, trouble="请先选择名单文件。")
    units = visit.desk.house.settings.provisions_on(visit.today).units
    with tempfile.TemporaryDirectory() as folder:
        # the name is the sender's: only its ending tells anything
        place = Path(folder) / f"名单{Path(sheet.filename or '').suffix.lower()[:6]}"
        place.write_bytes(sheet.file.read())
        try:
            found = read_roster(place, units)
        except RosterError as error:
            return _shown(visit, trouble=str(error))
    changed = visit.desk.house.roster.enter(found, visit.account.name, visit.now)
    return go(
        "/officers",
        said=f"已导入：新增 {changed.added} 人，更新 {changed.updated} 人，"
        f"未变 {changed.unchanged} 人。",
    )


def new(visit: Visit) -> Response:
    asked = Officer(
        visit.asked("unit")[:100],
        visit.asked("name")[:100],
        addresses=addresses_in(visit.asked("mail")[:LONGEST_ADDRESS]),
    )
    return _new(visit, asked)


def add(visit: Visit) -> Response:
    try:
        officer = _filled(visit, forms.unit(visit))
        visit.desk.house.roster.add(officer, visit.account.name, visit.now)
    except ValueError as error:
        return _new(visit, _as_typed(visit), str(error), 400)
    return go("/officers", said=f"已新增{officer.unit}宣传员{officer.name}。")


def one(visit: Visit) -> Response:
    return _one(visit, said=visit.asked("said"))


def change(visit: Visit) -> Response:
    """The appointment written anew, or ended."""
    found = _found(visit)
    try:
        officer = _filled(visit, found.unit)
    except Unusable as error:
        return _one(visit, trouble=str(error), status=400)
    if officer == found:
        return _one(visit, trouble="没有改动任何一项。", status=400)
    if visit.filled("seen") != _fingerprint(found):
        moved = "这位宣传员的登记刚刚被别人改动，您的改动没有保存。请看过新的内容再改。"
        return _one(visit, trouble=moved, status=409)
    try:
        visit.desk.house.roster.renew(found.id, found, officer, visit.account.name, visit.now)
    except (LookupError, Moved) as error:
        return _one(visit, trouble=str(error.args[0]), status=409)
    ended = officer.ends is not None and found.ends is None
    said = (
        f"{officer.name}的任期到 {officer.ends} 为止。"
        if ended
        else f"{officer.name}的登记已更新。"
    )
    return go("/officers", said=said)


def hand_over(visit: Visit) -> Response:
    """The appointment ends, a successor's begins (一.3); from then on receipts are copied to them."""
    found = _found(visit)
    try:
        begins = forms.day(visit, "begins", "新任的起始日期")
        successor = replace(_filled(visit, found.unit), begins=begins, ends=None)
        if not successor.addresses:
            raise Unusable("请填写新任宣传员的邮箱，否则收不到他的稿件。")
        visit.desk.house.roster.hand_over(
            found.unit, found.name, successor, visit.account.name, visit.now
        )
    except (ValueError, LookupError) as error:
        return _one(visit, trouble=str(error.args[0]), status=400)
    until = begins - timedelta(days=1)
    return go(
        "/officers",
        said=f"{found.unit}：{found.name}任至 {until}，{successor.name}自 {begins} 起。",
    )


def claim(visit: Visit) -> Response:
    """A stranger's waiting letters count for a unit as of their receipt; the address may be kept."""
    address = visit.filled("address").strip().lower()[:LONGEST_ADDRESS]
    house, who = visit.desk.house, visit.account.name
    stranger = next(
        (one for one in letter_views.strangers(visit.desk.reader) if one.address == address), None
    )
    if stranger is None:
        return _shown(visit, trouble="这些来信已经认领过了。", status=409)
    try:
        officer = _chosen(visit)
        written = visit.filled("unit").strip()
        unit = forms.known_unit(visit, written or (officer.unit if officer else ""))
        if officer is not None and officer.unit != unit:
            raise Unusable(f"{officer.name}是{officer.unit}的宣传员，与选定的{unit}不一致。")
    except Unusable as error:
        return _shown(visit, trouble=str(error), status=400)
    done, troubles = 0, []
    for letter in stranger.letters:
        try:
            house.decisions.claim(
                letter.id,
                unit,
                who,
                forms.why(visit) or "认领",
                visit.now,
                house.correct,
                unclaimed=True,
            )
            done += 1
        except (NotFound, Overtaken) as error:
            troubles.append(str(error))
    if officer is not None:
        addresses = tuple(sorted({*officer.addresses, address}))
        try:
            house.roster.renew(
                officer.id, officer, replace(officer, addresses=addresses), who, visit.now
            )
        except (LookupError, Moved) as error:
            troubles.append(str(error.args[0]))
    if troubles:
        return _shown(visit, trouble="\n".join(troubles), status=409)
    kept = f"，{address} 已登记给{officer.name}" if officer else ""
    return go("/officers", said=f"{done} 封来信已认领给{unit}{kept}。更正回执将自动发出。")


def _shown(visit: Visit, said: str = "", trouble: str = "", status: int = 400) -> Response:
    listed = visit.desk.house.roster.officers()

    def ended(officer: Officer) -> bool:
        return officer.ends is not None and officer.ends < visit.today

    manned = {officer.unit for officer in listed if not ended(officer)}
    editor = visit.may(Role.EDITOR)
    units = forms.unit_names(visit)
    order = {unit: place for place, unit in enumerate(units)}
    return visit.render(
        "officers.html",
        status if trouble else 200,
        here="/officers",
        said=said[:200],
        trouble=trouble,
        editor=editor,
        officers=sorted(
            listed, key=lambda one: (ended(one), order.get(one.unit, len(order)), one.name)
        ),
        ended=ended,
        phone=(lambda text: text) if editor else mask,
        units=units,
        absent=[unit for unit in units if unit not in manned],
        strangers=letter_views.strangers(visit.desk.reader),
    )


def _new(visit: Visit, officer: Officer, trouble: str = "", status: int = 200) -> Response:
    return visit.render(
        "officer_new.html",
        status,
        here="/officers",
        trouble=trouble,
        officer=officer,
        units=forms.unit_names(visit),
    )


def _one(visit: Visit, *, said: str = "", trouble: str = "", status: int = 200) -> Response:
    found = _found(visit)
    return visit.render(
        "officer.html",
        status,
        here="/officers",
        said=said[:200],
        trouble=trouble,
        officer=found,
        seen=_fingerprint(found),
        ended=found.ends is not None and found.ends < visit.today,
    )


def _found(visit: Visit) -> Officer:
    found = visit.desk.house.roster.officer(visit.number("officer"))
    if found is None:
        raise HTTPException(404)
    return found


def _filled(visit: Visit, unit: str) -> Officer:
    """The form's officer. Raises Unusable."""
    name = forms.text(visit, "name", "姓名", 60)
    written = visit.filled("mail")
    addresses = addresses_in(written[:2000])
    if written.strip() and not addresses:
        raise Unusable(f"“{written.strip()[:60]}”不是邮箱地址。")
    if any(len(one) > LONGEST_ADDRESS for one in addresses):
        raise Unusable("邮箱地址太长。")
    begins = forms.maybe_day(visit, "begins", "任期起始日期")
    ends = forms.maybe_day(visit, "ends", "任期最后一天")
    if begins and ends and ends < begins:
        raise Unusable("任期的最后一天早于起始日期。")
    return Officer(
        unit,
        name,
        " ".join(visit.filled("post").split())[:100],
        " ".join(visit.filled("phone").split())[:64],
        visit.filled("note").strip()[:MOST_NOTE],
        addresses,
        begins,
        ends,
    )


def _as_typed(visit: Visit) -> Officer:
    """What stands in a form that comes back."""
    return Officer(
        visit.filled("unit")[:100],
        visit.filled("name")[:100],
        visit.filled("post")[:100],
        visit.filled("phone")[:64],
        visit.filled("note")[:MOST_NOTE],
        addresses_in(visit.filled("mail")[:2000]),
    )


def _chosen(visit: Visit) -> Officer | None:
    """The officer to whom the address is to be added. Raises Unusable."""
    written = visit.filled("officer").strip()
    if not written:
        return None
    number = forms.number(written)
    officer = visit.desk.house.roster.officer(number) if number else None
    if officer is None:
        raise Unusable("没有这位宣传员，请重新选择。")
    return officer


def _fingerprint(officer: Officer) -> str:
    return hashlib.sha256(repr(officer).encode("utf-8", "replace")).hexdigest()[:24]


routes = (
    page("/officers", officers),
    action("/officers/import", take_in, Role.EDITOR, MOST_BYTES),
    page("/officers/new", new, Role.EDITOR),
    action("/officers/new", add, Role.EDITOR),
    action("/officers/claim", claim, Role.EDITOR),
    page("/officers/{officer:int}", one, Role.EDITOR),
    action("/officers/{officer:int}", change, Role.EDITOR),
    action("/officers/{officer:int}/successor", hand_over, Role.EDITOR),
)
