"""录用: the register of what outlets printed; recorded one by one or from a sheet, with evidence."""

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
from console.actions.adoptions import Entered, Evidence
from console.journal_text import describe_act
from console.policy import Permission
from console.spreadsheets.adoptions import Reported, read_adoptions
from console.spreadsheets.reading import SheetError
from console.web import forms
from console.web.downloads import download
from console.web.forms import Unusable
from console.web.redirects import encode_query, redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger import journal
from ledger.adoptions import AlreadyRecorded, RegisteredAdoption
from ledger.errors import ConflictError, NotFound
from ledger.journal import JournalLine
from ledger.queries import search
from ledger.states import Act
from ledger.storage.vault import VaultError
from rulebook import outlets
from rulebook.model import Kind
from rulebook.points import TIERS, Adoption, ScoreLine, of_adoption
from rulebook.title_matching import Match

PAGE = 50
MOST_BYTES = 20_000_000
"""Of a sheet or a piece of evidence."""
MOST_OPEN = 60
"""Rows of a sheet that a person decides about at once."""
LATER = "later"
NOT_MAILED = "0"


def adoptions(ctx: RequestContext) -> Response:
    return _shown(ctx, said=ctx.query("said")[:200])


def add(ctx: RequestContext) -> Response:
    """One adoption. In doubt which draft, or which tier, the form comes back and asks."""
    try:
        unit, title = forms.unit(ctx), forms.text(ctx, "title", "刊发的标题")
        outlet = forms.text(ctx, "outlet", "载体", 100)
        day = forms.day(ctx, "day", "刊发日期")
        url = _url(ctx)
        tier = _tier(ctx, outlet, day)
        draft = _draft(ctx, unit, title, day)
    except Unusable as error:
        return _shown(ctx, trouble=str(error), status=400)
    application = ctx.web.application
    kind = forms.member(Kind, ctx.form_value("kind")) if draft is None else None
    one = adopting.printed(application.settings, unit, title, outlet, day, draft, tier, url, kind)
    try:
        number = adopting.record(
            application.adoptions,
            application.vault,
            one,
            _evidence(ctx),
            ctx.account.name,
            ctx.now,
            forms.why(ctx),
        )
    except (NotFound, AlreadyRecorded) as error:
        return _shown(ctx, trouble=str(error), status=409)
    of = f"对应第 {draft} 号稿件" if draft else "不是来稿"
    told = TIERS[one.tier - 1] if one.tier else "类别以后再定"
    return redirect("/adoptions", said=f"已登记第 {number} 号录用：{one.outlet}，{told}，{of}。")


def take_in(ctx: RequestContext) -> Response:
    """A sheet. Rows that may be one draft or another are listed for a person; nothing is guessed."""
    sheet = ctx.upload("sheet")
    if sheet is None:
        return _shown(ctx, trouble="请先选择录用情况表。", status=400)
    application = ctx.web.application
    with tempfile.TemporaryDirectory() as folder:
        # the name is the sender's: only its ending tells anything
        place = Path(folder) / f"录用情况表{Path(sheet.filename or '').suffix.lower()[:6]}"
        place.write_bytes(sheet.file.read())
        try:
            rows = read_adoptions(place, application.settings.provisions_on_day(ctx.today))
        except SheetError as error:
            return _shown(ctx, trouble=str(error), status=400)
        done = adopting.enter_sheet(
            application.adoptions, application.settings, rows, place.name, ctx.account.name, ctx.now
        )
    said = _told(done)
    if not done.open:
        return redirect("/adoptions", said=said)
    return _asked(ctx, done, said)


def settle(ctx: RequestContext) -> Response:
    """A person has said which drafts the open rows of a sheet are."""
    application, done, left = ctx.web.application, 0, 0
    troubles = []
    for row, chosen in _chosen(ctx):
        draft = forms.number(chosen)
        if draft is None:
            left += 1
            continue
        try:
            unit = forms.known_unit(ctx, row.unit)
            one = adopting.printed(
                application.settings,
                unit,
                row.title,
                row.outlet,
                row.day,
                draft or None,
                url=row.url,
            )
            application.adoptions.add(one, ctx.account.name, ctx.now, "导入后指明稿件")
            done += 1
        except (Unusable, NotFound, AlreadyRecorded) as error:
            troubles.append(str(error))
    said = f"已登记 {done} 条。" + (f"还有 {left} 条没有指明，再导入同一份表即可。" if left else "")
    if troubles:
        return _shown(ctx, said=said, trouble="\n".join(troubles), status=400)
    return redirect("/adoptions", said=said)


def one(ctx: RequestContext) -> Response:
    return _one(ctx, said=ctx.query("said")[:200])


def change(ctx: RequestContext) -> Response:
    """Tier, draft, evidence; withdrawn or restored. What was not changed stays."""
    found = _found(ctx)
    was = found.printed
    try:
        tier = forms.number(ctx.form_value("tier"))
        if tier not in (None, 1, 2, 3, 4, 5):
            raise Unusable("请选择一类到五类。")
        draft = forms.number(ctx.form_value("draft"))
        if ctx.form_value("draft").strip() and draft is None:
            raise Unusable("稿件编号是一个数字，见稿件所在来信页的地址或台账导出表。")
        withdrawn = {"withdraw": True, "restore": False}.get(ctx.form_value("deed"))
        why = forms.why(ctx)
        if withdrawn and not why:
            raise Unusable("撤销录用请写明理由。")
    except Unusable as error:
        return _one(ctx, trouble=str(error), status=400)
    kind = forms.member(Kind, ctx.form_value("kind"))
    proof = adopting.with_evidence(ctx.web.application.vault, was, _evidence(ctx))
    wanted = {
        "tier": tier if tier != was.tier else None,
        "draft": draft if draft and draft != was.draft else None,
        "kind": kind if kind != was.kind else None,
        "withdrawn": withdrawn if withdrawn != found.withdrawn else None,
        "evidence": (proof.evidence, proof.evidence_name)
        if proof.evidence != was.evidence
        else None,
    }
    if all(value is None for value in wanted.values()):
        return _one(ctx, trouble="没有改动任何一项。", status=400)
    try:
        ctx.web.application.adoptions.change(
            found.id,
            ctx.account.name,
            why,
            ctx.now,
            seen=forms.number(ctx.form_value("seen")),
            **wanted,  # type: ignore[arg-type]
        )
    except (NotFound, ConflictError) as error:
        return _one(ctx, trouble=str(error), status=409)
    return redirect(f"/adoptions/{found.id}", said="已改动，积分随之更新。")


def evidence(ctx: RequestContext) -> Response:
    found = _found(ctx).printed
    if not found.evidence:
        raise HTTPException(404)
    try:
        content = ctx.web.application.vault.get(found.evidence)
    except VaultError:
        raise HTTPException(404) from None
    return download(content, found.evidence_name or "证明文件")


def outlet(ctx: RequestContext) -> Response:
    """The tier of an outlet as it is being typed, and names that come near."""
    typed = ctx.query("outlet")[:100]
    provisions = ctx.web.application.settings.provisions_on_day(ctx.today)
    known = outlets.tier_of(typed, provisions)
    return ctx.render(
        "adoption_outlet.html",
        typed=typed,
        known=known,
        near=() if known else outlets.suggestions(typed, provisions),
        points=provisions.points,
        tiers=TIERS,
    )


def drafts(ctx: RequestContext) -> Response:
    """The unit's drafts that may be the one printed, while the form is being filled in."""
    unit, title = ctx.query("unit")[:100], ctx.query("title")[: forms.MOST_TITLE]
    try:
        day = date.fromisoformat(ctx.query("day"))
    except ValueError:
        day = ctx.today
    found = None
    if unit and len(title) > 1:
        found = ctx.web.application.adoptions.candidates(unit, title, day)
    return ctx.render("adoption_drafts.html", found=found, chosen=ctx.query("chosen"))


def _shown(
    ctx: RequestContext, *, said: str = "", trouble: str = "", status: int = 200
) -> Response:
    web, untiered = ctx.web, ctx.query("untiered") == "yes"
    unit, period = ctx.query("unit") or None, forms.period(ctx)
    after = forms.after(ctx)
    listed = web.application.adoptions.listing(
        period.first if period else None,
        period.last if period else None,
        unit=unit,
        untiered=untiered,
        limit=PAGE + 1,
        after=after,
    )
    shown = listed[:PAGE]
    provisions = web.application.settings.provisions_on_day(ctx.today)
    asking = ctx.request.method == "POST"
    return ctx.render(
        "adoptions.html",
        status,
        here="/adoptions",
        said=said,
        trouble=trouble,
        filled=ctx.form_value if asking else lambda _name: "",
        asking=asking,
        found=_candidates(ctx) if asking else None,
        units=forms.unit_names(ctx),
        outlets=provisions.outlets,
        tiers=TIERS,
        kinds=list(Kind),
        points=provisions.points,
        listed=shown,
        narrowed=bool(unit or period or untiered),
        unit_asked=unit,
        period_asked=period.name if period else "",
        untiered=untiered,
        waiting=len(web.application.adoptions.listing(untiered=True, limit=100)),
        periods=forms.recent(ctx.today),
        first_page=_link(ctx, after="") if after else "",
        next_page=_link(ctx, after=f"{shown[-1].printed.day}_{shown[-1].id}")
        if len(listed) > PAGE
        else "",
    )


def _asked(ctx: RequestContext, done: Entered, said: str) -> Response:
    return ctx.render(
        "adoption_import.html",
        here="/adoptions",
        said=said,
        open=done.open[:MOST_OPEN],
        more=max(0, len(done.open) - MOST_OPEN),
        packed=lambda row: json.dumps(asdict(row), ensure_ascii=False, default=str),
    )


def _one(ctx: RequestContext, *, said: str = "", trouble: str = "", status: int = 200) -> Response:
    found = _found(ctx)
    printed = found.printed
    reader = ctx.web.reader
    draft = search.one(reader, printed.draft) if printed.draft else None
    lines = [*journal.history(reader, before=found.seq + 1, limit=1)]
    if printed.draft:
        lines = list({line.seq: line for line in (*lines, *_of_draft(ctx, found))}.values())
    return ctx.render(
        "adoption.html",
        status,
        here="/adoptions",
        said=said,
        trouble=trouble,
        one=found,
        printed=printed,
        draft=draft,
        search_for={
            "unit": printed.unit,
            "title": printed.title,
            "day": str(printed.day),
            "chosen": "0",
        },
        tiers=TIERS,
        kinds=list(Kind),
        points=ctx.web.application.settings.provisions_on_day(printed.day).points,
        worth=_worth(ctx, found, draft.kind if draft else printed.kind),
        history=lines,
        told=lambda line: describe_act(line.entry.act, line.entry.facts).partition("：")[2],
    )


def _worth(ctx: RequestContext, found: RegisteredAdoption, kind: Kind | None) -> ScoreLine:
    """What such an adoption gives by itself, and why."""
    printed = found.printed
    told = Adoption(found.id, None, printed.unit, kind, printed.outlet, printed.tier, printed.day)
    return of_adoption(told, ctx.web.application.settings.provisions_on_day)


def _found(ctx: RequestContext) -> RegisteredAdoption:
    found = ctx.web.application.adoptions.one(ctx.number("adoption"))
    if found is None:
        raise HTTPException(404)
    return found


def _tier(ctx: RequestContext, outlet: str, day: date) -> int | None:
    """What a person chose; None follows the list, or waits. Raises Unusable for an unlisted outlet."""
    chosen = ctx.form_value("tier")
    if chosen == LATER:
        return None
    tier = forms.number(chosen)
    if tier in range(1, 6):
        return tier
    provisions = ctx.web.application.settings.provisions_on_day(day)
    if outlets.tier_of(outlet, provisions) is None:
        near = "、".join(one.name for one in outlets.suggestions(outlet, provisions, 3))
        hint = f"名单里相近的有：{near}。" if near else ""
        raise Unusable(
            f"载体名单里没有“{outlet}”。{hint}请写名单里的全称，或由您选定它的类别（也可以选“以后再定”）。"
        )
    return None


def _draft(ctx: RequestContext, unit: str, title: str, day: date) -> int | None:
    """Which draft it was. Raises Unusable when several may be meant and nobody has said."""
    chosen = ctx.form_value("draft").strip()
    if chosen:
        draft = forms.number(chosen)
        if draft is None:
            raise Unusable(f"“{chosen[:40]}”不是稿件编号。")
        return draft or None
    found = ctx.web.application.adoptions.candidates(unit, title, day)
    if found.draft is None and found.candidates:
        raise Unusable("有几篇相近的来稿，请在“对应的稿件”里指明是哪一篇，或选“不是来稿”。")
    return found.draft.draft if found.draft else None


def _candidates(ctx: RequestContext) -> Match | None:
    """For a form that comes back: the drafts it may mean, as far as it is filled in."""
    try:
        unit, title = forms.unit(ctx), forms.text(ctx, "title", "")
        day = forms.day(ctx, "day", "")
    except Unusable:
        return None
    return ctx.web.application.adoptions.candidates(unit, title, day)


def _url(ctx: RequestContext) -> str:
    url = ctx.form_value("url").strip()[:2000]
    if url and not url.startswith(("http://", "https://")):
        raise Unusable("网址要以 http:// 或 https:// 开头。")
    return url


def _evidence(ctx: RequestContext) -> Evidence:
    file = ctx.upload("evidence")
    if file is None:
        return Evidence()
    return Evidence(Path((file.filename or "").replace("\\", "/")).name[:200], file.file.read())


def _chosen(ctx: RequestContext) -> Iterator[tuple[Reported, str]]:
    for name in ctx.form:
        if not name.startswith("row-"):
            continue
        try:
            told = json.loads(ctx.form_value(name))
            row = Reported(
                str(told["title"])[: forms.MOST_TITLE],
                str(told["unit"]),
                str(told["outlet"])[:100],
                date.fromisoformat(told["day"]),
                str(told["url"])[:2000],
            )
        except (ValueError, KeyError, TypeError):
            raise HTTPException(400) from None
        yield row, ctx.form_value(f"draft-{name[4:]}")


def _told(done: Entered) -> str:
    parts = [f"登记 {done.entered} 条", f"以前登记过 {done.known} 条"]
    if done.alone:
        parts.append(f"其中 {done.alone} 条没有对应的来稿")
    if done.untiered:
        parts.append(f"{done.untiered} 条的载体不在名单里，等您选定类别")
    if done.open:
        parts.append(f"{len(done.open)} 条要您指明是哪一篇")
    return "，".join(parts) + "。"


def _link(ctx: RequestContext, **changes: str) -> str:
    asked = {**ctx.request.query_params, **changes}
    filled = {name: value for name, value in asked.items() if value and name != "said"}
    return f"/adoptions?{encode_query(filled)}" if filled else "/adoptions"


def _of_draft(ctx: RequestContext, found: RegisteredAdoption) -> list[JournalLine]:
    """The journal's lines about this record, as far as they name its draft."""
    lines = journal.history(ctx.web.reader, draft=found.printed.draft, acts=_ACTS)
    return [line for line in lines if line.entry.facts.get("adoption") == found.id]


_ACTS = (Act.ADOPTED, Act.ADOPTION_CHANGED)

routes = (
    page("/adoptions", adoptions),
    action("/adoptions", add, Permission.RECORD_ADOPTIONS, MOST_BYTES),
    page("/adoptions/outlet", outlet),
    page("/adoptions/drafts", drafts, Permission.RECORD_ADOPTIONS),
    action("/adoptions/import", take_in, Permission.RECORD_ADOPTIONS, MOST_BYTES),
    action("/adoptions/settle", settle, Permission.RECORD_ADOPTIONS, 400_000),
    page("/adoptions/{adoption:int}", one),
    action("/adoptions/{adoption:int}", change, Permission.RECORD_ADOPTIONS, MOST_BYTES),
    page("/adoptions/{adoption:int}/evidence", evidence),
)
