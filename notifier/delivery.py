"""What is owed goes out: the reply code decides between sent, later, tomorrow and never."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.outbox import Due, Outbox
from notifier.post import Never, Result, Sent, Tomorrow, TryLater, backoff, next_day
from notifier.relays import Relay, RelayRefused
from notifier.replies import is_daily

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Letters read from the ledger at a time."""

LONG_ENOUGH = 40
"""Tries after which a letter that is always postponed is given up and shown to a person."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The relay's patience: letters per hour and per day."""

    per_hour: int
    per_day: int


@dataclass(slots=True)
class Delivered:
    """What became of the letters owed. `trouble` is why the rest waits, empty when none does."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0
    trouble: str = ""

    def and_then(self, later: Delivered) -> Delivered:
        """Both together; the later trouble is the one that stands."""
        return Delivered(
            self.sent + later.sent,
            self.postponed + later.postponed,
            self.given_up + later.given_up,
            later.trouble,
        )


def deliver(
    outbox: Outbox,
    relay: Relay,
    sender: str,
    now: datetime,
    ceilings: Ceilings,
    zone: str = "Asia/Shanghai",
) -> Delivered:
    """
    Send what is due over one connection, the longest owed first.

    Killed between the relay's 250 and our record, a letter goes out a second time under the same
    Message-ID: duplicates are admitted, losses not. Once the relay takes nothing more today, nothing
    is offered to it before the office's next day begins.
    """
    full = [reply for reply in outbox.waiting(now).replies if is_daily(reply)]
    if full:
        return Delivered(trouble=_told_full(full[0]))
    done = Delivered()
    allowed = min(
        ceilings.per_hour - outbox.sent_since(now - timedelta(hours=1)),
        ceilings.per_day - outbox.sent_since(now - timedelta(days=1)),
    )
    skipped: set[str] = set()
    try:
        with relay:
            while allowed > 0:
                letters = outbox.due(now, min(allowed, MOST_AT_ONCE))
                letters = [due for due in letters if due.recipient not in skipped]
                if not letters:
                    break
                for due in letters:
                    if due.recipient in skipped:
                        continue
                    result = relay.send(due.raw, sender, [due.recipient, *due.copies])
                    allowed -= 1
                    if not _record(outbox, due, result, now, zone, done):
                        skipped.add(due.recipient)
                    if isinstance(result, Tomorrow):
                        done.trouble = _told_full(result.reply)
                        return done
    except RelayRefused as refused:
        done.trouble = str(refused)
        _log.error("the relay refuses us: %s", refused)
    return done


def _told_full(reply: str) -> str:
    return f"发信服务器今天不再收信：{reply}"


def _record(
    outbox: Outbox, due: Due, result: Result, now: datetime, zone: str, done: Delivered
) -> bool:
    """Enter one sending; False when the addressee's later letters have to wait behind it."""
    match result:
        case Sent(reply):
            outbox.sent(due, reply, now)
            done.sent += 1
            return True
        case Never(reply):
            outbox.give_up(due, reply, now)
            done.given_up += 1
            _log.error("our letter %s will never be taken: %s", due.message_id, reply)
            return True
        case Tomorrow(reply):
            outbox.postpone(due, next_day(now, zone, due.id), reply)
            done.postponed += 1
            return False
        case TryLater(after, reply):
            if due.tries + 1 >= LONG_ENOUGH:
                outbox.give_up(due, reply, now)
                done.given_up += 1
                return True
            outbox.postpone(due, now + max(after, backoff(due.tries, due.id)), reply)
            done.postponed += 1
            return False
