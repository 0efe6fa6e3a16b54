"""
Tries changes of a module's functions without loading the tests anew for each.

pytest collects the tests and runs them once, so that what a session makes once is there; each change is a fork
of that process in which the functions have other code, nothing of ours is remembered (caches are emptied, those
of the tests excepted), and the tests that noticed the latest changes come first. What changes anything but a
function's body (a default, a constant of the module) is left to others.
"""

from __future__ import annotations

import functools
import gc
import inspect
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

TIMES, MORE = 3, 10
"""A change may take so many times as long as nothing changed, and so many seconds more; else it has hung."""
ROOMS = ("rulebook", "parsers", "ledger", "ingest", "notifier", "console")


class MutantLoop:
    """
    Takes the place of pytest's loop over the tests.

    `told` is called with the number of a source and whether a test noticed it, None where it was not
    tried; at first with -1 and False for the module as it is.
    """

    def __init__(
        self,
        name: str,
        plain: str,
        sources: Sequence[str],
        told: Callable[[int, bool | None], None],
    ) -> None:
        self._name = name
        self._plain = plain
        self._sources = sources
        self._told = told

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all sources."""
        if session.testsfailed:
            return True
        began, used = time.monotonic(), time.process_time()
        items = list(session.items)
        first = _failing(items)
        self._told(-1, first is not None)
        if first is not None:
            return True
        limits = _Limits(
            int(TIMES * (time.process_time() - used) + MORE),
            TIMES * (time.monotonic() - began) + 6 * MORE,
        )
        module = sys.modules.get(self._name)
        before = _codes(self._plain)
        functions = dict(_functions(module)) if module is not None else {}
        for number, source in enumerate(self._sources):
            after = _codes(source)
            changed = {name for name, code in after.items() if before.get(name) != code}
            if not changed or not changed <= functions.keys():
                self._told(number, None)
                continue
            patched = {functions[name]: after[name] for name in changed}
            caught = _noticed(items, patched, limits)
            if caught is not None:
                items.insert(0, items.pop(caught))
            self._told(number, caught is not None)
        return True


@dataclass(frozen=True, slots=True)
class _Limits:
    """Units: seconds."""

    cpu: int
    clock: float


def _noticed(
    items: Sequence[pytest.Item], patched: dict[FunctionType, CodeType], limits: _Limits
) -> int | None:
    """Run the tests in a fork with functions changed; returns the place of the test that fails, 0 of one that hangs."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu))
            _forget()
            for function, changed in patched.items():
                function.__code__ = changed
            failing = _failing(items)
            os.write(writing, b"-" if failing is None else str(failing).encode())
        finally:
            os._exit(0)
    os.close(writing)
    until = time.monotonic() + limits.clock
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            break
        time.sleep(0.01)
    with os.fdopen(reading, "rb") as answer:
        os.set_blocking(
            reading, False
        )  # a process that the tests left behind may hold the other end
        said = answer.read() or b"0"
    return None if said == b"-" else int(said)


def _failing(items: Sequence[pytest.Item]) -> int | None:
    """Run tests up to the first that fails; what a session makes once is kept."""
    for place, item in enumerate(items):
        after: pytest.Item | pytest.Session = (
            items[place + 1] if items[place + 1 :] else item.session
        )
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):  # type: ignore[arg-type]
            return place
    return None


def _forget() -> None:
    """Empty the caches of our modules: what was reckoned before a change must not answer after it."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            room = getattr(one, "__module__", "").partition(".")[0]
            if room in ROOMS:
                one.cache_clear()


def _codes(source: str) -> dict[str, CodeType]:
    """List the code of a module's functions and methods by their qualified names."""
    found: dict[str, CodeType] = {}

    def walk(code: CodeType) -> None:
        for one in code.co_consts:
            if not isinstance(one, CodeType):
                continue
            if one.co_flags & inspect.CO_OPTIMIZED:
                found[one.co_qualname] = one
            else:
                walk(one)

    walk(compile(source, "<mutant>", "exec"))
    return found


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    for value in vars(module).values():
        several = [*vars(value).values()] if inspect.isclass(value) else [value]
        for one in several:
            inner = getattr(one, "fget", None) or getattr(one, "__func__", one)
            inner = getattr(inner, "func", inner)  # cached_property
            if callable(inner):
                inner = inspect.unwrap(inner)
            if isinstance(inner, FunctionType) and inner.__module__ == module.__name__:
                yield inner.__qualname__, inner
