from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, text

from ledger import journal
from ledger.rule_versions import RuleVersions, pending
from rulebook.canonical import differences
from rulebook.kind_rules import Role
from rulebook.provisions import Points, Provisions
from tests.rulebook.builders import provisions

NOW = datetime(2022, 3, 1, 9, tzinfo=UTC)
RULES = provisions()


def dearer(rules: Provisions) -> Provisions:
    return replace(rules, points=Points(news=5))


def test_a_new_ledger_enters_the_versions_of_the_file_by_itself(engine: Engine) -> None:
    versions = RuleVersions(engine)
    assert versions.begin((RULES,), NOW) == (RULES,)
    (only,) = versions.history()
    assert (only.provisions, only.who, only.correction) == (RULES, journal.PROGRAM, False)
    assert versions.begin((dearer(RULES),), NOW) == (RULES,)


def test_what_was_entered_is_read_back_with_its_kinds(engine: Engine) -> None:
    RuleVersions(engine).begin((RULES,), NOW)
    (back,) = RuleVersions(engine).in_force()
    assert back.kind_rules == RULES.kind_rules
    assert back.of_role(Role.ARTICLE)[0].least == 800


def test_a_changed_past_is_pending_until_it_is_entered_with_its_difference(engine: Engine) -> None:
    versions = RuleVersions(engine)
    versions.begin((RULES,), NOW)
    changes = pending((dearer(RULES),), versions.in_force())
    assert "2022-01-01 起的一段有改动" in changes.sentence
    versions.apply(changes, "li", "原来写错了", NOW)
    assert versions.in_force() == (dearer(RULES),)
    latest = versions.history()[-1]
    assert (latest.who, latest.why, latest.correction) == ("li", "原来写错了", True)
    assert latest.difference == ("计分·工作动态：1 → 5",)


def test_a_new_version_stands_beside_the_one_before(engine: Engine) -> None:
    versions = RuleVersions(engine)
    versions.begin((RULES,), NOW)
    new = replace(dearer(RULES), since=date(2023, 1, 1))
    versions.apply(pending((RULES, new), versions.in_force()), "li", "新年度", NOW)
    assert versions.in_force() == (RULES, new)
    assert not pending((RULES, new), versions.in_force())


def test_a_version_that_the_file_lacks_is_named_and_stays(engine: Engine) -> None:
    versions = RuleVersions(engine)
    versions.begin((RULES,), NOW)
    changes = pending((), versions.in_force())
    assert changes.gone == (RULES.since,)
    versions.apply(changes, "li", "", NOW)
    assert versions.in_force() == (RULES,)


CHANGES: tuple[Callable[[Provisions], Provisions], ...] = (
    dearer,
    lambda one: replace(one, points=replace(one.points, adoption=(20, 12, 10, 6, 4))),
    lambda one: replace(one, effective_from=date(2022, 3, 1)),
    lambda one: replace(one, timeliness=replace(one.timeliness, days=3)),
    lambda one: replace(one, article_characters=500),
    lambda one: replace(one, units=one.units[:-1]),
    lambda one: replace(one, units=(replace(one.units[0], aliases=()), *one.units[1:])),
    lambda one: replace(one, near_duplicate=0.9),
    lambda one: replace(one, source="另一份通知"),
    lambda one: replace(one, waive_zero_workday_week=False),
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_found(
    engine: Engine, change: Callable[[Provisions], Provisions]
) -> None:
    versions = RuleVersions(engine)
    versions.begin((RULES,), NOW)
    assert not list(versions.contradictions((RULES,)))
    assert len(list(versions.contradictions((change(RULES),)))) == 1
    assert differences(RULES, change(RULES))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_versions SET canonical = replace(canonical, '0.85', '0.95')",
        "UPDATE rule_versions SET digest = 'abc'",
        "UPDATE rule_versions SET since = '2001-01-01'",
        "DELETE FROM rule_versions",
    ],
)
def test_a_version_changed_behind_the_programs_back_is_found(
    engine: Engine, statement: str
) -> None:
    versions = RuleVersions(engine)
    versions.begin((RULES,), NOW)
    with engine.begin() as connection:
        connection.execute(text(statement))
    assert list(versions.contradictions((RULES,)))


def test_a_program_begins_with_what_is_in_force_whether_or_not_the_file_has_all_that_ever_was(
    engine: Engine,
) -> None:
    versions = RuleVersions(engine)
    new = replace(RULES, since=date(2023, 1, 1))
    assert versions.begin((new, RULES), NOW) == (RULES, new)
    assert versions.begin((new, RULES), NOW) == (RULES, new)
    versions.apply(pending((dearer(RULES), new), versions.in_force()), "li", "原来写错了", NOW)
    assert versions.begin((dearer(RULES), new), NOW) == (dearer(RULES), new)
    assert versions.begin((RULES, new), NOW) == (dearer(RULES), new)
    assert versions.begin((), NOW) == (dearer(RULES), new)
