"""Sheets that people hand in are read behind the walls: a hostile one costs itself a worker, nothing else."""

from __future__ import annotations

from dataclasses import replace

from console.application import Application
from ingest.sandbox.pool import PoolBroken, WorkerLost, outcome_of
from parsers import tables
from parsers.tables import Grid, TableReader, Unreadable

SECONDS = 20.0
"""How long a person may be kept waiting for a sheet."""


def walled_reader(application: Application) -> TableReader:
    """Return what reads a file's tables in a confined worker; one that ends the worker is too large."""
    limits = replace(application.settings.limits.of_letter(), seconds=SECONDS)

    def read(name: str, raw: bytes) -> tuple[Grid, ...] | Unreadable:
        try:
            return outcome_of(application.workers.run(tables.read, name, raw, limits))
        except (WorkerLost, PoolBroken):
            return Unreadable.TOO_LARGE

    return read
