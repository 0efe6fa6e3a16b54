"""Letters that are no submissions: other people's, officers' statements, questions and thanks."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from console.web.filters import conversation_filter
from console.web.redirects import link
from console.web.request_context import RequestContext
from console.web.routing import page
from ledger.queries import conversations

PAGE = 30
COUNTED_DAYS = 30
"""The tabs tell how many letters of each purpose came in so many days."""

MAX_WORDS = 600
"""Characters of a letter's own words that the list shows; all of them stand on its page."""


def show_conversations(ctx: RequestContext) -> Response:
    """Show a page of letters of one purpose, urgent ones first."""
    purpose, after = conversation_filter(ctx)
    letters = conversations.conversation_letters(
        ctx.web.reader, purpose, limit=PAGE + 1, after=after
    )
    shown = letters[:PAGE]
    calm = [one for one in shown if not one.urgent]
    return ctx.render(
        "conversations.html",
        here="/conversations",
        asked=purpose,
        purposes=conversations.CONVERSATION,
        counts=conversations.count_by_purpose(
            ctx.web.reader, ctx.now - timedelta(days=COUNTED_DAYS)
        ),
        days=COUNTED_DAYS,
        letters=shown,
        max_words=MAX_WORDS,
        first_page=link("/conversations", {"purpose": purpose.value}) if after else "",
        next_page=link(
            "/conversations",
            {
                "purpose": purpose.value,
                "after": f"{calm[-1].received.isoformat()}_{calm[-1].id}",
            },
        )
        if len(letters) > PAGE and calm
        else "",
    )


routes = (page("/conversations", show_conversations),)
