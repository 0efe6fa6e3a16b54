"""A mailbox with a thousand public letters, none of them a draft: not one letter leaves the office for it."""

from __future__ import annotations

import email
import os
from collections import Counter
from datetime import timedelta

import pytest

from tests import public_mail
from tests.console.office import RECEIVED, OfficeRoom, letter

COUNT = 3_000 if os.environ.get("SHOUGAO_DEEP") else 1_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> OfficeRoom:
    """An officer's letter that was answered, then all the others, some with our receipt's Message-ID."""
    room = OfficeRoom(tmp_path_factory.mktemp("public"))
    room.roster()
    room.receive(letter(1), "1.office")
    room.run("poll")
    receipt = email.message_from_bytes(room.receipts()[0])["Message-ID"]
    every = [*public_mail.letters(COUNT), *public_mail.of_the_standard_library()]
    for number, raw in enumerate(every, 2):
        named = raw.replace(b"<receipt@office.example>", receipt.encode())
        room.receive(named, f"{number}.office", RECEIVED + timedelta(seconds=number))
    room.run("poll")
    return room


def test_not_one_letter_is_answered(office: OfficeRoom) -> None:
    answered = [
        f"{row['subject']} ({row['purpose']}: {row['purpose_evidence']})"
        for row in office.export("letters")
        if row["answered"]
    ]
    assert len(answered) == 1, answered
    assert len(office.receipts()) == 1


def test_every_letter_is_entered_and_nobodys_counts_as_refused(office: OfficeRoom) -> None:
    rows = office.export("letters")
    assert len(rows) >= COUNT
    assert not [row["subject"] for row in rows if row["state"] == "set_aside"]
    purposes = Counter(row["purpose"] for row in rows)
    assert set(purposes) <= {"submission", "other", "automatic", "thanks"}, purposes
    assert purposes["submission"] == 1
    assert not [row for row in rows if row["outcome"] == "refused"]


def test_the_officers_draft_is_untouched_by_whoever_names_its_receipt(office: OfficeRoom) -> None:
    assert [row["outcome"] for row in office.export("drafts")] == ["accepted"]
    assert "SG" not in office.run("statements", "list").stdout
