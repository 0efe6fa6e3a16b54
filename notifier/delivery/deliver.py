"""Sending what is owed: the relay decides between sent, later, tomorrow, never and nobody knows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from ledger.models.troubles import sentence, trouble_of
from ledger.outbox import Outbox
from ledger.queries.due import DAY, Due
from notifier.delivery.outcomes import backoff, next_day
from notifier.delivery.relay import (
    Accepted,
    ChannelPaused,
    Interrupted,
    PermanentFailure,
    QuotaExceeded,
    Relay,
    RelayRefused,
    Result,
    TransientFailure,
    Uncertain,
    no_hook,
)
from notifier.delivery.send_log import NotRemembered, SendLog

_log = logging.getLogger(__name__)

MAX_READ = 50
"""Letters read from the ledger at a time."""

BATCH_SIZE = 16
"""Letters recorded in one transaction where sending one twice does no harm."""

MAX_TRIES = 40
"""Tries after which a letter that is always postponed is given up and shown to a person."""

MAX_REPEATS = 1
"""How often a letter is sent again when nobody knows whether it arrived."""

BEHIND = timedelta(minutes=10)
"""A letter over which the connection broke or the relay refused us rests so long: another goes first."""

REPEAT_AFTER = timedelta(minutes=30)
"""A relay that did not answer in time may still be at work on the letter."""

MOST_BROKEN = 3
"""Connections that may break over different letters before the rest waits for the next time."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """
    What the relay bears and the office wants, each within an hour or 24 of them; more waits.

    `per_address` and `strangers` bound answers to letters: to one address, to all outside the roster.
    """

    per_hour: int
    per_day: int
    per_address: int = 0
    strangers: int | None = None


@dataclass(slots=True)
class Delivered:
    """
    What became of the letters owed.

    `trouble`: why the rest waits, empty when none does. `refused`: the relay will not have us until
    tomorrow or until a person acts. `rest`: how long the relay wants to be left alone.
    """

    sent: int = 0
    postponed: int = 0
    given_up: int = 0
    uncertain: int = 0
    trouble: str = ""
    refused: bool = False
    rest: timedelta = timedelta()

    def and_then(self, later: Delivered) -> Delivered:
        """Add a later delivery; its trouble is the one that stands."""
        return Delivered(
            self.sent + later.sent,
            self.postponed + later.postponed,
            self.given_up + later.given_up,
            self.uncertain + later.uncertain,
            later.trouble,
            later.refused,
            later.rest,
        )


class _Stop(Exception):
    """Nothing more is offered this time; what has happened is in `Delivered`."""


def deliver(
    outbox: Outbox,
    relay: Relay,
    sender: str,
    now: datetime,
    ceilings: Ceilings,
    zone: str = "Asia/Shanghai",
    log: SendLog | None = None,
    halted: Callable[[], bool] = lambda: False,
) -> Delivered:
    """
    Send what is due over one connection, in the order of `Outbox.due`.

    Each letter is recorded before the next is sent, unless the relay never doubles. One that may have
    arrived (no answer, a crash before the record) goes out once more under the same Message-ID. Once
    the relay takes nothing more today, nothing is offered to it before the office's next day begins.

    Args:    `sender`: the envelope's address. `ceilings`: what is borne. `zone`: the office's (IANA).
             `log`: remembers what was sent while the ledger cannot. `halted`: no further letter is begun.
    Returns: what became of the letters; a relay that refuses us, or a ledger that cannot be written,
             is its `trouble`, not an exception.
    """
    done = Delivered()
    try:
        if log is not None:
            _settle(outbox, log, now, done)
        refusals = [reply for reply in outbox.waiting(now).replies if relay.is_over_quota(reply)]
        if refusals:
            done.trouble, done.refused = _quota_sentence(refusals[0]), True
            return done
        _Delivery(outbox, relay, sender, now, ceilings, zone, log, halted, done).run()
    except _Stop:
        pass
    except DBAPIError as error:
        done.trouble = _ledger_sentence(error)
        _log.error("台账用不了，暂停发信：%s", error.orig)
    return done


def _settle(outbox: Outbox, log: SendLog, now: datetime, done: Delivered) -> None:
    """Enter the fate of the letter that was in transit when the ledger, or the program, failed."""
    letter = log.in_transit()
    if letter is None:
        return
    due = outbox.owed(letter.message_id)
    if due is not None and letter.reply:
        outbox.sent([(due, letter.reply)], now)  # it was counted when it was sent
    elif due is not None:
        _uncertain(outbox, done, due, "程序在发出这封信时中断", now, now)
    log.forget()


def _uncertain(
    outbox: Outbox, done: Delivered, due: Due, reply: str, now: datetime, again: datetime
) -> None:
    if due.uncertain >= MAX_REPEATS:
        outbox.leave_to_a_person(due, f"两次发出都没有收到答复：{reply}", now)
        done.uncertain += 1
        _log.error("不知道信件 %s 是否送达：%s", due.message_id, reply)
        return
    outbox.doubt(due, again, reply, now)
    done.postponed += 1
    _log.warning("信件 %s 也许已经送达，再发一次", due.message_id)


class _Delivery:
    """One delivery in progress."""

    def __init__(
        self,
        outbox: Outbox,
        relay: Relay,
        sender: str,
        now: datetime,
        ceilings: Ceilings,
        zone: str,
        log: SendLog | None,
        halted: Callable[[], bool],
        done: Delivered,
    ) -> None:
        self._outbox = outbox
        self._relay = relay
        self._sender = sender
        self._now = now
        self._ceilings = ceilings
        self._zone = zone
        self._log = None if relay.never_doubles else log
        self._halted = halted
        self._done = done
        self._batch_size = BATCH_SIZE if relay.never_doubles else 1
        self._accepted: list[tuple[Due, str]] = []
        self._skipped: set[str] = set()
        self._broken = 0

    def run(self) -> None:
        """Offer letters until none is due, a ceiling is reached, or the relay has enough."""
        now, ceilings = self._now, self._ceilings
        allowed = min(
            ceilings.per_hour - self._outbox.sent_since(now - timedelta(hours=1), now),
            ceilings.per_day - self._outbox.sent_since(now - DAY, now),
        )
        answered = self._outbox.answered_since(now - DAY, now) if ceilings.per_address else {}
        strangers = ceilings.strangers
        if strangers is not None:
            strangers -= self._outbox.strangers_answered_since(now - DAY, now)
        try:
            with self._relay:
                while allowed > 0:
                    most = min(allowed, MAX_READ)
                    letters = self._outbox.due(now, most, ceilings.per_address, strangers)
                    offered = 0
                    for due in letters:
                        if self._waits(due, answered, strangers):
                            continue
                        if self._halted():
                            raise _Stop
                        self._offer(due)
                        offered += 1
                        allowed -= 1
                        if due.letter_id is not None:
                            answered[due.recipient] = answered.get(due.recipient, 0) + 1
                        if due.stranger and strangers is not None:
                            strangers -= 1
                    self._flush()
                    if not offered:
                        break
        finally:
            self._flush()

    def _waits(self, due: Due, answered: dict[str, int], strangers: int | None) -> bool:
        """Whether the letter waits behind another of its addressee, or for a ceiling."""
        if due.recipient in self._skipped:
            return True
        most = self._ceilings.per_address
        if most and due.letter_id is not None and answered.get(due.recipient, 0) >= most:
            return True
        return due.stranger and strangers is not None and strangers <= 0

    def _offer(self, due: Due) -> None:
        recipients = [due.recipient, *due.copies]
        try:
            result = self._relay.send(due.raw, self._sender, recipients, self._before_end(due))
        except RelayRefused as refused:
            self._done.trouble, self._done.refused = str(refused), True
            _log.error("发信服务器拒绝我们：%s", refused)
            if not refused.over_letter:
                raise _Stop from refused
            if self._passed_meanwhile(due, refused.reply):
                self._done.trouble, self._done.refused = "", False
                result = PermanentFailure(refused.reply)
            else:
                self._put_behind(due, refused.reply)
                raise _Stop from refused
        except NotRemembered as error:
            self._done.trouble = (
                f"发信记录写不进数据目录（{error}），为免重发，先不发信：请检查磁盘空间。"
            )
            _log.error("发信记录写不进去，暂停发信：%s", error)
            raise _Stop from error
        self._enter(due, result)

    def _before_end(self, due: Due) -> Callable[[], None]:
        log = self._log
        return (lambda: log.begin(due.message_id)) if log is not None else no_hook

    def _passed_meanwhile(self, due: Due, reply: str) -> bool:
        """Whether others went out since this letter was refused in the same way: then it is the letter."""
        if due.tried is None or due.reply != reply:
            return False
        return self._outbox.sent_since(due.tried, self._now) > 0

    def _enter(self, due: Due, result: Result) -> None:
        """Enter one try; raises _Stop when nothing more is to be offered."""
        if self._log is not None and not isinstance(result, Accepted | Uncertain):
            self._log.forget()  # it was not taken, whatever the ledger says to it
        match result:
            case Accepted(reply):
                self._accept(due, reply)
            case PermanentFailure(reply):
                note = "（此前发过一次，没有收到答复，可能已经送达）" if due.uncertain else ""
                self._outbox.give_up(due, reply + note, self._now)
                self._done.given_up += 1
                _log.error("信件 %s 无法送达：%s", due.message_id, reply)
            case TransientFailure(after, reply) if due.tries + 1 >= MAX_TRIES:
                self._outbox.give_up(due, reply, self._now)
                self._done.given_up += 1
            case TransientFailure(after, reply):
                self._postpone(due, max(after, backoff(due.tries, due.id)), reply, counted=True)
            case Interrupted(reply):
                self._postpone(due, BEHIND, reply, counted=False)
                self._broken += 1
                if self._broken >= MOST_BROKEN:
                    self._done.trouble = f"与发信服务器的连接一再中断（{reply}），稍后再发。"
                    raise _Stop
            case Uncertain(reply):
                _uncertain(
                    self._outbox, self._done, due, reply, self._now, self._now + REPEAT_AFTER
                )
                if self._log is not None:
                    self._log.forget()
                self._done.trouble = f"有一封邮件发出后没有收到答复（{reply}），稍后再发。"
                raise _Stop
            case QuotaExceeded(reply):
                until = next_day(self._now, self._zone, due.id)
                self._postpone(due, until - self._now, reply, counted=False)
                self._done.trouble, self._done.refused = _quota_sentence(reply), True
                raise _Stop
            case ChannelPaused(after, reply, over_letter):
                if over_letter:
                    self._put_behind(due, reply)
                self._done.trouble = f"发信服务器暂时不收信或连不上（{reply}），稍后自动再发。"
                self._done.rest = after
                raise _Stop

    def _accept(self, due: Due, reply: str) -> None:
        self._accepted.append((due, reply))
        self._done.sent += 1
        if len(self._accepted) >= self._batch_size:
            self._flush()

    def _flush(self) -> None:
        """
        Enter the accepted ones that are not entered yet.

        Raises: _Stop when the ledger cannot be written; then the send log remembers what was sent.
        """
        accepted, self._accepted = self._accepted, []
        if not accepted:
            return
        try:
            self._outbox.sent(accepted, self._now)
        except DBAPIError as error:
            self._done.trouble = _ledger_sentence(error)
            _log.error("信已发出，却登记不了：%s", error.orig)
            self._remember(accepted)
            raise _Stop from error
        if self._log is not None:
            self._log.forget()

    def _remember(self, accepted: Collection[tuple[Due, str]]) -> None:
        """Keep beside the ledger that the relay took a letter; a relay that never doubles needs none."""
        if self._log is None:
            return
        for due, reply in accepted:  # one at most: such relays are recorded letter by letter
            try:
                self._log.accepted(due.message_id, reply)
            except NotRemembered as error:
                _log.error("发信记录也写不进去：%s", error)

    def _put_behind(self, due: Due, reply: str) -> None:
        self._postpone(due, BEHIND, reply, counted=False)

    def _postpone(self, due: Due, rest: timedelta, reply: str, *, counted: bool) -> None:
        self._outbox.postpone(due, self._now + rest, reply, self._now, counted=counted)
        self._skipped.add(due.recipient)
        self._done.postponed += 1


def _quota_sentence(reply: str) -> str:
    return f"发信服务器今天不再收信（{reply}）：待发的信都留着，明天会自动再发。"


def _ledger_sentence(error: DBAPIError) -> str:
    return f"台账暂时写不进，为免重发，先不发信：{sentence(error)}，{trouble_of(error).remedy}。"
