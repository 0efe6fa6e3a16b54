"""What is asked of the ledger again and again costs the same however much it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert, text

from console.actions import daily_letters
from console.actions.rounds import collect
from console.application import Application, open_application
from ingest.round_types import KEPT, Entered, Round
from ledger.commissions import Commission
from ledger.ids import LetterId
from ledger.models.letters import KEPT_SECRET, LetterRow
from ledger.roster import Officer
from ledger.states import LetterState
from rulebook.model import Outcome, Verdict
from rulebook.reasons import Reason
from tests.console.office import settings_in

MONDAY = datetime(2022, 3, 7, 2, 0, tzinfo=UTC)  # 10:00 in the office


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    for folder in ("in/new", "in/cur", "in/tmp"):
        (tmp_path / folder).mkdir(parents=True)
    found = settings_in(tmp_path)
    settings = replace(
        found,
        digest=replace(found.digest, recipients=()),
        reminders=replace(found.reminders, enabled=True, at=time(9, 0)),
    )
    with open_application(settings, {}) as application:
        yield application


@contextmanager
def counted(application: Application) -> Iterator[Callable[[], int]]:
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(application.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(seen)
    finally:
        event.remove(application.engine, "before_cursor_execute", note)


def asked_for(application: Application, officers: int) -> int:
    """How many statements a minute costs after so many officers were asked for a text."""
    units = [unit.name for unit in application.settings.provisions_at(MONDAY).units][:20]
    application.roster.enter(
        [
            Officer(units[number % len(units)], f"钱{number}", addresses=(f"q{number}@h.example",))
            for number in range(officers)
        ],
        "li",
        MONDAY,
    )
    due = MONDAY.date() + timedelta(days=1)
    for topic in ("一", "二", "三"):
        application.commissions.add(
            Commission(topic, tuple(units[:officers]), MONDAY.date(), due), "li", MONDAY
        )
    assert daily_letters.owe_what_is_due(application, MONDAY) >= officers
    with counted(application) as so_far:
        assert daily_letters.owe_what_is_due(application, MONDAY + timedelta(minutes=1)) == 0
        return so_far()


def test_a_minute_costs_the_same_however_many_officers_were_asked_for_a_text(
    application: Application, tmp_path_factory: pytest.TempPathFactory
) -> None:
    few = asked_for(application, 2)
    folder = tmp_path_factory.mktemp("larger")
    (folder / "in").mkdir()
    for name in ("new", "cur", "tmp"):
        (folder / "in" / name).mkdir()
    with open_application(replace(application.settings, data_dir=folder / "data"), {}) as larger:
        assert asked_for(larger, 20) <= few


def test_an_idle_round_costs_the_same_however_many_letters_were_refused(
    application: Application,
) -> None:
    with counted(application) as so_far:
        collect(application)
        few = so_far()
    enter_refused(application, 300)
    with counted(application) as so_far:
        collect(application)
        assert so_far() == few


def test_letters_with_a_mark_are_found_without_looking_through_the_refused(
    application: Application,
) -> None:
    enter_refused(application, 300)
    query = f"EXPLAIN QUERY PLAN SELECT id, digest FROM letters WHERE {KEPT_SECRET.text}"
    with application.engine.connect() as connection:
        plan = " ".join(str(row) for row in connection.execute(text(query)))
    assert "ix_letters_secret_kept" in plan
    assert application.letters.to_be_dropped() == []


def test_the_daily_letter_looks_through_the_letters_of_its_day_alone(
    application: Application,
) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_c: object, _k: object, query: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((query, values))

    event.listen(application.engine, "before_cursor_execute", note)
    application.days.entered(MONDAY, MONDAY + timedelta(days=1))
    application.days.received(MONDAY, MONDAY + timedelta(days=1))
    event.remove(application.engine, "before_cursor_execute", note)
    with application.engine.connect() as connection:
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all())
            for query, values in asked
            if query.startswith("SELECT")
        ]
    assert len(plans) == 3
    assert all("ix_letters_received (received>? AND received<?)" in plan for plan in plans)


def enter_refused(application: Application, many: int) -> None:
    with application.engine.begin() as connection:
        connection.execute(
            insert(LetterRow),
            [
                {
                    "digest": f"{number:064d}",
                    "size": 1,
                    "received": MONDAY,
                    "collected": MONDAY,
                    "state": LetterState.SETTLED,
                    "outcome": Outcome.REFUSED,
                    "reasons": [Reason.DAMAGED_ARCHIVE.name],
                }
                for number in range(many)
            ],
        )


def test_a_round_of_many_letters_keeps_only_those_that_are_shown() -> None:
    done = Round()
    for number in range(10 * KEPT):
        outcome = Outcome.HELD if number % 2 else Outcome.ACCEPTED
        done.add([Entered(LetterId(number), None, Verdict(outcome, (), ()))])
    assert (done.total, done.outcomes[Outcome.HELD]) == (10 * KEPT, 5 * KEPT)
    assert len(done.entered) == 2 * KEPT
