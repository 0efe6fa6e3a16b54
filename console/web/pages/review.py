"""A draft of 待核: the evidence, the twin, one click to confirm, a form to correct."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission
from console.web import forms
from console.web.comparison import repeat
from console.web.draft_text import DOUBT, MAX_TEXT, paragraphs
from console.web.forms import Unusable
from console.web.queue_filter import neighbours, queue_filter, without_waiting
from console.web.redirects import local_path, redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action, page
from console.web.said_days import said_days
from ingest.drafts.picture_matching import natural
from ledger import duplicates
from ledger.amended_words import CALLED
from ledger.editing import FIELDS as FIELDS_OF_WORDS
from ledger.errors import ConflictError, InvalidInput, LedgerError, NotFound
from ledger.ids import DraftId
from ledger.queries import draft_points, letter_views
from ledger.queries.letter_views import DraftView, LetterView, StoredFile
from notifier.letters import question
from rulebook import labels
from rulebook.amounts import Amount
from rulebook.citations import clauses_of, quotes_of
from rulebook.model import FileRole, Outcome
from rulebook.originality import percent
from rulebook.reasons import Reason
from rulebook.rulings import CurrentVerdict, Ruling, UnfinishedRuling

MAX_WHY = 500
MAX_NAME = 64
MAX_LINES = 300
"""Paragraphs between which a draft can be cut."""
MIN_READING_MILLISECONDS = 500
"""A form that comes back sooner was not read: it is shown again and nothing is decided."""

DEEDS = ("confirm", "correct", "refuse", "reopen")
CONFIRM = "确认收稿"
FIELDS = ("kind", "happened", "unit", "original", "voided", "approved_by", "why")


def show_draft(ctx: RequestContext) -> Response:
    """Show one held draft with its evidence."""
    return render_draft(ctx, ctx.number("draft"))


def decide_draft(ctx: RequestContext) -> Response:
    """Enter a person's ruling. What was not changed in the form is no part of it."""
    number = ctx.number("draft")
    _, draft = draft_or_404(ctx, number)
    deed = ctx.form_value("deed")
    if deed not in DEEDS:
        raise HTTPException(400)
    if _too_soon(ctx):
        return render_draft(ctx, number, "页面刚刚打开，为防误点没有提交。请看清后再点一次。", 409)
    try:
        ruling = _ruling_of_form(ctx, ctx.form_value, draft, deed)
    except Unusable as error:
        return render_draft(ctx, number, str(error), 400)
    seen = ctx.form_value("seen")
    again = seen != str(draft.seq) or ruling != Ruling()
    if again and _made_already(ctx, DraftId(number), ruling):
        told = f"《{draft.title[:40]}》{_done(ruling)}。"
        return redirect_saying(_back(ctx, draft, number), told)
    if ruling == Ruling():
        return render_draft(
            ctx, number, "没有改动任何一项。要按现在的判断收稿，请点“确认收稿”。", 400
        )
    application = ctx.web.application
    try:
        made = application.decisions.rule(
            DraftId(number),
            ruling,
            ctx.account.name,
            ctx.form_value("why").strip()[:MAX_WHY],
            ctx.now,
            application.composer.correction,
            seen=int(seen) if seen.isdecimal() and len(seen) < 18 else None,
        )
    except ConflictError as error:
        return render_draft(ctx, number, str(error), 409)
    except (UnfinishedRuling, NotFound, InvalidInput) as error:
        return render_draft(ctx, number, str(error), 400)
    message = f"《{made.title[:40]}》{_done(ruling)}" + (
        f"，更正回执{_leaves(ctx)}。" if made.changed else "，没有变化。"
    )
    return redirect_saying(_back(ctx, draft, number), message)


def _done(ruling: Ruling) -> str:
    """Say what a ruling did, in a word."""
    if ruling.reopened:
        return "已退回待核"
    if ruling.voided is not None:
        return "已核定：积分作废" if ruling.voided else "已核定：恢复计分"
    return "已核定：不予收录" if ruling.accepted is False else "已核定"


def _leaves(ctx: RequestContext) -> str:
    minutes = ctx.web.application.settings.answers.grace_minutes
    return f" {minutes} 分钟后自动发出" if minutes else "将自动发出"


def preview_decision(ctx: RequestContext) -> Response:
    """Say on the button what it would do with the form as it is filled in now."""
    number = ctx.number("draft")
    _, draft = draft_or_404(ctx, number)
    try:
        ruling = _ruling_of_form(ctx, ctx.query, draft, "confirm")
        made = ctx.web.application.decisions.preview(DraftId(number), ruling, ctx.now)
        label, missing = _what_confirming_does(made.after, made.points_after, ruling), ""
    except (Unusable, UnfinishedRuling, LedgerError) as error:
        label, missing = CONFIRM, str(error)
    return ctx.render("review_confirm.html", label=label, missing=missing)


def _what_confirming_does(after: CurrentVerdict, points: Amount, ruling: Ruling) -> str:
    """Write the words of the button: “按改动核定：11月27日，及时，1分”."""
    changed = ruling != Ruling(accepted=True)
    parts = [
        f"{after.event_date.month}月{after.event_date.day}日" if after.event_date else "",
        labels.TIMELY[after.timely] if after.event_date else "",
        f"{points}分",
    ]
    told = "，".join(part for part in parts if part)
    return f"{'按改动核定' if changed else CONFIRM}：{told}"


def _too_soon(ctx: RequestContext) -> bool:
    """Whether the form came back faster than anybody reads: the second half of a double click."""
    shown = ctx.form_value("shown")
    if not shown.isdecimal() or len(shown) > 15:
        return False
    return 0 <= int(ctx.now.timestamp() * 1000) - int(shown) < MIN_READING_MILLISECONDS


def _made_already(ctx: RequestContext, draft: DraftId, ruling: Ruling) -> bool:
    """Whether the same person has just made this ruling, so that nothing of it is left to do."""
    rulings = ctx.web.application.decisions.rulings(draft)
    if not rulings:
        return False
    entry, latest = rulings[-1]
    asked = {one.name: getattr(ruling, one.name) for one in fields(ruling)}
    return (
        entry.who == ctx.account.name
        and all(told in (None, getattr(latest, name)) for name, told in asked.items())
        and ctx.now - entry.at < timedelta(minutes=1)
    )


def _back(ctx: RequestContext, draft: DraftView, number: int) -> str:
    """Where to go on: back to where one came from, from the queue to the next held draft."""
    came_from = local_path(ctx.form_value("from")) if ctx.form_value("from") else ""
    if came_from and not _in_queue(came_from):
        return came_from
    letter = letter_views.letter(
        ctx.web.reader, letter_views.letter_of_draft(ctx.web.reader, number) or 0
    )
    if letter is None or draft.outcome is not Outcome.HELD:
        return f"/letters/{letter.line.id}" if letter else "/queue"
    asked = without_waiting(queue_filter(ctx))
    _, following = neighbours(ctx, asked, draft, ctx.day_of(letter.line.received))
    go_on = following is not None and ctx.form_value("next")
    return asked.path(f"/queue/{following}" if go_on else "/queue")


def _ruling_of_form(
    ctx: RequestContext, value: Callable[[str], str], draft: DraftView, deed: str
) -> Ruling:
    """
    Read the ruling that a form asks for; `value` gives its fields.

    What was changed beside 确认收稿 is part of it: a confirmed draft is what its form shows.
    """
    if deed == "refuse":
        if not value("why").strip():
            raise Unusable("不予收录要写明理由，报送人会在更正回执里看到。")
        return Ruling(accepted=False)
    if deed == "reopen":
        return Ruling(reopened=True)
    kind = ctx.web.application.settings.kind_named(value("kind"))
    unit = value("unit")
    event_date = None
    if value("happened"):
        try:
            event_date = date.fromisoformat(value("happened"))
        except ValueError:
            written = value("happened")[:40]
            raise Unusable(f"“{written}”{forms.day_fault(written)}。") from None
    voided = value("voided") == "yes"
    original = {"yes": True, "no": False}.get(value("original"))
    accepted = True if deed == "confirm" else None
    approved_by = " ".join(value("approved_by").split())[:MAX_NAME]
    if voided and not draft.voided and not (value("why").strip() and approved_by):
        raise Unusable("积分作废要写明理由，以及由谁决定作废。")
    return Ruling(
        kind=kind if kind != draft.kind else None,
        event_date=event_date if event_date != draft.event_date else None,
        unit=unit if unit and unit != draft.unit else None,
        original=original,
        voided=voided if voided != draft.voided else None,
        accepted=accepted,
        approved_by=approved_by if voided and not draft.voided else None,
    )


def render_draft(
    ctx: RequestContext, number: int, trouble: str = "", status: int = 200
) -> Response:
    """Render a draft's page; with `trouble` what was typed into its forms is kept."""
    letter, draft = draft_or_404(ctx, number)
    asked = queue_filter(ctx)
    previous, following = neighbours(ctx, asked, draft, ctx.day_of(letter.line.received))
    desk = ctx.web.application.desk
    return ctx.render(
        "review_draft.html",
        status,
        here="/queue",
        message=ctx.said,
        trouble=trouble,
        letter=letter,
        draft=draft,
        shared=ctx.web.application.shared_drafts.of(number),
        ratio=ctx.form_value("ratio") or ctx.web.application.shared_drafts.ratio(number),
        repeat=repeat(ctx.web.reader, draft, letter.line.id),
        later=duplicates.later_duplicates(ctx.web.reader, letter.line.id, draft.position),
        percent=percent,
        paragraphs=paragraphs,
        clauses=clauses_of(ctx.web.application.settings.provisions_at(letter.line.received)),
        quotes=quotes_of(ctx.web.application.settings.provisions_at(letter.line.received)),
        kinds=ctx.web.application.settings.kinds,
        units=[
            one.name
            for one in ctx.web.application.settings.provisions_at(letter.line.received).units
        ],
        asked=asked,
        next=asked.path(f"/queue/{following}") if following else "",
        previous=asked.path(f"/queue/{previous}") if previous else "",
        assignee=desk.assignees([number]).get(number, ""),
        notes=desk.notes(number),
        pictures=[file for file in letter.files if file.pictured and file.path in draft.images],
        other_pictures=[
            file for file in letter.files if file.pictured and file.path not in draft.images
        ],
        pages=_scanned_pages(letter, draft),
        document=next((one for one in letter.files if one.path == draft.file), None)
        if letter.raw_kept and not letter.head_only
        else None,
        points=draft_points.points_of(ctx.web.reader, number),
        original=ctx.web.application.editing.original(number),
        called={**CALLED, "text": "正文"},
        doubt=DOUBT,
        amended=_amended(ctx, draft),
        amending=bool(ctx.form) and "title" in ctx.form,
        most_text=MAX_TEXT,
        lines=draft.text.splitlines()[:MAX_LINES],
        siblings=[
            one for one in letter.drafts if one.id != number and one.outcome is not Outcome.IGNORED
        ],
        most_why=MAX_WHY,
        typed=_form_values(ctx, draft),
        statements=ctx.web.application.conversations.statements(draft=number),
        said_days=lambda words, at: said_days(words, ctx.day_of(at)),
        questions=ctx.web.application.questions.of_draft(number),
        offered=[ctx.in_words(one) for one in question.offered(draft.reasons)],
        asking=ctx.form_value("question"),
        came_from=_came_from(ctx),
        kept=ctx.query("kept") if ctx.said else "",
        shown=int(ctx.now.timestamp() * 1000),
        label=CONFIRM,
        missing="",
    )


def _came_from(ctx: RequestContext) -> str:
    """Return the page of ours from which a draft was opened: after the decision it is shown again."""
    if "from" in ctx.form:
        return local_path(ctx.form_value("from")) if ctx.form_value("from") else ""
    referer = urlsplit(ctx.request.headers.get("referer", ""))
    if not referer.path or referer.netloc != ctx.request.headers.get("host", ""):
        return ""
    path = local_path(referer.path + (f"?{referer.query}" if referer.query else ""))
    return "" if _in_queue(path) or path.startswith("/login") else path


def _in_queue(path: str) -> bool:
    return urlsplit(path).path.split("/")[1] in ("queue", "undo")


def _scanned_pages(letter: LetterView, draft: DraftView) -> list[StoredFile]:
    """List the pictures in which a draft's text was recognised, in the order in which they are read."""
    if Reason.SCANNED_DRAFT not in draft.reasons:
        return []
    own = [file for file in letter.files if file.role is FileRole.SCAN and file.path == draft.file]
    if own and not own[0].media_type.startswith("image/"):
        return own
    folder = draft.file.rpartition("/")[0]
    beside = [
        file
        for file in letter.files
        if file.role is FileRole.SCAN
        and file.media_type.startswith("image/")
        and file.path.rpartition("/")[0] == folder
    ]
    return sorted(beside, key=lambda file: natural(file.path))


def _form_values(ctx: RequestContext, draft: DraftView) -> dict[str, str]:
    """Return what was just typed, if it was not taken, else the draft as it stands."""
    if "deed" in ctx.form:
        return {name: ctx.form_value(name) for name in FIELDS}
    stands = {
        "kind": _key(ctx, draft),
        "happened": str(draft.event_date or ""),
        "unit": draft.unit or "",
        "voided": "yes" if draft.voided else "",
    }
    return {name: stands.get(name, "") for name in FIELDS}


def _amended(ctx: RequestContext, draft: DraftView) -> dict[str, str]:
    """Return the words of a draft, or those that were just typed in their place and not taken."""
    now = {name: getattr(draft, name) for name in FIELDS_OF_WORDS}
    return {
        name: ctx.form_value(name) if "title" in ctx.form and name in ctx.form else word
        for name, word in now.items()
    }


def _key(ctx: RequestContext, draft: DraftView) -> str:
    """Return what stands for a draft's kind in the form."""
    keys = (rule.key for rule in ctx.web.application.settings.kinds if rule.name == draft.kind)
    return next(keys, "")


def draft_or_404(ctx: RequestContext, number: int) -> tuple[LetterView, DraftView]:
    """Return a draft with its letter. Raises: HTTPException(404)."""
    letter_id = letter_views.letter_of_draft(ctx.web.reader, number)
    letter = letter_views.letter(ctx.web.reader, letter_id) if letter_id else None
    if letter is None:
        raise HTTPException(404)
    return letter, next(draft for draft in letter.drafts if draft.id == number)


routes = (
    page("/queue/{draft:int}", show_draft),
    page("/queue/{draft:int}/preview", preview_decision),
    action("/queue/{draft:int}", decide_draft, Permission.DECIDE),
)
