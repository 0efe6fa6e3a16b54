"""A run that skips what is not on the list fails, and tells what it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import allowed

ROOT = Path(__file__).resolve().parents[1]
TESTS = """
import pytest
def test_there(): pass
def test_away(): pytest.skip("{reason}")
"""


@pytest.mark.parametrize(
    ("reason", "guard", "code"),
    [
        ("PostgreSQL is not installed", "1", 1),
        ("root may read everything", "1", 0),
        ("PostgreSQL is not installed", "", 0),
    ],
)
def test_a_skip_that_is_not_allowed_fails_the_run(
    tmp_path: Path, reason: str, guard: str, code: int
) -> None:
    (tmp_path / "test_it.py").write_text(TESTS.format(reason=reason), encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "from tests import skips\ndef pytest_configure(config): skips.register(config)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "SHOUGAO_NO_SKIPS": guard, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("SKIPPED BUT NOT ALLOWED" in done.stdout) == bool(code)


def test_programs_that_ci_installs_are_not_on_the_list() -> None:
    for reason in (
        "LibreOffice (soffice) is not installed",
        "Chromium is not installed",
        "dovecot",
    ):
        assert not allowed(reason)
