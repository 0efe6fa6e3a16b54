"""A machine without space or open files: what does not fit waits, is told by its name, and loses no try."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.state import last_round
from tests.console.office import OfficeRoom, letter

MOUNT = "/usr/bin/mount"


def poll(office: OfficeRoom, files: int = 0) -> subprocess.CompletedProcess[str]:
    """One round, perhaps with so many open files at most."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    return subprocess.run(
        [sys.executable, "-m", "console", "--config", str(office.config), "poll"],
        env=office.environment,
        cwd=office.folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bound if files else None,
    )


@pytest.fixture
def small_disk(office: OfficeRoom) -> Iterator[Path]:
    """The office's data folder on a disk of 4 MB."""
    data = office.folder / "data"
    data.mkdir(exist_ok=True)
    done = subprocess.run(
        [MOUNT, "-t", "tmpfs", "-o", "size=4m", "none", str(data)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield data
    finally:
        subprocess.run(["/usr/bin/umount", "-l", str(data)], check=False)


@pytest.mark.skipif(not os.path.exists(MOUNT), reason="nothing can be mounted here")  # noqa: PTH110
def test_on_a_full_disk_letters_wait_by_its_name_and_arrive_once_there_is_space(
    office: OfficeRoom, small_disk: Path
) -> None:
    office.roster()
    office.receive(letter(0), "0.a")
    assert poll(office).returncode == 0
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    office.receive(letter(1), "1.a")
    done = poll(office)
    assert done.returncode == 1
    assert "磁盘已满" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "台账正忙" not in done.stdout + done.stderr
    assert "磁盘已满" in json.loads((small_disk / last_round.NAME).read_text())["trouble"]
    assert not list(small_disk.glob("vault/.*"))
    filler.unlink()
    assert poll(office).returncode == 0
    assert [row["tries"] for row in office.export("letters")] == [0, 0]


@pytest.mark.skipif(not os.path.exists(MOUNT), reason="nothing can be mounted here")  # noqa: PTH110
def test_a_read_only_disk_is_told_by_its_name(office: OfficeRoom, small_disk: Path) -> None:
    office.receive(letter(0), "0.a")
    assert poll(office).returncode == 0
    subprocess.run([MOUNT, "-o", "remount,bind,ro", str(small_disk)], check=True)
    office.receive(letter(1), "1.a")
    done = poll(office)
    assert done.returncode != 0
    assert "只读" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    subprocess.run([MOUNT, "-o", "remount,bind,rw", str(small_disk)], check=True)
    assert poll(office).returncode == 0
    assert len(office.export("letters")) == 2
    assert len(office.receipts()) == 2


def test_with_too_few_open_files_nothing_is_lost_and_no_letter_loses_a_try(
    office: OfficeRoom,
) -> None:
    office.roster()
    office.receive(letter(0), "0.a")
    for files in (20, 26):
        done = poll(office, files)
        if done.returncode:
            assert "同时打开的文件太多" in done.stdout + done.stderr
    assert poll(office).returncode == 0
    (row,) = office.export("letters")
    assert (row["state"], row["tries"]) == ("settled", 0)
    assert len(office.receipts()) == 1
