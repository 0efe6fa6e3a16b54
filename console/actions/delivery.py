"""What is owed and due goes out over the relay; one that refuses us is told of at once, and left alone."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from console.connections import Connections
from console.settings.loading import ConfigError, Settings
from console.state import relay_stop
from console.state.relay_stop import RelayStop
from ledger.models.troubles import sentence, trouble_of
from ledger.outbox import Outbox
from ledger.queries.due import DAY
from ledger.queries.outbox import Bounds
from notifier.delivery.deliver import Ceilings, Delivered, deliver
from notifier.delivery.push import Message, push

_log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)


def deliver_due(
    outbox: Outbox,
    connections: Connections,
    settings: Settings,
    moment: datetime,
    halted: Callable[[], bool] = lambda: False,
) -> Delivered:
    """
    Send what is owed and due at a moment; the relay is not asked when nothing is.

    Nor while it refuses us: it is asked again after 1, 2, 4 … 60 minutes, and at once when address or
    secret are others. Whoever comes while another delivers goes away with nothing done.

    Raises:
        ConfigError: something is due and there is no password.

    """
    turn = connections.delivering
    if not turn.acquire():
        return Delivered()
    try:
        return _deliver(outbox, connections, settings, moment, lambda: halted() or turn.lost)
    except DBAPIError as error:
        _log.warning("查不了台账里待发的信：%s", error.orig)
        told = f"{sentence(error)}，稍后再发信：{trouble_of(error).remedy}。"
        return Delivered(trouble=told)
    finally:
        turn.release()


def bounds(settings: Settings) -> Bounds:
    """Return how many answers one address and all strangers get within a day."""
    return Bounds(settings.relay.per_address_per_day, settings.answers.strangers_per_day)


def _deliver(
    outbox: Outbox,
    connections: Connections,
    settings: Settings,
    moment: datetime,
    halted: Callable[[], bool],
) -> Delivered:
    if not outbox.due(moment, 1) and connections.send_log.in_transit() is None:
        return Delivered()
    data, relay, limits = settings.data_dir, settings.relay, bounds(settings)
    key, stop = connections.relay_key(), relay_stop.read(data)
    if stop is not None and stop.holds(key, moment):
        return Delivered(trouble=stop.sentence, refused=stop.refused)
    per_hour, per_day, account = relay.per_hour, relay.per_day, connections.relay_account
    with contextlib.ExitStack() as at_the_end:
        if account is not None:
            if not account.acquire(halted):
                return Delivered()
            at_the_end.callback(account.release)
            per_hour -= account.sent_by_others(moment - HOUR, moment)
            per_day -= account.sent_by_others(moment - DAY, moment)
        done = deliver(
            outbox,
            connections.relay(),
            relay.sender,
            moment,
            Ceilings(per_hour, per_day, limits.per_address, limits.strangers),
            settings.zone,
            connections.send_log,
            halted,
        )
    if done.refused or done.rest:
        stop = relay_stop.record(data, done, key, moment)
        if done.refused:
            _tell(connections, settings, stop)
    elif stop is not None and (done.sent or not done.trouble):
        relay_stop.clear(data)
    return done


def _tell(connections: Connections, settings: Settings, stop: RelayStop) -> None:
    """Tell the robots, by another way than mail; those that know are not told again."""
    try:
        targets = connections.push_targets()
    except ConfigError as error:
        _log.error("%s", error)
        return
    for target in targets:
        if target.key in stop.told:
            continue
        message = Message("收稿：发不出信", stop.sentence, settings.console.address)
        if push(message, target):
            stop = relay_stop.told(settings.data_dir, stop, target.key)
        else:
            _log.warning("推送没有送到%s", target)
