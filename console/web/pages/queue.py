"""待核 as work: all held drafts by reason, unit, kind, age; several decided alike, with a preview first."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.policy import Permission, allows
from console.web import forms
from console.web.forms import Unusable
from console.web.queue_filter import QueueFilter, queue_filter
from console.web.redirects import link, redirect, redirect_saying
from console.web.request_context import RequestContext
from console.web.routing import action, page
from ledger.decisions import AppliedRuling
from ledger.errors import LedgerError, NotFound
from ledger.ids import DraftId
from ledger.queries import letter_lists, letter_views
from ledger.queries.letter_lists import LetterQuery
from ledger.queries.queue import queue_counts
from ledger.queries.search import DraftHit, DraftQuery, Order, key_of, one, opposite, search
from ledger.states import LetterState
from rulebook.reasons import Outcome
from rulebook.rulings import Ruling, UnfinishedRuling

PAGE = 50
MOST_URGENT = 10
MAX_SEVERAL = 50
DEEDS = ("confirm", "refuse", "assign")


@dataclass(frozen=True, slots=True)
class Planned:
    """What a deed would do with one of several drafts: the ruling's outcome, or why it cannot be made."""

    draft: DraftHit
    seq: int
    made: AppliedRuling | None
    trouble: str


def show_queue(ctx: RequestContext) -> Response:
    """Show a page of what waits: letters set aside first, then drafts, the longest waiting first."""
    return _render(ctx)


def _render(ctx: RequestContext, trouble: str = "", status: int = 200) -> Response:
    asked = queue_filter(ctx)
    cursor = forms.after(ctx) if not ctx.form else None
    before = forms.after(ctx, "before") if not ctx.form else None
    order = opposite(asked.order) if before else asked.order
    held = search(ctx.web.reader, asked.query, limit=PAGE + 1, order=order, after=before or cursor)
    shown = held[:PAGE]
    more, earlier = len(held) > PAGE, cursor is not None
    if before:
        shown, more, earlier = list(reversed(shown)), True, len(held) > PAGE
    application = ctx.web.application
    return ctx.render(
        "review.html",
        status,
        here="/queue",
        message=ctx.said,
        trouble=trouble,
        aside=letter_lists.letters(
            ctx.web.reader, LetterQuery(state=LetterState.SET_ASIDE), limit=20
        ),
        statements=application.conversations.statements(limit=200),
        held=shown,
        urgent=_urgent(ctx)
        if not asked.view and not asked.narrowed and not (cursor or before)
        else [],
        saved=application.saved_filters.of(ctx.account.name, "/queue"),
        saved_path="/queue",
        saved_query=asked.written,
        asked=asked,
        counts=queue_counts(ctx.web.reader),
        assignees=application.desk.assignees([hit.draft for hit in shown]),
        colleagues=_colleagues(ctx),
        kinds=application.settings.kinds,
        stated={said.draft for said in application.conversations.statements(limit=500)},
        first_page=asked.path("/queue") if cursor or before else "",
        previous_page=_page(asked, "before", shown[0]) if earlier and shown else "",
        next_page=_page(asked, "after", shown[-1]) if more and shown else "",
    )


def _page(asked: QueueFilter, way: str, hit: DraftHit) -> str:
    day, draft = key_of(hit, asked.order)
    return link("/queue", {**asked.fields, way: f"{day}_{draft}"})


def _urgent(ctx: RequestContext) -> list[DraftHit]:
    """List what sounds urgent and waits, the latest first."""
    query = DraftQuery(outcome=Outcome.HELD, urgent=True)
    return search(ctx.web.reader, query, limit=MOST_URGENT, order=Order.NEWEST)


def _colleagues(ctx: RequestContext) -> list[str]:
    """List the accounts that may decide."""
    return [
        account.name
        for account in ctx.web.door.accounts.accounts()
        if not account.disabled and allows(account.role, Permission.DECIDE)
    ]


def several(ctx: RequestContext) -> Response:
    """Show what a deed would do with the chosen drafts, or give them to a colleague at once."""
    asked = queue_filter(ctx)
    drafts = _chosen(ctx)
    if ctx.form_value("deed") not in DEEDS:
        raise HTTPException(400)
    if not drafts:
        return _render(ctx, "请先在列表里勾选稿件。", 400)
    if len(drafts) > MAX_SEVERAL:
        return _render(ctx, f"一次最多处理 {MAX_SEVERAL} 篇，请分几次。", 400)
    if ctx.form_value("deed") == "assign":
        return _assign(ctx, drafts, asked)
    try:
        ruling = _ruling(ctx)
    except Unusable as error:
        return _render(ctx, str(error), 400)
    return ctx.render(
        "review_several.html",
        here="/queue",
        message="",
        asked=asked,
        planned=[_planned(ctx, hit, ruling) for hit in drafts],
        deed=ctx.form_value("deed"),
        fields={name: ctx.form_value(name) for name in ("kind", "happened", "unit", "why")},
    )


def decide_several(ctx: RequestContext) -> Response:
    """Make the ruling that was previewed, on each draft that nobody has touched since."""
    asked = queue_filter(ctx)
    try:
        ruling = _ruling(ctx)
    except Unusable as error:
        return _render(ctx, str(error), 400)
    application = ctx.web.application
    done, failed = 0, []
    for hit in _chosen(ctx)[:MAX_SEVERAL]:
        seen = forms.number(ctx.form_value(f"seen-{hit.draft}"))
        try:
            application.decisions.rule(
                DraftId(hit.draft),
                ruling,
                ctx.account.name,
                forms.why(ctx),
                ctx.now,
                application.composer.correction,
                seen=seen,
            )
            done += 1
        except (LedgerError, UnfinishedRuling) as error:
            failed.append(f"《{hit.title[:20]}》：{error}")
    told = f"已一并核定 {done} 篇。" + (f"没有核定 {len(failed)} 篇：{failed[0]}" if failed else "")
    return redirect_saying(asked.path("/queue"), told[: forms.MAX_WHY])


def _chosen(ctx: RequestContext) -> list[DraftHit]:
    numbers = [forms.number(value) for value in ctx.form.getlist("draft") if isinstance(value, str)]
    found = [one(ctx.web.reader, number) for number in dict.fromkeys(numbers) if number]
    return [hit for hit in found if hit is not None and hit.outcome is Outcome.HELD]


def _ruling(ctx: RequestContext) -> Ruling:
    """Read the ruling that is to be made on several drafts alike. Raises: Unusable."""
    deed, why = ctx.form_value("deed"), forms.why(ctx)
    if deed == "refuse":
        if not why:
            raise Unusable("不予收录要写明理由，报送人会在更正回执里看到。")
        return Ruling(accepted=False)
    if deed != "confirm":
        raise HTTPException(400)
    return Ruling(
        accepted=True,
        kind=ctx.web.application.settings.kind_named(ctx.form_value("kind")),
        event_date=forms.maybe_day(ctx, "happened", "事件日"),
        unit=ctx.form_value("unit") or None,
    )


def _planned(ctx: RequestContext, hit: DraftHit, ruling: Ruling) -> Planned:
    letter = letter_views.letter(ctx.web.reader, hit.letter)
    seq = next((draft.seq for draft in letter.drafts if draft.id == hit.draft), 0) if letter else 0
    try:
        made = ctx.web.application.decisions.preview(DraftId(hit.draft), ruling, ctx.now)
    except (LedgerError, UnfinishedRuling) as error:
        return Planned(hit, seq, None, str(error))
    return Planned(hit, seq, made, "")


def _assign(ctx: RequestContext, drafts: list[DraftHit], asked: QueueFilter) -> Response:
    assignee = ctx.form_value("assignee")
    if assignee and assignee not in _colleagues(ctx):
        return _render(ctx, "请选择可以核定的同事。", 400)
    numbers = [hit.draft for hit in drafts]
    many = ctx.web.application.desk.assign(numbers, assignee, ctx.account.name, ctx.now)
    told = f"{many} 篇稿件已交给{assignee}。" if assignee else f"{many} 篇稿件不再指定由谁核定。"
    return redirect_saying(asked.path("/queue"), told)


def note(ctx: RequestContext) -> Response:
    """Leave a note for colleagues about a draft."""
    number = ctx.number("draft")
    try:
        ctx.web.application.desk.note(number, ctx.form_value("note"), ctx.account.name, ctx.now)
    except NotFound:
        raise HTTPException(404) from None
    except LedgerError as error:
        return redirect_saying(f"/queue/{number}", str(error))
    told = "备注已保存，同事打开这篇稿件时会看到。"
    return redirect(f"/queue/{number}", said=told, kept=f"note-{number}")


routes = (
    page("/queue", show_queue),
    action("/queue/several", several, Permission.DECIDE),
    action("/queue/several/decide", decide_several, Permission.DECIDE),
    action("/queue/{draft:int}/note", note, Permission.DECIDE),
)
