"""config.toml brought up to date with its comments kept (tomlkit)."""

from __future__ import annotations

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
