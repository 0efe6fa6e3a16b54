"""What is raised when the office's settings cannot be used."""

from __future__ import annotations


class ConfigError(Exception):
    """config.toml cannot be used; the text names file, key, fault and remedy, a line each."""
