"""The pool of workers ends with the program, whatever its workers do, and leaves nobody waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessFuture
from pebble.pool.base_pool import Task, TaskPayload

from ingest.examination_types import ExaminerConfig
from ingest.sandbox.pool import PoolClosed, Workers
from ingest.sandbox.worker_pool import WorkerPool
from parsers.types import Limits
from tests.ingest import walled
from tests.processes import PATIENCE, ended

ROOT = Path(__file__).resolve().parents[3]
DESK = ExaminerConfig(Limits(seconds=600), "Asia/Shanghai", ("湖塘镇",), (), ())


def test_who_waits_for_a_letter_is_told_that_the_pool_was_closed() -> None:
    with Workers(1, DESK) as workers:
        number = workers.run(walled.ready).result()
        hanging = workers.run(walled.hang)
        behind = workers.run(walled.ready)
        closing = threading.Thread(target=workers.close)
        closing.start()
        waiting: list[Future[Any]] = [hanging, behind]
        assert not wait(waiting, PATIENCE).not_done
        closing.join()
        workers.close()  # a second time
        late: list[Future[Any]] = [hanging, behind, workers.run(walled.ready)]
        for future in late:
            assert isinstance(future.exception(), PoolClosed)
        assert ended([number]) == []


@pytest.mark.parametrize("stopped", [True, False])
def test_a_channel_that_ends_breaks_a_pool_only_while_nobody_stops_it(stopped: bool) -> None:
    pool = WorkerPool(max_workers=1)
    waiting: ProcessFuture[None] = ProcessFuture()
    task = Task(1, waiting, None, TaskPayload(walled.ready, [], {}))
    pool._context.task_queue.put(task)
    pool._pool_manager.task_manager.tasks[1] = task
    if stopped:
        pool.stop()
    pool._pool_manager.handle_broken_pool(BrokenProcessPool("a channel has ended"))
    assert waiting.done() is not stopped


def test_a_closed_pool_counts_no_clock_of_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers(1, DESK) as workers:
        assert workers.run(walled.ready).result()
        pool = workers._pool
        assert pool is not None
        working = workers.run(walled.work, 0.3)
        monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)  # the clock was set by decades
        assert working.result(PATIENCE) > 0


KILLED = """
import os, sys
from multiprocessing import forkserver
from pathlib import Path
from ingest.sandbox.confinement import SandboxLimits
from ingest.sandbox.pool import Workers
from tests.ingest import walled
from tests.ingest.sandbox.test_pool_ends import DESK

home = Path(sys.argv[1])
workers = Workers(1, DESK, SandboxLimits(home))
workers.run(walled.ready).result()
workers.run(walled.hang_with_a_child, "numbers")
while not (found := [path.read_text() for path in home.glob("*/numbers")]) or not found[0]:
    os.sched_yield()
print(forkserver._forkserver._forkserver_pid, found[0], flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd here")
def test_nothing_outlives_a_program_that_was_killed_while_its_worker_hangs(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as program:
        assert program.stdout is not None
        numbers = [int(number) for number in program.stdout.readline().split()]
        assert len(numbers) == 3  # the forkserver, the worker, what the worker started
        program.send_signal(signal.SIGKILL)
    assert ended(numbers) == []
