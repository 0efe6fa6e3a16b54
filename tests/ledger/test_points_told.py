"""The points that a receipt tells are those of the table `scores`, whatever the letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from ledger.ids import DraftId
from ledger.letter_types import Headers, StoredMessage
from ledger.models.database import open_ledger
from ledger.models.decisions import ScoreRow
from ledger.models.letters import DraftRow
from rulebook.amounts import Amount, amount
from rulebook.default_rules import KINDS
from rulebook.judge import judge
from rulebook.model import Duplicate, Submission
from rulebook.provisions import Provisions
from rulebook.rulings import Ruling, UnfinishedRuling
from tests.ledger.world import MARCH, OFFICE, World, article
from tests.rulebook.cases import cases


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder: Path = tmp_path_factory.mktemp("ledger")
    return open_ledger(f"sqlite:///{folder}/ledger.db")


def scored(engine: Engine, draft: int) -> Amount:
    """What the ledger's table gives a draft by itself."""
    query = select(func.coalesce(func.sum(ScoreRow.points), 0)).where(ScoreRow.draft_id == draft)
    with engine.connect() as connection:
        return amount(connection.execute(query).scalar_one())


rulings = st.builds(
    Ruling,
    kind=st.sampled_from([None, *KINDS]),
    unit=st.sampled_from([None, "湖塘镇", "高新区"]),
    accepted=st.sampled_from([None, True, False]),
    voided=st.sampled_from([None, True]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases(), ruling=rulings, number=st.integers(1, 2**40))
def test_what_is_told_at_the_entry_and_after_a_decision_is_what_the_ledger_has(
    ledger: Engine,
    case: tuple[Submission, Provisions, dict[str, Duplicate]],
    ruling: Ruling,
    number: int,
) -> None:
    submission, rules, duplicates = case
    world = World(ledger, rules)
    verdict = judge(submission, rules, duplicates)
    received = submission.received
    seen = StoredMessage("a", "INBOX", 1, f"{number}", received, f"{number:064x}", 9)
    found = world.letters.collect([seen], received)
    if not found:
        return  # the same number was drawn before
    headers = Headers(f"<{number}@town.example>", received)
    day = received.astimezone(OFFICE).date()
    assert world.letters.enter(found[0].id, submission, verdict, headers, [], received, day)
    with ledger.connect() as connection:
        drafts = connection.scalars(
            select(DraftRow.id).where(DraftRow.letter_id == found[0].id).order_by(DraftRow.position)
        ).all()
    assert [scored(ledger, draft) for draft in drafts] == [one.points for one in verdict.drafts]
    for draft in drafts:
        try:
            ordered = replace(ruling, approved_by="王局")
            ruled = world.decisions.rule(DraftId(draft), ordered, "li", "核定", received)
        except UnfinishedRuling:
            continue
        assert scored(ledger, draft) == ruled.points_after


def test_the_decision_on_an_adopted_draft_tells_what_stands_adoptions_included(
    tmp_path: Path,
) -> None:
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    world = World(engine)
    world.enter(article(1), subject="【综合】")
    world.adopt(1, date(2022, 3, 20), 1)
    ruled = world.decisions.rule(
        DraftId(1), Ruling(voided=True, approved_by="王局"), "li", "弄虚作假", MARCH
    )
    assert (ruled.points_before, ruled.points_after) == (15, 0)
    back = world.decisions.rule(DraftId(1), Ruling(voided=False), "li", "查无此事", MARCH)
    assert (back.points_before, back.points_after) == (0, 15)
    engine.dispose()
