"""
Keeps what fuzzing found as the regression corpus of a target.

    python -m tests.fuzz.keep message|archive|document FOLDER

FOLDER is the one that fuzzing filled, with the crashes that were mended laid into it; libFuzzer has
reduced each input as far as it still shows something new (for an even smaller set: -merge=1). The
latest come first, what is kept already stays. Samples are not kept a second time.
"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path

from tests.fuzz import seeds

LARGEST = 6_000
MOST = 230


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    target, folder = sys.argv[1], Path(sys.argv[2])
    known = {hashlib.sha256(data).digest() for data in seeds.of(target)}
    kept = seeds.corpus(target)
    latest = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for data in (path.read_bytes() for path in latest):
        new = len(data) <= LARGEST and hashlib.sha256(data).digest() not in known
        if new and len(kept) < MOST:
            kept[hashlib.sha256(data).hexdigest()[:16]] = data
    place = seeds.HERE / "corpus" / f"{target}.zip"
    place.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(kept.items()):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    print(f"{len(kept)} inputs, {place.stat().st_size} bytes")


if __name__ == "__main__":
    main()
