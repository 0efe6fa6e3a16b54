"""A letter's page: what it said, what was said of it, its files, our answers, its whole history."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.answer_files import offered_files
from console.web.downloads import download
from console.web.draft_text import paragraphs
from console.web.outgoing_text import plain_text
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger import journal
from ledger.errors import LedgerError
from ledger.ids import LetterId
from ledger.queries import letter_views
from ledger.queries.letter_views import LetterView
from ledger.storage.vault import VaultError
from rulebook.citations import clauses_of
from rulebook.originality import percent
from rulebook.rulings import UnfinishedRuling

HEAD_FIELDS = (
    *("return-path", "from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id"),
    *("in-reply-to", "references", "auto-submitted", "x-mailer", "user-agent", "content-type"),
    *("x-originating-ip", "authentication-results", "received-spf", "received"),
)
"""Fields of a letter's head that people ask about, in lower case."""


MAX_TEXTS = 40
"""Of a long thread only the latest of our letters are shown in full; all can be downloaded."""


def show_letter(ctx: RequestContext) -> Response:
    """Show one letter."""
    return render_letter(ctx)


def render_letter(ctx: RequestContext, trouble: str = "", status: int = 200) -> Response:
    """Render a letter's page; with `trouble` what was typed into its forms is kept."""
    view = letter_or_404(ctx)
    talk = ctx.web.application.conversations
    thread = talk.thread(view.line.id)
    lines = list(journal.history(ctx.web.reader, letter=view.line.id))
    return ctx.render(
        "letter.html",
        status,
        here="/drafts",
        message=ctx.said,
        trouble=trouble,
        units=forms.unit_names(ctx),
        letter=view,
        clauses=clauses_of(ctx.web.application.settings.provisions_at(view.line.received)),
        history=list(reversed(lines)),
        thread=thread,
        texts={
            one.outgoing: plain_text(talk.outgoing(one.outgoing))
            for one in thread[-MAX_TEXTS:]
            if one.outgoing is not None
        },
        other=talk.other_letter(view.line.id),
        sent_answer=ctx.query("kept") if ctx.said else "",
        typed=ctx.form_value("text"),
        phrases=ctx.web.application.settings.answers.phrases,
        offered=offered_files(ctx, list(dict.fromkeys(one.letter for one in thread)))
        if ctx.may(Permission.DECIDE)
        else [],
        forward_to=ctx.web.application.settings.office.forward_to,
        paragraphs=paragraphs,
        percent=percent,
        pictures=[file for file in view.files if file.pictured],
        drawn={
            "title": ctx.form_value("title") or view.line.subject,
            "text": ctx.form_value("text") or view.own_words,
            "why": ctx.form_value("why"),
        },
        downloads=view.raw_kept and not view.head_only,
    )


def download_letter(ctx: RequestContext) -> Response:
    """Send the raw letter as a download."""
    view = letter_or_404(ctx)
    if view.infected:
        raise HTTPException(404)
    try:
        content = ctx.web.application.vault.get(view.digest)
    except VaultError:
        raise HTTPException(404) from None
    return download(content, f"来信{view.line.id}.eml")


def show_head(ctx: RequestContext) -> Response:
    """Show the fields of the letter's head that tell where it came from, as they stand in the letter."""
    view = letter_or_404(ctx)
    fields = None
    if view.raw_kept:
        fields = ctx.web.files.headers(ctx.web.application.vault.path(view.digest), HEAD_FIELDS)
    if fields is None:
        raise HTTPException(404)
    return ctx.render("letter_head.html", here="/drafts", letter=view, fields=fields)


def retry_letter(ctx: RequestContext) -> Response:
    """Have a letter that was set aside examined again in the next round."""
    number = ctx.number("letter")
    if not ctx.web.application.letters.retry(LetterId(number), ctx.account.name, ctx.now):
        message = f"第 {number} 号来信不在搁置之列，也许别人已经让它重新处理了。"
    else:
        message = f"第 {number} 号来信将在下一轮收取时重新处理。"
    return redirect("/queue", said=message)


def claim_letter(ctx: RequestContext) -> Response:
    """Count a stranger's letter for a unit as of its receipt (一.3)."""
    view = letter_or_404(ctx)
    try:
        unit = forms.unit(ctx)
        ctx.web.application.decisions.claim(
            LetterId(view.line.id),
            unit,
            ctx.account.name,
            forms.why(ctx) or "认领",
            ctx.now,
            ctx.web.application.composer.correction,
            unclaimed=True,
        )
    except forms.Unusable as error:
        return render_letter(ctx, str(error), 400)
    except (LedgerError, UnfinishedRuling) as error:
        return render_letter(ctx, str(error), 409)
    return redirect(f"/letters/{view.line.id}", said=f"已认领给{unit}，更正回执将自动发出。")


def download_file(ctx: RequestContext) -> Response:
    """Send one of the letter's files as a download."""
    view, number = letter_or_404(ctx), ctx.number("number")
    if not view.raw_kept or view.head_only or number >= len(view.files):
        raise HTTPException(404)
    stored_file = view.files[number]
    content = ctx.web.files.file(ctx.web.application.vault.path(view.digest), stored_file.path)
    if content is None:
        raise HTTPException(404)
    return download(content, stored_file.name)


def send_thumbnail(ctx: RequestContext) -> Response:
    """Send a small JPEG of a picture."""
    view, number = letter_or_404(ctx), ctx.number("number")
    if not view.raw_kept or view.head_only or number >= len(view.files):
        raise HTTPException(404)
    pictures = [one.path for one in view.files if one.pictured]
    small = ctx.web.files.thumbnail(
        ctx.web.application.vault.path(view.digest), view.files[number].path, pictures
    )
    if small is None:
        raise HTTPException(404)
    return _jpeg(small)


def send_picture(ctx: RequestContext) -> Response:
    """Send a picture large enough to read a photographed page, encoded anew like the small ones."""
    view, number = letter_or_404(ctx), ctx.number("number")
    if not view.raw_kept or view.head_only or number >= len(view.files):
        raise HTTPException(404)
    stored_file = view.files[number]
    large = (
        ctx.web.files.picture(ctx.web.application.vault.path(view.digest), stored_file.path)
        if stored_file.pictured
        else None
    )
    if large is None:
        raise HTTPException(404)
    return _jpeg(large)


def _jpeg(jpeg: bytes) -> Response:
    return Response(
        jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"}
    )


def download_reply(ctx: RequestContext) -> Response:
    """Send one of our letters as a download."""
    reply = letter_views.outgoing_message(ctx.web.reader, ctx.number("post"))
    if reply is None or reply[0] != ctx.number("letter"):
        raise HTTPException(404)
    return download(reply[1], f"回信{ctx.number('post')}.eml")


def redirect_to_draft(ctx: RequestContext) -> Response:
    """Redirect to the draft on its letter's page: the daily letter's links name drafts."""
    number = ctx.number("draft")
    letter_id = letter_views.letter_of_draft(ctx.web.reader, number)
    if letter_id is None:
        raise HTTPException(404)
    answer = redirect(f"/letters/{letter_id}")
    answer.headers["location"] += f"#draft-{number}"
    return answer


def letter_or_404(ctx: RequestContext) -> LetterView:
    """Return the letter of the path. Raises: HTTPException(404)."""
    view = letter_views.letter(ctx.web.reader, ctx.number("letter"))
    if view is None:
        raise HTTPException(404)
    return view


routes = (
    page("/letters/{letter:int}", show_letter),
    page("/letters/{letter:int}/raw", download_letter),
    page("/letters/{letter:int}/head", show_head),
    action("/letters/{letter:int}/retry", retry_letter, Permission.DECIDE),
    action("/letters/{letter:int}/claim", claim_letter, Permission.DECIDE),
    page("/letters/{letter:int}/files/{number:int}", download_file),
    page("/letters/{letter:int}/thumbnails/{number:int}", send_thumbnail),
    page("/letters/{letter:int}/pictures/{number:int}", send_picture),
    page("/letters/{letter:int}/posts/{post:int}", download_reply),
    page("/drafts/{draft:int}", redirect_to_draft),
)
