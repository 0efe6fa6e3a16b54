"""Killing a process at a named step, for `bench.storm` and the tests of crashes."""

from __future__ import annotations

import importlib
import itertools
import os
import signal
from typing import Any


def die_at(step: str, when: str, turn: int) -> None:
    """
    Have this process kill itself before or after a step, the `turn`-th time that it is reached.

    Args:    `step`: module:Class:method; `when`: "before" or "after".
    """
    module, holder, name = step.split(":")
    owner = getattr(importlib.import_module(module), holder)
    original = getattr(owner, name)
    calls = itertools.count(1)  # several threads may call

    def deadly(*args: Any, **kwargs: Any) -> Any:
        mine = next(calls)
        if mine == turn and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if mine == turn:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, deadly)
