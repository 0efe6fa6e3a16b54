"""
Letters that are no submissions: what waits to be read, officers' statements, reported adoptions.

Each has its few deeds; what is sent goes out through the outbox in the letter's thread, under the
office's name, and the ledger keeps who did what.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions import conversations as deeds
from console.policy import Permission
from console.web import forms
from console.web.answer_files import attachments
from console.web.pages.letter import render_letter
from console.web.redirects import local_path, redirect, redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.errors import ConflictError, LedgerError, NotFound
from ledger.ids import DraftId, LetterId
from rulebook.conversation import Purpose

TABS = ("waiting", "statements", "adoptions", "handled")
MAX_LETTERS = 200
MAX_WORDS = 600
"""Characters of a letter's own words that a list shows; all of them stand on its page."""

MAX_SETTLED = 50
MAX_ANSWER_BYTES = 17_000_000
"""Of an answer's form: its files (console/web/answer_files.py) and its words."""

PURPOSES_TO_CHOOSE = tuple(one for one in Purpose if one is not Purpose.AUTOMATIC)


def show_conversations(ctx: RequestContext) -> Response:
    """Show one of the lists."""
    return _render(ctx)


def _render(ctx: RequestContext, tab: str = "", trouble: str = "", status: int = 200) -> Response:
    application = ctx.web.application
    tab = tab or ctx.query("tab")
    tab = tab if tab in TABS else TABS[0]
    talk = application.conversations
    waiting = talk.other_letters(limit=MAX_LETTERS)
    statements = talk.statements(limit=MAX_LETTERS)
    proposals = application.proposals.listing(limit=MAX_LETTERS)
    shown: dict[str, object] = {"letters": [], "statements": [], "proposals": []}
    if tab == "waiting":
        shown["letters"] = waiting
    elif tab == "statements":
        shown["statements"] = statements
    elif tab == "adoptions":
        shown["proposals"] = proposals
    else:
        shown["letters"] = talk.other_letters(handled=True, limit=MAX_LETTERS)
        shown["statements"] = talk.settled_statements(limit=MAX_SETTLED)
        shown["proposals"] = application.proposals.settled(limit=MAX_SETTLED)
    return ctx.render(
        "conversations.html",
        status,
        here="/conversations",
        message=ctx.said,
        trouble=trouble,
        tab=tab,
        counts={
            "waiting": len(waiting),
            "statements": len(statements),
            "adoptions": len(proposals),
        },
        max_words=MAX_WORDS,
        units=forms.unit_names(ctx),
        outlets=sorted(
            outlet.name for outlet in application.settings.provisions_at(ctx.now).outlets
        ),
        **shown,
    )


def handle_letter(ctx: RequestContext) -> Response:
    """Do one of the deeds on a letter: 已阅, 回信, 转交, another purpose, back on the list."""
    number = LetterId(ctx.number("letter"))
    known = {
        "read": _read,
        "reopen": _reopen,
        "answer": _answer,
        "forward": _forward,
        "purpose": _set_purpose,
        "submission": _is_submission,
    }
    deed = known.get(ctx.form_value("deed"))
    if deed is None:
        raise HTTPException(400)
    on_its_page = ctx.form_value("back") == "letter"
    try:
        message = deed(ctx, number)
    except NotFound:
        raise HTTPException(404) from None
    except (forms.Unusable, LedgerError) as error:
        if on_its_page:
            return render_letter(ctx, str(error), 400)
        return _render(ctx, "waiting", str(error), 400)
    back = f"/letters/{number}" if on_its_page else "/conversations"
    kept = f"answer-{number}" if deed is _answer else ""
    return redirect(back, said=message, kept=kept)


def _read(ctx: RequestContext, letter: LetterId) -> str:
    conversations = ctx.web.application.conversations
    conversations.read(letter, ctx.account.name, ctx.now, forms.why(ctx))
    return f"第 {letter} 号来信已阅。"


def _reopen(ctx: RequestContext, letter: LetterId) -> str:
    ctx.web.application.conversations.reopen(letter, ctx.account.name, ctx.now, forms.why(ctx))
    return f"第 {letter} 号来信已放回待处理。"


def _answer(ctx: RequestContext, letter: LetterId) -> str:
    application = ctx.web.application
    numbers = [item.letter for item in application.conversations.thread(letter)]
    files = attachments(ctx, numbers)
    try:
        deeds.answer_letter(
            application,
            letter,
            ctx.form_value("text"),
            ctx.account.name,
            ctx.now,
            files,
            ctx.form_value("once"),
        )
    except ConflictError:
        return "这封回信刚刚已经交付发出，没有再发一次。"
    concerned, _ = application.conversations.source(letter)
    with_files = f"（附件 {len(files)} 个）" if files else ""
    return f"回信{with_files}将自动发给 {concerned.address}。"


def _forward(ctx: RequestContext, letter: LetterId) -> str:
    to = ctx.form_value("to")
    deeds.forward_letter(ctx.web.application, letter, to, forms.why(ctx), ctx.account.name, ctx.now)
    return f"来信将整封转交给 {to}。"


def _is_submission(ctx: RequestContext, letter: LetterId) -> str:
    """Have a letter judged as a submission; its clock stays its receipt."""
    application = ctx.web.application
    application.conversations.set_purpose(
        letter,
        Purpose.SUBMISSION,
        ctx.account.name,
        forms.why(ctx) or "工作人员认定",
        ctx.now,
        application.composer.correction,
    )
    return f"第 {letter} 号来信已定为投稿，下一轮收取时按收到的时间审核。"


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
    """Record that a statement was read, take the draft back as its officer asks (撤稿), or undo it."""
    number = ctx.number("statement")
    application = ctx.web.application
    back = local_path(ctx.form_value("back") or "/conversations?tab=statements")
    deed = ctx.form_value("deed")
    statement = application.conversations.statement(number)
    if statement is None:
        raise HTTPException(404)
    if deed == "reopen":
        application.conversations.reopen_statement(
            number, ctx.account.name, ctx.now, forms.why(ctx)
        )
        return redirect_saying(back, "已放回待处理。")
    if statement.settled is not None:
        return redirect_saying(back, "这件说明刚刚已经处理过。")
    try:
        if deed == "withdraw" and statement.draft is not None:
            application.decisions.withdraw(
                DraftId(statement.draft),
                ctx.account.name,
                forms.why(ctx) or f"报送人申请撤稿（第 {statement.letter} 号来信）",
                ctx.now,
                application.composer.correction,
            )
            return redirect_saying(back, f"《{statement.title[:40]}》已撤稿，更正回执将自动发出。")
        application.conversations.settle(number, ctx.account.name, ctx.now, forms.why(ctx))
    except LedgerError as error:
        return _render(ctx, "statements", str(error), 409)
    return redirect_saying(back, "已阅。")


def settle_proposal(ctx: RequestContext) -> Response:
    """Confirm a reported adoption, with what was corrected in its form, reject it, or undo either."""
    number = ctx.number("proposal")
    application = ctx.web.application
    deed = ctx.form_value("deed")
    try:
        if deed == "reopen":
            application.proposals.reopen(number, ctx.account.name, forms.why(ctx), ctx.now)
            return redirect(
                "/conversations", tab="adoptions", said="已放回待核实，登记的录用随之撤销。"
            )
        if deed == "reject":
            reason = forms.text(ctx, "why", "不予登记的理由", forms.MAX_WHY)
            deeds.reject_adoption(application, number, ctx.account.name, reason, ctx.now)
            return redirect(
                "/conversations", tab="adoptions", said="已记为不予登记，报送人会收到结果。"
            )
        adoption = _confirm(ctx, number)
    except NotFound:
        raise HTTPException(404) from None
    except (forms.Unusable, LedgerError) as error:
        return _render(ctx, "adoptions", str(error), 400)
    return redirect("/conversations", tab="adoptions", said=f"已登记为第 {adoption} 号录用。")


def _confirm(ctx: RequestContext, number: int) -> int:
    """Correct what was read as the form says, then enter it in the register with its evidence."""
    application = ctx.web.application
    day = forms.maybe_day(ctx, "day", "录用日期")
    if day is not None and day > ctx.today:
        raise forms.Unusable("录用日期晚于今天，请核对。")
    tier = ctx.form_value("tier")
    outlet = ctx.form_value("outlet").strip()[: forms.MAX_TITLE]
    listed = deeds.outlet_of(application, outlet, ctx.now)[1] if outlet else None
    draft = ctx.form_value("draft").strip()
    if draft and forms.number(draft) is None:
        raise forms.Unusable("稿件编号应为数字；不是本单位报送的稿件请留空。")
    application.proposals.correct(
        number,
        ctx.account.name,
        ctx.now,
        title=ctx.form_value("title").strip()[: forms.MAX_TITLE] or None,
        outlet=outlet or None,
        tier=int(tier) if tier.isdecimal() and len(tier) < 3 else listed,
        day=day,
        unit=forms.unit(ctx),
        draft=forms.number(draft) if draft else 0 if "draft" in ctx.form else None,
    )
    return deeds.confirm_adoption(application, number, ctx.account.name, ctx.now)


routes = (
    page("/conversations", show_conversations),
    action(
        "/conversations/letters/{letter:int}", handle_letter, Permission.DECIDE, MAX_ANSWER_BYTES
    ),
    action("/conversations/statements/{statement:int}", settle_statement, Permission.DECIDE),
    action("/conversations/adoptions/{proposal:int}", settle_proposal, Permission.RECORD_ADOPTIONS),
)
