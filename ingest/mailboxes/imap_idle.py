"""
Waiting for new letters over a connection of its own, where the server offers it.

Source: RFC 2177 (IDLE: a client renews it at least every 29 minutes).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from ingest.mailboxes.imap_connection import ImapConnection
from ingest.mailboxes.imap_folders import INBOX
from ingest.mailboxes.mailbox import FolderRefused, Halted, MailboxRefused, TransientError

_log = logging.getLogger(__name__)

RENEW_AFTER = 28 * 60.0
"""Seconds after which IDLE is begun anew: servers log out whom they take for gone after 30 minutes."""

SLICE = 1.0
"""Seconds between two looks whether to stop."""

FIRST_PAUSE = 30.0
LONGEST_PAUSE = 900.0
"""Seconds until a connection that failed is tried again; letters are polled for meanwhile."""


def watch(
    connection: ImapConnection,
    wake: Callable[[], None],
    halted: Halted,
    renew_after: float = RENEW_AFTER,
    pause: float = FIRST_PAUSE,
) -> None:
    """
    Call `wake` whenever INBOX changes, until `halted`; return at once where the server offers no IDLE.

    It is called whenever IDLE begins, too: what came before is told by nobody.

    Whatever fails is tried again after a pause, doubled from time to time: polling goes on beside it.
    """
    failures = 0
    while not halted.is_set():
        try:
            with connection.translating_errors():
                if not connection.client.has_capability("IDLE"):
                    _log.info("服务器不会主动通知新信，改为定时查看")
                    connection.close()
                    return
                connection.examine(INBOX, anew=True)
            while not halted.is_set():
                with connection.translating_errors():
                    _idle(connection, wake, halted, renew_after)
                failures = 0
        except (TransientError, MailboxRefused, FolderRefused) as error:
            connection.drop()
            _log.info("暂时没有等候新信通知：%s", error)
            halted.wait(min(LONGEST_PAUSE, pause * 2.0 ** min(failures, 20)))
            failures += 1
    connection.close()


def _idle(
    connection: ImapConnection, wake: Callable[[], None], halted: Halted, renew_after: float
) -> None:
    """Idle once, for at most `renew_after` seconds."""
    client = connection.client
    begun = time.monotonic()
    client.idle()
    # nobody tells what came before IDLE began, and what came together with the server's consent
    # stands in imaplib's buffer, where `idle_check` does not look before more has come
    wake()
    while not halted.is_set() and time.monotonic() - begun < renew_after:
        asked = time.monotonic()
        told = client.idle_check(timeout=min(SLICE, renew_after))
        # QUIRK: imapclient says nothing of a connection that was closed, at once and for ever
        if not told and time.monotonic() - asked < min(SLICE, renew_after) / 2:
            raise EOFError("the server closed the connection")
        _hear(told, wake)
    _text, told = client.idle_done()
    _hear(told, wake)  # what came while IDLE was ended is told by no later one


def _hear(told: Sequence[tuple[object, ...]], wake: Callable[[], None]) -> None:
    if any(len(one) > 1 and one[1] in (b"EXISTS", b"RECENT") for one in told):
        wake()
    if any(one[:1] == (b"BYE",) for one in told):
        raise EOFError("the server said goodbye")
