"""Where fuzzing starts: the samples, the regression corpus, and pieces of packages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "samples"
LARGEST = 60_000
_ARCHIVES = ("zip", "rar", "sevenzip", "tar", "gz", "tnef", "selfextracting", "volumes")
_MODES = {"word/document.xml": 1, "content.xml": 2, "Content.xml": 3, "sheet1.xml": 4,
          "word/footnotes.xml": 5, "OFD.xml": 6}  # fmt: skip


def corpus(target: str) -> dict[str, bytes]:
    """The regression corpus of a target: name of the case -> its bytes."""
    place = HERE / "corpus" / f"{target}.zip"
    if not place.exists():
        return {}
    with zipfile.ZipFile(place) as kept:
        return {name: kept.read(name) for name in sorted(kept.namelist())}


def of(target: str) -> Iterator[bytes]:
    """All that a target starts from."""
    yield from corpus(target).values()
    for path in sorted(SAMPLES.glob("*/*")):
        if not path.is_file() or path.suffix in (".json", ".md") or path.stat().st_size > LARGEST:
            continue
        data = path.read_bytes()
        packed = path.parent.name in _ARCHIVES
        if target == "message" and path.parent.name == "mail":
            yield data
        if target == "archive" and packed:
            yield data
            if path.suffix == ".tar":
                yield from (bytes((mode,)) + data for mode in (1, 2, 3))
        if target == "document" and not packed:
            yield data
            yield from _members(data)


def _members(data: bytes) -> Iterator[bytes]:
    """The XML of a package, each with the mode under which document() packs it again."""
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            for ending, mode in _MODES.items():
                if name.endswith(ending):
                    yield bytes((mode,)) + package.read(name)
