"""The digest: one line when there is nothing, otherwise everything once, safely written."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from PIL import Image

from notifier.letters.digest import (
    Came,
    DigestFacts,
    Health,
    Item,
    Lagging,
    Level,
    digest_letter,
    headline,
)
from notifier.mail.charts import SCALE, stacked_bars
from notifier.mail.message import render
from notifier.mail.page import Office

DAY = date(2022, 3, 10)
OFFICE = Office(
    "人事教育科",
    "收稿邮箱",
    "请回复。",
    "shougao.office.example",
    "Asia/Shanghai",
    "in@office.example",
)
DAYS = tuple((DAY - timedelta(days=13 - number), number, 1, 0) for number in range(14))
QUIET = DigestFacts(
    day=DAY,
    letters=0,
    came=(),
    waiting=(),
    more=0,
    late=(),
    refused=(),
    behind=(),
    adopted=(),
    health=(Health("收信", Level.OK, "正常"),),
    days=DAYS,
    in_mailbox=7,
    recorded=7,
)
BUSY = replace(
    QUIET,
    letters=3,
    came=(Came("湖塘镇", 2, 1, 0, "工作动态3"),),
    waiting=(Item("标题<script>", "湖塘镇", "没有写明日期", "https://s.example/drafts/1"),),
    more=4,
    behind=(Lagging(("牛塘镇", "前黄镇"), "舆情3篇", "本周，3月13日止"),),
)


def test_nothing_to_report_is_said_in_one_line() -> None:
    letter = digest_letter(QUIET, "a@office.example", 1, OFFICE)
    assert headline(QUIET) == "没有新来稿，一切正常"
    assert letter.attachments == ()
    assert "待核定" not in letter.plain


def test_a_busy_day_is_told_in_the_subject_already() -> None:
    letter = digest_letter(BUSY, "a@office.example", 1, OFFICE)
    assert letter.subject == "【收稿日报】2022年3月10日：来稿3封，待核定5件，2个单位未完成任务"
    for word in (
        "湖塘镇",
        "没有写明日期",
        "另有 4 件",
        "牛塘镇",
        "舆情3篇",
        "https://s.example/drafts/1",
    ):
        assert word in letter.plain


def test_what_strangers_wrote_is_escaped() -> None:
    letter = digest_letter(BUSY, "a@office.example", 1, OFFICE)
    assert "<script>" not in letter.html
    assert "标题&lt;script&gt;" in letter.html


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"in_mailbox": 9, "missing": 2}, "有2封来信没有登记"),
        ({"undelivered": (Item("回执", "q@x.example", "550 Invalid User"),)}, "1封邮件无法送达"),
        ({"health": (Health("收信", Level.FAIL, "登录失败", "请换授权码"),)}, "收信有故障"),
    ],
)
def test_trouble_is_never_a_quiet_day(change: dict[str, object], words: str) -> None:
    facts = replace(QUIET, **change)  # type: ignore[arg-type]
    assert not facts.quiet
    assert words in digest_letter(facts, "a@office.example", 1, OFFICE).subject


def test_a_mailbox_that_could_not_be_asked_makes_no_difference_up() -> None:
    facts = replace(BUSY, in_mailbox=None)
    assert "没有登记" not in headline(facts)
    assert "未能查询" in digest_letter(facts, "a@office.example", 1, OFFICE).plain


@pytest.mark.parametrize(
    ("in_mailbox", "missing", "words"),
    [
        (7, 0, "邮箱现有7封，已登记7封，全部相符。"),
        (9, 0, "邮箱现有9封，已登记7封，2封刚到，下一轮登记。"),
        (9, 1, "有1封早已收到却没有登记"),
    ],
)
def test_the_mailbox_is_counted_against_the_ledger_every_day(
    in_mailbox: int, missing: int, words: str
) -> None:
    facts = replace(QUIET, in_mailbox=in_mailbox, missing=missing)
    letter = digest_letter(facts, "a@office.example", 1, OFFICE)
    assert words in letter.plain
    assert words in letter.html


def test_units_that_lack_the_same_stand_together() -> None:
    assert (
        "差舆情3篇（本周，3月13日止）：牛塘镇、前黄镇" in digest_letter(BUSY, "", 1, OFFICE).plain
    )


def test_a_long_list_says_how_much_it_leaves_out() -> None:
    item = Item("标题", "湖塘镇", "说明")
    letter = digest_letter(replace(BUSY, refused=(item,) * 15), "", 1, OFFICE)
    assert letter.plain.count("· 标题（湖塘镇）") == 12
    for said in (letter.plain.replace(" ", ""), letter.html):
        assert "另有3件" in said


def test_the_chart_goes_along_as_a_picture_of_the_page() -> None:
    letter = digest_letter(BUSY, "a@office.example", 1, OFFICE)
    raw = render(letter, "in@office.example", "收稿邮箱", datetime(2022, 3, 10, tzinfo=UTC))
    message = message_from_bytes(raw, policy=policy.default)
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<days>"
    assert 'src="cid:days"' in letter.html
    payload = picture.get_payload(decode=True)
    assert isinstance(payload, bytes)
    image = Image.open(io.BytesIO(payload))
    assert image.width == 560 * SCALE


def test_each_address_has_a_message_id_of_its_own_and_keeps_it() -> None:
    ids = [
        digest_letter(BUSY, "a@office.example", number, OFFICE).message_id for number in (1, 2, 1)
    ]
    assert ids[0] == ids[2] != ids[1]


def test_bars_rise_with_their_values_and_zeros_stay_flat() -> None:
    image = Image.open(io.BytesIO(stacked_bars([(4,), (2,), (0,)], ["#ff0000"], 30, 20)))
    red = [
        sum(image.getpixel((x, y)) == (255, 0, 0, 255) for y in range(image.height))
        for x in (10, 30, 50)
    ]
    assert red[0] > red[1] > red[2] == 0
    assert red[0] == pytest.approx(2 * red[1], abs=2)


def test_more_values_than_colours_are_an_error() -> None:
    with pytest.raises(ValueError):
        stacked_bars([(1, 2)], ["#000000"], 10, 10)
