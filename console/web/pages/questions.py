"""Questions about held drafts: they go out in the letter's thread, and the draft waits (待补充)."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions.conversations import ask_officer
from console.policy import Permission
from console.web import forms
from console.web.pages.review import render_draft
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.ids import DraftId


def ask(ctx: RequestContext) -> Response:
    """Ask the officer of a held draft."""
    number = DraftId(ctx.number("draft"))
    words = ctx.form_value("question")
    try:
        asked = ask_officer(
            ctx.web.application, number, words, ctx.account.name, ctx.now, ctx.form_value("once")
        )
    except NotFound:
        raise HTTPException(404) from None
    except ConflictError as error:
        return redirect(f"/queue/{number}", said=str(error), kept=f"question-{number}")
    except InvalidInput as error:
        return render_draft(ctx, number, str(error), 400)
    told = f"已请报送人补充（第 {asked.id} 问），稿件转入“待补充”，收到答复后会回到待核。"
    return redirect(f"/queue/{number}", said=told, kept=f"question-{number}")


def wait_no_more(ctx: RequestContext) -> Response:
    """Put a draft back among those to be decided, without an answer."""
    number = ctx.number("draft")
    ctx.web.application.questions.close(number, ctx.account.name, ctx.now, forms.why(ctx))
    return redirect(f"/queue/{number}", said="不再等待报送人补充，稿件回到待核。")


routes = (
    action("/queue/{draft:int}/ask", ask, Permission.DECIDE),
    action("/queue/{draft:int}/wait-no-more", wait_no_more, Permission.DECIDE),
)
