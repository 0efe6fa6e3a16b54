"""Reading an archive as the service does: through `parsers.read`, nothing raised, facts counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest

import parsers
from parsers.types import Container, Fact, File, Limits, Other, ResourceBudget, Text, UnreadableFile
from rulebook.reasons import Reason


@dataclass(frozen=True, slots=True)
class Found:
    """What came out of one file: facts by path, without the archive's own name."""

    facts: tuple[Fact, ...]
    name: str

    @property
    def members(self) -> dict[str, str]:
        """SHA-256 by path of everything that is no container and no junk."""
        return {
            fact.path.removeprefix(f"{self.name}/"): fact.digest
            for fact in self.facts
            if not isinstance(fact, Container)
            and fact.path != self.name
            and not (isinstance(fact, Other) and fact.role == "junk")
        }

    @property
    def sizes(self) -> list[list[object]]:
        return sorted(
            [fact.path.removeprefix(f"{self.name}/"), fact.size]
            for fact in self.facts
            if fact.path != self.name
        )

    @property
    def refused(self) -> list[tuple[str, Reason, str]]:
        return [
            (fact.path, fact.reason, fact.detail)
            for fact in self.facts
            if isinstance(fact, UnreadableFile) and fact.path == self.name
        ]

    @property
    def texts(self) -> list[str]:
        return [fact.path for fact in self.facts if isinstance(fact, Text)]


Read = Callable[..., Found]


@pytest.fixture
def read() -> Read:
    def reading(name: str, data: bytes, *passwords: str, limits: Limits | None = None) -> Found:
        budget = ResourceBudget(limits or Limits(), passwords)
        return Found(tuple(parsers.read([File(name, data)], budget)), name)

    return reading


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
