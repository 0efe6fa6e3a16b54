"""A letter's files once more: only the containers on the way to the wanted ones are opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parsers import reading
from parsers.types import File, LimitHit, Refusal, ResourceBudget

STOPPED = (LimitHit, OSError, MemoryError, RecursionError)


def find(files: Iterable[File], paths: Iterable[str], budget: ResourceBudget) -> Iterator[File]:
    """
    Find the files entered under these paths; they come identified, in reading order.

    Damage ends the search in its container only.
    Raises: LimitHit when the letter asks for more than its limits.
    """
    wanted = set(paths)
    for file in files:
        yield from _below(file, wanted, budget)


def _below(file: File, wanted: set[str], budget: ResourceBudget) -> Iterator[File]:
    if file.path in wanted:
        yield reading.identify(file)
    if not any(path.startswith(f"{file.path}/") for path in wanted):
        return
    file = reading.identify(file)
    parser = reading.claimant(file)
    if parser is None:
        return
    budget.check_depth(file.depth + 1)
    try:
        for part in parser.parse(file, budget):
            if isinstance(part, File):
                yield from _below(part, wanted, budget)
    except (Refusal, MemoryError, RecursionError):  # behind what was found: the rest cannot be had
        return
