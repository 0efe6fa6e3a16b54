"""
What a sentence is for, told by the sentences it is most like.

The sentences of `rulebook/spoken/` are counted once by runs of one to three characters (naive
Bayes: Manning, Raghavan, Schütze, Introduction to Information Retrieval, 13.2); what nobody foresaw is
then told by all that was ever written alike. Evidence names the nearest of them. No sentence is too long
to be bounded: the first characters of the first and last ones are looked at.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from rulebook.spoken import (
    adoption,
    inquiry,
    other,
    resending,
    sending,
    statement,
    thanks,
    withdrawal,
)

MAX_SENTENCES = 14
MAX_CHARACTERS = 90
"""Of a sentence: enough to tell what it is for."""

_SMOOTHING = 0.6
_SPLIT = re.compile(r"(?<=[。！!？?；;~～])|\n")
_CLAUSES = re.compile(r"(?<=[。！!？?；;~～，,：:])|\n|\s{2,}")
_LINE = re.compile(r"\n| / ")
_TITLE = re.compile(r"《[^》\n]*》?")
_NUMBER = re.compile(r"[\d０-９]+")
_MARKS = re.compile(r"[^《\w?]+|_+")


class Act(StrEnum):
    """What a sentence does."""

    THANKS = "thanks"
    WITHDRAWAL = "withdrawal"
    ADOPTION = "adoption"
    SENDING = "sending"
    RESENDING = "resending"
    STATEMENT = "statement"
    INQUIRY = "inquiry"
    OTHER = "other"


ACTS = tuple(Act)
_SPOKEN = {
    Act.THANKS: thanks.LINES,
    Act.WITHDRAWAL: withdrawal.LINES,
    Act.ADOPTION: adoption.LINES,
    Act.SENDING: sending.LINES,
    Act.RESENDING: resending.LINES,
    Act.STATEMENT: statement.LINES,
    Act.INQUIRY: inquiry.LINES,
    Act.OTHER: other.LINES,
}


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A sentence with how likely it does each thing; the values sum to 1."""

    sentence: str
    likely: dict[Act, float]

    @property
    def act(self) -> Act:
        """What it most likely does."""
        return max(self.likely, key=self.likely.__getitem__)


def hear(text: str, clauses: bool = False) -> tuple[Heard, ...]:
    """
    Tell what each sentence of a text does, or each clause.

    Returns: at most `MAX_SENTENCES`, of a longer text those at its head and at its end.
    """
    split = _CLAUSES if clauses else _SPLIT
    parts = [part.strip() for part in split.split(text) if _plain(part[:MAX_CHARACTERS])]
    if len(parts) > MAX_SENTENCES:
        parts = parts[: MAX_SENTENCES - 4] + parts[-4:]
    return tuple(_heard(part[:MAX_CHARACTERS]) for part in parts)


def nearest(sentence: str, act: Act) -> str:
    """Return the known sentence of an act that is most like this one; "" if none is like it."""
    wanted = set(_runs(sentence))
    best, found = 0.0, ""
    for known, runs in _known()[act]:
        shared = len(wanted & runs)
        alike = shared / math.sqrt(len(runs) * len(wanted))
        if alike > best:
            best, found = alike, known
    return found


def _plain(text: str) -> str:
    """Write a sentence as the counted ones are: no marks, one character for numbers and for titles."""
    text = _NUMBER.sub("0", _TITLE.sub("《", text)).replace("？", "?").replace("您", "你")
    return _MARKS.sub("", text).lower()


def _runs(text: str) -> list[str]:
    plain = f"^{_plain(text)}$"
    return [
        plain[start : start + width]
        for width in (1, 2, 3)
        for start in range(len(plain) - width + 1)
    ][1:]


@lru_cache(1024)
def _heard(sentence: str) -> Heard:
    runs = {run for run in _runs(sentence) if run not in ("^", "$")}
    sums = [sum(column) for column in zip(*map(_likelihood, runs), strict=True)]
    top, width = max(sums), math.sqrt(len(runs))
    # runs overlap: their logarithms are divided, or every sentence would be as good as certain
    weights = [math.exp((value - top) / width) for value in sums]
    whole = sum(weights)
    return Heard(sentence, {act: weight / whole for act, weight in zip(ACTS, weights, strict=True)})


@cache
def _known() -> dict[Act, tuple[tuple[str, frozenset[str]], ...]]:
    return {
        act: tuple((line, frozenset(_runs(line))) for line in _LINE.split(lines.strip()))
        for act, lines in _SPOKEN.items()
    }


@cache
def _counted() -> tuple[tuple[Counter[str], float], ...]:
    """Return for each act how often each run stands in its sentences, and the logarithm of all of them."""
    counts = [Counter(run for _, runs in _known()[act] for run in runs) for act in ACTS]
    seen = len(set().union(*counts))
    return tuple((one, math.log(one.total() + _SMOOTHING * seen)) for one in counts)


@lru_cache(1 << 14)
def _likelihood(run: str) -> tuple[float, ...]:
    """Return the logarithm of a run's likelihood in each act, of one that nobody wrote, too."""
    return tuple(math.log(counts.get(run, 0) + _SMOOTHING) - whole for counts, whole in _counted())
