"""Units and the names they go by (rulebook: two groups, aliases matched longest first)."""

from __future__ import annotations

from collections.abc import Iterable

from rulebook.model import Unit
from rulebook.title_matching import nearness


def names_of(unit: Unit) -> tuple[str, ...]:
    """List every name that means this unit."""
    return tuple(dict.fromkeys((unit.name, *unit.members, *unit.aliases)))


def all_names(units: Iterable[Unit]) -> tuple[str, ...]:
    """List every name of every unit, the longest first: 高新北区 must be found before 高新区."""
    names = (name for unit in units for name in names_of(unit))
    return tuple(sorted(dict.fromkeys(names), key=lambda name: (-len(name), name)))


def near(name: str, units: Iterable[Unit], limit: int = 4) -> tuple[Unit, ...]:
    """List units one of whose names contains what was typed, or comes near it; the nearest first."""
    typed = name.strip()
    if not typed:
        return ()
    scored = []
    for unit in units:
        best = max(nearness(typed, known) for known in names_of(unit))
        if best >= 0.5:
            scored.append((best, unit))
    scored.sort(key=lambda pair: -pair[0])
    return tuple(unit for _, unit in scored[:limit])


def find(text: str, units: Iterable[Unit]) -> Unit | None:
    """
    Find the unit named in a text ("常州市武进区湖塘镇" is 湖塘镇).

    The longest name wins; of names equally long the one that stands first, so that 湖塘镇办公室 is
    湖塘镇 in whatever order the units are listed.
    """
    owners = {name: unit for unit in units for name in names_of(unit) if name in text}
    best = min(owners, key=lambda name: (-len(name), text.find(name)), default=None)
    return owners[best] if best is not None else None
