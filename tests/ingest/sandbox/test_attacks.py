"""Code that took a worker over tries to get out: by programs, by memory, by files, by children, by words."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.sandbox.confinement import SandboxLimits, SandboxStatus, probe
from ingest.sandbox.pool import Workers
from tests.ingest import walled
from tests.ingest.sandbox.test_pool_ends import DESK
from tests.processes import PATIENCE, ended


@pytest.fixture(scope="module")
def standing() -> SandboxStatus:
    return probe()


@pytest.fixture
def places(tmp_path: Path) -> SandboxLimits:
    (tmp_path / "letters").mkdir()
    return walled.Known(tmp_path / "scratch", letters=(tmp_path / "letters",))


@pytest.fixture
def workers(places: SandboxLimits) -> Iterator[Workers]:
    with Workers(1, DESK, places) as workers:
        yield workers


def test_the_loader_runs_no_program_of_the_system(
    workers: Workers, standing: SandboxStatus
) -> None:
    if not standing.landlock_abi:
        pytest.skip("no Landlock here")
    program = shutil.which("id")
    assert program
    assert workers.run(walled.run_by_loader, program).result(PATIENCE) != 0


def test_no_program_is_run_from_memory(workers: Workers, standing: SandboxStatus) -> None:
    if not standing.seccomp:
        pytest.skip("no seccomp here")
    program = Path(shutil.which("true") or "").read_bytes()
    assert workers.run(walled.run_from_memory, program).result(PATIENCE) == "EACCES"


def test_modes_owners_times_and_attributes_stay(
    workers: Workers, places: SandboxLimits, standing: SandboxStatus
) -> None:
    if not standing.seccomp:
        pytest.skip("no seccomp here")
    letter = places.letters[0] / "letter"
    letter.write_bytes(b"a")
    before = letter.stat()
    assert workers.run(walled.change, str(letter)).result(PATIENCE) == ["EACCES"] * 4
    after = letter.stat()
    assert (before.st_mode, before.st_uid, before.st_mtime) == (
        after.st_mode,
        after.st_uid,
        after.st_mtime,
    )


def test_nobody_leaves_the_group_that_goes_with_the_worker(
    workers: Workers, standing: SandboxStatus
) -> None:
    if not standing.seccomp:
        pytest.skip("no seccomp here")
    assert workers.run(walled.leave_the_group).result(PATIENCE) == ["EACCES", "EACCES"]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd here")
def test_what_a_worker_started_goes_with_it(places: SandboxLimits) -> None:
    with Workers(1, DESK, places) as workers:
        child = workers.run(walled.start_a_child_that_hangs).result(PATIENCE)
        dying = workers.run(walled.die)
        assert dying.exception(PATIENCE) is not None
        assert ended([child]) == []
        child = workers.run(walled.start_a_child_that_hangs).result(PATIENCE)
    assert ended([child]) == []


def test_nothing_that_a_worker_says_reaches_the_log(
    workers: Workers, capfd: pytest.CaptureFixture[str]
) -> None:
    workers.run(walled.speak).result(PATIENCE)
    out, err = capfd.readouterr()
    assert "forged" not in out + err
