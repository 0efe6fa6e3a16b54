"""What a change of the provisions would move: a rename that has begun moves nobody's points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from console.actions.rule_changes import differences_of_new, preview
from console.application import open_application
from ledger.models.database import open_ledger
from ledger.rule_versions import PendingRules
from tests.console.office import settings_in
from tests.ledger.world import World


def test_a_rename_that_has_begun_is_no_correction_and_an_end_alone_is_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    (tmp_path / "data").mkdir()
    open_ledger(f"sqlite:///{tmp_path / 'data' / 'ledger.db'}").dispose()
    rules = settings.provisions[-1]

    def renamed(*old: str) -> PendingRules:
        units = tuple(
            replace(one, name="新城街道", aliases=(), successor_of=old)
            if one.name == "湖塘镇"
            else one
            for one in rules.units
        )
        return PendingRules((replace(rules, since=date(2022, 3, 7), units=units),), (), ())

    with open_application(settings, {}) as application:
        World(application.engine, rules).enter()
        seen = preview(application, renamed("湖塘镇"), date(2022, 3, 8))
        assert (seen.correction, seen.moves, seen.retold) == (False, (), ())
        told = list(differences_of_new(settings.provisions, renamed()))
        assert any("没有单位接续“湖塘镇”" in line for line in told)
        assert not any(
            "没有单位接续" in line
            for line in differences_of_new(settings.provisions, renamed("湖塘镇"))
        )
