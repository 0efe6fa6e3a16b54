"""
Write the locked lists of packages anew: `python deploy/lock.py [--upgrade]`. Needs uv on the path.

`requirements.txt` is what an office runs. Each other list holds what it adds to that, so that no
package is pinned twice: the demo, the tests, and an extra each. Exact versions with hashes, and no
address of a package index.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = "requirements.txt"
LISTS: dict[str, tuple[str, ...]] = {
    RUN: ("--group", "install"),
    "requirements-demo.txt": ("--group", "install", "--group", "demo"),
    "requirements-heic.txt": ("--extra", "heic"),
    "requirements-ocr.txt": ("--extra", "ocr"),
    "requirements-postgresql.txt": ("--extra", "postgresql"),
    "requirements-procrastinate.txt": ("--extra", "procrastinate"),
    "requirements-push.txt": ("--extra", "push"),
    "requirements-s3.txt": ("--extra", "s3"),
    "requirements-test.txt": ("--group", "dev", "--extra", "heic"),
}
"""What uv is asked for, beside the program's own dependencies."""

_ENTRY = re.compile(r"^[a-z0-9][^\n]*(?:\n    [^\n]*)*\n", re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Write every list; returns the exit code."""
    pins = _pins(*LISTS)
    locked: dict[str, list[str]] = {}
    for name, wanted in LISTS.items():
        constraints = [*(locked.get(RUN) or pins), *([] if name == RUN else pins)]
        if "--upgrade" in arguments:
            constraints = locked.get(RUN, [])
        entries = _compiled(wanted, constraints)
        shared = {_first(entry) for entry in locked.get(RUN, [])}
        if name == RUN:
            locked[RUN] = [_first(entry) for entry in entries]
        (ROOT / name).write_text(
            "".join(entry for entry in entries if name == RUN or _first(entry) not in shared),
            encoding="utf-8",
        )
    return 0


def _first(entry: str) -> str:
    """Return an entry's pin with its marker."""
    return entry.partition(" \\")[0].strip()


def _pins(*names: str) -> list[str]:
    return [
        _first(entry)
        for name in names
        if (ROOT / name).exists()
        for entry in _ENTRY.findall((ROOT / name).read_text(encoding="utf-8"))
    ]


def _compiled(wanted: tuple[str, ...], constraints: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        known, out = Path(folder, "constraints.txt"), Path(folder, "out.txt")
        known.write_text("\n".join(dict.fromkeys(constraints)), encoding="utf-8")
        command = ["uv", "pip", "compile", "--quiet", str(ROOT / "pyproject.toml"), *wanted]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "-c", str(known), "-o", str(out)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return _ENTRY.findall(out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
