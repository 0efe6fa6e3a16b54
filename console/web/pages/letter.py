"""A letter's page: what it said, what was said of it, its files, our answers, its whole history."""

from __future__ import annotations

import re

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.journal_text import describe_act
from console.policy import Permission
from console.web import forms
from console.web.downloads import download
from console.web.redirects import redirect
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger import journal
from ledger.errors import ConflictError, NotFound
from ledger.ids import LetterId
from ledger.queries import letter_views
from ledger.queries.letter_views import DraftView, LetterView
from ledger.storage.vault import VaultError
from rulebook.clauses import CLAUSES
from rulebook.originality import percent

OF_DATE = "事件日依据"
OF_KIND = "类别依据"
_QUOTED = re.compile("“([^“”]{2,20})”")
"""The words that the evidence of a kind names."""
HEAD_FIELDS = (
    *("return-path", "from", "sender", "reply-to", "to", "cc", "date", "subject", "message-id"),
    *("in-reply-to", "references", "auto-submitted", "x-mailer", "user-agent", "content-type"),
    *("x-originating-ip", "authentication-results", "received-spf", "received"),
)
"""Fields of a letter's head that people ask about, in lower case."""
MOST_TEXT = 60_000
"""Characters of a draft that are shown; the file itself can be downloaded."""


def show_letter(ctx: RequestContext) -> Response:
    return _render(ctx)


def _render(ctx: RequestContext, trouble: str = "", status: int = 200) -> Response:
    view = _letter_or_404(ctx)
    lines = list(journal.history(ctx.web.reader, letter=view.line.id))
    return ctx.render(
        "letter.html",
        status,
        here="/drafts",
        said=ctx.query("said")[:200],
        trouble=trouble,
        units=forms.unit_names(ctx),
        letter=view,
        clauses=CLAUSES,
        history=list(reversed(lines)),
        told=lambda line: describe_act(line.entry.act, line.entry.facts).partition("：")[2],
        paragraphs=paragraphs,
        percent=percent,
        pictures=[file for file in view.files if file.pictured],
        downloads=view.raw_kept and not view.head_only,
    )


def download_letter(ctx: RequestContext) -> Response:
    view = _letter_or_404(ctx)
    try:
        content = ctx.web.application.vault.get(view.digest)
    except VaultError:
        raise HTTPException(404) from None
    return download(content, f"来信{view.line.id}.eml")


def show_head(ctx: RequestContext) -> Response:
    """The fields of the letter's head that tell where it came from, as they stand in the letter."""
    view = _letter_or_404(ctx)
    found = None
    if view.raw_kept:
        found = ctx.web.files.headers(ctx.web.application.vault.path(view.digest), HEAD_FIELDS)
    if found is None:
        raise HTTPException(404)
    return ctx.render("letter_head.html", here="/drafts", letter=view, fields=found)


def retry_letter(ctx: RequestContext) -> Response:
    """A letter that tripped us gets another chance in the next round."""
    number = ctx.number("letter")
    if not ctx.web.application.letters.retry(LetterId(number), ctx.account.name, ctx.now):
        said = f"第 {number} 号来信不在搁置之列，也许别人已经让它重新处理了。"
    else:
        said = f"第 {number} 号来信将在下一轮收取时重新处理。"
    return redirect("/queue", said=said)


def claim_letter(ctx: RequestContext) -> Response:
    """A stranger's letter counts for a unit as of its receipt (一.3)."""
    view = _letter_or_404(ctx)
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
        return _render(ctx, str(error), 400)
    except (NotFound, ConflictError) as error:
        return _render(ctx, str(error), 409)
    return redirect(f"/letters/{view.line.id}", said=f"已认领给{unit}，更正回执将自动发出。")


def download_file(ctx: RequestContext) -> Response:
    view, number = _letter_or_404(ctx), ctx.number("number")
    if not view.raw_kept or view.head_only or number >= len(view.files):
        raise HTTPException(404)
    found = view.files[number]
    content = ctx.web.files.file(ctx.web.application.vault.path(view.digest), found.path)
    if content is None:
        raise HTTPException(404)
    return download(content, found.name)


def send_thumbnail(ctx: RequestContext) -> Response:
    view, number = _letter_or_404(ctx), ctx.number("number")
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
    """A picture large enough to read a photographed page, written anew like the small ones."""
    view, number = _letter_or_404(ctx), ctx.number("number")
    if not view.raw_kept or view.head_only or number >= len(view.files):
        raise HTTPException(404)
    found = view.files[number]
    large = (
        ctx.web.files.picture(ctx.web.application.vault.path(view.digest), found.path)
        if found.pictured
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
    found = letter_views.outgoing_message(ctx.web.reader, ctx.number("post"))
    if found is None or found[0] != ctx.number("letter"):
        raise HTTPException(404)
    return download(found[1], f"回信{ctx.number('post')}.eml")


def redirect_to_draft(ctx: RequestContext) -> Response:
    """The digest's links name a draft; its letter's page shows it."""
    number = ctx.number("draft")
    found = letter_views.letter_of_draft(ctx.web.reader, number)
    if found is None:
        raise HTTPException(404)
    answer = redirect(f"/letters/{found}")
    answer.headers["location"] += f"#draft-{number}"
    return answer


def paragraphs(draft: DraftView) -> list[list[tuple[str, str]]]:
    """The text in paragraphs, each in parts: (words, why they are marked or "")."""
    shown = []
    kinds = _QUOTED.findall(draft.kind_evidence)
    marks = [(draft.date_evidence, OF_DATE), *((words, OF_KIND) for words in kinds)]
    for line in draft.text[:MOST_TEXT].splitlines():
        parts = [(line, "")]
        for words, why in marks:
            parts = [piece for part in parts for piece in _mark(part, words.strip(), why)]
        shown.append(parts)
    if len(draft.text) > MOST_TEXT:
        shown.append([(f"（只显示前 {MOST_TEXT} 字，以下未显示，请下载原件查看。）", "")])
    return shown


def _mark(part: tuple[str, str], words: str, why: str) -> list[tuple[str, str]]:
    line, marked = part
    if marked or len(words) < 2 or words not in line:
        return [part]
    before, _, after = line.partition(words)
    return [(before, ""), (words, why), (after, "")]


def _letter_or_404(ctx: RequestContext) -> LetterView:
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
