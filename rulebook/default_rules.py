"""The kinds, groups and tiers of a file that does not list its own: those of the first office."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rulebook.amounts import Amount
from rulebook.kind_rules import Group, GroupRule, Kind, KindRule, Role, TierRule, TimeLimit

NEWS, OPINION = Kind("工作动态"), Kind("舆情")
ARTICLE, COMMISSION = Kind("综合性原创文章"), Kind("约稿")
TOWNS, OFFICES = Group("板块"), Group("科室、大队")

KINDS = (NEWS, OPINION, ARTICLE, COMMISSION)
GROUPS = (TOWNS, OFFICES)

_REPORTS = ("工作动态/舆情", "news")
_ARTICLES = ("综合性文章/约稿", "articles")
_FIGURES = ("one", "two", "three", "four", "five")


def kinds(
    points: Sequence[Amount],
    labels: Sequence[tuple[str, ...]],
    features: Sequence[tuple[str, ...]],
    limited: Collection[Kind],
    limit: TimeLimit,
    least: int,
    counted: Collection[Kind],
) -> tuple[KindRule, ...]:
    """Make the four kinds; each sequence is in the order report, opinion, article, commission."""
    what = (
        (NEWS, Role.REPORT, "动态", "NEWS", _REPORTS),
        (OPINION, Role.OPINION, "舆情", "OPINION", _REPORTS),
        (ARTICLE, Role.ARTICLE, "综合", "ARTICLE", _ARTICLES),
        (COMMISSION, Role.COMMISSION, "约稿", "COMMISSION", _ARTICLES),
    )
    return tuple(
        KindRule(
            name,
            role,
            short,
            code,
            *column,
            points=points[index],
            labels=labels[index],
            features=features[index],
            limit=limit if name in limited else None,
            least=least if role is Role.ARTICLE else 0,
            counts_adoption=name in counted,
        )
        for index, (name, role, short, code, column) in enumerate(what)
    )


def groups() -> tuple[GroupRule, ...]:
    """Make the two groups."""
    return GroupRule(TOWNS, places=True), GroupRule(OFFICES)


def tiers(points: Sequence[Amount]) -> tuple[TierRule, ...]:
    """Make a tier for each figure, 一类 first."""
    return tuple(
        TierRule(f"{numeral}类", worth, key=key, short=f"{numeral}\n类")
        for numeral, worth, key in zip("一二三四五", points, _FIGURES, strict=False)
    )
