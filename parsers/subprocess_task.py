"""A task in a process of its own: for libraries in which hostile bytes end the whole process."""

from __future__ import annotations

import contextlib
import json
import math
import mmap
import os
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from parsers import cpu_clock
from parsers.types import Stalled

MEMORY = 600_000_000
"""Bytes that a library may take for one document."""

STILL = 30.0
"""Seconds without any CPU after which a child is taken for stuck."""

_CHUNK_SIZE = 1 << 16


class TaskFailed(Exception):
    """The task raised: a bug of ours, for what its library raises is the task's own to name."""


def rows_of(
    task: Callable[[], list[list[str]] | None], seconds: float, memory: int = MEMORY
) -> list[list[str]] | None:
    """
    Run a task in a child of this process.

    Args:    seconds: of CPU that it may use; memory: bytes that it may take beyond those which this
             process has.
    Returns: what the task returns; None when it dies, uses more CPU than `seconds` or needs more
             memory. Where there is no fork it is done right here.
    Raises:  TaskFailed when it raises; Stalled when it neither ends nor uses up its CPU.
    Source:  fork(2). Nothing is executed, hence it works inside the sandbox.
    """
    if not hasattr(os, "fork"):
        return task()
    reading, writing = os.pipe()
    with warnings.catch_warnings():  # of threads: the child needs nothing that they may hold
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _work(task, reading, writing, seconds, memory)
    os.close(writing)
    try:
        output = _output(reading, child)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    try:
        result: list[list[str]] | str | None = json.loads(output)
    except ValueError:  # it died on the way
        return None
    if isinstance(result, str):
        raise TaskFailed(result)
    return result


def _output(reading: int, child: int) -> bytes:
    """Read all that the child writes until it ends. Raises Stalled when it does nothing for a while."""
    pieces: list[bytes] = []
    used, until = -1.0, time.monotonic() + STILL
    while True:
        if select.select([reading], [], [], min(1.0, STILL / 2))[0]:
            piece = os.read(reading, _CHUNK_SIZE)
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            continue
        now, by_now = time.monotonic(), cpu_clock.used_by(child)
        if by_now > used:
            used, until = by_now, now + STILL
        elif now > until:
            raise Stalled("a document's own process is stuck")


def _work(
    task: Callable[[], list[list[str]] | None],
    reading: int,
    writing: int,
    seconds: float,
    memory: int,
) -> None:
    """Live the child's life. It writes nothing to standard error and cleans up nothing of its parent's."""
    try:
        signal.signal(signal.SIGABRT, signal.SIG_DFL)
        os.close(reading)
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _bound(memory)
        _bound_cpu(seconds)
        rest = memoryview(json.dumps(_result(task)).encode())
        while rest:
            rest = rest[os.write(writing, rest) :]
    finally:
        os._exit(0)


def _result(task: Callable[[], list[list[str]] | None]) -> list[list[str]] | str | None:
    """Return what the task returns, or what it raised in words; without memory there is no result."""
    try:
        return task()
    except (MemoryError, RecursionError):
        os._exit(0)
    except Exception as error:  # raised again in the parent
        return "".join(traceback.format_exception(error))


def _bound(memory: int) -> None:
    """Set the child's RLIMIT_AS; in the sandbox, where /proc cannot be read, it has a bound already."""
    import resource

    with contextlib.suppress(OSError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = min([taken + memory, *(bound for bound in (soft, hard) if bound >= 0)])
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _bound_cpu(seconds: float) -> None:
    """Set the child's RLIMIT_CPU; its own CPU is counted from its birth on."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = max(1, math.ceil(seconds))
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
