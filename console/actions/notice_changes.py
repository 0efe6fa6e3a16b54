"""What became of a published notice since, unit by unit, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from zoneinfo import ZoneInfo

from console.application import Application
from ledger.notices import Difference, PointsChange
from ledger.queries.change_causes import causes
from ledger.rulings import Rules
from rulebook.amounts import Amount, signed, total
from rulebook.periods import Period

MAX_CAUSES = 4
"""Causes of one change that are listed."""


class Teller:
    """Tells why points are no longer as published; ledger and journal are asked once for all units."""

    def __init__(self, application: Application) -> None:
        settings = application.settings
        rules = Rules(
            settings.provisions_at, settings.provisions_on_day, settings.calendar.is_workday
        )
        self._zone = ZoneInfo(application.zone)
        self._published = cache(application.notices.published)
        self._versions = cache(application.rule_versions.history)
        self._causes = cache(
            lambda period, since: causes(application.engine, period, since, rules, application.zone)
        )

    def why(self, change: PointsChange, since: int = 0) -> str:
        """
        Tell what made a difference, the largest first; it stands in the journal.

        Args: `since`: the entry of the journal after which it is looked for; 0: the last notice that told
              these points.
        """
        if not self._published(change.period):
            return ""
        points: dict[str, Amount] = {}
        since = since or self._told_last(change)
        for one in self._causes(change.period, since):
            if one.unit == change.unit:
                points[one.sentence] = total((points.get(one.sentence, 0), one.points))
        if rest := change.now - change.told - total(points.values()):
            points[self._rest(since)] = total([rest])
        return _listed(points)

    def _told_last(self, change: PointsChange) -> int:
        """Return the entry of the last notice that told a unit's points."""
        first, about = self._published(change.period)[0], (change.period.name, change.unit)
        return max(
            one.entry
            for one in self._published()
            if one.id == first.id
            or (one.id > first.id and any(told[:2] == about for told in one.told))
        )

    def _rest(self, since: int) -> str:
        """Name what no deed explains: rules that were corrected since, or what follows from all deeds."""
        corrected = [one for one in self._versions() if one.seq > since]
        if not corrected:
            return "其他变动（任务、封顶等随之重算）"
        day = corrected[-1].at.astimezone(self._zone)
        return f"{day.month}月{day.day}日更正规定：{corrected[-1].why}"


def _listed(points: Mapping[str, Amount]) -> str:
    """List causes with their points, the largest first; a single one needs no figure."""
    told = sorted(points.items(), key=lambda one: abs(float(one[1])), reverse=True)
    told = [one for one in told if one[1]]
    if len(told) == 1:
        return told[0][0]
    shown = [f"{sentence}（{signed(worth)}分）" for sentence, worth in told[:MAX_CAUSES]]
    if more := told[MAX_CAUSES:]:
        shown.append(f"另有{len(more)}项，合计{signed(total(worth for _, worth in more))}分")
    return "；".join(shown)


def changed_points(period: Period, differing: Iterable[Difference]) -> list[PointsChange]:
    """List those of a notice's differing rows whose points are no longer as published."""
    return [
        PointsChange(period, one.unit, one.published, one.now)
        for one in differing
        if one.published != one.now
    ]
