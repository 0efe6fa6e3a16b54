"""Code that took a worker over tries to get out: by programs, by memory, by files, by children, by words."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.sandbox import group_watch
from ingest.sandbox.confinement import SandboxLimits, SandboxStatus, probe
from ingest.sandbox.group_watch import GroupLimits
from ingest.sandbox.pool import PoolBroken, WorkerLost, Workers, outcome_of
from parsers.types import Limits
from tests.ingest import attacks, walled
from tests.ingest.sandbox.test_pool_ends import DESK
from tests.processes import PATIENCE, ended

NOT_THERE = ("write", "ftruncate")
"""Denied by the descriptor itself, which is open for reading."""
BY_DESCRIPTOR = (
    *("fchmod", "fchown", "fsetxattr", "fremovexattr", "utimensat"),
    *NOT_THERE,
)
ATTACKS: dict[str, tuple[int | bytes | None, ...]] = {
    "execve": (b"/bin/true", None, None),
    "execveat": (-100, b"/bin/true", None, None, 0),
    "socket": (1, 1, 0),
    "io_uring_setup": (1, None),
    "io_uring_enter": (0, 1, 0, 0, None),
    "io_uring_register": (0, 0, None, 0),
    "ptrace": (16, 1, 0, 0),
    "process_vm_readv": (1, None, 0, None, 0, 0),
    "process_vm_writev": (1, None, 0, None, 0, 0),
    "pidfd_getfd": (0, 0, 0),
    "open_by_handle_at": (-100, None, 0),
    "bpf": (0, None, 0),
    "perf_event_open": (None, 0, -1, -1, 0),
    "userfaultfd": (0,),
    "add_key": (b"user", b"a", b"a", 1, -3),
    "request_key": (b"user", b"a", None, -3),
    "keyctl": (0, -3, 1),
    "mount": (b"none", b"/tmp", b"tmpfs", 0, None),
    "unshare": (0x10000000,),
    "setns": (0, 0),
    "memfd_create": (b"program", 0),
    "chmod": (b"/etc/hosts", 0o777),
    "fchmodat": (-100, b"/etc/hosts", 0o777),
    "fchmodat2": (-100, b"/etc/hosts", 0o777, 0),
    "chown": (b"/etc/hosts", 1, 1),
    "lchown": (b"/etc/hosts", 1, 1),
    "fchownat": (-100, b"/etc/hosts", 1, 1, 0),
    "utime": (b"/etc/hosts", None),
    "utimes": (b"/etc/hosts", None),
    "futimesat": (-100, b"/etc/hosts", None),
    "setxattr": (b"/etc/hosts", b"user.mark", b"a", 1, 0),
    "lsetxattr": (b"/etc/hosts", b"user.mark", b"a", 1, 0),
    "setxattrat": (-100, b"/etc/hosts", 0, b"user.mark", None, 0),
    "removexattr": (b"/etc/hosts", b"user.mark"),
    "lremovexattr": (b"/etc/hosts", b"user.mark"),
    "removexattrat": (-100, b"/etc/hosts", 0, b"user.mark"),
    "setsid": (),
    "setpgid": (0, 0),
}


@pytest.fixture(scope="module")
def standing() -> SandboxStatus:
    return probe()


@pytest.fixture
def behind_seccomp(standing: SandboxStatus) -> None:
    if not standing.seccomp:
        pytest.skip("no seccomp here")


@pytest.fixture
def behind_landlock(standing: SandboxStatus) -> None:
    if not standing.landlock_abi:
        pytest.skip("no Landlock here")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> SandboxLimits:
    return attacks.Taken(tmp_path_factory.mktemp("office") / "scratch", closed=True)


@pytest.fixture(scope="module")
def workers(places: SandboxLimits) -> Iterator[Workers]:
    with Workers(1, DESK, places) as workers:
        yield workers


@pytest.mark.usefixtures("behind_seccomp")
@pytest.mark.parametrize("name", ATTACKS)
def test_no_call_that_leads_out_is_answered(workers: Workers, name: str) -> None:
    if os.uname().machine not in attacks.NUMBERS[name]:
        pytest.skip("this architecture has no such call")
    assert workers.run(attacks.syscall, name, *ATTACKS[name]).result(PATIENCE) == "EACCES"


@pytest.mark.usefixtures("behind_seccomp")
@pytest.mark.parametrize("name", BY_DESCRIPTOR)
def test_the_letter_handed_over_cannot_be_changed(
    workers: Workers, tmp_path: Path, name: str
) -> None:
    letter = tmp_path / "letter"
    letter.write_bytes(b"kept")
    before = letter.stat()
    done = workers.run(attacks.attack_by_descriptor, name, letter)  # type: ignore[arg-type]
    assert done.result(PATIENCE) in (("EBADF", "EINVAL") if name in NOT_THERE else ("EACCES",))
    after = letter.stat()
    assert (before.st_mode, before.st_uid, before.st_mtime_ns) == (
        after.st_mode,
        after.st_uid,
        after.st_mtime_ns,
    )
    assert letter.read_bytes() == b"kept"


@pytest.mark.usefixtures("behind_landlock")
def test_the_letter_handed_over_is_not_opened_anew_for_writing(
    workers: Workers, tmp_path: Path
) -> None:
    letter = tmp_path / "letter"
    letter.write_bytes(b"kept")
    done = workers.run(attacks.reopen_for_writing, letter)  # type: ignore[arg-type]
    assert done.result(PATIENCE) == "EACCES"


@pytest.mark.usefixtures("behind_seccomp")
def test_the_loader_runs_no_program_nor_is_it_run(workers: Workers) -> None:
    program = shutil.which("id")
    assert program
    assert workers.run(attacks.run_by_loader, program).result(PATIENCE) == "EACCES"
    assert workers.run(attacks.have_run, program).result(PATIENCE) == "EACCES"


@pytest.mark.usefixtures("behind_seccomp")
def test_no_program_is_run_from_memory(workers: Workers) -> None:
    program = Path(shutil.which("true") or "").read_bytes()
    assert workers.run(attacks.run_from_memory, program).result(PATIENCE) == "EACCES"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd here")
def test_what_a_worker_started_goes_with_it(places: SandboxLimits) -> None:
    with Workers(1, DESK, places) as workers:
        child = workers.run(attacks.start_a_child_that_hangs).result(PATIENCE)
        dying = workers.run(walled.die)
        assert dying.exception(PATIENCE) is not None
        assert ended([child]) == []
        child = workers.run(attacks.start_a_child_that_hangs).result(PATIENCE)
    assert ended([child]) == []


def test_the_kernel_counts_the_processes_of_a_user(tmp_path: Path) -> None:
    bounds = attacks.Taken(tmp_path / "scratch", processes=20)
    with Workers(1, DESK, bounds) as workers:
        assert workers.run(attacks.bomb, 100).result(PATIENCE) < 20


def bounds_of(home: Path, **group: float) -> SandboxLimits:
    """Bounds of a group, looked at often."""
    limits = GroupLimits(look=0.05, **group)  # type: ignore[arg-type]
    return attacks.Taken(home / "scratch", group=limits)


def test_a_group_of_many_processes_is_ended(tmp_path: Path) -> None:
    with Workers(1, DESK, bounds_of(tmp_path, threads=20)) as workers:
        with pytest.raises(WorkerLost, match="threads and processes"):
            outcome_of(workers.run(attacks.breed, 30))
        assert workers.run(walled.ready).result(PATIENCE)


def test_memory_is_counted_over_the_group(tmp_path: Path) -> None:
    with Workers(1, DESK, bounds_of(tmp_path, memory=400_000_000)) as workers:
        with pytest.raises(WorkerLost, match="too much memory"):
            outcome_of(workers.run(attacks.share_out_memory, 6, 100_000_000))
        assert workers.run(walled.ready).result(PATIENCE)


def test_cpu_is_counted_over_the_group(tmp_path: Path) -> None:
    desk = replace(DESK, limits=Limits(seconds=0.5))
    with (
        Workers(1, desk, bounds_of(tmp_path, grace=0.5)) as workers,
        pytest.raises(WorkerLost, match="children used up the CPU"),
    ):
        outcome_of(workers.run(attacks.spin_in_turns, 0.2))


def test_what_is_stuck_is_ended_and_what_waits_long_for_its_cpu_is_not(
    tmp_path: Path,
) -> None:
    desk = replace(DESK, limits=Limits(seconds=5.0))
    with Workers(1, desk, bounds_of(tmp_path, still=5.0)) as workers:
        with pytest.raises(WorkerLost, match="stuck"):
            outcome_of(workers.run(walled.hang))
        assert workers.run(walled.work, 1.0).result(PATIENCE) >= 1


def test_the_clock_is_the_last_resort() -> None:
    watch = group_watch.GroupWatch(lambda: (), lambda *_: None, GroupLimits())
    watch.close()
    one = group_watch.AtWork(1, 2, 120.0)

    def look(cpu: float, now: float) -> str:
        return watch._too_much(one, group_watch.Usage([2], cpu=cpu), now)

    looks = [look(second / 20, float(second)) for second in range(0, 961, 10)]
    assert not any(looks)  # eight times its seconds by the clock, a twentieth of it in CPU
    assert "too long" in look(49.0, 970.0)


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="no such file here")
def test_a_machine_without_memory_takes_a_worker_first(tmp_path: Path) -> None:
    with Workers(1, DESK, attacks.Taken(tmp_path / "scratch")) as workers:
        assert workers.run(attacks.killed_first).result(PATIENCE) == 1000


def test_what_a_worker_sends_runs_nothing_in_the_program(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with Workers(1, DESK, attacks.Taken(tmp_path / "scratch")) as workers:
        message = pickle.dumps(("result", 1, attacks.Runs(str(made))))
        made.unlink()
        with pytest.raises((PoolBroken, WorkerLost)):
            tended(workers, workers.run(attacks.send_raw, message))
        assert not made.exists()
        assert workers.run(walled.ready).result(PATIENCE)


def test_a_worker_that_keeps_the_channel_holds_up_the_next_letter_only_until_it_is_ended(
    tmp_path: Path,
) -> None:
    with Workers(2, DESK, bounds_of(tmp_path, still=2.0)) as workers:
        with pytest.raises((PoolBroken, WorkerLost)):
            tended(workers, workers.run(attacks.keep_the_channel))
        assert workers.run(walled.ready).result(PATIENCE)


def test_a_worker_gets_no_file_by_guessing(workers: Workers, tmp_path: Path) -> None:
    guesses = ["a" * 64, "../letter", str(tmp_path)]
    assert workers.run(attacks.ask_for, guesses).result(PATIENCE) == ["EACCES"] * len(guesses)


def test_what_a_worker_says_is_a_line_of_the_log_and_no_more(
    places: SandboxLimits, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with Workers(1, DESK, places) as workers:
        workers.run(attacks.say, b"2026-01-01 INFO \x1b[31mforged\r line\n").result(PATIENCE)
        workers.run(attacks.say, b"x" * 100_000).exception(PATIENCE)
    out, err = capfd.readouterr()
    assert "forged" not in out + err
    said = [record.getMessage() for record in caplog.records if "解析进程" in record.getMessage()]
    assert "说：2026-01-01 INFO \\x1b[31mforged\\r line" in said[0]
    assert len(said) <= 4 and max(map(len, said)) < 400


def tended(workers: Workers, future: object) -> object:
    """Wait as a round does: a pool that broke is noticed."""
    from ingest.round_types import tended as wait

    return outcome_of(wait(workers, future))  # type: ignore[arg-type]
