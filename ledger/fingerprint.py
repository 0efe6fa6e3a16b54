"""
A text's fingerprint: texts that are nearly the same share some of its parts.

Source: Broder, "On the resemblance and containment of documents" (1997); Leskovec, Rajaraman,
Ullman, "Mining of Massive Datasets", 3.3 and 3.4.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rulebook.originality import SHORTEST_ALIKE, essence
from rulebook.passages import common_passages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BANDS, ROWS = 16, 4
LONGEST = 20_000
"""Characters that are looked at."""

SEED = 20220224

SHUFFLED = 4
"""Shared numbers of a fingerprint from which on the words may be the same in another order."""


def bands(text: str) -> tuple[int, ...]:
    """
        Fingerprint a text: 16 signed numbers of 32 bits; empty for a text too short to be compared.

        MinHash over all pairs of neighbouring characters, since most Chinese words have two (decision
    0008 has the figures): 64 minima, hashed by fours. The same text gives
        the same numbers for ever: they are in the ledger. Two texts whose sets of pairs overlap by J
        (Jaccard) share a number with a chance of 1 - (1 - J⁴)¹⁶.
    """
    return bands_of(essence(text))


def bands_of(words: str) -> tuple[int, ...]:
    """Fingerprint a text's essence (rulebook.originality.essence)."""
    words = words[:LONGEST]
    if len(words) < SHORTEST_ALIKE:
        return ()
    import numpy as np  # slow to load, and needed in the workers alone

    points = np.frombuffer(words.encode("utf-32-le"), np.uint32).astype(np.uint64)
    shingles = points[:-1] << np.uint64(32) | points[1:]  # one that comes again changes no minimum
    factors, offsets, of_rows, of_bands = _drawn()
    mixed = _mixed(shingles)
    hashed = factors * mixed
    hashed += offsets
    minima = (hashed.min(axis=1) >> np.uint64(32)).reshape(BANDS, ROWS)
    keys = _mixed((minima * of_rows).sum(axis=1, dtype=np.uint64) + of_bands)
    return tuple((keys >> np.uint64(32)).astype(np.uint32).view(np.int32).tolist())


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix numbers so that every bit of the result depends on every bit (splitmix64's finish)."""
    import numpy as np

    numbers = (numbers ^ numbers >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ numbers >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return numbers ^ numbers >> np.uint64(31)


@cache
def _drawn() -> tuple[NDArray[np.uint64], ...]:
    """Draw the hash functions' constants: columns for the 64 minima, a row for a band, one a band."""
    import random

    import numpy as np

    chance = random.Random(SEED)
    count = BANDS * ROWS

    def draw(size: int, odd: int = 0) -> NDArray[np.uint64]:
        return np.array([chance.getrandbits(64) | odd for _ in range(size)], np.uint64)

    return draw(count, 1)[:, None], draw(count)[:, None], draw(ROWS, 1)[None, :], draw(BANDS)


def likeness(one: str, other: str, least: float, shared: int = BANDS) -> float:
    """
    Rate how alike two essences are, 0..1; 0 when it is less than `least`.

    rapidfuzz's ratio: twice the characters that both have in the same order, over all characters.
    Where the fingerprints share much all the same, paragraphs may have changed places: then the
    share of both that lies in common passages counts.
    """
    from rapidfuzz import fuzz  # slow to load

    share = fuzz.ratio(one, other, score_cutoff=100 * least) / 100
    if share < least and shared >= SHUFFLED:
        share = common_passages(one, other).share
    return share if share >= least else 0.0
