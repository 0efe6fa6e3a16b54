"""Which periods a notice may be about: those that have begun, and in which points were counted."""

from __future__ import annotations

from datetime import date

from console.settings.loading import Settings
from ledger.errors import InvalidInput
from rulebook.periods import Period


def check_period(settings: Settings, period: Period, today: date) -> None:
    """Refuse a period that no notice can be about. Raises: InvalidInput."""
    begun = min(one.effective_from for one in settings.provisions)
    if period.last < begun:
        raise InvalidInput(f"{period.label}在考核起始日 {begun} 之前，没有可以通报的，请核对时段。")
    if period.first > today:
        raise InvalidInput(
            f"{period.label}还没有开始（{period.first}，今天是 {today}），请核对时段。"
        )
