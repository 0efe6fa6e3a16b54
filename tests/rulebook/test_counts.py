"""One word, one count: what a draft counts as, whatever else is true of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rulebook.counts import FIGURES, Count, count_of, is_reported
from rulebook.default_rules import NEWS
from rulebook.model import Outcome, Timely
from rulebook.points import Scored
from tests.rulebook.builders import provisions

FROM = date(2022, 2, 24)
RULES = replace(provisions(), effective_from=FROM)
DRAFT = Scored(1, "湖塘镇", NEWS, FROM, Outcome.ACCEPTED, Timely.ON_TIME)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, Count.REPORTED),
        ({"timely": Timely.NOT_APPLICABLE}, Count.REPORTED),
        ({"timely": Timely.LATE}, Count.LATE),
        ({"outcome": Outcome.HELD}, Count.HELD),
        ({"outcome": Outcome.HELD, "timely": Timely.LATE}, Count.HELD),
        ({"outcome": Outcome.HELD, "voided": True}, Count.HELD),
        ({"kind": None}, Count.HELD),
        ({"unit": None}, Count.HELD),
        ({"outcome": Outcome.REFUSED}, Count.REFUSED),
        ({"outcome": Outcome.REFUSED, "kind": None, "unit": None}, Count.REFUSED),
        ({"outcome": Outcome.REFUSED, "timely": Timely.LATE}, Count.REFUSED),
        ({"voided": True}, Count.VOID),
        ({"voided": True, "timely": Timely.LATE}, Count.VOID),
        ({"outcome": Outcome.IGNORED}, Count.WITHDRAWN),
        ({"outcome": Outcome.IGNORED, "kind": None}, Count.WITHDRAWN),
        ({"day": FROM - timedelta(days=1)}, Count.EARLY),
        ({"day": FROM - timedelta(days=1), "outcome": Outcome.REFUSED}, Count.EARLY),
    ],
)
def test_a_draft_is_exactly_one_of_them(changes: dict[str, object], count: Count) -> None:
    draft = replace(DRAFT, **changes)  # type: ignore[arg-type]
    assert count_of(draft, RULES) is count
    assert is_reported(draft, RULES) == (count in (Count.REPORTED, Count.LATE))


def test_every_word_has_one_meaning() -> None:
    words = [one.word for one in Count] + list(FIGURES)
    assert len(words) == len(set(words))
    assert list(FIGURES) == ["实报", "应报", "完成", "完成率", "计分", "录用"]
    assert all(one.meaning for one in Count)
    assert all(FIGURES.values())
