"""The passages that two texts have in common, wherever they stand in each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST = 8
"""Letters and figures of a passage: shorter ones are turns of phrase that everybody uses."""

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CommonPassages:
    """
    The passages that two texts share.

    `one`, `other`: where they stand in either text, from and to, in characters of the texts as they
    are. `share` of both texts' letters and figures that lie in them, 0..1.
    """

    one: tuple[Range, ...]
    other: tuple[Range, ...]
    share: float


def common_passages(one: str, other: str) -> CommonPassages:
    """Compare by letters and figures alone: punctuation, spaces and width make no difference."""
    (mine_bare, places), (again, others) = _essence(one), _essence(other)
    mine, theirs = _runs(mine_bare, again), _runs(again, mine_bare)
    covered = sum(end - begin for begin, end in (*mine, *theirs))
    return CommonPassages(
        _in_text(mine, places),
        _in_text(theirs, others),
        covered / max(1, len(mine_bare) + len(again)),
    )


def _essence(text: str) -> tuple[str, list[int]]:
    """Like originality.essence, with the offset in the text of every character that is left."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).lower():
            if plain.isalnum():
                characters.append(plain)
                offsets.append(offset)
    return "".join(characters), offsets


def _runs(text: str, other: str) -> list[Range]:
    """Return the stretches of a text all of whose pieces of SHORTEST characters stand in the other, too."""
    pieces = {other[offset : offset + SHORTEST] for offset in range(len(other) - SHORTEST + 1)}
    runs: list[Range] = []
    for offset in range(len(text) - SHORTEST + 1):
        if text[offset : offset + SHORTEST] not in pieces:
            continue
        if runs and runs[-1][1] >= offset:
            runs[-1] = (runs[-1][0], offset + SHORTEST)
        else:
            runs.append((offset, offset + SHORTEST))
    return runs


def _in_text(runs: Sequence[Range], places: Sequence[int]) -> tuple[Range, ...]:
    return tuple((places[begin], places[end - 1] + 1) for begin, end in runs)
