"""Files and thumbnails of a letter, fetched out of the raw letter in the vault by a walled-in worker."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from ingest import preview
from ingest.sandbox import office
from ingest.sandbox.pool import PoolBroken, PoolClosed, Workers
from parsers.types import Limits

MAX_LETTERS = 24
"""Letters whose thumbnails are remembered: about 10 MB."""
MAX_PICTURES = 60
"""Thumbnails a letter gets; the rest can be downloaded."""
MAX_DRAWN = 40_000_000
"""Bytes of drawn pages that are remembered."""


class VaultFiles:
    """Asks the workers, one letter's thumbnails at a time, and remembers the latest ones."""

    def __init__(self, workers: Workers, limits: Limits) -> None:
        self._workers = workers
        self._limits = limits
        self._known: OrderedDict[Path, dict[str, bytes]] = OrderedDict()
        self._asking = threading.Lock()
        self._drawn: OrderedDict[tuple[Path, str], tuple[bytes, ...]] = OrderedDict()
        self._drawing = threading.Lock()

    def file(self, letter: Path, path: str) -> bytes | None:
        """Return the bytes of one file, None when it cannot be had."""
        try:
            return self._workers.run(preview.file_of, letter, path, self._limits).result()
        except _FAILED:
            return None

    def headers(self, letter: Path, names: Sequence[str]) -> list[tuple[str, str]] | None:
        """Return these fields of the letter's head, None when they cannot be had."""
        try:
            return self._workers.run(preview.headers_of, letter, list(names)).result()
        except _FAILED:
            return None

    def thumbnail(self, letter: Path, path: str, paths: Sequence[str]) -> bytes | None:
        """Return a small JPEG of one picture; those of the letter's other pictures are made with it."""
        with self._asking:
            if letter not in self._known:
                self._known[letter] = self._thumbnails(letter, paths[:MAX_PICTURES])
                while len(self._known) > MAX_LETTERS:
                    self._known.popitem(last=False)
            self._known.move_to_end(letter)
            return self._known[letter].get(path)

    def picture(self, letter: Path, path: str) -> bytes | None:
        """Make a large JPEG of one picture, or of the first page of a scan; it is not remembered."""
        try:
            return self._workers.run(preview.large, letter, path, self._limits).result()
        except _FAILED:
            return None

    def pages(
        self, letter: Path, path: str, home: Path, *, walls_required: bool
    ) -> tuple[bytes, ...]:
        """
        Draw a file's pages: of a PDF or a scan, or of a document as LibreOffice lays it out.

        The latest are remembered. () where it cannot be had, or LibreOffice is not there.
        """
        with self._drawing:
            key = (letter, path)
            if key not in self._drawn:
                self._drawn[key] = self._pages(letter, path, home, walls_required)
                while len(self._drawn) > 1 and self._drawn_bytes() > MAX_DRAWN:
                    self._drawn.popitem(last=False)
            self._drawn.move_to_end(key)
            return self._drawn[key]

    def _drawn_bytes(self) -> int:
        return sum(len(page) for pages in self._drawn.values() for page in pages)

    def _pages(
        self, letter: Path, path: str, home: Path, walls_required: bool
    ) -> tuple[bytes, ...]:
        name = path.rpartition("/")[2]
        try:
            if not office.lays_out(name):
                drawn = self._workers.run(preview.pages, letter, path, self._limits).result()
                return tuple(drawn)
            document = self.file(letter, path)
            pdf = (
                office.as_pdf(document, name, home, walls_required=walls_required)
                if document
                else None
            )
            if pdf is None:
                return ()
            return tuple(self._workers.run(preview.pages_of_pdf, pdf).result())
        except _FAILED:
            return ()

    def _thumbnails(self, letter: Path, paths: Sequence[str]) -> dict[str, bytes]:
        try:
            return self._workers.run(preview.thumbnails, letter, list(paths), self._limits).result()
        except _FAILED:
            return {}


# a worker that dies over a letter costs its pictures, never the console; pebble's ProcessExpired
# is an OSError, the broken pool a RuntimeError
_FAILED = (OSError, RuntimeError, MemoryError, TimeoutError, PoolBroken, PoolClosed)
