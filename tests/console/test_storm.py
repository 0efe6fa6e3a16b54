"""A small storm of kills and broken wires: nothing is lost, doubled or left over (`python -m bench.storm`)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.storm import storm

KILLS = 30 if os.environ.get("SHOUGAO_DEEP") else 4


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found by proc(5)")
def test_killed_at_random_and_at_each_step_nothing_is_lost_doubled_or_left_over(
    tmp_path: Path,
) -> None:
    outcome = storm(tmp_path, KILLS, letters=2 * KILLS, seed=1)
    assert (outcome.lost, outcome.doubled, outcome.left_over) == ([], [], [])
    assert outcome.well
    assert sum(outcome.kills.values()) == KILLS
