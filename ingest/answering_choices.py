"""What an office chooses of `[answers]` in config.toml: loaded by all that reads settings."""

from __future__ import annotations

from enum import StrEnum


class StrangersAnswered(StrEnum):
    """Which letters of senders outside the roster are answered."""

    SUBMISSIONS = "submissions"
    NEVER = "never"


class Inquiries(StrEnum):
    """Who answers an officer that asks for points, rank or what is missing."""

    CARD = "card"
    STAFF = "staff"
