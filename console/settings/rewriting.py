"""config.toml brought up to date with its comments kept (tomlkit)."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from console.settings.errors import ConfigError
from console.settings.faults import RETIRED
from console.settings.spelling import config_text


def text_of(raw: bytes, path: Path) -> str:
    """Return the file's text, whatever program saved it. Raises ConfigError."""
    return config_text(raw, path)


_HEADER = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]")
_VERSION = re.compile(r"\s*\[\[\s*provisions\s*\]\]")


def versions_of(text: str) -> list[tuple[int, int]]:
    """Return the first line of each `[[provisions]]` and the one behind its last, counted from 0."""
    lines = text.split("\n")
    found: list[tuple[int, int]] = []
    start: int | None = None
    for number, line in enumerate(lines):
        header = _HEADER.match(line)
        if header is None:
            continue
        if start is not None and (_VERSION.match(line) or not header[1].startswith("provisions")):
            found.append((start, number))
            start = None
        if _VERSION.match(line):
            start = number
    if start is not None:
        found.append((start, len(lines)))
    return found


def with_copy_of_version(text: str, number: int) -> str:
    """Return the text with the `number`-th version (from 0) once more, behind the last one."""
    lines = text.split("\n")
    blocks = versions_of(text)
    first, end = blocks[number]
    _, behind = blocks[-1]
    while behind and not lines[behind - 1].strip():
        behind -= 1
    copied = lines[first:end]
    while copied and not copied[-1].strip():
        copied.pop()
    return "\n".join([*lines[:behind], "", *copied, "", *lines[behind:]])


def write_atomically(path: Path, text: str) -> None:
    """
    Put a text in a file's place in one step, with its mode; a reader sees the old one or the new one.

    Raises: OSError.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        if (
            path.exists() and os.geteuid() == 0
        ):  # root must not take the file from the service's user
            owner = path.stat()
            os.chown(name, owner.st_uid, owner.st_gid)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def without_retired(text: str, path: Path) -> str:
    """Return the text without retired keys. Raises ConfigError when it is no TOML."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(
            f"{path} 还有写错的地方，请先用 shougao config check 找出来改好。"
        ) from error
    _clean(document)
    return tomlkit.dumps(document)


def _clean(node: Any) -> None:
    if isinstance(node, dict):
        for key in [key for key in node if key in RETIRED]:
            del node[key]
        for value in node.values():
            _clean(value)
    elif isinstance(node, list):
        for value in node:
            _clean(value)
