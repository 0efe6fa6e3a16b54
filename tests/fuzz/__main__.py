"""
Fuzzes one target with atheris (`uv pip install --group fuzz`), within the walls' bounds of memory.

    nice -n 19 python -m tests.fuzz message|archive|document FOLDER [libFuzzer's options]

FOLDER collects what is found; it is filled with this project's samples first. 20 minutes:
-max_total_time=1200. See also keep.py.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=[
        "parsers",
        "ingest",
        "zipfile",
        "tarfile",
        "olefile",
        "tnefparse",
        "email",
    ],
    enable_loader_override=False,
):
    from tests.fuzz import seeds, targets


def main() -> None:
    if len(sys.argv) < 3 or sys.argv[1] not in targets.TARGETS:
        sys.exit(__doc__)
    name, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for data in seeds.of(name):
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    options = [
        "-rss_limit_mb=1500",
        "-timeout=300",
        f"-max_len={seeds.LARGEST}",
        "-report_slow_units=10",
    ]
    logging.disable(logging.WARNING)  # what is survived is told a thousand times
    arguments = [sys.argv[0], str(folder), *options, *sys.argv[3:]]
    atheris.Setup(arguments, targets.within_seconds(targets.TARGETS[name]))
    atheris.Fuzz()


main()
