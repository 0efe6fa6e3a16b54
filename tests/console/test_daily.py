"""The day's letters: owed when their hour has come, once, and made up when it was missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console import daily, pulse
from console.settings import Settings, load
from console.wiring import House
from ledger import exporting
from ledger.commissions import Commission
from ledger.roster import Officer
from ledger.tables import OutboxRow
from notifier.digest import Level

MONDAY = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)  # 09:00 in the office
FRIDAY = MONDAY + timedelta(days=4, hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("in/new", "in/cur", "in/tmp"):
        (tmp_path / folder).mkdir(parents=True)
    root = Path(__file__).resolve().parents[2]
    environ = {
        "SHOUGAO_DATA": str(tmp_path / "data"),
        "SHOUGAO_MAILBOX": f"maildir:{tmp_path / 'in'}",
        "SHOUGAO_RELAY": f"maildir:{tmp_path / 'out'}",
    }
    found = load(root / "config.toml", environ)
    return replace(
        found,
        digest=replace(
            found.digest, at=time(8, 30), recipients=("a@office.example", "b@office.example")
        ),
        reminders=replace(found.reminders, enabled=True, at=time(9, 0), days_before_week=2),
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with House(settings, {}) as house:
        house.roster.enter(
            [
                Officer("湖塘镇", "钱一鸣", addresses=("qian@hutang.example",)),
                Officer("前黄镇", "孙晓", addresses=("sun@qianhuang.example",)),
            ],
            "li",
            MONDAY,
        )
        yield house


def owed(house: House, kind: str) -> list[dict[str, Any]]:
    return [row for row in exporting.outbox(house.engine, house.zone) if row["kind"] == kind]


def said(house: House, kind: str) -> str:
    with house.engine.connect() as connection:
        raw = connection.scalar(select(OutboxRow.raw).where(OutboxRow.kind == kind).limit(1))
    message = message_from_bytes(raw or b"", policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_before_its_hour_nothing_is_owed(house: House) -> None:
    assert daily.owe_what_is_due(house, MONDAY - timedelta(minutes=31)) == 0


def test_at_its_hour_each_address_is_owed_one_digest_and_never_a_second(house: House) -> None:
    daily.owe_what_is_due(house, MONDAY)
    daily.owe_what_is_due(house, MONDAY + timedelta(hours=3))
    assert {row["addressee"] for row in owed(house, "digest")} == {
        "a@office.example",
        "b@office.example",
    }
    assert len(owed(house, "digest")) == 2


def test_a_missed_hour_is_made_up_once(house: House) -> None:
    daily.owe_what_is_due(house, MONDAY + timedelta(hours=14))
    daily.owe_what_is_due(house, MONDAY + timedelta(days=1))
    days = [row["subject"] for row in owed(house, "digest")]
    assert [("3月7日" in day, "3月8日" in day) for day in days] == [(True, False)] * 2 + [
        (False, True)
    ] * 2


def test_without_recipients_no_digest_is_written(settings: Settings) -> None:
    with House(replace(settings, digest=replace(settings.digest, recipients=())), {}) as house:
        daily.owe_what_is_due(house, MONDAY)
        assert owed(house, "digest") == []


def test_units_behind_are_reminded_before_the_week_ends_and_only_once(house: House) -> None:
    daily.owe_what_is_due(house, MONDAY)
    assert owed(house, "reminder") == []
    daily.owe_what_is_due(house, FRIDAY)
    daily.owe_what_is_due(house, FRIDAY + timedelta(days=1))
    rows = owed(house, "reminder")
    assert {row["addressee"] for row in rows} == {"qian@hutang.example", "sun@qianhuang.example"}
    assert len(rows) == 2
    assert "还差3篇" in said(house, "reminder")


def test_reminders_are_off_unless_switched_on(settings: Settings) -> None:
    quiet = replace(settings, reminders=replace(settings.reminders, enabled=False))
    with House(quiet, {}) as house:
        house.roster.enter([Officer("湖塘镇", "钱", addresses=("q@x.example",))], "li", MONDAY)
        daily.owe_what_is_due(house, FRIDAY)
        assert owed(house, "reminder") == []


def test_a_commission_is_told_once_and_recalled_before_it_is_due(house: House) -> None:
    asked = Commission("冬季防火经验", ("湖塘镇",), date(2022, 3, 7), date(2022, 3, 20), "配图两张")
    house.commissions.add(asked, "li", MONDAY)
    for day in range(14):
        daily.owe_what_is_due(house, MONDAY + timedelta(days=day))
    subjects = [row["subject"] for row in owed(house, "commission")]
    assert subjects == ["【约稿】冬季防火经验", "【约稿提醒】冬季防火经验"]
    assert "配图两张" in said(house, "commission")


def test_health_tells_a_silent_mailbox_and_what_to_do(house: House) -> None:
    data = house.settings.data
    assert daily.health(house, MONDAY)[0].level is Level.WARN
    pulse.beat(data, MONDAY, "", 1.0)
    assert daily.health(house, MONDAY)[0].level is Level.OK
    assert daily.health(house, MONDAY + timedelta(hours=2))[0].level is Level.FAIL
    pulse.beat(data, MONDAY + timedelta(hours=2), "网络不通", 1.0)
    told = daily.health(house, MONDAY + timedelta(hours=2))[0]
    assert (told.level, told.sentence) == (Level.FAIL, "网络不通")
    assert told.remedy


def test_a_round_that_ended_well_is_remembered_through_a_later_trouble(tmp_path: Path) -> None:
    pulse.beat(tmp_path, MONDAY, "", 1.0)
    pulse.beat(tmp_path, FRIDAY, "网络不通", 2.0)
    assert pulse.read(tmp_path) == pulse.Pulse(FRIDAY, MONDAY, "网络不通", 2.0)
    (tmp_path / pulse.NAME).write_text("{half", encoding="utf-8")
    assert pulse.read(tmp_path) == pulse.Pulse()
