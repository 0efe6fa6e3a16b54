"""`shougao outbox`, as the office types it: what was not sent, each with why, and sending it again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from ledger.models.database import open_ledger
from ledger.models.letters import OutboxRow
from ledger.outbox import Outbox
from ledger.row_values import OutgoingMessage
from ledger.states import DeliveryState, LetterKind
from tests.console.office import OfficeRoom

FULL = "452 4.2.2 mailbox full"
UNKNOWN = "550 5.1.1 no such user"
SILENCE = "连接在最后一行之后中断"


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    """An office that owes five letters: one is due, one waits, two were given up, one is uncertain."""
    office = OfficeRoom(tmp_path)
    office.run("outbox")  # makes the ledger
    engine = ledger(office)
    outbox, now = Outbox(engine), datetime.now(UTC)
    outbox.enqueue_once([message(number) for number in range(1, 6)], now)
    second, third, fourth, fifth = outbox.due(now, 10)[1:]
    outbox.postpone(second, now + timedelta(hours=1), FULL, now, counted=True)
    outbox.give_up(third, UNKNOWN, now)
    outbox.give_up(fourth, UNKNOWN, now)
    outbox.leave_to_a_person(fifth, SILENCE, now)
    engine.dispose()
    return office


def ledger(office: OfficeRoom) -> Engine:
    return open_ledger(f"sqlite:///{next(office.folder.rglob('ledger.db'))}")


def message(number: int) -> OutgoingMessage:
    return OutgoingMessage(
        LetterKind.NOTICE,
        f"officer{number}@town.example",
        (),
        f"通报之{number}",
        f"<{number}@office.example>",
        b"Subject: x\r\n\r\nx\r\n",
    )


def listed(office: OfficeRoom, *arguments: str) -> dict[int, dict[str, object]]:
    """What the command lists as JSON, by number."""
    lines = office.run("outbox", "--json", *arguments).stdout.splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def states(office: OfficeRoom) -> list[object]:
    rows = listed(office)
    return [rows[number]["state"] for number in sorted(rows)]


def test_an_office_that_owes_nothing_is_told_so(tmp_path: Path) -> None:
    assert "没有待发的邮件" in OfficeRoom(tmp_path).run("outbox").stdout


def test_each_unsent_letter_is_listed_with_its_state_and_why(office: OfficeRoom) -> None:
    rows = listed(office)
    assert [rows[number]["state"] for number in range(1, 6)] == [
        "owed",
        "owed",
        "given_up",
        "given_up",
        "uncertain",
    ]
    assert [rows[number]["reply"] for number in range(1, 6)] == [
        "",
        FULL,
        UNKNOWN,
        UNKNOWN,
        SILENCE,
    ]
    assert [rows[number]["wait"] for number in range(1, 6)] == ["next", "relay", None, None, None]
    assert rows[2]["again"] is not None


def test_people_read_states_and_reasons_in_chinese(office: OfficeRoom) -> None:
    shown = office.run("outbox").stdout
    for counted in ("待发 2 封", "无法送达 2 封", "结果不明 1 封"):
        assert counted in shown
    assert "--retry" in shown


def test_one_state_is_listed_alone(office: OfficeRoom) -> None:
    assert sorted(listed(office, "--state", "given_up")) == [3, 4]
    assert sorted(listed(office, "--state", "uncertain")) == [5]
    assert sorted(listed(office, "2", "4")) == [2, 4]


def test_one_letter_is_owed_again_and_the_journal_says_by_whom_and_why(office: OfficeRoom) -> None:
    told = office.run("outbox", "3", "--retry", "--by", "王敏", "--why", "地址已更正").stdout
    assert "1 封邮件将重新发出：3" in told
    assert states(office) == ["owed", "owed", "owed", "given_up", "uncertain"]
    line = office.export("journal")[-1]
    assert "王敏" in json.dumps(line, ensure_ascii=False)
    assert "地址已更正" in json.dumps(line, ensure_ascii=False)


def test_all_of_a_state_are_owed_again(office: OfficeRoom) -> None:
    office.run("outbox", "--retry", "--state", "given_up")
    assert states(office) == ["owed", "owed", "owed", "owed", "uncertain"]


def test_all_are_owed_again_and_those_that_waited_are_due_at_once(office: OfficeRoom) -> None:
    office.run("outbox", "--retry", "--all")
    assert states(office) == ["owed"] * 5
    assert {row["wait"] for row in listed(office).values()} == {"next"}


def test_which_are_meant_has_to_be_said(office: OfficeRoom) -> None:
    assert "请写明重发哪些" in office.run("outbox", "--retry", code=2).stderr
    assert "--all 要与 --retry 一起用" in office.run("outbox", "--all", code=2).stderr
    assert states(office) == ["owed", "owed", "given_up", "given_up", "uncertain"]


def test_a_number_that_is_not_unsent_is_named_and_the_others_are_owed_again(
    office: OfficeRoom,
) -> None:
    done = office.run("outbox", "3", "99", "--retry", code=1)
    assert "没有这样的未发邮件：99" in done.stderr
    assert states(office)[2] == "owed"


def test_a_letter_whose_text_was_purged_is_not_owed_again(office: OfficeRoom) -> None:
    engine = ledger(office)
    with engine.begin() as connection:
        connection.execute(update(OutboxRow).where(OutboxRow.id == 4).values(raw=b""))
    engine.dispose()
    told = office.run("outbox", "--retry", "--state", "given_up").stdout
    assert "不能重发：4" in told
    assert listed(office)[4]["state"] == DeliveryState.GIVEN_UP.value
