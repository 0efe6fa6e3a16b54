"""What a draft says beside its event never moves the event's day: at worst it leaves it open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from parsers.drafts.dates import event_date
from tests.judgement.corpus import load, plain

BACKGROUND = (
    "根据{before}印发的工作方案，各单位要抓好落实。",
    "此前，{before}该企业曾因同类问题被约谈。",
    "自{before}以来，已排查企业30家。",
    "截至{before}，累计整改隐患58处。",
    "针对{before}发生的火灾事故，各地要举一反三。",
    "下一步，将于{after}召开总结会。",
    "{after}，将开展回头看。",
    "各企业须在{after}前完成整改。",
    "整治从{before}开始，到{after}结束。",
    "“{before}那天我也在现场。”一位职工说。",
    "台账显示，{before}的巡检记录为空白。",
    "今天的安全，就是明天的效益。",
    "本周五前完成。",
    "近期气温升高，火险等级上升。",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A draft of the corpus whose day is known: its title, its body, the office day of receipt."""

    title: str
    body: tuple[str, ...]
    received: date
    day: date


def drafts() -> Iterator[Told]:
    """Those that the title and the body alone date; a few need the day under the text."""
    for letter in load():
        received = letter.received.astimezone(ZoneInfo("Asia/Shanghai")).date()
        for piece in letter.pieces:
            body = tuple(plain(line).strip() for line in piece.lines if line.startswith("> "))
            if len(piece.expected) != 1 or not body or "讯" in body[0][:24]:
                continue  # a dateline is one at the very head alone
            title, day = piece.expected[0].title, piece.expected[0].day
            if day is not None and day <= received and event_date(title, body, received).day == day:
                yield Told(title, body, received, day)


DRAFTS = tuple(drafts())


def spoken(day: date) -> str:
    return f"{day.month}月{day.day}日"


@pytest.mark.parametrize("sentence", BACKGROUND)
@pytest.mark.parametrize("place", ["at the head", "in the lead", "at the end"])
def test_background_never_moves_the_day(sentence: str, place: str) -> None:
    opened = 0
    for told in DRAFTS:
        added = sentence.format(
            before=spoken(told.day - timedelta(days=4)),
            after=spoken(told.received + timedelta(days=9)),
        )
        first, *rest = told.body
        body = {
            "at the head": [added + first, *rest],
            "in the lead": [first + added, *rest],
            "at the end": [first, *rest, added],
        }[place]
        found = event_date(told.title, body, told.received).day
        opened += found is None
        assert found in (told.day, None), f"{told.title}: {added}"
    assert opened <= len(DRAFTS) // 10


def test_most_drafts_date_themselves() -> None:
    assert len(DRAFTS) > 140


def test_a_sentence_of_another_day_before_the_event_is_never_taken_for_it() -> None:
    for told in DRAFTS:
        earlier = f"{spoken(told.day - timedelta(days=3))}，全市召开动员部署会。"
        found = event_date(told.title, [earlier, *told.body], told.received).day
        assert found in (told.day, None), told.title
