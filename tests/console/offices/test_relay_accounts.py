"""Two offices on one relay account: its ceilings hold for what both send together."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError

from console.actions.delivery import deliver_due
from console.application import Application, open_application
from console.offices.installation import open_installation
from console.relay_accounts import RelayAccounts
from ledger.row_values import OutgoingMessage
from ledger.states import LetterKind
from tests.console.several_offices import config_of, new_office

NOON = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)
LETTERS = 4


def owes(application: Application) -> None:
    name = application.settings.key
    letters = [
        OutgoingMessage(
            LetterKind.NOTICE,
            f"officer{number}@{name}.example",
            (),
            "通报",
            f"<{number}@{name}.example>",
            b"Subject: x\r\n\r\nx\r\n",
        )
        for number in range(LETTERS)
    ]
    assert application.outbox.enqueue_once(letters, NOON) == LETTERS


def sends(application: Application, moment: datetime = NOON) -> int:
    done = deliver_due(application.outbox, application.connections, application.settings, moment)
    return done.sent


def test_what_one_sent_counts_for_both(tmp_path: Path) -> None:
    for name in ("east", "west", "south"):
        new_office(tmp_path, name)
        text = config_of(name).replace("per_hour = 150", "per_hour = 6")
        if name != "south":  # on a relay of its own
            text = text.replace("maildir:out", f"maildir:{tmp_path}/relay")
        (tmp_path / name / "config.toml").write_text(text, encoding="utf-8")
    installation, relays = open_installation(tmp_path), RelayAccounts()
    with contextlib.ExitStack() as at_the_end:

        def opened(name: str) -> Application:
            settings = installation.settings(name, {})
            application = open_application(settings, {}, relays=relays)
            return at_the_end.enter_context(application)

        east, west, south = opened("east"), opened("west"), opened("south")
        for one in (east, west, south):
            owes(one)
        assert [sends(east), sends(west), sends(south)] == [4, 2, 4]
        assert [sends(west), sends(west, NOON + timedelta(minutes=61))] == [0, 2]
        # one whose ledger is away keeps the other from nothing, and counts as it did last
        account = west.connections.relay_account
        assert account is not None
        assert account.sent_by_others(NOON - timedelta(hours=24), NOON) == 4

        def away(_since: datetime, _now: datetime) -> int:
            raise OperationalError("SELECT", {}, Exception("away"))

        with relays.joined("east", str(tmp_path / "relay").lower(), away):
            assert account.sent_by_others(NOON - timedelta(hours=24), NOON) == 0
        held = east.connections.relay_account
        assert held is not None
        assert held.acquire(lambda: True)
        assert not account.acquire(lambda: True), "one speaks to the relay at a time"
        held.release()
        assert account.acquire(lambda: True)
        account.release()
