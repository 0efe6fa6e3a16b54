"""Where letters lie, which were passed over, and from when letters are collected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import Engine, text

from ledger.letter_types import PassedOver, Stamp, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.database import alembic_config
from ledger.score_lines import Scores
from ledger.sightings import LONGEST_PAUSE, Sightings, pause_after
from ledger.states import Skipped
from tests.rulebook.builders import provisions

NOON = datetime(2022, 3, 7, 4, 0, tzinfo=UTC)
SINCE = NOON - timedelta(days=2)
MINUTE = timedelta(minutes=1)


def seen(uid: int, digest: str = "", received: datetime = NOON, size: int = 7) -> StoredMessage:
    return StoredMessage(
        "inbox", "INBOX", 1, str(uid), received, digest or f"{uid:064}", size, False, size
    )


def passed(uid: int, skipped: Skipped, received: datetime | None = NOON) -> PassedOver:
    return PassedOver("inbox", "INBOX", 1, str(uid), received, 7, skipped, "NO cannot")


@pytest.fixture
def sightings(engine: Engine) -> Sightings:
    return Sightings(engine)


@pytest.fixture
def letters(engine: Engine) -> LetterRepository:
    return LetterRepository(engine, Scores(lambda _day: provisions()))


def known(sightings: Sightings, now: datetime, since: datetime = SINCE) -> set[str]:
    return set(sightings.seen("inbox", "INBOX", 1, now, since).stamps)


def test_a_place_is_known_with_size_and_moment(
    sightings: Sightings, letters: LetterRepository
) -> None:
    letters.collect([seen(1)], NOON)
    assert sightings.seen("inbox", "INBOX", 1, NOON, SINCE).stamps == {"1": Stamp(NOON, 7)}


def test_another_letter_under_the_same_number_takes_the_place(
    sightings: Sightings, letters: LetterRepository
) -> None:
    letters.collect([seen(1)], NOON)
    (fresh,) = letters.collect([seen(1, "a" * 64, NOON + MINUTE, 9)], NOON)
    assert sightings.seen("inbox", "INBOX", 1, NOON, SINCE).stamps == {"1": Stamp(NOON + MINUTE, 9)}
    assert letters.folders(fresh.id) == ["INBOX"]
    assert len(letters.backlog()) == 2


def test_a_letter_passed_over_is_due_again_after_1_2_4_minutes(sightings: Sightings) -> None:
    moment = NOON
    for pause in (1, 2, 4, 8):
        sightings.pass_over([passed(1, Skipped.UNREADABLE)], moment)
        assert known(sightings, moment + pause * MINUTE - timedelta(seconds=1)) == {"1"}
        assert sightings.seen("inbox", "INBOX", 1, moment, SINCE).waiting
        moment += pause * MINUTE
        assert known(sightings, moment) == set()
    (letter,) = sightings.passed_over()
    assert (letter.tries, letter.detail, letter.skipped) == (4, "NO cannot", Skipped.UNREADABLE)
    assert pause_after(500) == LONGEST_PAUSE


def test_once_it_is_collected_it_is_passed_over_no_longer(
    sightings: Sightings, letters: LetterRepository
) -> None:
    sightings.pass_over([passed(1, Skipped.INCOMPLETE)], NOON)
    letters.collect([seen(1)], NOON)
    assert sightings.passed_over() == []
    assert not sightings.seen("inbox", "INBOX", 1, NOON, SINCE).waiting


def test_an_older_letter_is_known_by_number_until_the_first_day_is_set_earlier(
    sightings: Sightings,
) -> None:
    old = SINCE - timedelta(days=30)
    sightings.pass_over([passed(1, Skipped.OLDER, old)], NOON)
    assert known(sightings, NOON + timedelta(days=99)) == {"1"}
    assert not sightings.seen("inbox", "INBOX", 1, NOON, SINCE).waiting
    assert sightings.passed_over() == []
    assert len(sightings.passed_over("inbox", older=True)) == 1
    assert known(sightings, NOON, since=old) == set()


def test_what_no_longer_lies_there_is_forgotten(sightings: Sightings) -> None:
    sightings.pass_over([passed(1, Skipped.UNREADABLE), passed(2, Skipped.UNREADABLE, None)], NOON)
    gone, stays = sorted(sightings.passed_over("inbox"), key=lambda letter: letter.uid)
    sightings.gone([gone])
    assert sightings.passed_over() == [stays]
    assert sightings.passed_over("another") == []


def test_a_mailbox_is_new_until_anything_of_it_was_seen(
    sightings: Sightings, letters: LetterRepository
) -> None:
    assert not sightings.any_seen("inbox")
    sightings.pass_over([passed(1, Skipped.OLDER)], NOON)
    assert sightings.any_seen("inbox") and not sightings.any_seen("another")


def test_a_new_ledger_collects_from_two_days_before_it_was_made(sightings: Sightings) -> None:
    age = datetime.now(UTC) - sightings.collect_since()
    assert timedelta(days=2) <= age < timedelta(days=2, hours=1)


def test_a_ledger_in_use_goes_on_collecting_from_before_its_first_letter(
    engine: Engine, sightings: Sightings, letters: LetterRepository
) -> None:
    """From the earlier schema: places have no stamps there."""
    letters.collect([seen(1), seen(2, received=NOON - MINUTE)], NOON)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0012")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")
    assert sightings.collect_since() == NOON - timedelta(days=2)
    stamps = sightings.seen("inbox", "INBOX", 1, NOON, SINCE).stamps
    assert stamps == {"1": Stamp(NOON, None), "2": Stamp(NOON - MINUTE, None)}
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from passed_over")) == 0
