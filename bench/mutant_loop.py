"""
Tries changes of a module's functions without loading the tests anew for each.

pytest collects the tests once; each change is a fork of that process in which the functions have other
code. What changes anything but a function's body (a default, a constant of the module) is left to others.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol

SECONDS = 300


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
        self._told(-1, _noticed(session.items, {}))
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
            self._told(number, _noticed(session.items, patched))
        return True


def _noticed(items: Sequence[pytest.Item], patched: dict[FunctionType, CodeType]) -> bool:
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setsid()
            for function, changed in patched.items():
                function.__code__ = changed
            code = int(_fails(items))
        finally:
            os._exit(code)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _fails(items: Sequence[pytest.Item]) -> bool:
    following = [*items[1:], None]
    for item, after in zip(items, following, strict=True):
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):
            return True
    return False


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
