from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ledger.accounts import Accounts
from ledger.adoptions import AdoptionReport
from ledger.annual_bonus import AnnualBonuses, Sanction
from ledger.api_tokens import ApiTokens
from ledger.commissions import Commission
from ledger.editing import Editing
from ledger.ids import DraftId, LetterId
from ledger.journal_facts import FACTS
from ledger.models.decisions import JournalRow
from ledger.notices import Notices
from ledger.outbox import Outbox
from ledger.printed_texts import PrintedText, PrintedTexts
from ledger.roster import Officer, Roster
from ledger.shared_drafts import SharedDrafts
from ledger.states import Act, Role
from ledger.storage.retention import purge
from ledger.storage.vault import Vault
from rulebook.default_rules import ARTICLE, OPINION
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.world import MARCH, RULES, World, receipt
from tests.rulebook.builders import draft

TODAY = date(2022, 4, 1)
TOLD_ELSEWHERE = {
    Act.BACKED_UP,
    *(Act.RETRIED, Act.EXPORTED, Act.OWED_AGAIN, Act.RULES),
    *(
        Act.STATED,
        Act.PROPOSED,
        Act.HANDLED,
        Act.PURPOSE,
        Act.BASELINE,
        Act.ASKED,
        Act.ASSIGNED,
        Act.NOTED,
        Act.CHECKED,
        *(Act.ACCESS, Act.DRAWN, Act.COMMISSION_READ),
    ),
}
"""Acts that the tests of their own rooms look at."""


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_shape_for_what_is_told_of_it(act: Act) -> None:
    assert FACTS[act]


def _fits(facts: dict[str, object], shape: type) -> bool:
    required: frozenset[str] = getattr(shape, "__required_keys__")  # noqa: B009
    optional: frozenset[str] = getattr(shape, "__optional_keys__")  # noqa: B009
    return required <= facts.keys() <= required | optional | {"sealed"}


def test_what_is_stored_has_the_shape_of_its_act(engine: Engine, tmp_path: Path) -> None:
    world, vault = World(engine), Vault(tmp_path / "vault")
    world.enter(draft("1.zip/1.docx"))
    stranger = world.enter(draft("2.zip/2.docx"), unit=None)
    empty = world.enter(unit=None)
    world.decisions.claim(LetterId(stranger), "湖塘镇", "li", "认领", MARCH)
    world.decisions.claim(LetterId(empty), "湖塘镇", "li", "认领", MARCH)
    ruling = Ruling(kind=OPINION, event_date=date(2022, 3, 6), accepted=True, voided=False)
    world.decisions.rule(DraftId(1), ruling, "li", "核定", MARCH)
    editing = Editing(engine, world.decisions, world.scores)
    editing.amend(DraftId(1), {"author": "某人", "text": "新的正文"}, 4, "li", "", MARCH)
    SharedDrafts(engine, world.scores).share(DraftId(1), ["高新区"], "王局", "li", MARCH)
    report = AdoptionReport("湖塘镇", "标题", "新华社", 1, date(2022, 3, 8), 1)
    adoption = world.adoptions.add(report, "li", MARCH)
    world.adoptions.change(adoption, "li", "报错了", MARCH, tier=2, withdrawn=True, kind=ARTICLE)
    commission = Commission("题目", ("湖塘镇",), TODAY, TODAY)
    world.commissions.close(world.commissions.add(commission, "li", MARCH), "li", "", MARCH)
    bonuses = AnnualBonuses(engine, lambda _day: RULES)
    bonuses.set_bonus("湖塘镇", 2022, Decimal("1.5"), "li", "局务会", MARCH)
    sanction = Sanction("湖塘镇", 2022, "弄虚作假", "王局", MARCH.date())
    bonuses.lift(bonuses.sanction(sanction, "li", MARCH), "li", "查实不是", MARCH)
    Notices(engine, vault).publish(
        world.figures.summary(parse("2022Q1"), TODAY), {"a": b"a"}, [], "li", MARCH
    )
    officers = [Officer("湖塘镇", "张三", ends=date(2021, 3, 1))]
    Roster(engine).enter(officers, "li", MARCH)
    Outbox(engine).owe_units([("湖塘镇", receipt("<1@x.example>"))], "li", MARCH)
    PrintedTexts(engine).add(PrintedText(1, "标题", "正文"), "li", MARCH)
    accounts = Accounts(engine)
    accounts.add("王静", Role.EDITOR, "li", MARCH)
    accounts.set_role("王静", Role.ADMIN, "li", MARCH)
    ApiTokens(engine).add("统计", "0" * 64, "li", MARCH)
    later = MARCH + timedelta(days=400)
    purge(engine, vault, later, later, "li", later)
    with Session(engine) as session:
        lines = [(row.act, dict(row.facts)) for row in session.scalars(select(JournalRow))]
    told = {act for act, _ in lines}
    assert set(Act) - told == TOLD_ELSEWHERE
    for act, facts in lines:
        assert any(_fits(facts, shape) for shape in FACTS[act]), (act, facts)
