"""
What a worker says, as plain data: nothing that it sends can run anything in the program that reads it.

A pickle runs what its writer likes; a worker that a letter took over would be out of its walls. What crosses
the wall is a tree of numbers, texts, bytes and tuples, in which dataclasses, enumerations, moments and
exceptions are lists of a tag and their values; of classes only those of our own rooms are made, without
calling them.
"""

from __future__ import annotations

import builtins
import dataclasses
import importlib
import io
import pickle
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

ROOMS = frozenset({"ingest", "parsers", "rulebook", "ledger"})

_LOADABLE = ROOMS - {"ledger"}

_LIST, _SET, _FROZEN = "l", "s", "f"
_DATA, _MEMBER, _RAISED = "d", "e", "x"
_MOMENT, _DAY, _HOUR, _SPAN, _DECIMAL = "m", "y", "h", "p", "n"

_LEAVES = frozenset({str, bytes, int, float, bool, type(None)})


class NotPlain(TypeError):
    """What a worker sent, or was to send, is no plain data."""


class Raised(Exception):
    """What a worker's library raised, in words: its class is none that is made here."""


def dumps(value: object) -> bytes:
    """Write a value as bytes. Raises NotPlain."""
    return pickle.dumps(encoded(value), protocol=5)


def loads(raw: bytes) -> Any:
    """Read a value from bytes that may be anybody's. Raises NotPlain."""
    try:
        return decoded(_Plain(io.BytesIO(raw)).load())
    except NotPlain:
        raise
    except Exception as error:  # a hostile pickle makes the reader raise whatever comes up
        raise NotPlain(f"{type(error).__name__}: {error}") from None


def encoded(value: Any) -> Any:
    """Turn a value into a tree that holds nothing but plain types. Raises NotPlain."""
    kind = type(value)
    if kind in _LEAVES:
        return value
    if kind is tuple:
        return tuple([encoded(one) for one in value])
    if kind is dict:
        return {encoded(key): encoded(one) for key, one in value.items()}
    if kind is list:
        return [_LIST, *map(encoded, value)]
    if kind in (set, frozenset):
        return [_SET if kind is set else _FROZEN, *map(encoded, value)]
    if isinstance(value, Enum):
        return [_MEMBER, kind.__module__, kind.__qualname__, value.name]
    if dataclasses.is_dataclass(value):
        return [
            _DATA,
            kind.__module__,
            kind.__qualname__,
            *(encoded(getattr(value, name)) for name in _fields(kind)),  # type: ignore[arg-type]
        ]
    if isinstance(value, BaseException):
        return _encoded_exception(value)
    return _encoded_other(value)


def _encoded_other(value: Any) -> Any:
    match value:
        case datetime():
            offset = value.utcoffset()
            seconds = None if offset is None else offset.total_seconds()
            naive = value.replace(tzinfo=None)
            return [_MOMENT, naive.isoformat(), seconds, value.fold]
        case date():
            return [_DAY, value.isoformat()]
        case time() if value.tzinfo is None:
            return [_HOUR, value.isoformat()]
        case timedelta():
            return [_SPAN, value.days, value.seconds, value.microseconds]
        case Decimal():
            return [_DECIMAL, str(value)]
        case str():
            return str(value)
        case bytes():
            return bytes(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case bytearray() | memoryview():
            return bytes(value)
        case tuple():
            return tuple([encoded(one) for one in value])
    raise NotPlain(f"{type(value).__module__}.{type(value).__qualname__} is no plain data")


def _encoded_exception(error: BaseException) -> Any:
    kind = type(error)
    try:
        values = encoded(tuple(error.args)), encoded(dict(vars(error)))
    except NotPlain:
        values = (str(error),), {}
    return [_RAISED, kind.__module__, kind.__qualname__, str(error), *values]


def decoded(tree: Any) -> Any:
    """Return the value that a tree stands for. Raises NotPlain."""
    kind = type(tree)
    if kind in _LEAVES:
        return tree
    if kind is tuple:
        return tuple([decoded(one) for one in tree])
    if kind is dict:
        return {decoded(key): decoded(one) for key, one in tree.items()}
    if kind is not list or not tree:
        raise NotPlain(f"{kind.__qualname__} is no plain data")
    tag, *values = tree
    match tag:
        case "l":
            return [decoded(one) for one in values]
        case "s":
            return {decoded(one) for one in values}
        case "f":
            return frozenset(decoded(one) for one in values)
        case "d":
            return _made(*values)
        case "e":
            module, name, member = values
            return _class_of(module, name, Enum)[member]  # type: ignore[index]
        case "x":
            return _raised(*values)
        case "m":
            moment, seconds, fold = values
            zone = None if seconds is None else _zone(seconds)
            return datetime.fromisoformat(moment).replace(tzinfo=zone, fold=int(fold))
        case "y":
            return date.fromisoformat(values[0])
        case "h":
            return time.fromisoformat(values[0])
        case "p":
            days, whole, micro = values
            return timedelta(int(days), int(whole), int(micro))
        case "n":
            return Decimal(values[0])
    raise NotPlain(f"{tag!r} is no tag")


def _zone(seconds: float) -> timezone:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _made(module: str, name: str, *values: Any) -> Any:
    """Make an instance of a dataclass without running anything of it."""
    kind = _class_of(module, name, object)
    if not dataclasses.is_dataclass(kind):
        raise NotPlain(f"{module}.{name} is no dataclass")
    names = _fields(kind)
    if len(names) != len(values):
        raise NotPlain(f"{module}.{name} has other fields")
    instance = object.__new__(kind)
    for field, value in zip(names, values, strict=True):
        object.__setattr__(instance, field, decoded(value))
    return instance


def _raised(module: str, name: str, text: str, args: Any, state: Any) -> Exception:
    """Make an exception of ours or a built-in one; any other is told in words."""
    try:
        kind = (
            getattr(builtins, name, None)
            if module == "builtins"
            else _class_of(module, name, Exception)
        )
    except NotPlain:
        kind = None
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        return Raised(f"{name}: {text}")
    arguments = decoded(args)
    error: Exception = kind.__new__(kind, *arguments)
    error.args = arguments
    if isinstance(error, OSError):
        # made by its constructor alone are errno and strerror
        OSError.__init__(error, *arguments)
    for key, value in decoded(state).items():
        if isinstance(key, str) and not key.startswith("__"):
            object.__setattr__(error, key, value)
    return error


@lru_cache(maxsize=512)
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@lru_cache(maxsize=512)
def _class_of(module: str, name: str, base: type) -> type:
    """Return a class of our own rooms, defined in the very module that is named."""
    if module.partition(".")[0] not in ROOMS:
        raise NotPlain(f"{module}.{name} is none of our classes")
    found: Any = sys.modules.get(module) or _loaded(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    defined_there = isinstance(found, type) and found.__module__ == module
    if not defined_there or not issubclass(found, base):
        raise NotPlain(f"{module}.{name} is none of our classes")
    return found  # type: ignore[no-any-return]


def _loaded(module: str) -> Any:
    """Load one of our modules that only define: workers have loaded more of them than the program."""
    if module.partition(".")[0] not in _LOADABLE:
        raise NotPlain(f"{module} is not loaded")
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise NotPlain(str(error)) from None


class _Plain(pickle.Unpickler):
    """Reads numbers, texts, bytes and what holds them; a class or a function is never looked up."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise NotPlain(f"{module_name}.{global_name} is asked for")

    def persistent_load(self, pid: Any, /) -> Any:
        raise NotPlain("a reference is asked for")
