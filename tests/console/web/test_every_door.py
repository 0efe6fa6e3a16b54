"""
A person's word settles or is refused with what is missing, whichever door it comes through.

Each case is put to the command, the page, several at once, the sheet and the JSON interface; what is
refused leaves draft and register as they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from console.application import Application
from console.cli.app import app
from console.spreadsheets.reading import SheetError
from ledger.adoptions import AdoptionReport
from ledger.journal import history
from ledger.models.conversations import ProposedAdoptionRow
from ledger.models.decisions import HandLineRow, StandingRow
from ledger.models.letters import LetterRow
from ledger.queries.letter_views import letter_of_draft
from ledger.queries.search import DraftQuery, search
from ledger.states import Act, ProposalState
from rulebook.default_rules import ARTICLE
from rulebook.reasons import Outcome, Reason
from tests.console.office import NOW

SignIn = Callable[[str], TestClient]


@dataclass
class Doors:
    """Every way in, for one office; each returns what it answers."""

    application: Application
    client: TestClient
    folder: Path

    def command(self, *words: str) -> str:
        made = CliRunner().invoke(app, ["--config", str(self.folder / "config.toml"), *words])
        if isinstance(made.exception, SheetError):  # told by the program's entry in one line
            return str(made.exception)
        assert made.exception is None or isinstance(made.exception, SystemExit), made.exception
        return made.output.replace("\n", "")

    def page(self, path: str, **form: str) -> str:
        told = self.client.post(path, data=form)
        assert told.status_code < 500, told.text
        if told.status_code == 303:
            told = self.client.get(told.headers["location"])
        return unescape(re.sub(r"<[^>]+>", "", told.text))

    def sheet(self, content: str) -> str:
        path = self.folder / "录用情况表.csv"
        path.write_text(content, encoding="utf-8")
        return self.command("adoption", "import", str(path))

    def standing(self, draft: int) -> tuple[object, ...]:
        columns = StandingRow.outcome, StandingRow.event_date, StandingRow.unit, StandingRow.voided
        with self.application.engine.connect() as connection:
            return tuple(
                connection.execute(select(*columns).where(StandingRow.draft_id == draft)).one()
            )

    def points(self, draft: int) -> object:
        return sum(line.points for line in self.application.figures.of_draft(draft))


@pytest.fixture
def doors(application: Application, sign_in: SignIn, tmp_path: Path) -> Doors:
    return Doors(application, sign_in("editor"), tmp_path / "demo")


def undated(doors: Doors) -> int:
    """A draft held since nobody knows its day."""
    wanted = DraftQuery(outcome=Outcome.HELD, reason=Reason.DATE_UNCERTAIN)
    return next(
        hit.draft
        for hit in search(doors.application.engine, wanted)
        if hit.event_date is None and hit.unit and hit.kind
    )


def taken(doors: Doors) -> int:
    wanted = DraftQuery(outcome=Outcome.ACCEPTED, adopted=False)
    return next(hit.draft for hit in search(doors.application.engine, wanted) if hit.unit)


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
