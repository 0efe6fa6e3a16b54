"""
What cannot be is refused at every door, by the command and on the page, with what is missing.

The table is of deeds and of what is wrong with them; a new deed gets its lines here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from ledger.adoptions import AdoptionReport
from ledger.journal import history
from ledger.queries.letter_views import letter_of_draft
from ledger.queries.search import DraftQuery, search
from ledger.states import Act
from rulebook.default_rules import ARTICLE
from rulebook.reasons import Outcome
from tests.console.office import NOW
from tests.console.web.doors import Doors, taken

HAND = {
    "day": "2022-03-07",
    "approved_by": "王主任",
    "why": "批示",
    "unit": "湖塘镇",
    "points": "2",
}
MERIT = {
    "unit": "湖塘镇",
    "year": "2022",
    "reason": "虚报",
    "approved_by": "王",
    "day": "2022-03-07",
}
PRINTED = {"unit": "湖塘镇", "title": "题", "outlet": "新华社", "day": "2022-03-07", "draft": "0"}
PAPER = {"unit": "湖塘镇", "title": "题", "text": "字" * 90, "manner": "纸质", "received": ""}


def points_by_hand(doors: Doors, **changed: str) -> list[str]:
    one = HAND | changed
    return [
        doors.command(
            *("points", "add", "--date", one["day"], "--approved-by", one["approved_by"]),
            *("--why", one["why"], "--unit", one["unit"], "--", one["points"]),
        ),
        doors.page("/points/add", **one),
    ]


def merit(doors: Doors, **changed: str) -> list[str]:
    one = MERIT | changed
    return [
        doors.command(
            *("sanction", "add", "--unit", one["unit"], "--year", one["year"]),
            *("--reason", one["reason"], "--approved-by", one["approved_by"], "--date", one["day"]),
        ),
        doors.page("/merits/sanctions", **one),
    ]


def printed(doors: Doors, **changed: str) -> list[str]:
    one = {"url": ""} | PRINTED | changed
    words = ("--title", one["title"], "--unit", one["unit"], "--outlet", one["outlet"])
    return [
        doors.command("adoption", "add", *words, "--date", one["day"], "--url", one["url"], "--draft", "0"),
        doors.page("/adoptions", **one),
        named_row_of(doors, one),
    ]  # fmt: skip


def named_row_of(doors: Doors, one: dict[str, str]) -> str:
    row = {name: one[name] for name in ("title", "unit", "outlet", "day", "url")}
    return doors.page("/adoptions/settle", **{"rows-0": json.dumps([{**row, "draft": 0}])})


def shared(doors: Doors, ratio: str, approved: str = "王") -> list[str]:
    draft = str(taken(doors))
    words = ("points", "share", draft, "--with", "西太湖", "--ratio", ratio)
    return [
        doors.command(*words, "--approved-by", approved),
        doors.page(f"/queue/{draft}/share", partner="西太湖", ratio=ratio, approved_by=approved),
    ]


def voided(doors: Doors, **said: str) -> list[str]:
    draft = str(taken(doors))
    words = ["decide", draft, "--void", "--why", said.get("why", "假")]
    words += ["--approved-by", said["approved_by"]] if "approved_by" in said else []
    form = {"why": "假"} | said
    return [
        doors.command(*words),
        doors.page(f"/queue/{draft}", deed="correct", voided="yes", **form),
    ]


def by_paper(doors: Doors, received: str) -> list[str]:
    text = doors.folder / "稿.txt"
    text.write_text(PAPER["text"], encoding="utf-8")
    words = ("--unit", "湖塘镇", "--title", "题", "--text-file", str(text), "--how", "纸质")
    return [
        doors.command("draft", "add", *words, "--received", received),
        doors.page("/queue/new", **(PAPER | {"received": received})),
    ]


def noticed(doors: Doors, period: str) -> list[str]:
    return [
        doors.command("notice", period, "--out", str(doors.folder / "x")),
        doors.page(f"/notices/{period}/docx"),
    ]


REFUSED: dict[str, tuple[Callable[[Doors], list[str]], str]] = {
    "too many points": (lambda doors: points_by_hand(doors, points="1e9"), "10000 以内"),
    "three decimals": (lambda doors: points_by_hand(doors, points="0.333"), "最多两位小数"),
    "no number": (lambda doors: points_by_hand(doors, points="nan"), "以内|不是分数"),
    "endless": (lambda doors: points_by_hand(doors, points="inf"), "以内|不是分数"),
    "points nobody approved": (lambda doors: points_by_hand(doors, approved_by="　"), "审批人"),
    "points without why": (lambda doors: points_by_hand(doors, why=" "), "理由|事由"),
    "points before counting": (lambda doors: points_by_hand(doors, day="2022-01-05"), "考核起始日"),
    "a ratio that is none": (lambda doors: shared(doors, "nan:1"), "2 个大于 0 的数"),
    "an endless ratio": (lambda doors: shared(doors, "1e400:1"), "2 个大于 0 的数"),
    "a huge ratio": (lambda doors: shared(doors, "1e99:1"), "2 个大于 0 的数"),
    "shared by nobody": (lambda doors: shared(doors, "1:1", " "), "审批人"),
    "void by nobody": (voided, "由谁决定"),
    "void by a blank": (lambda doors: voided(doors, approved_by="　"), "由谁决定"),
    "void without why": (lambda doors: voided(doors, approved_by="王", why=" "), "理由"),
    "sanction by nobody": (lambda doors: merit(doors, approved_by=" "), "批准人"),
    "sanction without reason": (lambda doors: merit(doors, reason=""), "事由"),
    "sanction of another age": (lambda doors: merit(doors, day="1999-01-01"), "早于"),
    "adoption without title": (lambda doors: printed(doors, title="　"), "标题"),
    "adoption without outlet": (lambda doors: printed(doors, outlet=" "), "载体"),
    "adoption with a script": (lambda doors: printed(doors, url="javascript:1"), "http"),
    "paper of another age": (lambda doors: by_paper(doors, "1999-01-01T09:00"), "核对年份"),
    "notice before counting": (lambda doors: noticed(doors, "1999Q1"), "考核起始日"),
    "notice of what is to come": (lambda doors: noticed(doors, "2062Q1"), "还没有开始"),
    "commission of nothing": (
        lambda doors: [
            doors.command("commission", "add", "--topic", "　", "--units", "all", "--due", "2062-01-01"),
            doors.page("/commissions", topic="　", due="2022-03-31", all="yes"),
        ],
        "题目|两年",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_at_every_door_with_what_is_missing(
    doors: Doors, case: str
) -> None:
    ask, words = REFUSED[case]
    before = last_line(doors)
    for number, told in enumerate(ask(doors)):
        assert re.search(words, told), (number, told[-400:])
    assert last_line(doors) == before


def last_line(doors: Doors) -> int:
    """The last line of the journal about drafts and points; people log in meanwhile."""
    lines = history(doors.application.engine, limit=20)
    return max(line.seq for line in lines if line.entry.act not in (Act.ACCESS, Act.EXPORTED))


def test_an_adoption_is_taken_off_its_draft_and_the_draft_counts_by_itself(doors: Doors) -> None:
    hit = next(
        hit
        for hit in search(doors.application.engine, DraftQuery(outcome=Outcome.ACCEPTED))
        if hit.unit and hit.kind == ARTICLE and doors.points(hit.draft)
    )
    assert hit.unit is not None
    before = doors.points(hit.draft)
    for number, take_off in enumerate(
        (
            lambda one: doors.page(f"/adoptions/{one}", draft="", why="对错了稿件"),
            lambda one: doors.command("adoption", "set", str(one), "--draft", "0", "--why", "错"),
        )
    ):
        report = AdoptionReport(hit.unit, f"题{number}", "新华社", 1, NOW.date(), hit.draft)
        one = doors.application.adoptions.add(report, "li", NOW)
        assert doors.points(hit.draft) != before
        assert "理由" in doors.page(f"/adoptions/{one}", draft="", why="")
        take_off(one)
        kept = doors.application.adoptions.one(one)
        assert kept is not None and kept.printed.draft is None
        assert doors.points(hit.draft) == before


def test_a_letter_of_a_known_officer_is_claimed_by_no_door(doors: Doors) -> None:
    hit = search(doors.application.engine, DraftQuery(outcome=Outcome.ACCEPTED))[0]
    before = doors.standing(hit.draft)
    letter = str(letter_of_draft(doors.application.engine, hit.draft))
    told = doors.command("claim", letter, "--unit", "雪堰镇")
    assert "不用认领" in told and "--unit" in told
    doors.page(f"/letters/{letter}/claim", unit="雪堰镇")
    assert doors.standing(hit.draft) == before


def test_a_sheets_preview_offers_nothing_that_would_be_refused(doors: Doors) -> None:
    sheet = (
        "标题,单位,媒体,日期,链接\n旧,湖塘镇,新华社,1999-03-08,\n好,湖塘镇,新华社,2022-03-07,无\n"
    )
    told = doors.client.post("/adoptions/import", files={"sheet": ("表.csv", sheet.encode())}).text
    assert "不能登记 1 条" in told and "太早" in told and "将登记 1 条" in told
    assert "没有登记链接" in told
