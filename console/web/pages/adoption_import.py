"""Adoptions imported from a sheet: first what it would enter, and entered when an editor agrees."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import adoption_sheet
from console.actions import adoptions as adopting
from console.actions.adoption_sheet import Fate, SheetRow
from console.actions.uploads import walled_reader
from console.policy import Permission
from console.spreadsheets.adoption_template import blank_adoptions
from console.spreadsheets.adoptions import Reported, read_adoptions
from console.spreadsheets.reading import SheetError
from console.web import forms
from console.web.downloads import download
from console.web.pages.adoptions import MAX_UPLOAD_BYTES, render_register
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from rulebook.unit_history import UnitHistory

MAX_OPEN_ROWS = 60
"""Rows of a sheet that a person decides about at once."""
MAX_FORM_BYTES = 4_000_000
A_FIELD = 40
"""Rows in one field of the form: a field has its bounds."""


def preview_sheet(ctx: RequestContext) -> Response:
    """Read a sheet and show what it would enter; nothing is written yet."""
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
    rows = adoption_sheet.survey(application.adoptions, application.settings, read.rows, ctx.now)
    return _render(ctx, rows, read.notes)


def enter_sheet(ctx: RequestContext) -> Response:
    """Enter what was previewed, and the doubtful rows for which a person has named the drafts."""
    application, left = ctx.web.application, 0
    agreed = list(_agreed(ctx))
    for row, chosen in _decided(ctx):
        draft = forms.number(chosen)
        if draft is None:
            left += 1
        else:
            agreed.append((row, draft or None))
    done = adoption_sheet.enter(
        application.adoptions, application.settings, agreed, ctx.account.name, ctx.now
    )
    message = f"已登记 {done.entered} 条。"
    if done.known:
        message += f"{done.known} 条已经登记过，没有重复登记。"
    if left:
        message += f"还有 {left} 条没有指明，再导入同一份表即可。"
    if done.troubles:
        return render_register(ctx, message=message, trouble="\n".join(done.troubles), status=400)
    return redirect("/adoptions", said=message)


def download_template(ctx: RequestContext) -> Response:
    """Send the empty sheet, with the units and outlets of today."""
    provisions = ctx.web.application.settings.provisions_on_day(ctx.today)
    content = blank_adoptions(
        [one.name for one in provisions.units], [one.name for one in provisions.outlets]
    )
    return download(content, "录用情况表.xlsx")


def _render(ctx: RequestContext, rows: Sequence[SheetRow], notes: Sequence[str]) -> Response:
    doubtful = [one for one in rows if one.fate is Fate.DOUBTFUL]
    entered = [one for one in rows if one.fate in (Fate.MATCHED, Fate.ALONE)]
    return ctx.render(
        "adoption_import.html",
        here="/adoptions",
        rows=[one for one in rows if one.fate is not Fate.DOUBTFUL],
        doubtful=doubtful[:MAX_OPEN_ROWS],
        more=max(0, len(doubtful) - MAX_OPEN_ROWS),
        counts=Counter(one.fate.value for one in rows),
        untiered=sum(one.tier is None for one in entered),
        notes=notes,
        packed=[
            json.dumps(
                [
                    {**asdict(one.reported), "draft": one.draft.draft if one.draft else 0}
                    for one in entered[at : at + A_FIELD]
                ],
                ensure_ascii=False,
                default=str,
            )
            for at in range(0, len(entered), A_FIELD)
        ],
        packed_row=lambda row: json.dumps(asdict(row), ensure_ascii=False, default=str),
    )


def _agreed(ctx: RequestContext) -> Iterator[tuple[Reported, int | None]]:
    """Yield the rows that the preview packed. Raises HTTPException 400 for what it did not."""
    try:
        for name in ctx.form:
            if name.startswith("rows-"):
                for fields in json.loads(ctx.form_value(name)):
                    yield _reported(fields), int(fields["draft"]) or None
    except (ValueError, KeyError, TypeError):
        raise HTTPException(400) from None


def _decided(ctx: RequestContext) -> Iterator[tuple[Reported, str]]:
    for name in ctx.form:
        if not name.startswith("row-"):
            continue
        try:
            row = _reported(json.loads(ctx.form_value(name)))
        except (ValueError, KeyError, TypeError):
            raise HTTPException(400) from None
        yield row, ctx.form_value(f"draft-{name[4:]}")


def _reported(fields: dict[str, Any]) -> Reported:
    return Reported(
        str(fields["title"])[: forms.MAX_TITLE],
        str(fields["unit"]),
        str(fields["outlet"])[:100],
        date.fromisoformat(fields["day"]),
        str(fields["url"])[:2000],
    )


routes = (
    action("/adoptions/import", preview_sheet, Permission.RECORD_ADOPTIONS, MAX_UPLOAD_BYTES),
    action("/adoptions/settle", enter_sheet, Permission.RECORD_ADOPTIONS, MAX_FORM_BYTES),
    page("/adoptions/template", download_template, Permission.RECORD_ADOPTIONS),
)
