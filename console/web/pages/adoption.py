"""One adoption of the register: its evidence, points and history; changed, withdrawn, restored."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import adoptions as adopting
from console.policy import Permission
from console.web import forms
from console.web.downloads import download
from console.web.forms import Unusable
from console.web.pages.adoptions import MAX_UPLOAD_BYTES, uploaded_evidence
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger import journal
from ledger.adoptions import RegisteredAdoption
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.journal import JournalLine
from ledger.queries import search
from ledger.states import Act
from ledger.storage.vault import VaultError
from rulebook.model import Kind
from rulebook.points import Adoption, ScoreLine, of_adoption

_ACTS = (Act.ADOPTED, Act.ADOPTION_CHANGED)


def show_adoption(ctx: RequestContext) -> Response:
    """Show one adoption."""
    return _render(ctx, message=ctx.said)


def change_adoption(ctx: RequestContext) -> Response:
    """Change tier, draft or evidence; withdraw or restore. What was not changed stays."""
    adoption = _adoption_or_404(ctx)
    was = adoption.printed
    try:
        tier = forms.number(ctx.form_value("tier"))
        known = ctx.web.application.settings.provisions_on_day(was.day)
        if tier is not None and known.tier(tier) is None:
            names = "、".join(rule.name for rule in known.tier_rules)
            raise Unusable(f"请选择载体的类别：{names}。")
        draft = forms.number(ctx.form_value("draft"))
        if ctx.form_value("draft").strip() and draft is None:
            raise Unusable("稿件编号是一个数字，见稿件所在来信页的地址或台账导出表。")
        withdrawn = {"withdraw": True, "restore": False}.get(ctx.form_value("deed"))
        why = forms.why(ctx)
        unlinked = was.draft is not None and "draft" in ctx.form and not draft
        if unlinked and not why:
            raise Unusable("取消与稿件的对应请写明理由。")
        if withdrawn and not why:
            raise Unusable("撤销录用请写明理由。")
    except Unusable as error:
        return _render(ctx, trouble=str(error), status=400)
    kind = ctx.web.application.settings.kind_named(ctx.form_value("kind"))
    proof = adopting.with_evidence(ctx.web.application.vault, was, uploaded_evidence(ctx))
    changes = {
        "tier": tier if tier != was.tier else None,
        "draft": 0 if unlinked else draft if draft and draft != was.draft else None,
        "kind": kind if kind != was.kind else None,
        "withdrawn": withdrawn if withdrawn != adoption.withdrawn else None,
        "evidence": (proof.evidence, proof.evidence_name)
        if proof.evidence != was.evidence
        else None,
    }
    if all(value is None for value in changes.values()):
        return _render(ctx, trouble="没有改动任何一项。", status=400)
    try:
        ctx.web.application.adoptions.change(
            adoption.id,
            ctx.account.name,
            why,
            ctx.now,
            seen=forms.number(ctx.form_value("seen")),
            **changes,  # type: ignore[arg-type]
        )
    except (NotFound, ConflictError, InvalidInput) as error:
        return _render(ctx, trouble=str(error), status=409)
    return redirect(f"/adoptions/{adoption.id}", said="已改动，积分随之更新。")


def download_evidence(ctx: RequestContext) -> Response:
    """Send the evidence as a download."""
    printed = _adoption_or_404(ctx).printed
    if not printed.evidence:
        raise HTTPException(404)
    try:
        content = ctx.web.application.vault.get(printed.evidence)
    except VaultError:
        raise HTTPException(404) from None
    return download(content, printed.evidence_name or "证明文件")


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    adoption = _adoption_or_404(ctx)
    printed = adoption.printed
    reader = ctx.web.reader
    draft = search.one(reader, printed.draft) if printed.draft else None
    provisions = ctx.web.application.settings.provisions_on_day(printed.day)
    lines = [*journal.history(reader, before=adoption.seq + 1, limit=1)]
    if printed.draft:
        lines = list({line.seq: line for line in (*lines, *_of_draft(ctx, adoption))}.values())
    return ctx.render(
        "adoption.html",
        status,
        here="/adoptions",
        message=message,
        trouble=trouble,
        one=adoption,
        printed=printed,
        draft=draft,
        search_for={
            "unit": printed.unit,
            "title": printed.title,
            "day": str(printed.day),
            "chosen": "0",
        },
        tiers=[tier.name for tier in provisions.tier_rules],
        kinds=ctx.web.application.settings.kinds,
        points=provisions.points,
        worth=_worth(ctx, adoption, draft.kind if draft else printed.kind),
        history=lines,
    )


def _worth(ctx: RequestContext, adoption: RegisteredAdoption, kind: Kind | None) -> ScoreLine:
    """Compute what such an adoption gives by itself, and why."""
    printed = adoption.printed
    facts = Adoption(
        adoption.id, None, printed.unit, kind, printed.outlet, printed.tier, printed.day
    )
    return of_adoption(facts, ctx.web.application.settings.provisions_on_day)


def _adoption_or_404(ctx: RequestContext) -> RegisteredAdoption:
    adoption = ctx.web.application.adoptions.one(ctx.number("adoption"))
    if adoption is None:
        raise HTTPException(404)
    return adoption


def _of_draft(ctx: RequestContext, adoption: RegisteredAdoption) -> list[JournalLine]:
    """List the journal's lines about this record, as far as they name its draft."""
    lines = journal.history(ctx.web.reader, draft=adoption.printed.draft, acts=_ACTS)
    return [line for line in lines if line.entry.facts.get("adoption") == adoption.id]


routes = (
    page("/adoptions/{adoption:int}", show_adoption),
    action(
        "/adoptions/{adoption:int}", change_adoption, Permission.RECORD_ADOPTIONS, MAX_UPLOAD_BYTES
    ),
    page("/adoptions/{adoption:int}/evidence", download_evidence),
)
