"""Where a raw letter lies: a path, or a file that somebody else has opened for this process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter that somebody else has opened for this process, and closes; `name`: the file's own."""

    name: str
    descriptor: int


LetterFile = Path | OpenLetter
