"""Sending what is owed: the relay decides between sent, later, tomorrow and never."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.outbox import Due, Outbox
from notifier.delivery.outcomes import backoff, next_day
from notifier.delivery.relay import (
    Accepted,
    PermanentFailure,
    QuotaExceeded,
    Relay,
    RelayRefused,
    Result,
    TransientFailure,
)

_log = logging.getLogger(__name__)

MAX_READ = 200
"""Letters read from the ledger at a time."""

BATCH_SIZE = 16
"""Letters recorded in one transaction where sending one twice does no harm."""

MAX_TRIES = 40
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
        """Add a later delivery; its trouble is the one that stands."""
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

    Killed between the relay's acceptance and our record, a letter goes out a second time under the
    same Message-ID: duplicates are admitted, losses not. Each is recorded before the next is sent,
    unless the relay never doubles. Once the relay takes nothing more today, nothing is offered to it
    before the office's next day begins.

    Args:    `sender`: the envelope's address. `ceilings`: what the relay bears.
             `zone`: the office's (IANA).
    Returns: what became of the letters; a relay that refuses us is its `trouble`, not an exception.
    """
    refusals = [reply for reply in outbox.waiting(now).replies if relay.is_over_quota(reply)]
    if refusals:
        return Delivered(trouble=_quota_sentence(refusals[0]))
    done = Delivered()
    allowed = min(
        ceilings.per_hour - outbox.sent_since(now - timedelta(hours=1)),
        ceilings.per_day - outbox.sent_since(now - timedelta(days=1)),
    )
    skipped: set[str] = set()
    recorder = _Recorder(outbox, done, now, zone, BATCH_SIZE if relay.never_doubles else 1)
    try:
        with relay:
            while allowed > 0:
                letters = outbox.due(now, min(allowed, MAX_READ))
                letters = [due for due in letters if due.recipient not in skipped]
                if not letters:
                    break
                for due in letters:
                    if due.recipient in skipped:
                        continue
                    result = relay.send(due.raw, sender, [due.recipient, *due.copies])
                    allowed -= 1
                    if not recorder.enter(due, result):
                        skipped.add(due.recipient)
                    if isinstance(result, QuotaExceeded):
                        done.trouble = _quota_sentence(result.reply)
                        return done
                recorder.flush()
    except RelayRefused as refused:
        done.trouble = str(refused)
        _log.error("the relay refuses us: %s", refused)
    finally:
        recorder.flush()
    return done


def _quota_sentence(reply: str) -> str:
    return f"发信服务器今天不再收信：{reply}"


class _Recorder:
    """Enters what became of letters in the ledger, accepted ones `batch_size` at a time."""

    def __init__(
        self, outbox: Outbox, done: Delivered, now: datetime, zone: str, batch_size: int
    ) -> None:
        self._outbox = outbox
        self._done = done
        self._now = now
        self._zone = zone
        self._batch_size = batch_size
        self._accepted: list[tuple[Due, str]] = []

    def enter(self, due: Due, result: Result) -> bool:
        """Enter one try; False when the addressee's later letters have to wait behind it."""
        match result:
            case Accepted(reply):
                self._accepted.append((due, reply))
                self._done.sent += 1
                if len(self._accepted) >= self._batch_size:
                    self.flush()
                return True
            case PermanentFailure(reply):
                self._give_up(due, reply)
                _log.error("our letter %s will never be taken: %s", due.message_id, reply)
                return True
            case QuotaExceeded(reply):
                self._postpone(due, next_day(self._now, self._zone, due.id), reply)
                return False
            case TransientFailure(after, reply):
                if due.tries + 1 >= MAX_TRIES:
                    self._give_up(due, reply)
                    return True
                self._postpone(due, self._now + max(after, backoff(due.tries, due.id)), reply)
                return False

    def flush(self) -> None:
        """Enter the accepted ones that are not entered yet."""
        if self._accepted:
            self._outbox.sent(self._accepted, self._now)
            self._accepted = []

    def _give_up(self, due: Due, reply: str) -> None:
        self._outbox.give_up(due, reply, self._now)
        self._done.given_up += 1

    def _postpone(self, due: Due, until: datetime, reply: str) -> None:
        self._outbox.postpone(due, until, reply)
        self._done.postponed += 1
