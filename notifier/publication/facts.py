"""What a draft is printed from: its words, its pictures where they stand, who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Picture:
    """
    A picture in place.

    `name`: of its file in the package; `small`: a JPEG for documents, empty where it could not be had;
    `width`, `height`: pixels of the original, upright; `trouble`: why it could not be had, in Chinese.
    """

    name: str
    caption: str = ""
    small: bytes = b""
    width: int = 0
    height: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a picture; the other is empty."""

    text: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """
    A draft ready to be printed. `unit`: who sent it, "" where that is not known; `day`: of its receipt.

    `stem`: what its files are named by, without folders and endings.
    """

    title: str
    unit: str
    author: str
    reviewer: str
    day: date
    blocks: tuple[Block, ...]
    stem: str

    @property
    def byline(self) -> str:
        """Who wrote it, in one line: the unit, and the author where one is named."""
        return "　".join(part for part in (self.unit, self.author) if part)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in the order in which they stand."""
        return tuple(block.picture for block in self.blocks if block.picture is not None)
