"""五.1: once a quarter is published, no sequence of deeds changes its table, its facts or its files."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.annual_bonus import AnnualBonuses, Sanction
from ledger.errors import ConflictError, InvalidInput, NotFound
from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId
from ledger.notices import Notices
from ledger.storage.vault import Vault
from rulebook.default_rules import ARTICLE, KINDS
from rulebook.periods import parse
from rulebook.rulings import Ruling, UnfinishedRuling
from tests.ledger.world import MARCH, NAMES, RULES, World, article

Q1, Q2, YEAR = parse("2022Q1"), parse("2022Q2"), parse("2022")
TODAY = date(2022, 7, 20)
DEEDS = 40
REFUSED = (UnfinishedRuling, InvalidInput, NotFound, ConflictError)


class Office:
    """A world in which anything may be done, in any order."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.world, self.chance = World(engine), random.Random(seed)
        self.hand_lines = HandLines(engine, self.world.scores)
        self.merits = AnnualBonuses(engine, lambda _day: RULES)
        self.adoptions: list[int] = []
        self.drafts = 0
        self.now = MARCH + timedelta(days=40)
        for _ in range(8):
            self.enter()

    def enter(self) -> None:
        self.drafts += 1
        received = MARCH + timedelta(days=self.chance.randrange(0, 60))
        unit = self.chance.choice(NAMES)
        if self.chance.random() < 0.4:
            self.world.enter(article(self.drafts), unit=unit, received=received, subject="【综合】")
        else:
            self.world.enter(unit=unit, received=received)

    def rule(self) -> None:
        ruling = self.chance.choice(
            (
                Ruling(accepted=True),
                Ruling(accepted=False),
                Ruling(original=False),
                Ruling(voided=True, approved_by="王局"),
                Ruling(voided=False),
                Ruling(withdrawn=True),
                Ruling(withdrawn=False),
                Ruling(kind=self.chance.choice(KINDS)),
                Ruling(unit=self.chance.choice(NAMES)),
                Ruling(event_date=date(2022, 3, 1) + timedelta(days=self.chance.randrange(30))),
            )
        )
        self.world.decisions.rule(DraftId(self.draft()), ruling, "li", "核定", self.now)

    def adopt(self) -> None:
        day = date(2022, 2, 25) + timedelta(days=self.chance.randrange(60))
        draft = self.draft() if self.chance.random() < 0.7 else None
        unit = "" if draft else self.chance.choice(NAMES)
        self.adoptions.append(self.world.adopt(draft, day, self.chance.randint(1, 5), unit))

    def change_adoption(self) -> None:
        if self.adoptions:
            several: tuple[dict[str, object], ...] = (
                {"draft": self.draft()},
                {"tier": self.chance.randint(1, 5)},
                {"withdrawn": True},
                {"withdrawn": False},
                {"kind": ARTICLE},
            )
            changes = self.chance.choice(several)
            self.world.adoptions.change(
                self.chance.choice(self.adoptions),
                "li",
                "改",
                self.now,
                **changes,  # type: ignore[arg-type]
            )

    def hand_line(self) -> None:
        day = date(2022, 3, 1) + timedelta(days=self.chance.randrange(50))
        line = HandLine(self.chance.choice(NAMES), day, Decimal("1.5"), "批示", "王主任")
        number = self.hand_lines.add(line, "li", self.now)
        if self.chance.random() < 0.3:
            self.hand_lines.remove(number, "li", "登记错了", self.now)

    def bonus(self) -> None:
        unit = self.chance.choice(NAMES)
        self.merits.set_bonus(unit, 2022, Decimal(2), "li", "好", self.now)
        self.merits.sanction(
            Sanction(unit, 2022, "弄虚作假", "王", self.now.date()), "li", self.now
        )

    def draft(self) -> int:
        return self.chance.randint(1, self.drafts)

    def anything(self) -> str:
        """Do something; what a door refuses was not done."""
        deed: Callable[[], None] = self.chance.choice(
            (self.enter, self.rule, self.rule, self.rule, self.adopt, self.change_adoption,
             self.hand_line, self.bonus)
        )  # fmt: skip
        try:
            deed()
        except REFUSED:
            return ""
        return deed.__name__


@pytest.mark.parametrize("seed", range(4))
def test_no_sequence_of_deeds_changes_a_published_table(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    office = Office(engine, seed)
    figures, notices = office.world.figures, Notices(engine, Vault(tmp_path / "vault"))
    summary = figures.summary(Q1, TODAY)
    notices.publish(summary, {"通报.docx": b"signed"}, [], "li", office.now)
    (before,) = notices.published(Q1)
    assert before.tables == summary.tables
    done = []
    for _ in range(DEEDS):
        done.append(office.anything())
        assert notices.published(Q1) == [before], done
        assert notices.recompute(before.id, lambda _day: RULES) == [], done
    assert len([deed for deed in done if deed]) > DEEDS // 2


@pytest.mark.parametrize("seed", range(4))
def test_quarters_add_up_to_the_year_and_each_line_stays_on_its_day(
    engine: Engine, seed: int
) -> None:
    """An adoption of Q1 that is tied in April to a later draft stays in Q1."""
    office = Office(engine, seed)
    figures = office.world.figures
    for _ in range(DEEDS):
        office.anything()
        sums = {
            period.name: {
                row.unit: Decimal(str(row.points))
                for _, rows in figures.summary(period, TODAY).tables
                for row in rows
            }
            for period in (Q1, Q2, YEAR)
        }
        for unit, points in sums["2022"].items():
            assert points == sums["2022Q1"][unit] + sums["2022Q2"][unit]


def test_an_adoption_tied_later_to_a_later_draft_moves_nothing(engine: Engine) -> None:
    world = World(engine)
    world.enter(article(1), subject="【综合】", received=MARCH + timedelta(days=30))  # Q2
    adoption = world.adopt(None, date(2022, 3, 20), 1, "湖塘镇")

    def points(period: str) -> object:
        tables = world.figures.summary(parse(period), TODAY).tables
        return next(row.points for _, rows in tables for row in rows if row.unit == "湖塘镇")

    assert (points("2022Q1"), points("2022Q2")) == (15, 2)
    world.adoptions.change(adoption, "li", "同一篇", MARCH + timedelta(days=31), draft=1)
    assert (points("2022Q1"), points("2022Q2")) == (15, 0)
