"""The digest calls a unit in its lists as in its sums: by the row that it has today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from console.actions.digest_facts import facts_of_day
from console.application import open_application
from ledger.ids import DraftId
from rulebook.rulings import Ruling
from tests.console.office import settings_in
from tests.ledger.world import MARCH, World
from tests.ledgers import new_ledger


def test_a_renamed_unit_has_its_new_name_in_the_lists_of_the_digest_too(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    rules = settings.provisions[-1]
    units = tuple(
        replace(one, name="新城街道", aliases=(), successor_of=("湖塘镇",))
        if one.name == "湖塘镇"
        else one
        for one in rules.units
    )
    later = replace(rules, since=date(2022, 3, 9), units=units)
    new_ledger(tmp_path / "data" / "ledger.db")
    with open_application(replace(settings, provisions=(rules, later)), {}) as application:
        world = World(application.engine, rules)
        world.enter()
        world.decisions.rule(DraftId(1), Ruling(reopened=True), "li", "", MARCH)
        told = facts_of_day(application, MARCH + timedelta(days=1))
    assert [one.unit for one in told.came] == ["新城街道"]
    assert [one.unit for one in told.waiting] == ["新城街道"]
