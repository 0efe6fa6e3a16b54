"""The office's own config.toml beside the invented one of builders.py."""

from pathlib import Path

import pytest

from rulebook.provisions import Provisions


@pytest.fixture(scope="session")
def office() -> Provisions:
    """The regulation that config.toml ships with."""
    from console.settings.loading import load  # most rules' tests need none of it

    return load(Path(__file__).parents[2] / "config.toml", {}).provisions[0]
