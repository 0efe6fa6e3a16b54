"""All versions of an office's provisions together: what a kind or tier is called, whichever version knew it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rulebook.kind_rules import Kind, KindRule, Role
from rulebook.provisions import Provisions


def in_force_on(versions: Sequence[Provisions], day: date) -> Provisions:
    """Return the version in force on an office day; before the first one, the first. Args: the earliest first."""
    in_force = [version for version in versions if version.since <= day]
    return in_force[-1] if in_force else versions[0]


def rule_of(versions: Sequence[Provisions], kind: Kind | None) -> KindRule | None:
    """Return the newest rule of a kind."""
    rules = (version.rule_of(kind) for version in reversed(versions))
    return next((rule for rule in rules if rule is not None), None)


def role_of(versions: Sequence[Provisions], kind: Kind | None) -> Role | None:
    """Return what a kind is to the rules."""
    rule = rule_of(versions, kind)
    return rule.role if rule else None


def short_name(versions: Sequence[Provisions], kind: Kind) -> str:
    """Return the name of a kind for narrow columns."""
    rule = rule_of(versions, kind)
    return rule.label if rule else kind


def kind_named(versions: Sequence[Provisions], written: str) -> Kind | None:
    """Return the kind that a name, a short name or a code means; None for none."""
    written = written.strip()
    for version in reversed(versions):
        for rule in version.kind_rules:
            if written and written in (rule.name, rule.code, rule.short):
                return rule.name
    return None


def kinds_of(versions: Sequence[Provisions]) -> list[KindRule]:
    """List every kind that a version knows, the newest version's first, each once."""
    rules: dict[Kind, KindRule] = {}
    for version in reversed(versions):
        for rule in version.kind_rules:
            rules.setdefault(rule.name, rule)
    return list(rules.values())


def tier_name(versions: Sequence[Provisions], tier: int | None) -> str:
    """Return the newest name of a tier, “类别待定” while it is undecided."""
    if tier is None:
        return "类别待定"
    names = (version.tier_name(tier) for version in reversed(versions))
    return next((name for name in names if name), f"第{tier}类")
