"""Every key that may be set stands in the config.toml that is shipped, where its Chinese comment explains it."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from console.settings import loading

TEXT = (Path(__file__).resolve().parents[3] / "config.toml").read_text(encoding="utf-8")


def missing(kind: Any, values: Any, at: str) -> Iterator[str]:
    """The keys of a type, and of the types below it, that the values do not set."""
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
        if dataclasses.is_dataclass(kind):  # what any item sets is shown
            yield from missing(kind, {key: one for item in values for key, one in item.items()}, at)
    elif dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            below = f"{at}.{field.name}"
            if field.name in values:
                yield from missing(hints[field.name], values[field.name], below)
            else:
                yield below


def test_the_shipped_file_sets_every_key() -> None:
    assert sorted(set(missing(loading._File, tomllib.loads(TEXT), ""))) == []
