"""Figures of a period, remembered while nothing was entered or decided since."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine

from ledger.queries import audit
from ledger.queries.figures import Figures, Summary
from rulebook.periods import Period
from rulebook.targets import Progress

MAX_PERIODS = 16
"""Periods that are remembered: a notice is compared with those before it."""


@dataclass(frozen=True, slots=True)
class Summaries:
    """Asks the ledger once a period, day and end of the journal."""

    reader: Engine
    figures: Figures
    _known: OrderedDict[tuple[str, date, int], Summary] = field(default_factory=OrderedDict)
    _behind: dict[tuple[date, int], tuple[Progress, ...]] = field(default_factory=dict)
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def of(self, period: Period, today: date) -> Summary:
        """Return the figures of a period as they stand."""
        with self._asking:
            key = (period.name, today, audit.end_of_journal(self.reader))
            if key not in self._known:
                self._known[key] = self.figures.summary(period, today)
                while len(self._known) > MAX_PERIODS:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]

    def behind(self, today: date) -> tuple[Progress, ...]:
        """Return who is behind right now."""
        with self._asking:
            key = (today, audit.end_of_journal(self.reader))
            if key not in self._behind:
                self._behind.clear()
                self._behind[key] = self.figures.behind(today)
            return self._behind[key]
