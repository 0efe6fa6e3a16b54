"""Units, provisions, drafts and letters of an invented office, each test changing what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rulebook.default_rules import OFFICES, TOWNS
from rulebook.model import Draft, Duplicate, EventDate, Fault, Sender, Submission, Unit
from rulebook.provisions import Labels, Provisions, Timeliness
from rulebook.reasons import Reason

OFFICE = ZoneInfo("Asia/Shanghai")
EVENT = date(2022, 3, 7)  # a Monday
IN_TIME = datetime(2022, 3, 8, 9, 0, tzinfo=OFFICE)
TOO_LATE = datetime(2022, 3, 10, 0, 0, tzinfo=OFFICE)

UNITS = (
    Unit("湖塘镇", TOWNS, aliases=("湖塘镇应急管理局",)),
    Unit("高新区", TOWNS),
    Unit("高新北区", TOWNS, aliases=("高新区北区", "北区")),
    Unit("调查减灾科、火灾防治科", OFFICES, members=("调查减灾科", "火灾防治科")),
)

LABELS = Labels(
    opinion_features=("网民", "网友", "微博", "抖音", "评论区"),
    news_features=("开展", "组织", "召开", "检查", "培训"),
)

NEWS_TEXT = "3月7日，湖塘镇组织人员开展安全检查，并召开会议部署培训。"
OPINION_TEXT = "3月7日，有网民在微博和抖音发帖，称某小区停水，评论区网友议论较多。"
PLAIN_TEXT = "春风送暖，万物生长。"


def provisions(**changes: Any) -> Provisions:
    """The regulation as the design's table gives its defaults, but for the changes."""
    values: dict[str, Any] = {
        "since": date(2022, 1, 1),
        "source": "测试用规定",
        "effective_from": date(2022, 2, 24),
        "units": UNITS,
        "labels": LABELS,
    }
    return Provisions(**(values | changes))


def limited(**changes: Any) -> Provisions:
    """Provisions with another 2-day rule."""
    return provisions(timeliness=Timeliness(**changes))


def draft(file: str = "稿件.zip/湖塘镇开展安全检查.docx", **changes: Any) -> Draft:
    """A piece of news of 7 March 2022 that nothing can be said against."""
    text = changes.get("text", NEWS_TEXT)
    values: dict[str, Any] = {
        "file": file,
        "title": "湖塘镇开展安全检查",
        "text": text,
        "characters": len(text),
        "event_date": EventDate(EVENT, "3月7日"),
        "digest": f"text of {file}",
        "file_digest": f"bytes of {file}",
        "author": "钱一鸣",
        "reviewer": "周正",
        "named_unit": "湖塘镇",
    }
    return Draft(**(values | changes))


def article(characters: int = 1200, **changes: Any) -> Draft:
    """A 综合 of so many characters, labelled in its file's name."""
    values: dict[str, Any] = {
        "file": "稿件.zip/【综合】厂中厂治理.docx",
        "title": "厂中厂治理的实践与思考",
        "text": "一、摸清底数\n二、压实责任\n三、腾出空间\n" + "治" * max(characters - 18, 0),
        "characters": characters,
        "event_date": EventDate(None),
    }
    return draft(**(values | changes))


def letter(*drafts: Draft, **changes: Any) -> Submission:
    """A letter in good form: one archive with the drafts in it, from an officer of 湖塘镇."""
    values: dict[str, Any] = {
        "subject": "【工作动态】湖塘镇",
        "sender": OFFICER,
        "received": IN_TIME,
        "attachments": ("稿件.zip",),
        "drafts": drafts,
        "archives": 1,
    }
    return Submission(**(values | changes))


def unpacked(*drafts: Draft, **changes: Any) -> Submission:
    """A letter without an archive."""
    return letter(*drafts, **({"archives": 0, "attachments": ()} | changes))


def duplicate(**changes: Any) -> Duplicate:
    """An earlier draft of 湖塘镇: another file that reads exactly the same."""
    values: dict[str, Any] = {
        "title": "湖塘镇开展安全检查",
        "unit": "湖塘镇",
        "received": IN_TIME,
        "similarity": 1.0,
        "same_file": False,
        "letter": 1,
    }
    return Duplicate(**(values | changes))


def found(faults: Iterable[Fault]) -> list[Reason]:
    """The reasons of faults, in their order."""
    return [fault.reason for fault in faults]


OFFICER = Sender("钱一鸣", "qian@hutang.example", unit="湖塘镇", officer="钱一鸣")
STRANGER = replace(OFFICER, address="who@elsewhere.example", unit=None, officer=None)
