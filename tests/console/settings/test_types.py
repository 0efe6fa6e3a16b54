"""Every key of config.toml takes values of its own type alone."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json
import re
import tomllib
import types
from collections.abc import Iterator
from datetime import date, time
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from console.settings.loading import ConfigError, load
from console.settings.sections import ConfigFile

ROOT = Path(__file__).resolve().parents[3]
VALUES = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
for _name in ("units", "outlets", "targets"):  # a few of each: it is read a thousand times
    VALUES["provisions"][0][_name] = VALUES["provisions"][0][_name][-2:]

Key = tuple[str | int, ...]


def toml(value: Any) -> str:
    """A value as TOML writes it, tables within braces."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    if isinstance(value, date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def leaves(kind: Any, key: Key) -> Iterator[tuple[Key, Any]]:
    """Each key below a type, lists by their first item, with the type of its value."""
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if field.init:
                yield from leaves(hints[field.name], (*key, field.name))
        return
    kind = getattr(kind, "__supertype__", kind)
    yield key, kind
    if get_origin(kind) is tuple:
        yield from leaves(get_args(kind)[0], (*key, 0))


def wrong_values(kind: Any) -> Iterator[Any]:
    """Values of other types that a reader meaning well might take."""
    if get_origin(kind) is tuple:
        yield from ("a", 1, True, {"a": 1})
    elif kind is bool:
        yield from ("off", "true", 1, 0, [True])
    elif kind is int:
        yield from ("30", 30.5, 30.0, True, [30])
    elif kind is float:
        yield from ("30", "0.5", True, [0.5])
    elif kind is str:
        yield from (1, True, ["a"])
    elif kind in (date, time) or issubclass(kind, Enum):
        yield from (1, True, ["a"], "nonsense")
    else:  # a type that the walk does not know yet
        raise AssertionError(kind)


def changed(key: Key, value: Any) -> str:
    """The office's file with one value put at a key."""
    values: Any = copy.deepcopy(VALUES)
    place = values
    for part, after in itertools.pairwise(key):
        if isinstance(part, int) and not place:
            place.append({} if isinstance(after, str) else [])
        elif isinstance(part, str):
            place.setdefault(part, [] if isinstance(after, int) else {})
        place = place[part]
    if isinstance(key[-1], int):
        place[:] = [value]
    else:
        place[key[-1]] = value
    return "\n".join(f"{name} = {toml(one)}" for name, one in values.items())


def written(key: Key) -> str:
    """A key as the messages write it."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in key)[1:]


def told(key: Key) -> str:
    """A pattern for a key as messages tell it: an item of a list by its name, else by its number."""
    return "".join(
        rf"(?:\[{part + 1}\]|“[^”]+”)" if isinstance(part, int) else rf"\.{part}" for part in key
    )[2:]


ALL = list(leaves(ConfigFile, ()))


def test_the_walk_finds_the_keys_of_every_section() -> None:
    names = {written(key) for key, _ in ALL}
    assert {"mailbox.poll_seconds", "limits.seconds", "ocr.enabled", "digest.recipients[1]"} < names
    assert {"provisions[1].labels.weights.clearly", "provisions[1].units[1].aliases[1]"} < names
    assert sum(kind in (int, float) for _, kind in ALL) > 50
    assert not any(isinstance(kind, types.UnionType) for _, kind in ALL)


def test_the_office_file_written_by_the_test_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(changed(("office", "name"), VALUES["office"]["name"]), encoding="utf-8")
    (ours,), (whole,) = load(path, {}).provisions, load(ROOT / "config.toml", {}).provisions
    few = {name: getattr(whole, name)[-2:] for name in ("units", "outlets", "targets")}
    assert ours == dataclasses.replace(whole, **few)


@pytest.mark.parametrize(("key", "kind"), ALL, ids=[written(key) for key, _ in ALL])
def test_a_value_of_another_type_is_refused_in_chinese_with_its_key(
    tmp_path: Path, key: Key, kind: Any
) -> None:
    path = tmp_path / "config.toml"
    for value in wrong_values(kind):
        path.write_text(changed(key, value), encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load(path, {})
        assert re.search(f"{told(key)} 的值", str(caught.value)), value
        assert "应为" in str(caught.value), value
        assert "Input should" not in str(caught.value), value


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("key", [key for key, kind in ALL if kind is float], ids=written)
def test_a_number_that_is_none_is_refused(tmp_path: Path, key: Key, value: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(changed(key, 12345).replace("12345", value), encoding="utf-8")
    with pytest.raises(ConfigError, match="有限的数"):
        load(path, {})
