"""What is owed and due goes out over the relay."""

from __future__ import annotations

from datetime import datetime

from console.connections import Connections
from console.settings.loading import Settings
from ledger.outbox import Outbox
from notifier.delivery.deliver import Ceilings, Delivered, deliver


def deliver_due(
    outbox: Outbox, connections: Connections, settings: Settings, moment: datetime
) -> Delivered:
    """
    Send what is owed and due at a moment; the relay is not asked when nothing is.

    Raises:
        ConfigError: something is due and there is no password.
        RelayRefused: the relay does not let us in.

    """
    if not outbox.due(moment, 1):
        return Delivered()
    relay = settings.relay
    ceilings = Ceilings(relay.per_hour, relay.per_day)
    return deliver(outbox, connections.relay(), relay.sender, moment, ceilings, settings.zone)
