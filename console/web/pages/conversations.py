"""
Letters that are no submissions: what waits to be read, officers' statements, reported adoptions.

Each has its few deeds; what is sent goes out through the outbox in the letter's thread, under the
office's name, and the ledger keeps who did what.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import LedgerError, NotFound
from ledger.ids import DraftId, LetterId
from ledger.states import Deed
from ledger.storage.vault import VaultError
from rulebook.conversation import Purpose

TABS = ("waiting", "statements", "adoptions", "handled")
MAX_LETTERS = 200
MAX_WORDS = 600
"""Characters of a letter's own words that a list shows; all of them stand on its page."""

MAX_ANSWER = 20_000
PURPOSES_TO_CHOOSE = tuple(one for one in Purpose if one is not Purpose.AUTOMATIC)


def show_conversations(ctx: RequestContext) -> Response:
    """Show one of the lists."""
    return _render(ctx)


def _render(ctx: RequestContext, tab: str = "", trouble: str = "", status: int = 200) -> Response:
    application = ctx.web.application
    tab = tab or ctx.query("tab")
    tab = tab if tab in TABS else TABS[0]
    junk = application.settings.mailbox.junk_folders
    waiting = application.conversations.other_letters(junk=junk, limit=MAX_LETTERS)
    statements = application.conversations.statements(limit=MAX_LETTERS)
    proposals = application.proposals.listing(limit=MAX_LETTERS)
    shown = {
        "letters": application.conversations.other_letters(
            junk=junk, handled=True, limit=MAX_LETTERS
        )
        if tab == "handled"
        else waiting
        if tab == "waiting"
        else [],
        "statements": statements if tab == "statements" else [],
        "proposals": proposals if tab == "adoptions" else [],
    }
    return ctx.render(
        "conversations.html",
        status,
        here="/conversations",
        message=ctx.query("said")[:200],
        trouble=trouble,
        tab=tab,
        counts={
            "waiting": len(waiting),
            "statements": len(statements),
            "adoptions": len(proposals),
        },
        max_words=MAX_WORDS,
        **shown,
    )


def handle_letter(ctx: RequestContext) -> Response:
    """Do one of the deeds on a letter: 已阅, 回信, 转交, another purpose, back on the list."""
    number = LetterId(ctx.number("letter"))
    deeds = {
        "read": _read,
        "reopen": _reopen,
        "answer": _answer,
        "forward": _forward,
        "purpose": _set_purpose,
    }
    deed = deeds.get(ctx.form_value("deed"))
    if deed is None:
        raise HTTPException(400)
    back = f"/letters/{number}" if ctx.form_value("back") == "letter" else "/conversations"
    try:
        message = deed(ctx, number)
    except NotFound:
        raise HTTPException(404) from None
    except (forms.Unusable, LedgerError) as error:
        return _render(ctx, "waiting", str(error), 400)
    return redirect(back, said=message)


def _read(ctx: RequestContext, letter: LetterId) -> str:
    conversations = ctx.web.application.conversations
    conversations.read(letter, ctx.account.name, ctx.now, forms.why(ctx))
    return f"第 {letter} 号来信已阅。"


def _reopen(ctx: RequestContext, letter: LetterId) -> str:
    ctx.web.application.conversations.reopen(letter, ctx.account.name, ctx.now, forms.why(ctx))
    return f"第 {letter} 号来信已放回待处理。"


def _answer(ctx: RequestContext, letter: LetterId) -> str:
    application = ctx.web.application
    text = ctx.form_value("text").strip()
    if not text:
        raise forms.Unusable("请写明答复的内容。")
    concerned, _ = application.conversations.source(letter)
    if not concerned.address:
        raise forms.Unusable("这封信没有可以答复的地址。")
    message = application.composer.answer(concerned, text[:MAX_ANSWER], ctx.now)
    application.conversations.send(letter, message, Deed.ANSWERED, ctx.account.name, ctx.now)
    return f"答复将自动发给 {concerned.address}。"


def _forward(ctx: RequestContext, letter: LetterId) -> str:
    application = ctx.web.application
    to = ctx.form_value("to")
    if to not in application.settings.office.forward_to:
        raise forms.Unusable("请从名单里选择转交的地址。")
    concerned, digest = application.conversations.source(letter)
    try:
        raw = application.vault.get(digest) if digest else b""
    except VaultError:
        raw = b""
    if not raw:
        raise forms.Unusable("原信没有保存，不能转交。")
    other = application.conversations.other_letter(letter)
    sender = f"{other.sender_name} <{other.sender_address}>" if other else concerned.address
    message = application.composer.forward(concerned, sender, raw, to, forms.why(ctx), ctx.now)
    application.conversations.send(
        letter, message, Deed.FORWARDED, ctx.account.name, ctx.now, forms.why(ctx)
    )
    return f"来信将整封转交给 {to}。"


def _set_purpose(ctx: RequestContext, letter: LetterId) -> str:
    purpose = next(
        (one for one in PURPOSES_TO_CHOOSE if one.value == ctx.form_value("purpose")), None
    )
    if purpose is None:
        raise forms.Unusable("请选择来信的用途。")
    ctx.web.application.conversations.set_purpose(
        letter,
        purpose,
        ctx.account.name,
        forms.why(ctx) or "工作人员认定",
        ctx.now,
        ctx.web.application.composer.correction,
    )
    return f"第 {letter} 号来信已改定用途；需要审核的，下一轮收取时按收到的时间审核。"


def settle_statement(ctx: RequestContext) -> Response:
    """Record that a statement was read, or take the draft back as its officer asks (撤稿)."""
    number = ctx.number("statement")
    application = ctx.web.application
    statement = next(
        (one for one in application.conversations.statements() if one.id == number), None
    )
    if statement is None:
        return redirect("/conversations", tab="statements", said="这件说明刚刚已经处理过。")
    try:
        if ctx.form_value("deed") == "withdraw" and statement.draft is not None:
            application.decisions.withdraw(
                DraftId(statement.draft),
                ctx.account.name,
                forms.why(ctx) or f"报送人申请撤稿（第 {statement.letter} 号来信）",
                ctx.now,
                application.composer.correction,
            )
            message = f"《{statement.title[:40]}》已撤稿，更正回执将自动发出。"
        else:
            application.conversations.settle(number, ctx.account.name, ctx.now, forms.why(ctx))
            message = "已阅。"
    except LedgerError as error:
        return _render(ctx, "statements", str(error), 409)
    return redirect("/conversations", tab="statements", said=message)


def settle_proposal(ctx: RequestContext) -> Response:
    """Confirm a reported adoption, with what was corrected in its form, or reject it."""
    number = ctx.number("proposal")
    application = ctx.web.application
    try:
        if ctx.form_value("deed") == "reject":
            reason = forms.text(ctx, "why", "不予登记的理由", forms.MAX_WHY)
            application.proposals.reject(
                number, ctx.account.name, reason, ctx.now, application.composer.adoption_outcome
            )
            return redirect("/conversations", tab="adoptions", said="已退回，报送人会收到结果。")
        day = forms.maybe_day(ctx, "day", "录用日期")
        if day is not None and day > ctx.today:
            raise forms.Unusable("录用日期晚于今天，请核对。")
        tier = ctx.form_value("tier")
        application.proposals.correct(
            number,
            ctx.account.name,
            ctx.now,
            title=ctx.form_value("title").strip()[: forms.MAX_TITLE] or None,
            outlet=ctx.form_value("outlet").strip()[: forms.MAX_TITLE] or None,
            tier=int(tier) if tier.isdecimal() and len(tier) < 3 else None,
            day=day,
            unit=forms.unit(ctx),
        )
        adoption = application.proposals.confirm(
            number, ctx.account.name, ctx.now, owe=application.composer.adoption_outcome
        )
    except (forms.Unusable, LedgerError) as error:
        return _render(ctx, "adoptions", str(error), 400)
    return redirect("/conversations", tab="adoptions", said=f"已登记为第 {adoption} 号录用。")


routes = (
    page("/conversations", show_conversations),
    action("/conversations/letters/{letter:int}", handle_letter, Permission.DECIDE),
    action("/conversations/statements/{statement:int}", settle_statement, Permission.DECIDE),
    action("/conversations/adoptions/{proposal:int}", settle_proposal, Permission.RECORD_ADOPTIONS),
)
