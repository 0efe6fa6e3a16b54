"""Letters and drafts that sound urgent are pushed to the office's robots as soon as they are entered."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError

from console.application import Application
from console.settings.loading import ConfigError
from console.state import push_state
from ledger.queries.urgent import urgent_drafts
from notifier.delivery.push import Message

_log = logging.getLogger(__name__)

NAME = "urgent-push.json"
MOST = 200
TOO_OLD = timedelta(days=3)
"""Nobody is called for a letter that came before that: a first look finds years of them."""


def push_urgent(application: Application, moment: datetime) -> int:
    """
    Push a word of letters and drafts that sound urgent and wait to be seen; return how many robots took it.

    Each is told of once, with the link to its page. Neither its words nor its sender leave the house: who
    is called looks at the page.
    """
    if not application.connections.wants_push:
        return 0
    data = application.settings.data_dir
    try:
        last = push_state.read(data, NAME)
        fresh = [
            one
            for one in application.conversations.other_letters(limit=MOST)
            if one.urgent and one.letter > last.upto and one.received > moment - TOO_OLD
        ]
        drafts = [
            one
            for one in urgent_drafts(application.engine, last.upto, moment - TOO_OLD, MOST)
            if one.letter > last.upto
        ]
        if fresh or drafts:
            moments = [*(one.received for one in fresh), *(one.received for one in drafts)]
            first = min(moments).astimezone(ZoneInfo(application.zone))
            what = [f"{len(drafts)}篇稿件"] * bool(drafts) + [f"{len(fresh)}封来信"] * bool(fresh)
            words = f"有{'、'.join(what)}像是急件，请马上查看（最早一件{first:%H:%M}收到）。"
            base = application.settings.console.address.rstrip("/")
            path = "/conversations" if not drafts else "/queue?view=urgent"
            if len(drafts) == 1 and not fresh:
                path = f"/queue/{drafts[0].draft}"
            words = application.settings.wording().renamed(words)
            message = Message("收稿系统：急件", words, f"{base}{path}" if base else "")
            newest = max([*(one.letter for one in fresh), *(one.letter for one in drafts)])
            push_state.start(data, first.date(), message, NAME, newest)
        if not push_state.read(data, NAME).waits(moment):
            return 0
        return push_state.deliver_pending(
            data, application.connections.push_targets(), moment, NAME
        )
    except (DBAPIError, ConfigError) as error:  # the letters matter more than the call
        _log.warning("急件没有推送：%s", type(error).__name__)
        return 0
