"""Rules that other offices have and config.toml's has not: each switch does what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from rulebook import kinds
from rulebook.default_rules import NEWS, TOWNS
from rulebook.kind_entries import KindBare, KindBody, KindEntry, LateCounts, LimitUnit, TierEntry
from rulebook.kind_rules import AdoptionJoins, Kind, Role
from rulebook.model import EventDate, FileFact, FileRole, Outcome, Timely, Unit
from rulebook.packaging import check_form
from rulebook.period_lines import period_lines, reach
from rulebook.periods import Period, Span, own, parse
from rulebook.persons import Written, persons
from rulebook.points import Adoption, HandPoints, LineKind, Scored, of_draft
from rulebook.provisions import (
    BareRule,
    FloorSpan,
    Manner,
    Measure,
    OverlapRule,
    OwnPeriod,
    PersonsRanked,
    Points,
    Provisions,
    ReviewerRule,
    Target,
    TieBreak,
    Timeliness,
)
from rulebook.ranking import TableRow, table
from rulebook.reasons import Reason
from rulebook.rulings import FirstVerdict, Ruling, apply_rulings
from rulebook.targets import counts
from rulebook.timeliness import monday_to_friday, timeliness
from tests.rulebook.builders import OFFICE, draft, found, letter, provisions, unpacked
from tests.rulebook.test_judge import verdict_on

BRIEF, LONG, SHORT = Kind("要情"), Kind("长篇"), Kind("短篇")
TOWN, OTHER = "石溪镇", "桃坞镇"
UNITS = (Unit(TOWN, TOWNS), Unit(OTHER, TOWNS))
MARCH = parse("2023-03")
DAY = date(2023, 3, 14)


def rules(*, points: Points | None = None, kind: dict[str, Any] | None = None, **more: Any) -> Any:
    brief: dict[str, Any] = {"name": BRIEF, "points": 1.0, "features": ("开展",)}
    return provisions(
        **{
            "units": UNITS,
            "effective_from": date(2023, 1, 1),
            "kinds": (
                KindEntry(**(brief | (kind or {}))),
                KindEntry(LONG, role=Role.ARTICLE, points=3, least=1000, short_as=SHORT),
                KindEntry(SHORT, role=Role.ARTICLE, points=1.5, column="长篇", labels=("短",)),
            ),
            "tiers": (TierEntry("县", 3), TierEntry("市", 6)),
            "points": points or Points(),
            **more,
        }
    )


def scored(number: int = 1, unit: str = TOWN, day: date = DAY, **changes: Any) -> Scored:
    values: dict[str, Any] = {"kind": BRIEF, "outcome": Outcome.ACCEPTED, "timely": Timely.ON_TIME}
    return Scored(number, unit, day=day, **(values | changes))


def several(many: int, **changes: Any) -> list[Scored]:
    return [scored(number, **changes) for number in range(1, many + 1)]


def adopted(tier: int = 1, day: date = DAY, draft_: int | None = 1, **changes: Any) -> Adoption:
    values: dict[str, Any] = {"unit": TOWN, "kind": BRIEF, "outlet": "县报"}
    return Adoption(changes.pop("id", 1), draft_, tier=tier, day=day, **{**values, **changes})


def rows(
    in_force: Provisions,
    drafts: Iterable[Scored] = (),
    adoptions: Iterable[Adoption] = (),
    period: Period = MARCH,
    hand: Iterable[HandPoints] = (),
) -> dict[str, TableRow]:
    def on_day(_day: date) -> Provisions:
        return in_force

    lines = period_lines(drafts, adoptions, hand, period, on_day, monday_to_friday)
    return {row.unit: row for row in table(TOWNS, lines, period, on_day)}


def target(count: int, period: Span = Span.MONTH, **changes: Any) -> Target:
    return Target(**{"group": TOWNS, "kind": BRIEF, "count": count, "period": period, **changes})


@pytest.mark.parametrize(
    ("many", "share"), [(0, "0"), (1, "1.3"), (7, "8.8"), (8, "10"), (9, "10")]
)
def test_a_fulfilled_target_gives_its_points_an_unfulfilled_one_its_share_rounded_half_up(
    many: int, share: str
) -> None:
    in_force = rules(targets=(target(8, full_points=10, by_share=True),))
    row = rows(in_force, several(many))[TOWN]
    assert (row.by_rule, row.points) == (Decimal(share), many + Decimal(share))


def test_without_shares_an_unfulfilled_target_gives_nothing() -> None:
    in_force = rules(targets=(target(2, full_points=5),))
    assert rows(in_force, several(1))[TOWN].by_rule == 0
    assert rows(in_force, several(2))[TOWN].by_rule == 5


def test_each_missing_draft_takes_points_on_the_last_day_of_its_period() -> None:
    in_force = rules(targets=(target(2, Span.QUARTER, missing_points=-2),))
    assert rows(in_force, several(1))[TOWN].points == -1  # one of two, and March ends the quarter
    february = rows(in_force, several(1, day=date(2023, 2, 7)), period=parse("2023-02"))
    assert february[TOWN].points == 1


def test_of_several_unmet_targets_the_largest_alone_may_count() -> None:
    both = (target(4, kind=Kind(""), missing_points=-1), target(2, missing_points=-1))
    lone = several(3, kind=LONG)
    assert rows(rules(targets=both), lone)[TOWN].by_rule == -3
    largest = rules(targets=both, points=Points(missing=OverlapRule.LARGEST))
    assert rows(largest, lone)[TOWN].by_rule == -2


def test_a_months_points_do_not_fall_below_nothing() -> None:
    hand = [HandPoints(1, TOWN, DAY, -4, "漏报")]
    in_force = rules(points=Points(floor=FloorSpan.MONTH))
    assert rows(in_force, several(1), hand=hand)[TOWN].points == 0
    assert rows(rules(), several(1), hand=hand)[TOWN].points == -3
    april = [*hand, HandPoints(2, TOWN, date(2023, 4, 3), 2, "批示")]
    quarter = parse("2023Q2")
    assert rows(in_force, hand=april[1:], period=quarter)[TOWN].points == 2
    both = own(date(2023, 3, 1), date(2023, 4, 30))
    assert rows(in_force, several(1), hand=april, period=both)[TOWN].points == 2


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [((), (1, 1)), ((TieBreak.ADOPTION,), (1, 2)), ((TieBreak.REPORTED,), (2, 1))],
)
def test_equal_points_are_ranked_by_what_the_provisions_say(
    ties: tuple[TieBreak, ...], ranks: tuple[int, int]
) -> None:
    drafts = [scored(1), *(scored(number, OTHER) for number in (2, 3, 4))]
    found_ = rows(rules(points=Points(ties=ties)), drafts, [adopted()])
    assert (found_[TOWN].points, found_[OTHER].points) == (3, 3)
    assert (found_[TOWN].rank, found_[OTHER].rank) == ranks


def test_targets_of_adoptions_count_each_text_once_and_those_of_points_count_points() -> None:
    prints = [adopted(1), adopted(2, id=2)]
    asked = target(2, kind=Kind(""), measure=Measure.ADOPTED, missing_points=-1)
    assert rows(rules(targets=(asked,)), several(1), prints)[TOWN].by_rule == -1
    asked = target(8, kind=Kind(""), measure=Measure.POINTS, missing_points=-1)
    assert rows(rules(targets=(asked,)), several(1), prints)[TOWN].by_rule == -2


def test_an_offices_own_periods_have_targets_of_their_own() -> None:
    january = OwnPeriod(date(2023, 1, 1), date(2023, 2, 28))
    in_force = rules(periods=(january,), targets=(target(2, Span.OWN, missing_points=-1),))
    both = parse("2023-01-01..2023-02-28")
    assert both.label == "2023年1月至2月"
    assert rows(in_force, several(1, day=date(2023, 1, 9)), period=both)[TOWN].points == 0
    assert reach(both, lambda _day: in_force).first == date(2023, 1, 1)


def test_any_days_are_a_period_and_its_name_leads_back_to_it() -> None:
    period = parse("2022年12月15日至2023年1月14日")
    assert (period.first, period.last) == (date(2022, 12, 15), date(2023, 1, 14))
    assert parse(period.name) == period
    assert period.label == "2022年12月15日至2023年1月14日"


# -- kinds --


def test_a_piece_too_short_for_its_kind_is_taken_as_the_one_the_provisions_name() -> None:
    short = draft("【长篇】做法.docx", title="做法", characters=593, text="治" * 593)
    finding = kinds.decide(short, "", rules())
    assert (finding.kind, finding.reason) == (SHORT, None)
    assert "不足1000字，按短篇计" in finding.evidence


@pytest.mark.parametrize(("pictures", "expected"), [(5, BRIEF), (4, SHORT)])
def test_a_piece_with_too_few_pictures_too(pictures: int, expected: Kind) -> None:
    in_force = rules(kind={"pictures": 5, "pictures_as": SHORT})
    one = draft("【要情】图文.docx", images=tuple(f"{n}.jpg" for n in range(pictures)))
    assert kinds.decide(one, "", in_force).kind == expected
    alone = rules(kind={"pictures": 5})
    reason = kinds.decide(one, "", alone).reason
    assert reason is (None if pictures == 5 else Reason.KIND_UNCERTAIN)


def test_one_kind_must_be_packed_while_others_need_not() -> None:
    in_force = rules(kind={"bare_attachment": KindBare.REFUSE}, bare_attachment=BareRule.ACCEPT)
    bare = unpacked(
        draft("【要情】桥.docx"), bare_attachments=("【要情】桥.docx",), attachments=("桥.docx",)
    )
    assert found(check_form(bare, in_force)[0]) == [Reason.BARE_ATTACHMENT]
    other = draft("【长篇】桥.docx")
    free = replace(bare, drafts=(other,), bare_attachments=(other.file,), subject="长篇")
    assert check_form(free, in_force)[0] == ()


def test_one_kind_may_stand_in_the_letter_itself() -> None:
    body = unpacked(draft("邮件正文"), body_is_draft=True, subject="【要情】桥")
    assert found(check_form(body, rules())[0]) == [Reason.BODY_DRAFT]
    assert check_form(body, rules(kind={"body_draft": KindBody.ACCEPT}))[0] == ()


def test_a_letter_without_an_approval_sheet_is_refused_where_one_is_asked_for() -> None:
    in_force = provisions(require_reviewer=ReviewerRule.SHEET)
    sheet = FileFact("审核表.jpg", FileRole.APPROVAL, "image/jpeg", 100)
    assert verdict_on(letter(draft()), in_force).drafts[0].reasons == (Reason.NO_REVIEWER,)
    assert verdict_on(letter(draft(), files=(sheet,)), in_force).outcome is Outcome.ACCEPTED


def test_late_drafts_of_one_kind_may_fill_no_target_and_have_no_adoption() -> None:
    late = scored(timely=Timely.LATE)
    plain, strict = rules(), rules(kind={"late_counts": LateCounts.NO, "late_adoption": False})
    assert (counts(late, plain), counts(late, strict)) == (True, False)
    assert rows(plain, [late], [adopted()])[TOWN].points == 3
    assert rows(strict, [late], [adopted()])[TOWN].points == 0


def test_a_late_draft_may_cost_points_and_is_counted_among_none() -> None:
    row = rows(rules(kind={"late_points": -0.5}), [scored(timely=Timely.LATE)])[TOWN]
    assert (row.counts, row.by_rule, row.points) == ((0, 0), Decimal("-0.5"), Decimal("-0.5"))


# -- adoptions --


@pytest.mark.parametrize(
    ("manner", "worth"), [("", 3), ("头版", 6), ("转载", Decimal("1.5")), ("头版、转载", 3)]
)
def test_the_manner_in_which_a_text_was_printed_multiplies_its_points(
    manner: str, worth: int | Decimal
) -> None:
    in_force = rules(manners=(Manner("头版", 2), Manner("转载", 0.5)))
    (line,) = [
        line
        for line in of_draft(scored(), [adopted(manner=manner)], lambda _day: in_force)
        if line.what is LineKind.ADOPTED
    ]
    assert line.points == worth


@pytest.mark.parametrize(
    ("joins", "points"),
    [(AdoptionJoins.REPLACES, 3), (AdoptionJoins.ADDS, 4), (AdoptionJoins.ONLY, 3)],
)
def test_an_adoption_replaces_adds_or_counts_alone(joins: AdoptionJoins, points: int) -> None:
    in_force = rules(points=Points(adoption_joins=joins))
    assert rows(in_force, [scored()], [adopted()])[TOWN].points == points
    alone = 0 if joins is AdoptionJoins.ONLY else 1
    assert rows(in_force, [scored()])[TOWN].points == alone


# -- hours --

HOURS = {"limit": LimitUnit.HOURS, "limit_count": 24}


def moment(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2023, 3, day, hour, minute, second, tzinfo=OFFICE)


@pytest.mark.parametrize(
    ("ended", "received", "timely"),
    [
        (time(10, 30), moment(8, 10, 29, 59), Timely.ON_TIME),
        (time(10, 30), moment(8, 10, 31), Timely.LATE),
        (None, moment(8, 23, 59), Timely.ON_TIME),
        (None, moment(9, 0, 1), Timely.LATE),
    ],
)
def test_a_limit_in_hours_runs_from_the_hour_told_else_from_the_days_end(
    ended: time | None, received: datetime, timely: Timely
) -> None:
    in_force = rules(kind=HOURS)
    event = EventDate(date(2023, 3, 7), ended_at=ended)
    assert timeliness(event, BRIEF, received, in_force).timely is timely


def test_where_only_minutes_count_the_last_minute_is_in_time() -> None:
    event, received = EventDate(date(2023, 3, 7), ended_at=time(10, 30)), moment(8, 10, 30, 25)
    exact = rules(kind=HOURS)
    minutes = rules(kind=HOURS, timeliness=Timeliness(whole_minutes=True))
    assert timeliness(event, BRIEF, received, exact).timely is Timely.LATE
    assert timeliness(event, BRIEF, received, minutes).timely is Timely.ON_TIME


def test_a_decision_about_something_else_keeps_the_hour_that_was_read() -> None:
    in_force, received = rules(kind=HOURS), moment(8, 17, 25)
    event = EventDate(date(2023, 3, 7), ended_at=time(17))
    limit = timeliness(event, BRIEF, received, in_force)
    first = FirstVerdict(TOWN, BRIEF, event.day, received, (Reason.LATE,), deadline=limit.deadline)
    kept = apply_rulings(first, [Ruling(original=True)], in_force)
    assert (kept.timely, kept.deadline) == (Timely.LATE, limit.deadline)
    told = apply_rulings(first, [Ruling(event_date=date(2023, 3, 7))], in_force)
    assert told.timely is Timely.ON_TIME  # a person gave the day, and with it its end


# -- persons --


def test_authors_share_the_points_of_what_they_wrote_together() -> None:
    in_force = rules(
        points=Points(persons=PersonsRanked.AUTHOR, shares=((3, 2), (5, 3, 2))),
    )
    together = Written(scored(), ("钱一鸣", "孙立"), (adopted(),))
    alone = Written(scored(2), ("周正",))
    four = Written(scored(3), ("甲", "乙", "丙", "丁"))
    hand = [HandPoints(1, "", DAY, -1, "差错", person="周正")]
    found_ = persons([together, alone, four], hand, MARCH, lambda _day: in_force, {"吴桐": OTHER})
    by_name = {row.person: (row.points, row.rank, row.pieces) for row in found_}
    assert by_name["钱一鸣"] == (Decimal("1.8"), 1, 1)
    assert by_name["孙立"] == (Decimal("1.2"), 2, 1)
    assert by_name["甲"] == (Decimal("0.5"), 3, 1)
    assert "丁" not in by_name
    assert by_name["周正"] == (0, 6, 1)
    assert by_name["吴桐"] == (0, 6, 0)


def test_without_shares_authors_divide_points_evenly() -> None:
    both = Written(scored(), ("钱一鸣", "孙立"))
    found_ = persons([both], [], MARCH, lambda _day: rules())
    assert [row.points for row in found_] == [Decimal("0.5"), Decimal("0.5")]


def test_the_first_office_has_none_of_this() -> None:
    ours = provisions()
    assert not ours.points.ties and ours.points.floor is FloorSpan.NONE
    lines = period_lines([], [], [], parse("2022Q1"), lambda _day: ours, monday_to_friday)
    assert lines == []
    assert reach(parse("2022Q1"), lambda _day: ours) == parse("2022Q1")
    assert kinds.decide(draft(), "【工作动态】", ours).kind == NEWS
