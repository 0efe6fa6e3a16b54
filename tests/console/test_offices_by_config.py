"""
Offices written as config alone, after rules that public offices have: what they give was computed by hand.

A court counts adoptions alone, a tax bureau half points and points by the quarter, a street office five kinds in
hours, a school group its classes beside its schools, a hospital the length of a text. No line of code
knows any of them; each test says in its comments how a clerk reckons.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.settings.loading import load_text
from console.settings.rule_editing import RulesEdit, edited
from console.settings.rule_text import Section, shown
from rulebook import kinds
from rulebook.kind_rules import Group, Kind
from rulebook.model import EventDate, Outcome, Timely
from rulebook.period_lines import period_lines
from rulebook.periods import Period, own, parse
from rulebook.persons import Written, persons
from rulebook.points import Adoption, HandPoints, Scored
from rulebook.provisions import Provisions
from rulebook.ranking import assessment, table
from rulebook.targets import completions, progress
from rulebook.timeliness import monday_to_friday, timeliness
from tests.rulebook.builders import draft as piece

FOLDER = Path(__file__).parent / "offices"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "a-county" / "config.toml"
OFFICE = ZoneInfo("Asia/Shanghai")


class Ledger:
    """A year of one office as plain facts."""

    def __init__(self, name: str) -> None:
        frame = EXAMPLE.read_text(encoding="utf-8").partition("[[provisions]]")[0]
        rules = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
        (self.rules,) = load_text(frame + rules, Path("config.toml"), {}).provisions
        self.drafts: list[Scored] = []
        self.adoptions: list[Adoption] = []
        self.by_hand: list[HandPoints] = []

    def on_day(self, _day: date) -> Provisions:
        return self.rules

    def draft(self, unit: str, kind: str, *days: str, late: bool = False) -> int:
        """Accepted drafts, one a day; returns the last one's number."""
        assert self.rules.rule_of(Kind(kind)), kind
        for day in days:
            self.drafts.append(
                Scored(
                    len(self.drafts) + 1,
                    unit,
                    Kind(kind),
                    date.fromisoformat(day),
                    Outcome.ACCEPTED,
                    Timely.LATE if late else Timely.ON_TIME,
                )
            )
        return len(self.drafts)

    def printed(self, number: int, outlet: str, day: str, manner: str = "") -> None:
        """A draft printed by an outlet of the file."""
        tier = next(one.tier for one in self.rules.outlets if one.name == outlet)
        of = self.drafts[number - 1]
        self.adoptions.append(
            Adoption(
                len(self.adoptions) + 1,
                number,
                of.unit or "",
                of.kind,
                outlet,
                tier,
                date.fromisoformat(day),
                manner,
            )
        )

    def hand(self, unit: str, day: str, points: int) -> None:
        self.by_hand.append(
            HandPoints(len(self.by_hand) + 1, unit, date.fromisoformat(day), points, "批示")
        )

    def points(self, period: Period, group: str) -> dict[str, tuple[str, int]]:
        """Points as text and rank of a group's units."""
        lines = period_lines(
            self.drafts, self.adoptions, self.by_hand, period, self.on_day, monday_to_friday
        )
        rows = table(Group(group), lines, period, self.on_day)
        return {row.unit: (str(row.points), row.rank) for row in rows}

    def in_time(self, kind: str, event: EventDate, received: datetime) -> bool:
        found = timeliness(event, Kind(kind), received, self.rules, monday_to_friday)
        return found.timely is Timely.ON_TIME


def moment(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2023, 3, day, hour, minute, second, tzinfo=OFFICE)


def test_a_court_counts_adoptions_alone_by_kind_and_level() -> None:
    one = Ledger("court")
    first = one.draft("刑事审判庭", "法院信息", "2023-03-06")
    one.printed(first, "中院工作动态", "2023-03-10", "头条")  # 6 × 2 = 12
    one.printed(first, "省高院信息", "2023-04-02")  # 12.5 in its place
    one.printed(
        one.draft("刑事审判庭", "调研报告", "2023-03-08"),
        "最高人民法院简报",
        "2023-06-20",
        "综合采用",
    )  # 60 × 0.5 = 30
    one.draft("刑事审判庭", "法院信息", "2023-05-09")  # printed by nobody: 0
    one.printed(
        one.draft("民事审判庭", "案例分析", "2023-05-09"), "中院工作动态", "2023-05-20"
    )  # 8
    one.hand("民事审判庭", "2023-05-30", 10)
    one.printed(one.draft("办公室", "法院信息", "2023-02-07"), "省高院信息", "2023-02-09")
    one.draft("石溪人民法庭", "法院信息", "2023-01-10", "2023-01-12", "2023-02-14")
    half = parse("2023H1")
    # 12.5 + 30, two of four texts printed: 2 × -2; 8 + 10, one of four: 3 × -2
    assert one.points(half, "审判业务庭") == {"刑事审判庭": ("38.5", 1), "民事审判庭": ("12", 2)}
    assert one.points(half, "综合部门") == {"办公室": ("12.5", 1)}
    # nothing printed; February lacks one, March to June two each
    assert one.points(half, "人民法庭") == {"石溪人民法庭": ("-9", 1)}
    assert one.points(parse("2023Q1"), "审判业务庭")["刑事审判庭"][0] == "12"
    day = EventDate(date(2023, 3, 7))
    assert one.in_time("法院信息", day, moment(8, 23, 59))
    assert not one.in_time("法院信息", EventDate(day.day, ended_at=time(10, 30)), moment(8, 10, 31))


def test_a_tax_bureau_counts_half_points_and_asks_for_points_by_the_quarter() -> None:
    one = Ledger("tax")
    one.draft("城关分局", "税务动态", "2023-01-10", "2023-02-14")  # 0.5 each
    one.draft("城关分局", "税务动态", "2023-02-20", late=True)  # -0.5
    report = one.draft("城关分局", "税收专报", "2023-03-15")  # 2.5
    for outlet, day in (("县局网站", "03-16"), ("市局信息", "03-18"), ("市局信息", "03-20")):
        one.printed(report, outlet, f"2023-{day}")  # 0.5, 3, and a tier counts once
    one.draft("桃坞分局", "税务动态", "2023-01-11", "2023-01-12", "2023-03-01")
    one.draft("税政股", "税务动态", "2023-01-05", "2023-03-06")
    first = parse("2023Q1")
    # 6.5 meets the 6 points; three in January and February: 2; one 专报 missing: -1
    # 1.5 lacks 4.5 points × -0.5 = -2.25, graver than two 专报 at -1; two of three: 1.3
    expected = {"城关分局": ("7.5", 1), "桃坞分局": ("0.55", 2)}
    assert one.points(first, "税务分局") == expected
    assert one.points(first, "机关股室") == {"税政股": ("3", 1)}
    assert one.points(own(date(2023, 1, 1), date(2023, 2, 28)), "税务分局") == {
        "城关分局": ("2.5", 1),
        "桃坞分局": ("2.3", 2),
    }
    lines = period_lines(one.drafts, one.adoptions, (), first, one.on_day, monday_to_friday)
    steps = progress(one.drafts, first, one.on_day, monday_to_friday, date(2023, 4, 1), lines)
    asked = {
        unit.unit: unit
        for unit in completions(steps)
        if unit.kind == "积分" and unit.unit.endswith("分局")
    }
    assert asked["桃坞分局"].rate == 0.25  # 1.5 of 6, not 1 of 6
    assert asked["桃坞分局"].told(asked["桃坞分局"].met) == "1.5分"
    one.hand("桃坞分局", "2023-03-30", -2)  # -0.5 lacks all 6: -3; 1.5 + 1.3 - 2 - 3 is below 0
    assert one.points(first, "税务分局")["桃坞分局"] == ("0", 2)
    friday = EventDate(date(2023, 3, 10))
    assert one.in_time("税务动态", friday, moment(13, 17, 29))
    assert not one.in_time("税务动态", friday, moment(13, 17, 30))
    short = kinds.decide(
        piece("【税收专报】稿.docx", text="税" * 900, characters=900), "", one.rules
    )
    assert short.kind == "税务动态"


def test_a_street_office_has_five_kinds_in_hours_a_cap_and_a_years_reward() -> None:
    one = Ledger("street")
    one.draft("柳岸社区", "突发信息", "2023-03-06", "2023-03-07")  # 2 each
    news = one.draft("柳岸社区", "社区快讯", "2023-03-08")  # 1, the cap of 4 takes it
    one.printed(news, "区融媒体", "2023-03-09")  # 4 more: adoptions are not capped
    one.draft("柳岸社区", "会议简讯", "2023-03-10")  # 0.5, capped
    one.draft("桥东社区", "社情民意", "2023-03-20", late=True)  # 0.5
    one.draft("桥东社区", "社情民意", "2023-03-21")  # 1.5
    story = one.draft("桥东社区", "典型经验", "2023-03-22")  # 5, of which the cap leaves 2
    one.printed(story, "市报", "2023-03-30")  # 10 in place of what was counted
    one.printed(story, "区融媒体", "2023-03-31")  # 4 more
    one.draft("桥东社区", "典型经验", "2023-07-05")  # 4 of 5
    one.printed(one.draft("平安办", "会议简讯", "2023-03-02"), "区融媒体", "2023-03-03")
    march = parse("2023-03")
    assert one.points(march, "社区") == {"桥东社区": ("16", 1), "柳岸社区": ("8", 2)}
    assert one.points(march, "科室") == {"平安办": ("0.5", 1)}  # its adoption does not count
    assert one.points(march, "驻区企业") == {"青岚物业": ("0", 1)}
    # 16 + 4, and 10 for two 典型经验
    assert one.points(parse("2023"), "社区")["桥东社区"] == ("30", 1)
    assert [assessment(rank, one.rules) for rank in (1, 2, 3, 4)] == [10, 8.5, 7, 7]
    steps = progress(
        one.drafts, parse("2023-W10"), one.on_day, monday_to_friday, date(2023, 3, 31), ()
    )
    assert {step.unit: (step.wanted, step.reported) for step in steps} == {
        "柳岸社区": (1, 4),
        "桥东社区": (2, 0),
    }
    hour = EventDate(date(2023, 3, 7), ended_at=time(8))
    assert one.in_time("突发信息", hour, moment(7, 20, 0, 40))  # seconds are not looked at
    assert not one.in_time("突发信息", hour, moment(7, 20, 1))
    assert one.in_time("社区快讯", hour, moment(8, 7, 59))
    assert one.in_time("会议简讯", hour, moment(7, 17, 59))
    assert not one.in_time("会议简讯", hour, moment(7, 18))
    meeting = one.rules.rule_of(Kind("会议简讯"))
    assert meeting is not None and meeting.limit is not None
    assert meeting.limit.within == "事件发生当天18:00前"


def test_a_school_group_ranks_its_classes_and_its_authors() -> None:
    one = Ledger("schools")
    both = one.draft("东校区", "图文报道", "2022-09-06")  # 2
    one.printed(both, "市晚报", "2022-09-09")  # 6 more
    one.printed(both, "集团网站", "2022-09-10")  # lower: nothing
    one.draft("东校区", "图文报道", "2022-11-02")
    one.draft("东校区", "简讯", "2023-01-05")
    one.draft("三（1）班", "图文报道", "2022-09-20")
    one.draft("三（2）班", "命题征文", "2023-01-10", late=True)
    term = own(date(2022, 9, 1), date(2023, 1, 31))
    # 5 + 6, three of four: 3.8 of 5 (3.75 rounded)
    assert one.points(term, "校区") == {"东校区": ("14.8", 1), "西校区": ("0", 2)}
    # four months lack one: 2 - 2; five: -2.5, of which the half-year gives 2 back, and 1 for the late piece
    assert one.points(term, "班级") == {"三（2）班": ("0.5", 1), "三（1）班": ("0", 2)}
    written = [Written(one.drafts[both - 1], ("甲", "乙"), tuple(one.adoptions))]
    found = persons(written, (), parse("2022Q3"), one.on_day)
    assert [(row.person, str(row.points)) for row in found] == [("甲", "4.8"), ("乙", "3.2")]
    few = piece("【图文报道】运动会.docx", text="赛" * 120, characters=120, images=("1.jpg",))
    assert kinds.decide(few, "", one.rules).kind == "简讯"


@pytest.mark.parametrize(("characters", "kind"), [(1600, "长稿"), (900, "中稿"), (300, "短稿")])
def test_a_hospital_counts_by_length(characters: int, kind: str) -> None:
    one = Ledger("hospital")
    text = piece("【长稿】稿.docx", text="医" * characters, characters=characters)
    assert kinds.decide(text, "", one.rules).kind == kind


def test_a_hospital_takes_points_for_what_is_late_or_missing_but_no_quarter_falls_below_0() -> None:
    one = Ledger("hospital")
    one.draft("心内科", "长稿", "2023-01-10", "2023-02-10")  # 3 each
    one.draft("心内科", "短稿", "2023-02-11", "2023-03-11", "2023-03-12")  # 1 each
    one.draft("心内科", "短稿", "2023-03-14", late=True)  # -1
    number = one.draft("骨科", "中稿", "2023-01-11")  # 2
    for day in ("2023-01-12", "2023-01-13"):
        one.printed(number, "医院网站", day)  # 0.2 each
    first = parse("2023Q1")
    # 6 + 3 - 1, one missing in January; 2.4 and five missing
    assert one.points(first, "临床科室") == {"心内科": ("7", 1), "骨科": ("0", 2)}
    assert one.points(parse("2023-01"), "临床科室")["骨科"] == (str(Decimal("1.4")), 2)


def test_a_congress_doubles_what_a_quarter_lacks_in_points() -> None:
    one = Ledger("congress")
    one.printed(one.draft("法制委", "经验信息", "2023-02-07"), "市报头条", "2023-02-09")  # 10
    one.draft("法制委", "约稿信息", "2023-03-01")  # 3
    one.printed(one.draft("代表工委", "经验信息", "2023-02-08"), "县报", "2023-02-10")  # 4
    one.draft("代表工委", "约稿信息", "2023-03-09", late=True)  # -3
    one.printed(one.draft("办公室", "经验信息", "2023-03-01"), "县报", "2023-03-02")  # 4 of its 5
    # 13 of 10; 1, and nine missing at -2; 4, and one missing
    assert one.points(parse("2023Q1"), "各委室") == {
        "法制委": ("13", 1),
        "办公室": ("2", 2),
        "代表工委": ("-17", 3),
    }


@pytest.mark.parametrize("name", ["court", "tax", "street", "schools", "hospital", "congress"])
def test_what_the_rules_page_shows_of_an_office_it_takes_back_unchanged(name: str) -> None:
    frame = EXAMPLE.read_text(encoding="utf-8").partition("[[provisions]]")[0]
    text = frame + (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    versions = load_text(text, Path("config.toml"), {}).provisions
    (rules,) = versions

    def after(lists: dict[Section, str]) -> str:
        edit = RulesEdit(rules.since, rules.since, rules.source, rules.addressees, lists)
        return edited(text, edit, versions)

    assert after(shown(rules)) == text
    for section, lines in shown(rules).items():  # written anew, each line read
        again = load_text(after({section: lines.replace(" ｜ ", "｜")}), Path("config.toml"), {})
        assert again.provisions == versions, section
    if name == "tax":
        kinds_ = shown(rules)[Section.KINDS].replace("1个工作日 17:30", "当天 18：00")
        changed = load_text(after({Section.KINDS: kinds_}), Path("config.toml"), {}).provisions[0]
        limit = changed.kind_rules[0].limit
        assert limit is not None and (limit.days, limit.until) == (0, time(18))
