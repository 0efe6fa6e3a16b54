"""A draft from what was sent to what was printed: the words of both, what the office changed, where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.actions.printing import keep_printed
from console.policy import Permission
from console.web import forms
from console.web.downloads import download
from console.web.edits import Edits, edits
from console.web.forms import Unusable
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger import journal
from ledger.errors import LedgerError
from ledger.printed_texts import PrintedText
from ledger.queries import letter_views
from ledger.queries.letter_views import DraftView, LetterView
from ledger.states import Act
from ledger.storage.vault import VaultError

MAX_BYTES = 20_000_000
_ACTS = (Act.EXPORTED, Act.PRINTED, Act.ADOPTED, Act.ADOPTION_CHANGED)


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed, and how it differs from what was sent."""

    kept: PrintedText
    title: Edits
    text: Edits


def show_history(ctx: RequestContext) -> Response:
    """Show what was sent and what was printed."""
    return _render(ctx, message=ctx.said)


def keep_text(ctx: RequestContext) -> Response:
    """Keep what was printed, of a file or as it is pasted."""
    _, draft = _draft_or_404(ctx)
    file = ctx.upload("file")
    try:
        outlet = " ".join(ctx.form_value("outlet").split())[:100]
        title = " ".join(ctx.form_value("title").split())
        if len(title) > forms.MAX_TITLE:
            raise Unusable(f"标题太长，最多 {forms.MAX_TITLE} 个字。")
        keep_printed(
            ctx.web.application,
            draft.id,
            outlet,
            title,
            ctx.form_value("text"),
            (file.filename or "", file.file.read()) if file is not None else None,
            ctx.account.name,
            ctx.now,
        )
    except (Unusable, LedgerError) as error:
        return _render(ctx, trouble=str(error), status=400)
    return redirect(f"/publish/{draft.id}", said="刊发稿已登记，改动见下面的对照。")


def withdraw_text(ctx: RequestContext) -> Response:
    """Take a printed text back, or put it back."""
    _, draft = _draft_or_404(ctx)
    number, back = ctx.number("number"), ctx.form_value("deed") == "restore"
    if all(one.id != number for one in ctx.web.application.printed_texts.of_draft(draft.id)):
        raise HTTPException(404)
    ctx.web.application.printed_texts.withdraw(
        number, ctx.account.name, ctx.now, forms.why(ctx), withdrawn=not back
    )
    return redirect(
        f"/publish/{draft.id}", said="已恢复这份刊发稿。" if back else "已撤下这份刊发稿。"
    )


def download_text(ctx: RequestContext) -> Response:
    """Send the file that the printed words were read from."""
    _, draft = _draft_or_404(ctx)
    number = ctx.number("number")
    kept = next(
        (one for one in ctx.web.application.printed_texts.of_draft(draft.id) if one.id == number),
        None,
    )
    if kept is None or not kept.file:
        raise HTTPException(404)
    try:
        return download(ctx.web.application.vault.get(kept.file), kept.file_name or "刊发稿")
    except VaultError:
        raise HTTPException(404) from None


def _render(
    ctx: RequestContext, *, message: str = "", trouble: str = "", status: int = 200
) -> Response:
    letter, draft = _draft_or_404(ctx)
    application = ctx.web.application
    title, text = application.printed_texts.as_sent(draft.id) or (draft.title, draft.text)
    posted = ctx.request.method == "POST"
    return ctx.render(
        "publication_history.html",
        status,
        here="/publish",
        message=message,
        trouble=trouble,
        letter=letter,
        draft=draft,
        printed=[
            Printed(one, edits(title, one.title or title), edits(text, one.text))
            for one in application.printed_texts.of_draft(draft.id)
        ],
        sent=text,
        corrected=edits(f"{title}\n{text}", f"{draft.title}\n{draft.text}")
        if (title, text) != (draft.title, draft.text)
        else None,
        adoptions=application.adoptions.of_draft(draft.id),
        outlets=application.settings.provisions_on_day(ctx.today).outlets,
        history=list(journal.history(ctx.web.reader, draft=draft.id, acts=_ACTS)),
        filled=ctx.form_value if posted else lambda _name: "",
    )


def _draft_or_404(ctx: RequestContext) -> tuple[LetterView, DraftView]:
    number = ctx.number("draft")
    letter_id = letter_views.letter_of_draft(ctx.web.reader, number)
    letter = letter_views.letter(ctx.web.reader, letter_id) if letter_id else None
    if letter is None:
        raise HTTPException(404)
    return letter, next(one for one in letter.drafts if one.id == number)


routes = (
    page("/publish/{draft:int}", show_history),
    action("/publish/{draft:int}/printed", keep_text, Permission.RECORD_ADOPTIONS, MAX_BYTES),
    action("/publish/{draft:int}/printed/{number:int}", withdraw_text, Permission.RECORD_ADOPTIONS),
    page("/publish/{draft:int}/printed/{number:int}/file", download_text),
)
