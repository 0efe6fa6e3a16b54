"""What became of a published notice since, unit by unit, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from console.application import Application
from ledger.notices import Difference, PointsChange, PublishedNotice, differences
from ledger.queries.change_causes import Cause, InForce, causes
from ledger.queries.figures import Summary
from rulebook.amounts import Amount, signed, total
from rulebook.periods import Period

MAX_CAUSES = 4
"""Causes of one change that are listed."""


def teller(application: Application) -> Callable[..., str]:
    """Return `why_changed`, which asks the journal once for all units of a period."""
    settings = application.settings
    rules = InForce(
        settings.provisions_at, settings.provisions_on_day, settings.calendar.is_workday
    )

    @cache
    def found(period: Period, since: int) -> list[Cause]:
        return causes(application.engine, period, since, rules, application.zone)

    def tell(change: PointsChange, since: int = 0) -> str:
        return why_changed(application, found, change, since)

    return tell


def why_changed(
    application: Application,
    found: Callable[[Period, int], Sequence[Cause]],
    change: PointsChange,
    since: int,
) -> str:
    """
    Tell what made a difference, the largest first; it stands in the journal.

    Args: `since`: the entry of the journal after which it is looked for; 0: the last notice that told these
          points.
    """
    notices, about = application.notices.published(change.period), (change.period.name, change.unit)
    if not notices:
        return ""
    since = since or max(
        one.entry
        for one in application.notices.published()
        if one.id == notices[0].id
        or (one.id > notices[0].id and any(told[:2] == about for told in one.told))
    )
    points: dict[str, Amount] = {}
    for one in found(change.period, since):
        if one.unit == change.unit:
            points[one.sentence] = total((points.get(one.sentence, 0), one.points))
    rest: Amount = change.now - change.told - total(points.values())
    if rest:
        corrected = [one for one in application.rule_versions.history() if one.seq > since]
        day = corrected[-1].at.astimezone(ZoneInfo(application.zone)) if corrected else None
        points[
            f"{day.month}月{day.day}日更正规定：{corrected[-1].why}"
            if day
            else "其他变动（任务、封顶等随之重算）"
        ] = total([rest])
    told = sorted(points.items(), key=lambda one: abs(float(one[1])), reverse=True)
    told = [one for one in told if one[1]]
    if len(told) == 1:
        return told[0][0]
    shown = [f"{sentence}（{signed(worth)}分）" for sentence, worth in told[:MAX_CAUSES]]
    if more := told[MAX_CAUSES:]:
        shown.append(f"另有{len(more)}项，合计{signed(total(worth for _, worth in more))}分")
    return "；".join(shown)


def changed_since(published: PublishedNotice, current: Summary) -> list[PointsChange]:
    """List the units whose points are no longer as published."""
    return [
        PointsChange(published.period, one.unit, one.published, one.now)
        for one in compared(published, current)
        if one.published != one.now
    ]


def compared(published: PublishedNotice, current: Summary) -> list[Difference]:
    """List the units whose rows are no longer as published."""
    return differences(published.tables, current.tables)
