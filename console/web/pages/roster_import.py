"""A list of officers imported: first what it would change, and written when an editor agrees."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import roster_import
from console.actions.uploads import walled_reader
from console.policy import Permission
from console.spreadsheets.roster import RosterError, RosterRow, RosterSurvey, survey_roster
from console.web import forms
from console.web.forms import Unusable
from console.web.pages.officers import MAX_ADDRESS, MAX_NOTE, render_roster
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.errors import InvalidInput
from ledger.queries import letter_views
from ledger.roster import Officer
from rulebook.model import FileRole

MAX_BYTES = 10_000_000
MAX_FORM_BYTES = 4_000_000
A_FIELD = 40
"""Officers in one field of the form: a field has its bounds."""
_FIELDS = ("unit", "name", "post", "phone", "note")


def preview_roster(ctx: RequestContext) -> Response:
    """Read a list and show what it would change; nothing is written yet."""
    sheet = ctx.upload("sheet")
    if sheet is None:
        return render_roster(ctx, trouble="请先选择名单文件。")
    return _preview(ctx, sheet.filename or "", sheet.file.read())


def preview_letters_roster(ctx: RequestContext) -> Response:
    """Read a list that an officer sent by mail, and show what it would change; nothing is written yet."""
    letter, number = letter_views.letter(ctx.web.reader, ctx.number("letter")), ctx.number("number")
    if letter is None or not letter.raw_kept or letter.head_only or number >= len(letter.files):
        raise HTTPException(404)
    file = letter.files[number]
    if file.role is not FileRole.FORM or letter.line.unit is None:
        raise HTTPException(404)
    path = ctx.web.application.vault.path(letter.digest)
    content = ctx.web.files.file(path, file.path)
    if content is None:
        return render_roster(ctx, trouble="附件取不出来，请下载原信，存下附件以后再导入。")
    return _preview(ctx, file.name, content, letter.line.id, letter.line.unit)


def _preview(
    ctx: RequestContext, name: str, content: bytes, letter: int = 0, sender_unit: str = ""
) -> Response:
    units = ctx.web.application.settings.provisions_on_day(ctx.today).units
    with tempfile.TemporaryDirectory() as folder:
        # the name is the sender's: only its ending tells anything
        path = Path(folder) / f"名单{Path(name).suffix.lower()[:6]}"
        path.write_bytes(content)
        try:
            survey = survey_roster(path, units, walled_reader(ctx.web.application))
        except RosterError as error:
            return render_roster(ctx, trouble=str(error))
    registered = ctx.web.application.roster.officers()
    found = roster_import.preview(survey, registered, ctx.today)
    return ctx.render(
        "roster_import.html",
        400 if found.questions else 200,
        here="/officers",
        found=found,
        packed=_packed(found.written),
        seen=_fingerprint(registered),
        letter=letter,
        sender_unit=sender_unit,
        others=sorted({one.unit for one in found.written} - {sender_unit}) if sender_unit else [],
    )


def write_roster(ctx: RequestContext) -> Response:
    """Write the list as it was previewed, unless the roster has moved since."""
    registered = ctx.web.application.roster.officers()
    if ctx.form_value("seen") != _fingerprint(registered):
        moved = "名单刚刚被别人改动，没有导入。请再选一次文件，看过新的预览再写入。"
        return render_roster(ctx, trouble=moved, status=409)
    rows = tuple(RosterRow("", one) for one in _officers_of_form(ctx))
    try:
        last_day = forms.maybe_day(ctx, "last_day", "任期最后一天")
        found = roster_import.preview(RosterSurvey(rows), registered, ctx.today, last_day)
        if found.questions:
            raise Unusable("\n".join(found.questions))
        done = roster_import.write(ctx.web.application.roster, found, ctx.account.name, ctx.now)
    except (Unusable, InvalidInput) as error:
        return render_roster(ctx, trouble=str(error))
    ended = f"，离任 {len(found.absent)} 人" if last_day and found.absent else ""
    return redirect(
        "/officers",
        said=f"已导入：新增 {done.added} 人，更新 {done.updated} 人，未变 {done.unchanged} 人{ended}。",
    )


def _officers_of_form(ctx: RequestContext) -> list[Officer]:
    """Return the officers that the preview packed. Raises HTTPException 400 for what it did not."""
    known = {one.name for one in ctx.web.application.settings.provisions_on_day(ctx.today).units}
    try:
        officers = [
            _officer(one)
            for name in ctx.form
            if name.startswith("list-")
            for one in json.loads(ctx.form_value(name))
        ]
    except (ValueError, KeyError, TypeError):
        raise HTTPException(400) from None
    if not officers or not all(one.name and one.unit in known for one in officers):
        raise HTTPException(400)
    return officers


def _officer(packed: dict[str, Any]) -> Officer:
    unit, name, post, phone, note = (str(packed[field])[:MAX_NOTE] for field in _FIELDS)
    addresses = tuple(str(one).lower()[:MAX_ADDRESS] for one in packed["addresses"])
    return Officer(unit, name, post, phone, note, addresses)


def _packed(officers: Sequence[Officer]) -> list[str]:
    """Return the officers as texts of which each fits into one field of a form."""
    return [
        json.dumps([asdict(one) for one in some], ensure_ascii=False, default=str)
        for some in (officers[at : at + A_FIELD] for at in range(0, len(officers), A_FIELD))
    ]


def _fingerprint(officers: Sequence[Officer]) -> str:
    return hashlib.sha256(repr(officers).encode("utf-8", "replace")).hexdigest()[:24]


routes = (
    action("/officers/import", preview_roster, Permission.EDIT_ROSTER, MAX_BYTES),
    action(
        "/letters/{letter:int}/files/{number:int}/roster",
        preview_letters_roster,
        Permission.EDIT_ROSTER,
    ),
    action("/officers/import/write", write_roster, Permission.EDIT_ROSTER, MAX_FORM_BYTES),
)
