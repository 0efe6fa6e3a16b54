"""A changed rule is found: by the file that differs, by the version's digest, by the journal's chain."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from console.settings.loading import load
from ledger import journal
from ledger.rule_versions import RuleVersions, digest_of
from rulebook.kind_rules import DayUnit
from rulebook.provisions import AdoptionSum, Provisions
from tests.ledgers import ON_SQLITE

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2022, 3, 8, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ours() -> Provisions:
    return load(ROOT / "config.toml", {}).provisions_on_day(date(2022, 3, 1))


pytestmark = ON_SQLITE


@pytest.fixture
def engine(engine: Engine, ours: Provisions) -> Engine:
    RuleVersions(engine).begin([ours], NOW)
    return engine


CHANGES: tuple[tuple[str, Any], ...] = (
    ("points of a kind", lambda one: replace(one, points=replace(one.points, news=5))),
    ("points of a tier", lambda one: replace(one, points=replace(one.points, adoption=(99,) * 5))),
    (
        "several adoptions",
        lambda one: replace(one, points=replace(one.points, several_adoptions=AdoptionSum.SUM_ALL)),
    ),
    ("the limit", lambda one: replace(one, timeliness=replace(one.timeliness, days=3))),
    (
        "its unit",
        lambda one: replace(one, timeliness=replace(one.timeliness, unit=DayUnit.WORKDAYS)),
    ),
    ("a target", lambda one: replace(one, targets=(replace(one.targets[0], count=9),))),
    ("an outlet's tier", lambda one: replace(one, outlets=(replace(one.outlets[0], tier=5),))),
    ("a unit's group", lambda one: replace(one, units=one.units[1:])),
    ("where counting begins", lambda one: replace(one, effective_from=date(2022, 3, 1))),
    ("the length of an essay", lambda one: replace(one, article_characters=500)),
)


@pytest.mark.parametrize("change", [one for _, one in CHANGES], ids=[name for name, _ in CHANGES])
def test_a_rule_changed_in_the_file_is_told_and_not_followed(
    engine: Engine, ours: Provisions, change: Any
) -> None:
    versions = RuleVersions(engine)
    assert list(versions.contradictions([ours])) == []
    (sentence,) = versions.contradictions([change(ours)])
    assert "2022-01-01 起的一段有改动" in sentence
    assert versions.in_force() == (ours,)


@pytest.mark.parametrize("change", [one for _, one in CHANGES], ids=[name for name, _ in CHANGES])
def test_a_rule_changed_in_the_ledger_is_found_even_with_its_digest(
    engine: Engine, ours: Provisions, change: Any
) -> None:
    from ledger.rule_versions import canonical

    forged = canonical(change(ours))
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE rule_versions SET canonical = :text, digest = :digest"),
            {"text": forged, "digest": digest_of(forged)},
        )
    found = list(RuleVersions(engine).contradictions([change(ours)]))
    assert any("与日志不符" in sentence for sentence in found)


def test_to_change_the_journals_line_too_breaks_its_chain(engine: Engine, ours: Provisions) -> None:
    from ledger.rule_versions import canonical

    forged = canonical(replace(ours, article_characters=500))
    with engine.begin() as connection:
        row = connection.execute(text("SELECT seq, facts FROM journal WHERE act = 'rules'")).one()
        facts = json.loads(row.facts) | {"digest": digest_of(forged)}
        connection.execute(
            text("UPDATE journal SET facts = :facts WHERE seq = :seq"),
            {"facts": json.dumps(facts, ensure_ascii=False), "seq": row.seq},
        )
        connection.execute(
            text("UPDATE rule_versions SET canonical = :text, digest = :digest"),
            {"text": forged, "digest": digest_of(forged)},
        )
    _, broken = journal.verify(engine)
    assert broken is not None and broken.seq == 1


def test_a_version_taken_out_of_the_ledger_is_missed(engine: Engine, ours: Provisions) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM rule_versions"))
    found = list(RuleVersions(engine).contradictions([ours]))
    assert any("在台账里不见了" in sentence for sentence in found)
