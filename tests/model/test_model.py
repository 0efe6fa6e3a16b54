"""Hand-computed examples straight from the regulation's sentences: points, adoptions, decisions.

The model was written by somebody who knew the regulation's text and none of the program.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.model.cases import adopted, at, draft, q1_closed, quarter, row, total, with_, year
from tests.model.regulation_types import (
    COMMISSIONED,
    FEATURE,
    KINDS,
    NEWS,
    OPINION,
    TIERS,
    Appointment,
    Decision,
    Draft,
    Officer,
    Provision,
    WorkCalendar,
    deadline,
    is_late,
    judge_time,
    office_day,
    period_of,
    propose_state,
)


# ------------------------------------------------------------ 四.1 points, the 2-day rule
def test_points_of_each_kind() -> None:
    """工作动态和舆情信息每条1分，综合性原创文章或约稿每条2分: 1 + 1 + 2 + 2."""
    found = row(with_(drafts=tuple(draft(k, at(2, 1), k) for k in KINDS)), quarter(1))
    assert found.total == found.submission_points == 6 and list(found.scored.values()) == [
        1,
        1,
        1,
        1,
    ]


def test_deadline_is_the_end_of_event_day_plus_two() -> None:
    assert deadline(date(2023, 3, 1)) == at(3, 4, 0)
    assert not is_late(at(3, 3, 23, 59, 59), date(2023, 3, 1)) and is_late(
        at(3, 4, 0, 0, 1), date(2023, 3, 1)
    )
    assert not is_late(at(3, 4, 0), date(2023, 3, 1))  # OPEN: 24:00 sharp
    assert not is_late(datetime(2023, 3, 3, 15, 59, tzinfo=UTC), date(2023, 3, 1))  # 23:59 here
    assert is_late(datetime(2023, 3, 3, 16, 1, tzinfo=UTC), date(2023, 3, 1))


def test_calendar_days_not_workdays() -> None:
    """The text says 天: a Friday's event is due on Sunday; by workdays on Tuesday."""
    friday = date(2023, 3, 3)
    assert deadline(friday) == at(3, 6, 0)
    assert deadline(friday, "workdays") == at(3, 8, 0)
    busy = WorkCalendar(
        holidays=frozenset({date(2023, 3, 7)}), makeup_workdays=frozenset({date(2023, 3, 4)})
    )
    assert deadline(friday, "workdays", 2, busy) == at(3, 7, 0)  # Saturday made up, Monday
    assert deadline(friday, "workdays", 3, busy) == at(3, 9, 0)  # Tuesday is off: Wednesday


def test_the_rule_spares_features_and_commissions() -> None:
    for kind, state in (
        (NEWS, "late"),
        (OPINION, "late"),
        (FEATURE, "accepted"),
        (COMMISSIONED, "accepted"),
    ):
        assert judge_time(kind, at(3, 20), date(2023, 3, 1), Provision()) == state


def test_no_day_or_a_future_day_is_held() -> None:
    assert judge_time(NEWS, at(3, 20), None, Provision()) == "held"
    assert judge_time(NEWS, at(3, 20), date(2023, 3, 21), Provision()) == "held"
    assert propose_state(FEATURE, at(3, 20), None, 799, Provision()) == "held"  # TOO_SHORT
    assert propose_state(FEATURE, at(3, 20), None, 800, Provision()) == "accepted"


def test_late_gives_nothing_but_is_reported() -> None:
    """否则不计分; yet it counts as reported towards the target."""
    office = with_(drafts=(draft("d", at(3, 15), NEWS, state="late", day=date(2023, 3, 1)),))
    found = row(office, period_of("week", date(2023, 3, 15)))
    assert (
        found.total == 0
        and found.late == 1
        and found.reported[NEWS] == 1
        and found.scored[NEWS] == 0
    )
    news = next(t for t in found.targets if t.kind == NEWS)
    assert (news.owed, news.reported, news.completion) == (1, 1, 1)
    strict = replace(office, provisions=(Provision(late_counts_to_target=False),))
    assert next(t for t in row(strict, quarter(1)).targets if t.kind == NEWS).reported == 0


def test_an_outage_of_the_poller_never_makes_a_draft_late() -> None:
    late_seen = draft("d", at(3, 31, 23), day=date(2023, 3, 30), seen=at(4, 5))
    assert judge_time(NEWS, late_seen.received, late_seen.event_day, Provision()) == "accepted"
    assert total(with_(drafts=(late_seen,)), quarter(1)) == 1
    assert total(with_(drafts=(late_seen,)), quarter(1), when=at(4, 4)) == 0  # not known yet


def test_points_follow_the_receipt_in_office_time() -> None:
    """31 March 16:30 UTC is 1 April 00:30 in Shanghai."""
    office = with_(drafts=(draft("d", datetime(2023, 3, 31, 16, 30, tzinfo=UTC)),))
    assert total(office, quarter(1)) == 0 and total(office, quarter(2)) == 1
    try:
        office_day(datetime(2023, 3, 31))  # noqa: DTZ001
    except ValueError:
        return
    raise AssertionError("a naive moment was taken")


def test_weekly_cap_off_and_on() -> None:
    drafts = tuple(draft(f"d{i}", at(3, 6 + i)) for i in range(4))  # one week
    assert total(with_(drafts=drafts), quarter(1)) == 4
    found = row(with_(drafts=drafts, provisions=(Provision(weekly_cap=2),)), quarter(1))
    assert found.total == 2 and found.scored[NEWS] == 2 and found.reported[NEWS] == 4


def test_nothing_before_the_regulation() -> None:
    """effective_from = 2022-02-24, a Thursday: that week is the first with a target."""
    drafts = (draft("d", at(2, 23, year=2022)), draft("e", at(2, 24, year=2022)))
    assert total(with_(drafts=drafts), year(2022)) == 1
    dated = replace(Provision(), since=date(2022, 1, 1))
    assert total(with_(drafts=drafts, provisions=(dated,)), year(2022)) == 1
    news = next(
        t for t in row(with_(provisions=(dated,)), quarter(1, 2022)).targets if t.kind == NEWS
    )
    assert news.owed == 6  # Thursdays: 24 Feb, 3 10 17 24 31 March


def test_provisions_are_dated() -> None:
    dearer = Provision(since=date(2023, 3, 1), points={k: Decimal("1.5") for k in KINDS})
    office = with_(
        drafts=(draft("d", at(2, 28)), draft("e", at(3, 1))), provisions=(Provision(), dearer)
    )
    assert total(office, quarter(1)) == Decimal("2.5")


# ------------------------------------------------------------ 四.2 adoptions
def test_tier_points() -> None:
    """一类每条15分，二类12，三类10，四类6，五类4."""
    drafts = tuple(draft(f"d{t}", at(2, t), FEATURE) for t in TIERS)
    found = row(
        with_(
            drafts=drafts,
            adoptions=tuple(adopted(f"a{t}", t, date(2023, 2, 20), f"d{t}") for t in TIERS),
        ),
        quarter(1),
    )
    assert found.total == found.adoption_points == 47 and found.scored[FEATURE] == 0
    assert list(found.adoptions.values()) == [1] * 5 and found.reported[FEATURE] == 5


def test_submission_and_adoption_are_not_added() -> None:
    """上报信息与录用信息不重复加分: 15, not 17."""
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),), adoptions=(adopted("a", 1, date(2023, 3, 1), "d"),)
    )
    assert total(office, quarter(1)) == 15


def test_a_later_quarter_gets_the_difference() -> None:
    """Sent in Q1 (2), adopted in Q2 in tier 2 (12): Q2 gets 10; the year's row is 12, added up plainly."""
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),), adoptions=(adopted("a", 2, date(2023, 5, 1), "d"),)
    )
    second = row(office, quarter(2))
    assert total(office, quarter(1)) == 2 and second.total == second.adoption_points == 10
    assert (second.adoption_gross, second.replaced, second.adoptions[2]) == (12, -2, 1)
    whole = row(office, year())
    assert (whole.total, whole.scored[FEATURE], whole.adoption_gross, whole.corrections) == (
        12,
        0,
        12,
        0,
    )


def test_several_adoptions_of_one_draft() -> None:
    """五类, 二类 and 五类 again: the highest 12; each tier once 16; all 20."""
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),),
        adoptions=(
            adopted("a1", 5, date(2023, 2, 5), "d"),
            adopted("a2", 2, date(2023, 2, 9), "d"),
            adopted("a3", 5, date(2023, 3, 9), "d"),
        ),
    )
    assert total(office, quarter(1)) == 12 and row(office, quarter(1)).adoptions[5] == 0
    assert row(office, quarter(1)).adoptions_recorded == {1: 0, 2: 1, 3: 0, 4: 0, 5: 2}
    for mode, points in (("sum_tiers", 16), ("sum_all", 20)):
        assert (
            total(replace(office, provisions=(Provision(several_adoptions=mode),)), quarter(1))
            == points
        )


def test_a_better_adoption_in_a_later_quarter() -> None:
    """Q1: sent and 五类 = 4. Q2: 一类 = 15, so 11 more. Q3: 四类 adds nothing."""
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),),
        adoptions=(
            adopted("a1", 5, date(2023, 2, 5), "d"),
            adopted("a2", 1, date(2023, 5, 5), "d"),
            adopted("a3", 4, date(2023, 8, 5), "d"),
        ),
    )
    assert [total(office, quarter(n)) for n in (1, 2, 3)] == [4, 11, 0]
    assert (
        row(office, quarter(3)).adoptions_recorded[4] == 1
        and row(office, quarter(3)).adoptions[4] == 0
    )
    assert (
        row(office, year()).adoptions == {1: 1, 2: 0, 3: 0, 4: 0, 5: 0}
        and total(office, year()) == 15
    )


def test_an_adoption_keeps_its_own_day_even_if_the_draft_comes_later() -> None:
    """Printed in March (tier 3), the draft sent in April, linked then: Q1 10, Q2 nothing more."""
    office = with_(
        drafts=(draft("d", at(4, 20), FEATURE),),
        adoptions=(adopted("a", 3, date(2023, 3, 10), unit="东溪镇", links=((at(4, 21), "d"),)),),
    )
    assert total(office, quarter(1)) == 10 and total(office, quarter(2)) == 0
    assert row(office, quarter(2)).reported[FEATURE] == 1 and total(office, year()) == 10


def test_linking_late_takes_the_submission_point_back() -> None:
    """Q1 published with 2 (draft) + 10 (adoption of no draft). Linked in May: Q1 stays 12, Q2 gets -2."""
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),),
        publications=q1_closed(),
        adoptions=(adopted("a", 3, date(2023, 3, 10), unit="东溪镇", links=((at(5, 5), "d"),)),),
    )
    assert total(office, quarter(1)) == 12 and total(office, quarter(2), when=at(5, 4)) == 0
    assert row(office, quarter(2)).corrections == -2 and total(office, year()) == 10


def test_only_features_are_scored_by_the_letter() -> None:
    """综合性原创文章被…录用: an adopted 动态 keeps its 1 point; the adoption is recorded."""
    office = with_(
        drafts=(draft("d", at(2, 1)), draft("e", at(2, 1), COMMISSIONED)),
        adoptions=(adopted("a", 1, date(2023, 2, 9), "d"), adopted("b", 4, date(2023, 2, 9), "e")),
    )
    found = row(office, quarter(1))
    assert found.total == 3 and found.adoptions[1] == 0 and found.adoptions_recorded[1] == 1
    wider = replace(
        office, provisions=(Provision(adoption_kinds=frozenset({FEATURE, COMMISSIONED})),)
    )
    assert total(wider, quarter(1)) == 7  # 1 + 6
    assert (
        total(replace(office, provisions=(Provision(adoption_kinds=frozenset(KINDS)),)), quarter(1))
        == 21
    )


def test_a_withdrawn_adoption_gives_the_submission_point_back() -> None:
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),),
        adoptions=(adopted("a", 1, date(2023, 2, 9), "d", withdrawn_at=at(3, 1)),),
    )
    assert total(office, quarter(1), when=at(2, 28)) == 15 and total(office, quarter(1)) == 2


# ------------------------------------------------------------ people decide, in order
def test_decisions_in_their_order() -> None:
    office = with_(
        drafts=(draft("d", at(2, 1), state="held"),),
        decisions=(
            Decision("d", at(2, 9), "refuse"),
            Decision("d", at(2, 2), "accept"),
            Decision("d", at(2, 20), "hold"),
            Decision("d", at(2, 25), "accept"),
            Decision("d", at(3, 5), "void"),
        ),
    )
    steps = [((2, 1), 0), ((2, 3), 1), ((2, 10), 0), ((2, 21), 0), ((2, 26), 1), ((3, 6), 0)]
    assert [total(office, quarter(1), when=at(*day, 12)) for day, _ in steps] == [
        points for _, points in steps
    ]


def test_another_day_and_another_kind_are_judged_again() -> None:
    late = draft("d", at(3, 15), state="late", day=date(2023, 3, 1))
    day = Decision("d", at(3, 16), "day", date(2023, 3, 14))
    assert total(with_(drafts=(late,), decisions=(day,)), quarter(1)) == 1
    assert (
        total(
            with_(drafts=(late,), decisions=(Decision("d", at(3, 16), "kind", FEATURE),)),
            quarter(1),
        )
        == 2
    )
    assert (
        total(with_(drafts=(late,), decisions=(Decision("d", at(3, 16), "accept"),)), quarter(1))
        == 1
    )
    held = replace(late, state="held")
    assert (
        total(with_(drafts=(held,), decisions=(day,)), quarter(1)) == 0
    )  # OPEN: still to be accepted


def test_a_withdrawn_draft_is_counted_nowhere() -> None:
    office = with_(
        drafts=(draft("d", at(2, 1), FEATURE),),
        decisions=(Decision("d", at(2, 2), "withdraw"),),
        adoptions=(adopted("a", 1, date(2023, 2, 9), "d"),),
    )
    found = row(office, quarter(1))
    assert (
        found.total == 0
        and not any(found.reported.values())
        and not found.refused
        and not found.held
    )


def test_another_unit_takes_point_and_count() -> None:
    office = with_(
        drafts=(draft("d", at(2, 1)),), decisions=(Decision("d", at(2, 2), "unit", "西桥镇"),)
    )
    assert total(office, quarter(1)) == 0 and total(office, quarter(1), "b") == 1


def test_a_strangers_draft_is_held_until_claimed() -> None:
    nobody = Draft("d", at(2, 1), NEWS, "accepted", sender="x")
    assert row(with_(drafts=(nobody,)), quarter(1), None).held == 1
    claimed = with_(drafts=(nobody,), decisions=(Decision("d", at(2, 3), "unit", "东溪镇"),))
    assert total(claimed, quarter(1), None) == 0 and total(claimed, quarter(1)) == 1


def test_the_hand_over_of_an_officer() -> None:
    """Points stay with the unit of the receipt's day; mail of an ended officer counts for the last unit."""
    officer = Officer(
        "o",
        (
            Appointment("东溪镇", date(2022, 1, 1), date(2023, 2, 28)),
            Appointment("西桥镇", date(2023, 3, 1), date(2023, 4, 30)),
        ),
    )
    drafts = tuple(Draft(f"d{m}", at(m, 10), NEWS, "accepted", sender="o") for m in (2, 3, 5))
    office = with_(officers=(officer,), drafts=drafts)
    assert [total(office, year(), unit) for unit in "abc"] == [1, 2, 0]
