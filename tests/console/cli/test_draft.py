"""A draft that came on paper is entered by hand: judged like any other, by the moment when it came."""

from __future__ import annotations

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.console.office import RECEIVED, OfficeRoom, text_of

TITLE, _, TEXT = text_of(7).partition("\n")


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeRoom:
    room = OfficeRoom(tmp_path_factory.mktemp("office"))
    room.roster()
    (room.folder / "稿.txt").write_text(TEXT, encoding="utf-8")
    (room.folder / "截图.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return room


def add(office: OfficeRoom, *more: str, code: int = 0) -> str:
    done = office.run(
        *("draft", "add", "--unit", "湖塘镇", "--title", TITLE, "--text-file", "稿.txt"),
        *("--how", "微信", "--file", "截图.png", "--by", "王敏", *more),
        code=code,
    )
    return done.stdout + done.stderr


def test_it_counts_for_its_unit_by_the_moment_when_it_came_and_is_answered(
    office: OfficeRoom,
) -> None:
    came = RECEIVED.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    assert "第 1 号来信" in add(office, "--received", came.isoformat())
    office.run("poll")
    (draft,) = office.export("drafts")
    assert (draft["unit"], draft["outcome"], draft["timely"]) == ("湖塘镇", "accepted", "on_time")
    assert draft["title"] == TITLE
    assert (draft["manner"], draft["origin"]) == ("微信", "")
    (found,) = office.run("ledger", "search", "--json").stdout.splitlines()
    assert json.loads(found)["manner"] == "微信"
    (letter,) = office.export("letters")
    assert letter["purpose"] == "submission"
    assert letter["manner"] == "微信"
    assert letter["received"].startswith("2022-03-07")
    assert len(office.receipts()) == 1
    office.run("ledger", "verify")
    assert "微信来稿" in office.run("ledger", "history", "1").stdout


def test_the_same_once_more_a_moment_to_come_and_a_unit_without_officer_are_refused(
    office: OfficeRoom,
) -> None:
    came = ("--received", "2022-03-07T09:30")
    add(office, *came)
    assert "已经补录过" in add(office, *came, code=2)
    later = (RECEIVED + timedelta(days=40_000)).date().isoformat()
    assert "晚于现在" in add(office, "--received", later, code=2)
    assert "没有登记邮箱" in add(office, *came, "--unit", "前黄镇", code=2)
    assert "来稿方式" in add(office, *came, "--how", "飞鸽", code=2)
    assert len(office.export("letters")) == 1
