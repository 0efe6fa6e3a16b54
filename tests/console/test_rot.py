"""What rots in the vault is seen, named, never copied, and fetched again from the mailbox."""

from __future__ import annotations

import json
from pathlib import Path

from tests.console.office import OfficeRoom, letter


def vault_files(office: OfficeRoom) -> list[Path]:
    return sorted(path for path in (office.folder / "data" / "vault").rglob("*") if path.is_file())


def test_an_altered_original_is_named_by_verify_and_backup_and_fetched_again(
    office: OfficeRoom, tmp_path: Path
) -> None:
    office.roster()
    for number in (1, 2):
        office.receive(letter(number), f"170000000{number}.M{number}.test")
    office.run("poll")
    altered, gone = vault_files(office)
    good = altered.read_bytes()
    altered.write_bytes(good.replace(b"hutang", b"HUTANG"))
    gone.unlink()
    assert "已损坏或不见，没有备份" in office.run("ledger", "backup", "backup", code=1).stdout
    copied = [path for path in (office.folder / "backup" / "vault").rglob("*") if path.is_file()]
    assert copied == []
    assert office.run("ledger", "verify", code=1).stdout.count("文件不见了或被改动过") == 2
    office.run("poll")
    assert altered.read_bytes() == good
    assert vault_files(office) == [altered, gone]
    office.run("ledger", "verify")
    office.run("ledger", "backup", "backup")
    assert len(office.export("letters")) == 2
    assert len(office.receipts()) == 2


def test_a_letter_that_rots_before_it_is_examined_costs_no_officer_a_refusal(
    office: OfficeRoom, tmp_path: Path
) -> None:
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    office.run("poll", code=-9, program=("-c", KILLED_ONCE_COLLECTED))
    (raw,) = vault_files(office)
    raw.write_bytes(b"From: a@b.example\n\nrotten")
    for _ in range(3):  # notices; fetches again, perhaps while it is looked at in vain; examines
        office.run("poll")
    (row,) = office.export("letters")
    assert (row["state"], row["outcome"]) == ("settled", "accepted"), json.dumps(row)


KILLED_ONCE_COLLECTED = """
import os, signal
from ledger.letters import LetterRepository
collect = LetterRepository.collect

def deadly(*arguments):
    collect(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

LetterRepository.collect = deadly
from console.cli.app import main
main()
"""
