"""The service is killed with SIGKILL at every step and started again."""

from __future__ import annotations

import email
from pathlib import Path

import pytest

from tests.console.office import OfficeRoom, letter

KILLED = -9
LETTERS = 3

KILLER = """
import sys

if __name__ == "__main__":
    from bench.trap import die_at
    die_at(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    sys.argv = ["shougao", *sys.argv[4:]]
    from console.cli.app import main
    main()
"""

STEPS = [
    "ingest.mailboxes.maildir:MaildirMailbox:fetch",
    "ledger.storage.vault:Vault:put",
    "ledger.letters:LetterRepository:collect",
    "ledger.letters:LetterRepository:enter",
    "notifier.delivery.maildir:MaildirRelay:send",
    "ledger.outbox:Outbox:sent",
]
TURNS = {"ledger.letters:LetterRepository:collect": (1,), "ledger.outbox:Outbox:sent": (1,)}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("step", "turn"), [(step, turn) for step in STEPS for turn in TURNS.get(step, (1, LETTERS))]
)
def test_killed_at_any_step_no_letter_is_lost_and_none_is_entered_twice(
    office: OfficeRoom, tmp_path: Path, step: str, turn: int, when: str
) -> None:
    office.roster()
    for number in range(LETTERS):
        office.receive(letter(number), f"170000000{number}.M{number}.test")
    killer = tmp_path / "killer.py"
    killer.write_text(KILLER)
    office.run("poll", code=KILLED, program=(str(killer), step, when, str(turn)))
    office.run("poll")
    entered = office.export("letters")
    assert sorted(row["message_id"] for row in entered) == [
        f"<{number}@hutang.example>" for number in range(LETTERS)
    ]
    assert {row["state"] for row in entered} == {"settled"}
    assert len(office.export("drafts")) == LETTERS
    replies = [email.message_from_bytes(raw)["In-Reply-To"] for raw in office.receipts()]
    assert sorted(replies) == sorted(row["message_id"] for row in entered)
