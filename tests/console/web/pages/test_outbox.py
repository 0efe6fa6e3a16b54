"""待发: what was not sent, with why, and owing it again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from console.application import Application
from console.state import relay_stop
from ledger.models.letters import OutboxRow
from ledger.states import DeliveryState
from tests.console.office import NOW

REPLY = "550 5.1.1 <qian@hutang.example> no such mailbox <b>"


@pytest.fixture
def given_up(application: Application) -> int:
    with application.engine.begin() as connection:
        number = connection.scalars(select(OutboxRow.id).limit(1)).one()
        connection.execute(
            update(OutboxRow)
            .where(OutboxRow.id == number)
            .values(state=DeliveryState.GIVEN_UP, reply=REPLY, sent=NOW)
        )
    return number


def state_of(application: Application, number: int) -> DeliveryState:
    with application.engine.connect() as connection:
        return connection.scalars(select(OutboxRow.state).where(OutboxRow.id == number)).one()


def test_what_was_given_up_is_listed_with_the_relays_words(sign_in: Any, given_up: int) -> None:
    text = sign_in("viewer").get("/outbox?state=given_up").text
    assert "no such mailbox &lt;b&gt;" in text
    assert "/outbox/again" not in text  # who only looks chooses nothing
    assert "no such mailbox" not in sign_in("viewer").get("/outbox?state=uncertain").text


def test_one_that_is_chosen_is_owed_again(
    application: Application, sign_in: Any, given_up: int
) -> None:
    client = sign_in("editor")
    form = {"which": "chosen", "letter": str(given_up), "why": "邮箱已恢复"}
    told = client.post("/outbox/again", data=form, follow_redirects=True)
    assert "1 封邮件将重新发出" in told.text
    assert state_of(application, given_up) is DeliveryState.OWED
    assert "邮箱已恢复" in client.get("/audit").text


def test_all_of_a_state_are_owed_again_and_nothing_without_a_choice(
    application: Application, sign_in: Any, given_up: int
) -> None:
    client = sign_in("editor")
    nothing = client.post("/outbox/again", data={"letter": "x"}, follow_redirects=True)
    assert "没有选邮件" in nothing.text
    assert state_of(application, given_up) is DeliveryState.GIVEN_UP
    form = {"which": "all", "state": "given_up"}
    assert "封邮件将重新发出" in client.post("/outbox/again", data=form, follow_redirects=True).text
    assert state_of(application, given_up) is DeliveryState.OWED


def test_who_only_looks_owes_nothing_again(
    application: Application, sign_in: Any, given_up: int
) -> None:
    client = sign_in("viewer")
    assert client.post("/outbox/again", data={"letter": str(given_up)}).status_code == 403
    assert state_of(application, given_up) is DeliveryState.GIVEN_UP


def test_a_relay_that_refuses_us_is_told(application: Application, sign_in: Any) -> None:
    settings = application.settings
    from notifier.delivery.deliver import Delivered

    done = Delivered(trouble="发信服务器停用了我们的发信账号", refused=True)
    relay_stop.record(settings.data_dir, done, application.connections.relay_key(), NOW)
    assert "发信停着：发信服务器停用了我们的发信账号" in sign_in("viewer").get("/outbox").text
