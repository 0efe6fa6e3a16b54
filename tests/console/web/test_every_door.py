"""
A person's word settles or is refused with what is missing, whichever door it comes through.

Each case is put to the command, the page, several at once, the sheet and the JSON interface; what is
refused leaves draft and register as they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import insert, select

from ledger.adoptions import AdoptionReport
from ledger.models.conversations import ProposedAdoptionRow
from ledger.models.decisions import HandLineRow
from ledger.models.letters import LetterRow
from ledger.queries.search import DraftQuery, search
from ledger.states import ProposalState
from rulebook.reasons import Outcome, Reason
from tests.console.office import NOW
from tests.console.web.doors import Doors, taken


def undated(doors: Doors) -> int:
    """A draft held since nobody knows its day."""
    wanted = DraftQuery(outcome=Outcome.HELD, reason=Reason.DATE_UNCERTAIN)
    return next(
        hit.draft
        for hit in search(doors.application.engine, wanted)
        if hit.event_date is None and hit.unit and hit.kind
    )


Rule = Callable[[Doors, int, str], str]
BY_COMMAND: Rule = lambda doors, draft, day: doors.command(  # noqa: E731
    "decide", str(draft), "--accept", "--why", "核过", *(["--day", day] if day else [])
)
ON_THE_PAGE: Rule = lambda doors, draft, day: doors.page(  # noqa: E731
    f"/queue/{draft}", deed="confirm", happened=day, why="核过"
)
SEVERAL: Rule = lambda doors, draft, day: doors.page(  # noqa: E731
    "/queue/several/decide", deed="confirm", happened=day, why="核过", draft=str(draft)
)
DAYS = [
    ("", "请先写明事件日期"),
    ("2062-03-08", "日期"),
    ("2012-03-05", "核对年份"),
    ("2022-02-30", "2022-02-30"),
    ("某日", "日期"),
]


@pytest.mark.parametrize(
    "rule", [BY_COMMAND, ON_THE_PAGE, SEVERAL], ids=["command", "page", "several"]
)
def test_a_draft_without_a_day_is_taken_by_no_door_until_a_day_that_can_be_is_told(
    doors: Doors, rule: Rule
) -> None:
    draft = undated(doors)
    before = doors.standing(draft)
    for day, told in DAYS:
        assert told in rule(doors, draft, day), day
        assert (doors.standing(draft), doors.points(draft)) == (before, 0), day
    rule(doors, draft, "2022-03-06")
    outcome, event_date, *_ = doors.standing(draft)
    assert (outcome, str(event_date)) == (Outcome.ACCEPTED, "2022-03-06")


@pytest.mark.parametrize("of", [undated, taken], ids=["held", "accepted"])
@pytest.mark.parametrize(
    "say",
    [
        lambda doors, draft: doors.command("decide", str(draft), "--duplicate", "--why", "重复"),
        lambda doors, draft: doors.page(
            f"/queue/{draft}", deed="correct", original="no", why="重复"
        ),
    ],
    ids=["command", "page"],
)
def test_a_repeat_is_refused_for_good_and_waits_for_nobody(
    doors: Doors, of: Callable[[Doors], int], say: Callable[[Doors, int], str]
) -> None:
    draft = of(doors)
    say(doors, draft)
    assert (doors.standing(draft)[0], doors.points(draft)) == (Outcome.REFUSED, 0)


def proposal(doors: Doors) -> int:
    """An adoption that an officer reported."""
    with doors.application.engine.begin() as connection:
        letter = connection.scalar(select(LetterRow.id).limit(1))
        values: dict[str, object] = {
            "letter_id": letter, "position": 99, "unit": "湖塘镇", "title": "题", "outlet": "新华社",
            "url": "", "words": "", "files": [], "state": ProposalState.OPEN,
        }  # fmt: skip
        made = connection.execute(insert(ProposedAdoptionRow).values(**values))
        assert made.inserted_primary_key is not None
        number: int = made.inserted_primary_key[0]
        return number


def named_row(doors: Doors, day: str, agreed: bool = False) -> str:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or day == "2022-02-30":
        day = "2062-03-08"  # such a row never comes from our own page
    row = {"title": "题", "unit": "湖塘镇", "outlet": "新华社", "day": day, "url": ""}
    if agreed:
        packed = json.dumps([{**row, "draft": 0}], ensure_ascii=False)
        return doors.page("/adoptions/settle", **{"rows-0": packed})
    packed = json.dumps(row, ensure_ascii=False)
    return doors.page("/adoptions/settle", **{"row-1": packed, "draft-1": "0"})


ADOPT: dict[str, Callable[[Doors, str], str]] = {
    "command": lambda doors, day: doors.command(
        *("adoption", "add", "--title", "题", "--unit", "湖塘镇", "--outlet", "新华社"),
        *("--date", day),
    ),
    "page": lambda doors, day: doors.page(
        "/adoptions", unit="湖塘镇", title="题", outlet="新华社", day=day
    ),
    "sheet by command": lambda doors, day: doors.sheet(
        f"标题,单位,媒体,日期,链接\n题,湖塘镇,新华社,{day},\n"
    ),
    "sheet on the page": lambda doors, day: named_row(doors, day, agreed=True),
    "row of a sheet": named_row,
    "report by command": lambda doors, day: (
        doors.command("adoption", "correct", str(number := proposal(doors)), "--date", day, "--why", "x")
        + doors.command("adoption", "confirm", str(number))
    ),
    "report on the page": lambda doors, day: doors.page(
        f"/conversations/adoptions/{proposal(doors)}",
        deed="confirm", unit="湖塘镇", title="题", outlet="新华社", day=day,
    ),
}  # fmt: skip


@pytest.mark.parametrize("door", ADOPT)
def test_an_adoption_of_a_day_that_cannot_be_enters_by_no_door(doors: Doors, door: str) -> None:
    for day in ("2062-03-08", "1962-03-08", "2022-02-30", "某日"):
        told = ADOPT[door](doors, day)
        assert re.search("日期|没有这一天|不是日期|太早", told), (day, told[-300:])
        assert doors.application.adoptions.listing() == [], day


def test_an_adoption_before_its_drafts_event_enters_by_no_door(doors: Doors) -> None:
    hit = next(
        hit
        for hit in search(doors.application.engine, DraftQuery(outcome=Outcome.ACCEPTED))
        if hit.event_date is not None and hit.unit
    )
    assert hit.unit is not None
    day = "2022-01-05"
    told = [
        doors.command(
            *("adoption", "add", "--title", hit.title, "--unit", hit.unit, "--outlet", "新华社"),
            *("--date", day, "--draft", str(hit.draft)),
        ),
        doors.page(
            "/adoptions",
            unit=hit.unit, title=hit.title, outlet="新华社", day=day, draft=str(hit.draft),
        ),
    ]  # fmt: skip
    assert all("早于" in one for one in told), told
    assert doors.application.adoptions.listing() == []


def test_points_by_hand_of_a_day_to_come_are_refused(doors: Doors) -> None:
    words = ("--date", "2062-03-08", "--approved-by", "王", "--why", "批示", "--unit", "湖塘镇")
    assert "还没有到" in doors.command("points", "add", "2", *words)
    with doors.application.engine.connect() as connection:
        assert connection.execute(select(HandLineRow.id)).all() == []


def test_a_sheets_rows_that_cannot_be_are_told_and_the_others_entered(doors: Doors) -> None:
    one = AdoptionReport("湖塘镇", "题", "新华社", 1, NOW.date())
    told = doors.sheet(
        f"标题,单位,媒体,日期,链接\n好题,湖塘镇,新华社,{one.day},\n旧题,湖塘镇,新华社,1962-03-08,\n"
    )
    assert "旧题" in told
    assert "太早" in told
    assert [row.printed.title for row in doors.application.adoptions.listing()] == ["好题"]


def test_the_json_interface_decides_nothing(doors: Doors) -> None:
    for path in ("/api/v1/drafts", "/api/v1/letters", "/api/v1/points", "/api/v1/adoptions"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert doors.client.request(method, path).status_code in (404, 405), (method, path)
