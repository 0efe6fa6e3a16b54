"""
What a worker and all that it started use together: memory, processes, CPU. Who uses too much is ended.

The kernel's own limits are a process's alone: a letter whose bytes start a hundred processes had a hundred
times its share. CPU decides a letter's end; the clock ends only what is stuck: a group that has used none
for a while, or, as the last resort, one that takes many times its seconds.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

STIRRED = 0.02
"""Seconds of CPU that count as none: waking up to wait again."""

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """
    What a worker and all that it started may use together.

    `memory`: bytes in use; `threads`: of all its processes; `grace`: seconds of CPU beyond a task's own
    (each process has them under the kernel's limit). `still`: seconds without any CPU after which a
    group is taken for stuck. The last resort is the clock: `wall_factor` times a task's CPU, and at
    least `least_wall` seconds. `look`: seconds between two looks.
    """

    memory: int = 2_000_000_000
    threads: int = 128
    grace: float = 10.0
    still: float = 60.0
    wall_factor: float = 8.0
    least_wall: float = 60.0
    look: float = 0.5


@dataclass(slots=True)
class Usage:
    """What a group uses now; `cpu` in seconds, that of ended children included."""

    members: list[int]
    threads: int = 0
    memory: int = 0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class AtWork:
    """A task that a worker has begun; `seconds` of CPU are its own."""

    task: int
    worker: int
    seconds: float


@dataclass(slots=True)
class _Watched:
    task: int
    begun: float
    cpu: float
    stirred: float
    last: float


class GroupWatch:
    """
    A thread that looks at the groups of workers at work until it is closed.

    `at_work` lists the tasks in hand; `end` ends a worker with its group, and is told why.
    """

    def __init__(
        self,
        at_work: Callable[[], Iterable[AtWork]],
        end: Callable[[int, str], None],
        limits: GroupLimits,
    ) -> None:
        self._at_work = at_work
        self._end = end
        self._limits = limits
        self._watched: dict[int, _Watched] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="group-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more. Safe in any thread, and a second time."""
        self._closed.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(self._limits.look):
            at_work = list(self._at_work())
            if not at_work:
                self._watched.clear()
                continue
            groups = usage({one.worker for one in at_work})
            now = time.monotonic()
            for one in at_work:
                group = groups.get(one.worker, Usage([]))
                if why := self._too_much(one, group, now):
                    self._watched.pop(one.worker, None)
                    self._end(one.worker, why)

    def _too_much(self, one: AtWork, group: Usage, now: float) -> str:
        """Say why a group is to be ended, "" where it is not."""
        limits = self._limits
        watched = self._watched.get(one.worker)
        if watched is None or watched.task != one.task:
            watched = _Watched(one.task, now, group.cpu, now, group.cpu)
            self._watched[one.worker] = watched
        if group.cpu - watched.last > STIRRED:
            watched.stirred, watched.last = now, group.cpu
        if group.threads > limits.threads:
            return f"{group.threads} threads and processes over this letter"
        if group.memory > limits.memory and _shared(group.members) > limits.memory:
            return "the worker and its children used too much memory over this letter"
        if group.cpu - watched.cpu > one.seconds + limits.grace:
            return "the worker and its children used up the CPU seconds of this letter"
        if now - watched.stirred > limits.still:
            return "the worker was stuck over this letter"
        if now - watched.begun > max(limits.least_wall, one.seconds * limits.wall_factor):
            return "the worker took too long over this letter"
        return ""


def usage(leaders: set[int]) -> dict[int, Usage]:
    """Return what the groups of these leaders use, by leader. Source: proc(5)."""
    groups: dict[int, Usage] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="latin-1").rpartition(")")[2].split()
            leader = int(fields[2])
        except (OSError, ValueError, IndexError):  # it has ended meanwhile
            continue
        if leader not in leaders:
            continue
        group = groups.setdefault(leader, Usage([]))
        group.members.append(int(status.parent.name))
        group.cpu += sum(map(int, fields[11:15])) / _TICK
        group.threads += int(fields[17])
        group.memory += int(fields[21]) * _PAGE
    return groups


def _shared(members: Iterable[int]) -> int:
    """Return the bytes in use where pages that several share count once; as good as can be read."""
    total = 0
    for number in members:
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
            total += 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except (OSError, ValueError, StopIteration):
            try:
                pages = Path(f"/proc/{number}/statm").read_text().split()
                total += (int(pages[1]) - int(pages[2])) * _PAGE
            except (OSError, ValueError, IndexError):
                continue
    return total
