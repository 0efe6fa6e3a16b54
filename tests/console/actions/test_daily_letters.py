"""The day's letters: owed when their hour has come, once, and made up when it was missed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from console.actions import daily_letters
from console.actions.digest_facts import facts_of_day
from console.actions.health import health
from console.application import Application, open_application
from console.settings.loading import Settings
from console.state import last_round
from ledger.commissions import Commission
from ledger.models.letters import OutboxRow
from ledger.queries import export
from ledger.roster import Officer
from notifier.letters.digest import Level
from notifier.letters.reminder import reminded
from tests.console.actions.robots import Chat
from tests.console.office import settings_in

MONDAY = datetime(2022, 3, 7, 1, 0, tzinfo=UTC)  # 09:00 in the office
FRIDAY = MONDAY + timedelta(days=4, hours=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for folder in ("in/new", "in/cur", "in/tmp"):
        (tmp_path / folder).mkdir(parents=True)
    found = settings_in(tmp_path)
    return replace(
        found,
        mailbox=replace(found.mailbox, since="2022-01-01"),
        digest=replace(
            found.digest, at=time(8, 30), recipients=("a@office.example", "b@office.example")
        ),
        reminders=replace(found.reminders, enabled=True, at=time(9, 0), days_before_week=2),
    )


@pytest.fixture
def application(settings: Settings) -> Iterator[Application]:
    with open_application(settings, {}) as application:
        application.roster.enter(
            [
                Officer("湖塘镇", "钱一鸣", addresses=("qian@hutang.example",)),
                Officer("前黄镇", "孙晓", addresses=("sun@qianhuang.example",)),
            ],
            "li",
            MONDAY,
        )
        yield application


def owed(application: Application, kind: str) -> list[dict[str, Any]]:
    return [
        row for row in export.outbox(application.engine, application.zone) if row["kind"] == kind
    ]


def said(application: Application, kind: str) -> str:
    with application.engine.connect() as connection:
        raw = connection.scalar(select(OutboxRow.raw).where(OutboxRow.kind == kind).limit(1))
    message = message_from_bytes(raw or b"", policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_before_its_hour_nothing_is_owed(application: Application) -> None:
    assert daily_letters.owe_what_is_due(application, MONDAY - timedelta(minutes=31)) == 0


def test_at_its_hour_each_address_is_owed_one_digest_and_never_a_second(
    application: Application,
) -> None:
    daily_letters.owe_what_is_due(application, MONDAY)
    daily_letters.owe_what_is_due(application, MONDAY + timedelta(hours=3))
    assert {row["addressee"] for row in owed(application, "digest")} == {
        "a@office.example",
        "b@office.example",
    }
    assert len(owed(application, "digest")) == 2


def test_a_missed_hour_is_made_up_once(application: Application) -> None:
    daily_letters.owe_what_is_due(application, MONDAY + timedelta(hours=14))
    daily_letters.owe_what_is_due(application, MONDAY + timedelta(days=1))
    days = [row["subject"] for row in owed(application, "digest")]
    assert [("3月7日" in day, "3月8日" in day) for day in days] == [(True, False)] * 2 + [
        (False, True)
    ] * 2


def test_without_recipients_no_digest_is_written(settings: Settings) -> None:
    with open_application(
        replace(settings, digest=replace(settings.digest, recipients=())), {}
    ) as application:
        daily_letters.owe_what_is_due(application, MONDAY)
        assert owed(application, "digest") == []


def test_units_behind_are_reminded_before_the_week_ends_and_only_once(
    application: Application,
) -> None:
    daily_letters.owe_what_is_due(application, MONDAY)
    assert owed(application, "reminder") == []
    daily_letters.owe_what_is_due(application, FRIDAY)
    daily_letters.owe_what_is_due(application, FRIDAY + timedelta(days=1))
    rows = owed(application, "reminder")
    assert {row["addressee"] for row in rows} == {"qian@hutang.example", "sun@qianhuang.example"}
    assert len(rows) == 2
    assert "还差3篇" in said(application, "reminder")


def test_a_unit_gets_one_letter_a_day_and_each_period_is_told_once(
    settings: Settings,
) -> None:
    rule = replace(
        settings.reminders, days_before_week=2, days_before_month=6, days_before_quarter=6
    )
    with open_application(replace(settings, reminders=rule), {}) as application:
        application.roster.enter(
            [Officer("基础科", "钱一鸣", addresses=("qian@jichu.example",))], "li", MONDAY
        )
        by_day = []
        for day in range(22, 32):  # both the week and the month are due from the 25th on
            before = len(owed(application, "reminder"))
            moment = datetime(2022, 3, day, 2, 0, tzinfo=UTC)
            daily_letters.owe_what_is_due(application, moment)
            by_day.append(len(owed(application, "reminder")) - before)
        assert by_day == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        assert said(application, "reminder").count("还差") == 3
        with application.engine.connect() as connection:
            ids = list(
                connection.scalars(select(OutboxRow.message_id).where(OutboxRow.kind == "reminder"))
            )
        periods = sorted(period for _, period in reminded(ids))
        assert periods == ["2022-03", "2022-W12"]


def test_reminders_are_off_unless_switched_on(settings: Settings) -> None:
    quiet = replace(settings, reminders=replace(settings.reminders, enabled=False))
    with open_application(quiet, {}) as application:
        application.roster.enter(
            [Officer("湖塘镇", "钱", addresses=("q@x.example",))], "li", MONDAY
        )
        daily_letters.owe_what_is_due(application, FRIDAY)
        assert owed(application, "reminder") == []


def test_a_commission_is_told_once_and_recalled_before_it_is_due(application: Application) -> None:
    asked = Commission("冬季防火经验", ("湖塘镇",), date(2022, 3, 7), date(2022, 3, 20), "配图两张")
    application.commissions.add(asked, "li", MONDAY)
    for day in range(14):
        daily_letters.owe_what_is_due(application, MONDAY + timedelta(days=day))
    subjects = [row["subject"] for row in owed(application, "commission")]
    assert subjects == ["【约稿】冬季防火经验", "【约稿提醒】冬季防火经验"]
    assert "配图两张" in said(application, "commission")


def test_health_tells_a_silent_mailbox_and_what_to_do(application: Application) -> None:
    data = application.settings.data_dir
    assert health(application, MONDAY)[0].level is Level.WARN
    last_round.record_round(data, MONDAY, "", 1.0)
    assert health(application, MONDAY)[0].level is Level.OK
    assert health(application, MONDAY + timedelta(hours=2))[0].level is Level.FAIL
    last_round.record_round(data, MONDAY + timedelta(hours=2), "网络不通", 1.0)
    told = health(application, MONDAY + timedelta(hours=2))[0]
    assert (told.level, told.sentence) == (Level.FAIL, "网络不通")
    assert told.remedy


def test_a_round_that_ended_well_is_remembered_through_a_later_trouble(tmp_path: Path) -> None:
    last_round.record_round(tmp_path, MONDAY, "", 1.0)
    last_round.record_round(tmp_path, FRIDAY, "网络不通", 2.0)
    assert last_round.read(tmp_path) == last_round.LastRound(FRIDAY, MONDAY, "网络不通", 2.0)
    (tmp_path / last_round.NAME).write_text("{half", encoding="utf-8")
    assert last_round.read(tmp_path) == last_round.LastRound()


def test_early_in_a_week_nobody_is_behind_and_later_alike_units_stand_together(
    application: Application,
) -> None:
    assert facts_of_day(application, MONDAY).behind == ()
    friday = facts_of_day(application, FRIDAY).behind
    assert len(friday[0].units) > 10
    assert friday[0].period == "本周，3月13日止"
    assert all(not one.period.startswith("本季度") for one in friday)
    end_of_march = facts_of_day(application, datetime(2022, 3, 30, 1, 0, tzinfo=UTC)).behind
    assert {one.period for one in end_of_march} >= {"本月，3月31日止", "本季度，3月31日止"}


def test_the_mailbox_is_reconciled_letter_by_letter(
    application: Application, tmp_path: Path
) -> None:
    """A count alone would hide a letter that is missing behind one that was deleted."""
    place = tmp_path / "in" / "new" / "1646614800.1.host"
    place.write_bytes(b"From: a@x.example\r\nSubject: x\r\n\r\nx\r\n")
    os.utime(place, (MONDAY.timestamp() - 3600,) * 2)
    last_round.record_round(application.settings.data_dir, MONDAY, "", 1.0)
    facts = facts_of_day(application, MONDAY)
    assert (facts.in_mailbox, facts.recorded, facts.missing) == (1, 0, 1)
    assert not facts.quiet
    os.utime(place, (MONDAY.timestamp(),) * 2)
    facts = facts_of_day(application, MONDAY)
    assert (facts.in_mailbox, facts.recorded, facts.missing) == (1, 0, 0)


def test_a_letter_of_ours_that_was_given_up_is_told_to_the_office(application: Application) -> None:
    daily_letters.owe_what_is_due(application, MONDAY)
    (due, *_) = application.outbox.due(MONDAY, 5)
    application.outbox.give_up(due, "550 Invalid User", MONDAY + timedelta(hours=1))
    (lost,) = facts_of_day(application, MONDAY + timedelta(hours=2)).undelivered
    assert lost.unit == due.recipient
    assert "550 Invalid User" in lost.note
    found = {one.name: one for one in health(application, MONDAY + timedelta(hours=2))}
    assert found["发信"].level is Level.WARN


def test_a_backlog_that_does_not_move_is_told(application: Application) -> None:
    daily_letters.owe_what_is_due(application, MONDAY)
    named = {one.name: one for one in health(application, MONDAY + timedelta(hours=1))}
    assert named["发信"].level is Level.OK
    named = {one.name: one for one in health(application, MONDAY + timedelta(hours=5))}
    assert named["发信"].level is Level.WARN
    assert "积压2封，最早的一封已等了5小时" in named["发信"].sentence


def test_a_broken_template_of_the_office_is_told_and_the_digest_goes_out(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "digest.txt").write_text("{{ nosuch }}", encoding="utf-8")
    own = replace(settings, office=replace(settings.office, templates=str(folder)))
    with open_application(own, {}) as application:
        daily_letters.owe_what_is_due(application, MONDAY)
        assert "收稿日报" in said(application, "digest")
        assert "信件模板 digest.txt 第1行无法填写" in said(application, "digest")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_the_headline_is_pushed_once_a_day_and_refusals_are_tried_again(
    settings: Settings, chat: Chat
) -> None:
    robots = {"SHOUGAO_PUSH": "wecombot://abcdefghij1234567890\n# 备用\nfeishu://abcdef123456"}
    with open_application(settings, robots) as application:

        def minute(moment: datetime) -> int:
            daily_letters.owe_what_is_due(application, moment)
            return daily_letters.push_what_is_due(
                application.connections, application.settings, moment
            )

        assert minute(MONDAY - timedelta(hours=1)) == 0
        chat.refusing = {2}
        assert minute(MONDAY) == 1
        assert minute(MONDAY + timedelta(seconds=30)) == 0  # it rests before it is tried again
        found = {one.name: one for one in health(application, MONDAY)}
        assert "第2个（飞书）" in found["推送"].sentence
        chat.refusing = set()
        assert minute(MONDAY + timedelta(minutes=2)) == 1
        assert minute(MONDAY + timedelta(hours=5)) == 0
        assert [number for number, _ in chat.told] == [1, 2, 2]
        assert {told.title for _, told in chat.told} == {"收稿日报 3月7日"}
        assert len({told.text for _, told in chat.told}) == 1
        assert minute(MONDAY + timedelta(days=1)) == 2


def test_without_addresses_nothing_is_pushed(application: Application, chat: Chat) -> None:
    daily_letters.owe_what_is_due(application, MONDAY)
    assert (
        daily_letters.push_what_is_due(application.connections, application.settings, MONDAY) == 0
    )
    assert chat.told == []
    assert "推送" not in {one.name for one in health(application, MONDAY)}
