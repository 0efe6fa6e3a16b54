"""Some weeks of an office in accelerated time keep every promise (`python -m bench.soak` plays a year)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="memory is measured by proc(5)")
def test_weeks_with_an_outage_of_the_relay_break_no_promise() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.soak", "--letters", "40", "--days", "50"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "broken promises 0" in done.stdout
    assert "passing files: 0.0" in done.stdout
