"""What dies in a process of its own costs its own result and nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from parsers import subprocess_task
from parsers.types import Stalled

PATIENCE = 60.0
ROOMY = 600_000_000


def aborted() -> list[list[str]]:
    os.abort()


def raised() -> list[list[str]]:
    raise BaseException("as a panic in Rust")


def killed() -> list[list[str]]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def greedy() -> list[list[str]]:
    return [[str(len(bytes(900_000_000)))]]


def test_what_a_task_returns_comes_back() -> None:
    rows = [["序号", "姓名"], ["1", "李喆" * 50_000]]
    assert subprocess_task.rows_of(lambda: rows, PATIENCE, ROOMY) == rows


@pytest.mark.parametrize("task", [aborted, raised, killed, greedy])
def test_one_that_dies_or_wants_too_much_returns_nothing(
    task: Callable[[], list[list[str]]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert subprocess_task.rows_of(task, PATIENCE, ROOMY) is None
    assert capfd.readouterr() == ("", "")


def test_what_a_task_raises_is_raised_again_with_its_name() -> None:
    def tripped() -> list[list[str]]:
        raise ZeroDivisionError("our own")

    with pytest.raises(subprocess_task.TaskFailed, match="ZeroDivisionError: our own"):
        subprocess_task.rows_of(tripped, PATIENCE, ROOMY)


def test_one_that_uses_up_its_cpu_is_ended() -> None:
    def endless() -> list[list[str]]:
        while True:
            sum(range(10_000))

    assert subprocess_task.rows_of(endless, 0.5, ROOMY) is None


def test_one_that_is_stuck_is_no_fault_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess_task, "STILL", 0.3)

    def stuck() -> list[list[str]]:
        while True:
            signal.pause()

    with pytest.raises(Stalled):
        subprocess_task.rows_of(stuck, 1.0, ROOMY)


def test_no_pipe_is_left_open() -> None:
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir()))
    subprocess_task.rows_of(aborted, PATIENCE, ROOMY)
    assert len(list(open_files.iterdir())) == before
