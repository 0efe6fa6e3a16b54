"""What fuzzing once found is read again each time: no crash, no hang, no count passed by."""

from __future__ import annotations

import pytest

from tests.fuzz import seeds, targets


@pytest.mark.parametrize("target", targets.TARGETS)
def test_what_fuzzing_found_is_survived(target: str) -> None:
    kept = seeds.corpus(target)
    assert kept
    for name, data in kept.items():
        try:
            targets.within_seconds(targets.TARGETS[target])(data)
        except Exception as error:
            error.add_note(f"{target}/{name}")
            raise
