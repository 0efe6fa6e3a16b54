"""A letter that sounds urgent calls somebody at once, once, and tells the robot nothing of what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.actions.rounds import collect
from console.actions.urgent import NAME, push_urgent
from console.application import open_application
from console.settings.loading import load
from console.state import push_state
from tests.console.actions.robots import Chat
from tests.console.office import OfficeRoom, letter, packed
from tests.console.test_conversation import said

ROBOTS = "wecombot://abcdefghij1234567890\nfeishu://abcdef123456"
CITIZEN = "一名工人 <worker@citizen.example>"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_an_urgent_letter_is_pushed_once_with_none_of_its_words(tmp_path: Path, chat: Chat) -> None:
    office = OfficeRoom(tmp_path)
    office.roster()
    now = datetime.now(UTC)
    report = said(1, "实名举报某化工厂", "有人受伤了，请马上来。", sender=CITIZEN)
    office.receive(report, "1.office", now)
    office.receive(
        said(2, "旧事", "去年发生过事故。", sender=CITIZEN), "2.office", now - timedelta(9)
    )
    office.receive(said(3, "通知", "请各镇报送。", sender="某局 <x@y.example>"), "3.office", now)
    settings = load(office.config, office.environment)
    with open_application(settings, {"SHOUGAO_PUSH": ROBOTS}) as application:
        chat.refusing = {2}
        collect(application)
        assert [number for number, _ in chat.told] == [1, 2]
        said_to = [f"{told.title} {told.text} {told.link}" for _, told in chat.told]
        assert "有1封来信像是急件" in said_to[0]
        assert not any("化工厂" in text or "工人" in text for text in said_to)
        collect(application)
        assert len(chat.told) == 2, "who refused rests before it is asked again"
        chat.refusing = set()
        assert push_urgent(application, now + timedelta(minutes=5)) == 1
        assert push_urgent(application, now + timedelta(hours=5)) == 0
        assert push_state.read(settings.data_dir, NAME).finished
        office.receive(said(4, "又着火了", "发生火灾，有人受伤", sender=CITIZEN), "4.office", now)
        collect(application)
        assert [number for number, _ in chat.told] == [1, 2, 2, 1, 2]


def test_without_robots_nobody_is_called(tmp_path: Path, chat: Chat) -> None:
    office = OfficeRoom(tmp_path)
    office.receive(said(1, "举报", "有人受伤了。", sender=CITIZEN), "1.office", datetime.now(UTC))
    with open_application(load(office.config, office.environment), {}) as application:
        collect(application)
    assert chat.told == []


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_an_urgent_draft_is_pushed_with_its_link_and_none_of_its_words(
    tmp_path: Path, chat: Chat
) -> None:
    office = OfficeRoom(tmp_path)
    office.roster()
    config = office.config.read_text(encoding="utf-8")
    office.config.write_text(
        config.replace('address = ""', 'address = "https://shougao.example"'), encoding="utf-8"
    )
    now = datetime.now(UTC)
    text = "网民反映湖塘镇某厂\n网友发帖称，某厂发生事故，有人员伤亡，评论区转发量上升。\n撰稿：钱一鸣 审核：赵立新\n"
    packed_up = packed({"舆情.txt": text.encode()})
    office.receive(
        letter(1, subject="【舆情】", attachment=("舆情.zip", packed_up)), "1.office", now
    )
    office.receive(letter(2), "2.office", now)
    settings = load(office.config, office.environment)
    with open_application(settings, {"SHOUGAO_PUSH": ROBOTS}) as application:
        collect(application)
        assert len(chat.told) == 2
        told = chat.told[0][1]
        assert "1篇稿件像是急件" in told.text and "伤亡" not in told.text
        assert told.link.endswith("/queue/1")
        assert push_urgent(application, now + timedelta(minutes=5)) == 0
