"""How the service stands, as programs get it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from notifier.letters.digest import Health, Level


def health_json(found: Iterable[Health]) -> dict[str, Any]:
    """Say whether all is well, what fails, and how each part stands: /healthz, metrics and `status` alike."""
    told = list(found)
    failing = [one.name for one in told if one.level is Level.FAIL]
    return {
        "ok": not failing,
        "failing": failing,
        "findings": [
            {
                "name": one.name,
                "level": one.level.name.lower(),
                "found": one.sentence,
                "remedy": one.remedy,
            }
            for one in told
        ],
    }
