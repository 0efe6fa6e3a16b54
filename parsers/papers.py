"""A document that a person hands in as it is: all of its text, and the rows of its tables."""

from __future__ import annotations

from dataclasses import dataclass

from parsers import reading
from parsers.types import File, LimitHit, Limits, Refusal, ResourceBudget, Text


@dataclass(frozen=True, slots=True)
class Paper:
    """
    What stands in a document; both empty where no text can be had (a scan).

    `tables`: the rows of each table, its cells as text.
    """

    text: str = ""
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()


def read(name: str, raw: bytes, limits: Limits | None = None) -> Paper:
    """Read a document within the limits of a letter; what cannot be read is an empty paper."""
    budget = ResourceBudget(limits or Limits())
    try:
        facts = list(reading.read([File(name, raw)], budget))
    except (LimitHit, Refusal, MemoryError):
        return Paper()
    texts = [fact for fact in facts if isinstance(fact, Text)]
    return Paper(
        "\n".join(line for text in texts for line in text.paragraphs),
        tuple(table for text in texts for table in text.tables),
    )
