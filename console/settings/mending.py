"""
A file with wrong values, put right provisionally: what is wrong beside them can be told at once.

What is put in for a value is marked, so that no fault is told that is only ours.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from copy import deepcopy
from datetime import date, time
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from pydantic_core import ErrorDetails

STAND_IN = "\ue000"
"""A text in place of one that is missing or wrong: a private character, which no office writes."""
NO_DAY = date.min.isoformat()
_ROUNDS = 6
"""A missing section is put in empty first, then what it lacks."""


def is_ours(fault: str) -> bool:
    """Tell whether a fault speaks of what was put in."""
    return STAND_IN in fault or NO_DAY in fault


def mended(values: Any, errors: Sequence[ErrorDetails], root: type) -> Any:
    """Return the file's values with every one that is in error taken out or replaced."""
    values = deepcopy(values)
    # the last one first: what is taken out of a list moves only what comes behind it
    for error in sorted(errors, key=lambda one: [str(part) for part in one["loc"]], reverse=True):
        with contextlib.suppress(LookupError, TypeError):
            _mend(values, error["loc"], root, error["type"])
    return values


def rounds() -> range:
    """Count the tries after which a file is given up."""
    return range(_ROUNDS)


def _mend(values: Any, location: Sequence[int | str], root: type, kind: str) -> None:
    node, hint = values, root
    for part in location[:-1]:
        node, hint = node[part], _below(hint, part)
    last = location[-1]
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        del node[last]
        return
    needed = isinstance(last, int) or not _has_default(hint, last)
    if needed or kind == "missing":
        node[last] = _stand_in(_below(hint, last))
    else:
        del node[last]


def _below(hint: Any, part: int | str) -> Any:
    if isinstance(part, int):
        return get_args(hint)[0]
    return get_type_hints(hint)[part]


def _has_default(hint: Any, name: str) -> bool:
    field = next(one for one in dataclasses.fields(hint) if one.name == name)
    nothing = dataclasses.MISSING
    return field.default is not nothing or field.default_factory is not nothing


def _stand_in(hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return []
    hint = getattr(hint, "__supertype__", hint)
    if dataclasses.is_dataclass(hint):
        return {}
    if issubclass(hint, Enum):
        return next(iter(hint)).value
    values = {str: STAND_IN, bool: False, int: 1, float: 1, date: NO_DAY, time: "00:00"}
    return values[hint]
