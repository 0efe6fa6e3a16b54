"""What a worker cannot do behind its walls, and what it still can: tried in real processes."""

from __future__ import annotations

import io
import os
import random
import shutil
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from pillow_heif import from_pillow

from console.demo import letters
from ingest import examination
from ingest.examination_types import ExaminerConfig
from ingest.sandbox import landlock, scratch, seccomp  # noqa: F401
from ingest.sandbox.confinement import SandboxLimits, probe
from ingest.sandbox.pool import WorkerLost, Workers, outcome_of
from parsers.types import Limits
from rulebook.reasons import Reason
from tests.ingest import walled

NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
DESK = ExaminerConfig(limits=Limits(), zone="Asia/Shanghai", unit_names=("湖塘镇", "雪堰镇"))
PATIENCE = 60.0
"""Seconds to wait for a worker before a test is given up."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> SandboxLimits:
    folder = tmp_path_factory.mktemp("office")
    (folder / "vault").mkdir()
    return walled.Known(home=folder / "scratch", closed=True)


@pytest.fixture
def vault(places: SandboxLimits) -> Path:
    return places.home.parent / "vault"


@pytest.fixture(scope="module")
def workers(places: SandboxLimits) -> Iterator[Workers]:
    with Workers(1, DESK, places) as workers:
        yield workers


# Asked of the kernel, not of our own probe: walls that do not rise must fail, not skip.


@pytest.fixture(scope="module")
def abi() -> int:
    return landlock.abi()


@pytest.fixture(scope="module")
def has_seccomp() -> bool:
    known = os.uname().machine in ("x86_64", "aarch64")
    return known and Path("/proc/sys/kernel/seccomp/actions_avail").exists()


@pytest.fixture
def behind_landlock(abi: int) -> None:
    if not abi:
        pytest.skip("this kernel or sandbox offers no Landlock")


@pytest.fixture
def behind_seccomp(has_seccomp: bool) -> None:
    if not has_seccomp:
        pytest.skip("this kernel or sandbox offers no seccomp filter")


def test_the_probe_tells_what_the_kernel_offers(abi: int, has_seccomp: bool) -> None:
    standing = probe()
    bounds = SandboxLimits(Path())
    assert standing.address_space is not None and standing.address_space <= bounds.memory
    assert standing.file_size is not None and standing.file_size <= bounds.file_size
    assert standing.open_files is not None and standing.open_files <= bounds.open_files
    assert standing.cpu is not None and standing.cpu >= 60
    assert standing.landlock_abi == abi
    assert standing.seccomp == has_seccomp


@pytest.mark.usefixtures("behind_landlock")
def test_it_writes_in_its_scratch_folder_and_nowhere_else(
    workers: Workers, places: SandboxLimits, vault: Path, tmp_path: Path
) -> None:
    mine = workers.run(walled.scratch_folder).result(PATIENCE)
    assert Path(mine).parent == places.home
    assert workers.run(walled.write, "").result(PATIENCE) == ""
    for folder in (tmp_path, places.home, vault, "/tmp", "/dev/shm", Path.cwd()):
        assert workers.run(walled.write, str(folder)).result(PATIENCE) == "EACCES", folder
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("behind_landlock")
def test_it_changes_nothing_that_is_there(workers: Workers, vault: Path, abi: int) -> None:
    letter = vault / "letter"
    letter.write_bytes(b"kept")
    assert workers.run(walled.append, str(letter)).result(PATIENCE) == "EACCES"
    assert workers.run(walled.remove, str(letter)).result(PATIENCE) == "EACCES"
    if abi >= 3:
        assert workers.run(walled.truncate, str(letter)).result(PATIENCE) == "EACCES"
    assert workers.run(walled.link_out, str(letter)).result(PATIENCE) == "EACCES"
    assert letter.read_bytes() == b"kept"


@pytest.mark.usefixtures("behind_landlock")
def test_it_reads_the_letter_handed_to_it_and_no_other_nor_the_ledger(
    workers: Workers, vault: Path
) -> None:
    letter, other, ledger = vault / "letter", vault / "other", vault.parent / "ledger.db"
    for file in (letter, other, ledger):
        file.write_bytes(file.name.encode())
    assert workers.run(walled.read_open, letter).result(PATIENCE) == b"letter"  # type: ignore[arg-type]
    for file in (letter, other, ledger, Path(f"/proc/{os.getpid()}/environ"), Path("/etc/passwd")):
        assert workers.run(walled.read, str(file)).result(PATIENCE) == "EACCES", file
    for folder in (vault, vault.parent):
        assert workers.run(walled.listing, str(folder)).result(PATIENCE) == "EACCES", folder


@pytest.mark.usefixtures("behind_landlock")
def test_it_runs_no_other_program(workers: Workers) -> None:
    program = shutil.which("true")
    assert program
    assert workers.run(walled.run_program, program).result(PATIENCE) == "EACCES"


def test_it_signals_nobody_outside(workers: Workers, abi: int) -> None:
    if abi < 6:
        pytest.skip("Landlock keeps signals in from ABI 6 on")
    assert workers.run(walled.signal_to, os.getpid()).result(PATIENCE) == "EPERM"


def test_it_connects_nowhere(workers: Workers, abi: int, has_seccomp: bool) -> None:
    if not has_seccomp and abi < landlock.NET_SINCE:
        pytest.skip("neither seccomp nor Landlock ABI 4 is offered here")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        assert workers.run(walled.connect, port).result(PATIENCE) == "EACCES"


@pytest.mark.usefixtures("behind_seccomp")
@pytest.mark.parametrize("family", ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_it_makes_no_socket_of_any_family(workers: Workers, family: str) -> None:
    number = int(getattr(socket, family))
    assert workers.run(walled.make_socket, number).result(PATIENCE) == "EACCES"


@pytest.mark.usefixtures("behind_seccomp")
def test_it_gets_no_ring_that_could_make_sockets(workers: Workers) -> None:
    assert workers.run(walled.make_ring).result(PATIENCE) == "EACCES"


def test_it_has_forgotten_the_passwords_in_the_environment(tmp_path: Path) -> None:
    told = _python(
        tmp_path,
        "with Workers(1, DESK) as workers:\n"
        "    password = 'SHOUGAO_MAILBOX_PASSWORD'\n"
        "    seen = workers.run(walled.environment, password).result()\n"
        "    shown = workers.run(walled.own_environment).result()\n"
        "    print(seen, b'PATH' in shown, b'opensesame' in shown)\n",
        SHOUGAO_MAILBOX_PASSWORD="opensesame",
    )
    assert told in ("(None, False) True False", "(None, False) False False")


@pytest.mark.usefixtures("behind_seccomp")
def test_in_a_sandbox_that_forbids_walls_letters_are_read_all_the_same(tmp_path: Path) -> None:
    told = _python(
        tmp_path,
        "machine = os.uname().machine\n"
        "forbidden = (444, {'x86_64': 157, 'aarch64': 167}[machine])  # landlock, prctl\n"
        "seccomp._MACHINES[machine] = replace(seccomp._MACHINES[machine], denied=forbidden)\n"
        "landlock.no_new_privileges()\n"
        "assert seccomp.deny() and landlock.abi() == 0\n"
        "sample = letters.samples(NOW)[0]\n"
        "with Workers(1, DESK) as workers:\n"
        "    outcome = workers.submit(sample.raw, sample.received, False).result()\n"
        "    print(len(outcome.submission.drafts), probe().landlock_abi, probe().seccomp)\n",
    )
    assert told == "1 0 False"


def test_too_much_memory_is_that_letter_s_failure_and_the_worker_goes_on(
    workers: Workers, places: SandboxLimits
) -> None:
    before = workers.run(walled.ready).result(PATIENCE)
    future = workers.run(walled.allocate, places.memory)
    with pytest.raises(MemoryError):
        future.result(PATIENCE)
    with pytest.raises(WorkerLost, match="out of memory"):
        outcome_of(future)
    assert workers.run(walled.ready).result(PATIENCE) == before


def test_too_large_a_file_cannot_be_written(places: SandboxLimits) -> None:
    with Workers(1, DESK, replace(places, file_size=3_000_000)) as workers:
        assert workers.run(walled.write_much, 3_000_000).result(PATIENCE) == ""
        assert workers.run(walled.write_much, 5_000_000).result(PATIENCE) == "EFBIG"


def test_using_up_the_seconds_ends_the_worker_and_the_next_letter_gets_its_own(
    places: SandboxLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sandbox.pool.CPU_GRACE", 1.0)
    desk = replace(DESK, limits=Limits(seconds=0.5))
    with Workers(1, desk, places) as workers:
        for _ in range(3):  # more than one letter's seconds, but not for any one letter
            used = workers.run(walled.work, 0.7).result(PATIENCE)
        assert used > 2
        with pytest.raises(WorkerLost, match="CPU seconds"):
            outcome_of(workers.run(walled.spin))
        assert workers.run(walled.work, 0.1).result(PATIENCE) < used


def test_a_killed_worker_s_scratch_folder_is_removed_by_the_next_one(places: SandboxLimits) -> None:
    with Workers(1, DESK, places) as workers:
        left = Path(workers.run(walled.scratch_folder).result(PATIENCE))
        with pytest.raises(WorkerLost):
            outcome_of(workers.run(walled.keep_a_file_and_die))
        assert workers.run(walled.scratch_folder).result(PATIENCE) != str(left)
        assert not left.exists()


def test_a_folder_that_is_held_outlives_a_sweep(tmp_path: Path) -> None:
    stale = tmp_path / "worker-stale"
    stale.mkdir()
    (stale / "part1.rar").write_bytes(b"a")
    held = scratch.claim(tmp_path)
    scratch.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [held]


def test_nothing_is_left_when_the_pool_is_closed(tmp_path: Path) -> None:
    bounds = walled.Known(tmp_path / "scratch", closed=True)
    with Workers(2, DESK, bounds) as workers:
        workers.run(walled.write, "").result(PATIENCE)
    assert not list(bounds.home.iterdir())


def test_without_bounds_the_temporary_folder_ends_with_the_pool() -> None:
    with Workers(1, DESK) as workers:
        home = Path(workers.run(walled.scratch_folder).result(PATIENCE)).parent
        assert home.is_dir()
    assert not home.exists()


def test_7zz_unpacks_inside_and_cannot_write_outside(
    workers: Workers, abi: int, tmp_path: Path
) -> None:
    packed = walled.seven_zip("稿件.txt", "湖塘镇开展夏季巡查".encode())
    assert (
        workers.run(walled.unpack, packed, "7z").result(PATIENCE).decode() == "湖塘镇开展夏季巡查"
    )
    if abi:
        assert workers.run(walled.unpack_to, packed, str(tmp_path)).result(PATIENCE) != 0
        assert not list(tmp_path.iterdir())


def test_every_letter_says_inside_what_it_says_outside(workers: Workers, vault: Path) -> None:
    for sample in letters.samples(NOW):
        file = vault / sample.name
        file.write_bytes(sample.raw)
        outside = examination.examine(sample.raw, sample.received, DESK)
        for handed in (file, sample.raw):
            inside = outcome_of(workers.submit(handed, sample.received, head_only=False))
            assert inside == outside, f"{sample.name} {sample.shows}"


def test_a_heif_photo_and_a_split_archive_are_read_inside(workers: Workers, tmp_path: Path) -> None:
    if not shutil.which("zip"):
        pytest.skip("zip is not installed: apt install zip")
    noise = random.Random(1).randbytes(300 * 300 * 3)
    photo = io.BytesIO()
    from_pillow(Image.frombytes("RGB", (300, 300), noise)).save(photo, quality=90)
    (tmp_path / "现场.heic").write_bytes(photo.getvalue())
    subprocess.run(
        ["zip", "-q", "-0", "-s", "64k", "set.zip", "现场.heic"], cwd=tmp_path, check=True
    )
    parts = sorted(tmp_path.glob("set.z*"))
    assert len(parts) > 1
    message = EmailMessage()
    message["From"], message["Subject"] = "钱一鸣 <qian@hutang.example>", "稿件"
    message.set_content("请查收")
    for part in parts:
        message.add_attachment(
            part.read_bytes(), maintype="application", subtype="zip", filename=part.name
        )
    examined = outcome_of(workers.submit(message.as_bytes(), NOW, head_only=False))
    facts = {fact.path.rpartition("/")[2]: fact for fact in examined.submission.files}
    assert facts["现场.heic"].media_type == "image/heic"
    assert facts["现场.heic"].role != "unread"
    assert Reason.DAMAGED_ARCHIVE not in {fault.reason for fault in examined.submission.faults}


@pytest.mark.parametrize("name", ["openpyxl.xlsx", "libreoffice.xls"])
def test_a_sheet_is_read_inside(workers: Workers, name: str) -> None:
    sheet = Path(__file__).parents[2] / "samples" / "sheet" / name
    rows = workers.run(walled.rows, sheet.read_bytes()).result(PATIENCE)
    assert rows[0] == ("序号", "姓名", "单位")


def _python(folder: Path, lines: str, **environ: str) -> str:
    """What a program of its own prints: these lines, run with the names of this module."""
    script = folder / "told.py"
    script.write_text(
        "from tests.ingest.sandbox.test_confinement import *\n"
        "if __name__ == '__main__':\n" + textwrap.indent(lines, "    "),
        encoding="utf-8",
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, **environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
