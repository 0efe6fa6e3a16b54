"""A mailbox in use for years sends not one surprising letter, and after an outage of ours nobody is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.console.office import ROOT, OfficeRoom, letter

DAY = timedelta(days=1)
AGES = (timedelta(days=400), 9 * DAY, 1.5 * DAY, timedelta(minutes=5))
"""How long ago letters 1 to 4 came."""


@pytest.fixture
def office(tmp_path: Path) -> OfficeRoom:
    """The office as it is delivered: no day told from which letters are collected."""
    room = OfficeRoom(tmp_path)
    room.config.write_text((ROOT / "config.toml").read_text(encoding="utf-8"), encoding="utf-8")
    room.roster()
    now = datetime.now(UTC)
    for number, age in enumerate(AGES, 1):
        room.receive(letter(number), f"{number}.office", now - age)
    return room


def since(room: OfficeRoom, day: str) -> None:
    text = room.config.read_text(encoding="utf-8")
    room.config.write_text(text.replace('\nsince = ""', f'\nsince = "{day}"'), encoding="utf-8")


def answered(room: OfficeRoom) -> dict[str, bool]:
    return {str(row["subject"])[-1]: bool(row["answered"]) for row in room.export("letters")}


def test_what_came_before_the_office_began_is_known_by_number_only(office: OfficeRoom) -> None:
    told = "邮箱里共有4封信；"
    assert told in office.run("doctor").stdout.replace("\n", "")
    assert office.receipts() == []
    first = office.run("poll").stderr.replace("\n", "")
    assert "最多答复2封" in first
    assert answered(office) == {"3": True, "4": True}
    assert len(office.receipts()) == 2
    assert "最多答复" not in office.run("poll").stderr


def test_with_an_earlier_day_old_letters_are_judged_and_not_answered(office: OfficeRoom) -> None:
    since(office, "2020-01-01")
    told = office.run("poll").stderr.replace("\n", "")
    assert "其中2封收到已超过3天，只登记，不答复" in told
    assert answered(office) == {"1": False, "2": False, "3": True, "4": True}
    assert len(office.receipts()) == 2
    rows = {str(row["subject"])[-1]: row for row in office.export("letters")}
    assert rows["1"]["purpose"] == "submission"
    assert "超过3天" in rows["1"]["answer_withheld"]


def test_after_an_outage_what_came_meanwhile_is_answered_up_to_the_limit(
    office: OfficeRoom,
) -> None:
    since(office, "2020-01-01")
    office.run("poll")
    now = datetime.now(UTC)
    for number, age in ((5, 4 * DAY), (6, 2.9 * DAY), (7, DAY)):
        office.receive(letter(number), f"{number}.office", now - age)
    office.run("poll")
    told = answered(office)
    assert (told["5"], told["6"], told["7"]) == (False, True, True)
    assert len(office.receipts()) == 4
