"""A person asks for a round at once: a small file that the pages write and the service takes away."""

from __future__ import annotations

from pathlib import Path

NAME = "collect-now"


def ask(data: Path) -> None:
    """Ask the service on this data folder for a round. Raises: OSError."""
    (data / NAME).touch(mode=0o600)


def waiting(data: Path) -> bool:
    """Whether a round was asked for that no service has begun."""
    return (data / NAME).exists()


def take(data: Path) -> bool:
    """Return whether a round was asked for, and forget it."""
    try:
        (data / NAME).unlink()
    except OSError:
        return False
    return True
