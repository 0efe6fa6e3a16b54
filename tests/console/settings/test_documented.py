"""Every key that may be set stands in the config.toml that is shipped, where its Chinese comment explains it."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from console.settings.sections import ConfigFile

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "config.toml").read_text(encoding="utf-8")
EXAMPLES = [path.read_text("utf-8") for path in sorted(ROOT.glob("examples/*/config.toml"))]
"""They show the sections that the office's own file leaves out."""


def missing(kind: Any, values: Any, at: str) -> Iterator[str]:
    """The keys of a type, and of the types below it, that the values do not set."""
    if get_origin(kind) is tuple:
        kind = get_args(kind)[0]
        if dataclasses.is_dataclass(kind):  # what any item sets is shown
            yield from missing(kind, {key: one for item in values for key, one in item.items()}, at)
    elif dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if not field.init:
                continue
            below = f"{at}.{field.name}"
            if field.name in values:
                yield from missing(hints[field.name], values[field.name], below)
            else:
                yield below


def test_the_shipped_file_or_an_example_sets_every_key() -> None:
    ours = set(missing(ConfigFile, tomllib.loads(TEXT), ""))
    theirs = set.intersection(
        *(set(missing(ConfigFile, tomllib.loads(text), "")) for text in EXAMPLES)
    )
    sections = {f".provisions.{name}" for name in ("kinds", "groups", "tiers", "clauses")}
    noted = {f".provisions.{name}" for name in ("manners", "periods")}
    assert ours == sections | noted
    assert all(f"# [[{name[1:]}]] " in TEXT for name in noted)
    assert not [key for key in theirs if any(key.startswith(one) for one in sections)]
