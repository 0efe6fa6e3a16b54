"""The rulebook's plain values: what nobody says of a thing is not so, and when a correction asks for a person."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from rulebook.conversation import Purpose, PurposeFinding
from rulebook.model import (
    Draft,
    Duplicate,
    EventDate,
    Fault,
    FileFact,
    Outcome,
    Replaced,
    Sender,
    Submission,
    Timely,
    Verdict,
)
from rulebook.reasons import Reason
from rulebook.score_types import Scored, ScoreLine
from tests.rulebook.builders import draft

MARCH = datetime(2022, 3, 8, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "earlier", "now", "person"),
    [
        (Outcome.HELD, Timely.ON_TIME, Timely.ON_TIME, False),
        (Outcome.REFUSED, Timely.ON_TIME, Timely.ON_TIME, False),
        (Outcome.HELD, Timely.LATE, Timely.LATE, False),
        (Outcome.HELD, Timely.UNDETERMINED, Timely.LATE, True),
        (Outcome.REFUSED, Timely.ON_TIME, Timely.LATE, False),
        (Outcome.HELD, Timely.LATE, Timely.ON_TIME, True),
        (Outcome.REFUSED, Timely.LATE, Timely.UNDETERMINED, True),
        (Outcome.ACCEPTED, Timely.ON_TIME, Timely.ON_TIME, True),
    ],
)
def test_when_a_person_is_asked(
    outcome: Outcome, earlier: Timely, now: Timely, person: bool
) -> None:
    assert Replaced(1, 1, "题", MARCH, outcome, earlier).needs_a_person(now) is person


def test_what_was_late_already_when_it_first_came_needs_nobody() -> None:
    replaced = Replaced(1, 1, "题", MARCH, Outcome.HELD, Timely.UNDETERMINED)
    assert not replaced.needs_a_person(Timely.LATE, MARCH - timedelta(hours=1))
    assert not replaced.needs_a_person(Timely.LATE, MARCH)
    assert replaced.needs_a_person(Timely.LATE, MARCH + timedelta(hours=1))


@pytest.mark.parametrize(
    "kind",
    [Sender, EventDate, Draft, FileFact, Submission, Duplicate, PurposeFinding, Scored, ScoreLine],
)
def test_what_nobody_says_of_a_thing_is_not_so(kind: type[Any]) -> None:
    said = {
        one.name: one.default
        for one in fields(kind)
        if one.default is not MISSING and (one.default or one.default in (False, 0))
    }
    once = {"times": 1, "position": 1}  # one thing, and the first of its letter
    others = {name: value for name, value in said.items() if isinstance(value, bool | int)}
    assert others == {name: once.get(name, 0) for name in others}


def test_a_letter_may_be_answered_unless_somebody_says_otherwise() -> None:
    fault = Fault(Reason.LATE)
    verdict = Verdict(Outcome.HELD, (fault, fault), ())
    assert verdict.answer
    assert verdict.reasons == (Reason.LATE,)


def test_drafts_of_one_file_have_keys_of_their_own() -> None:
    one = draft("稿件.zip/稿.docx")
    assert (one.key, replace(one, part=2).key) == ("稿件.zip/稿.docx", "稿件.zip/稿.docx#2")


def test_the_hour_of_an_event_makes_no_other_day_of_it() -> None:
    day = MARCH.date()
    assert EventDate(day, ended_at=time(9)) == EventDate(day)


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_judged_is_listed(purpose: Purpose) -> None:
    brings = (Purpose.SUBMISSION, Purpose.RESUBMISSION, Purpose.FORM)
    assert purpose.judged is (purpose in brings)


def test_a_finding_sounds_urgent_asks_figures_and_says_more_only_where_it_is_told() -> None:
    plain = PurposeFinding()
    assert (plain.purpose, plain.urgent, plain.figures, plain.says) == (
        *(Purpose.SUBMISSION, False, False, False),
    )
