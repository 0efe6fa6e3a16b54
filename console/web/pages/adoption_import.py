"""Adoptions imported from a sheet; a person names the drafts of the rows that are not clear."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import adoptions as adopting
from console.actions.adoptions import Entered
from console.actions.uploads import walled_reader
from console.policy import Permission
from console.spreadsheets.adoptions import Reported, read_adoptions
from console.spreadsheets.reading import SheetError
from console.web import forms
from console.web.forms import Unusable
from console.web.pages.adoptions import MAX_UPLOAD_BYTES, render_register
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.adoptions import AlreadyRecorded
from ledger.errors import InvalidInput, NotFound
from rulebook.unit_history import UnitHistory

MAX_OPEN_ROWS = 60
"""Rows of a sheet that a person decides about at once."""
MAX_FORM_BYTES = 400_000


def import_sheet(ctx: RequestContext) -> Response:
    """Import a sheet. Rows that may be one draft or another are listed for a person; nothing is guessed."""
    sheet = ctx.upload("sheet")
    if sheet is None:
        return render_register(ctx, trouble="请先选择录用情况表。", status=400)
    application = ctx.web.application
    with tempfile.TemporaryDirectory() as folder:
        # the name is the sender's: only its ending tells anything
        path = Path(folder) / f"录用情况表{Path(sheet.filename or '').suffix.lower()[:6]}"
        path.write_bytes(sheet.file.read())
        try:
            read = read_adoptions(
                path,
                UnitHistory(application.settings.provisions_on_day),
                ctx.today,
                walled_reader(application),
                adopting.listed_tier(application.settings),
            )
        except SheetError as error:
            return render_register(ctx, trouble=str(error), status=400)
        done = adopting.enter_sheet(
            application.adoptions,
            application.settings,
            read.rows,
            path.name,
            ctx.account.name,
            ctx.now,
        )
    message = "\n".join([_import_summary(done), *read.notes])
    if not done.open:
        return redirect("/adoptions", said=message)
    return _render_open_rows(ctx, done, message)


def resolve_import(ctx: RequestContext) -> Response:
    """Record the open rows of a sheet for which a person has named the drafts."""
    application, done, left = ctx.web.application, 0, 0
    troubles = []
    for row, chosen in _chosen_drafts(ctx):
        draft = forms.number(chosen)
        if draft is None:
            left += 1
            continue
        try:
            one = adopting.printed(
                application.settings,
                row.unit,
                row.title,
                row.outlet,
                row.day,
                draft or None,
                url=row.url,
            )
            application.adoptions.add(one, ctx.account.name, ctx.now, "导入后指明稿件")
            done += 1
        except (Unusable, NotFound, AlreadyRecorded, InvalidInput) as error:
            troubles.append(str(error))
    message = f"已登记 {done} 条。" + (
        f"还有 {left} 条没有指明，再导入同一份表即可。" if left else ""
    )
    if troubles:
        return render_register(ctx, message=message, trouble="\n".join(troubles), status=400)
    return redirect("/adoptions", said=message)


def _render_open_rows(ctx: RequestContext, done: Entered, message: str) -> Response:
    return ctx.render(
        "adoption_import.html",
        here="/adoptions",
        message=message,
        open=done.open[:MAX_OPEN_ROWS],
        more=max(0, len(done.open) - MAX_OPEN_ROWS),
        packed=lambda row: json.dumps(asdict(row), ensure_ascii=False, default=str),
    )


def _chosen_drafts(ctx: RequestContext) -> Iterator[tuple[Reported, str]]:
    for name in ctx.form:
        if not name.startswith("row-"):
            continue
        try:
            fields = json.loads(ctx.form_value(name))
            row = Reported(
                str(fields["title"])[: forms.MAX_TITLE],
                str(fields["unit"]),
                str(fields["outlet"])[:100],
                date.fromisoformat(fields["day"]),
                str(fields["url"])[:2000],
            )
        except (ValueError, KeyError, TypeError):
            raise HTTPException(400) from None
        yield row, ctx.form_value(f"draft-{name[4:]}")


def _import_summary(done: Entered) -> str:
    parts = [f"登记 {done.entered} 条", f"以前登记过 {done.known} 条"]
    if done.alone:
        parts.append(f"其中 {done.alone} 条没有对应的来稿")
    if done.untiered:
        parts.append(f"{done.untiered} 条的载体不在名单里，等您选定类别")
    if done.open:
        parts.append(f"{len(done.open)} 条要您指明是哪一篇")
    return "，".join(parts) + "。"


routes = (
    action("/adoptions/import", import_sheet, Permission.RECORD_ADOPTIONS, MAX_UPLOAD_BYTES),
    action("/adoptions/settle", resolve_import, Permission.RECORD_ADOPTIONS, MAX_FORM_BYTES),
)
