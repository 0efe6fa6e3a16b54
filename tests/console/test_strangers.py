"""Whoever sends an officer's draft before the officer does takes nothing from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.console.office import RECEIVED, OfficeRoom, letter, packed, text_of

FORGED = {"Authentication-Results": "mx.office.example; dmarc=fail; spf=fail"}
OTHER = "过客 <passer@else.example>"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeRoom:
    """First what was forged in the officer's name and what a stranger sent, then the officer's own."""
    room = OfficeRoom(tmp_path_factory.mktemp("office"))
    room.roster()
    room.receive(letter(1, headers=FORGED), "1.office")
    room.receive(letter(2, sender=OTHER), "2.office")
    room.receive(again(1), "3.office", RECEIVED + timedelta(hours=1))
    room.receive(again(2), "4.office", RECEIVED + timedelta(hours=1))
    room.run("poll")
    return room


def again(number: int) -> bytes:
    """The officer's own letter with the very same file."""
    name = f"稿件{number}"
    members = {f"{name}.txt": text_of(number).encode("gb18030")}
    return letter(number + 10, attachment=(f"{name}.zip", packed(members)))


def drafts(office: OfficeRoom) -> list[dict[str, Any]]:
    return sorted(office.export("drafts"), key=lambda row: row["id"])


def test_what_was_forged_is_held_and_the_officers_own_letter_scores(office: OfficeRoom) -> None:
    forged, _, own, _ = drafts(office)
    assert (forged["outcome"], forged["unit"]) == ("held", "湖塘镇")
    assert (own["outcome"], own["reasons"], own["points"]) == ("accepted", [], 1)


def test_what_a_stranger_sent_first_leaves_the_officers_letter_to_a_person(
    office: OfficeRoom,
) -> None:
    _, stranger, _, own = drafts(office)
    assert (stranger["outcome"], stranger["unit"]) == ("held", None)
    assert (own["outcome"], own["reasons"]) == ("held", ["DUPLICATE"])
