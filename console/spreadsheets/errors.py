"""What is raised when a file cannot be read as a table."""

from __future__ import annotations


class SheetError(Exception):
    """The file cannot be read as a table; the text names the file, the fault and the remedy."""
