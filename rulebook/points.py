"""
四.1, 四.2: points. A pure function of drafts, adoptions and provisions: dated lines, summed.

Every point of a row stands on a line that says what it was for. A line never moves to another day,
so a published quarter is never changed by what happens later: it gets a line of its own.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from rulebook.amounts import Amount, amount
from rulebook.citations import cited
from rulebook.kind_rules import AdoptionJoins, KindRule
from rulebook.model import Kind, Outcome, Timely
from rulebook.periods import Period, Span, containing
from rulebook.provisions import AdoptionSum, Provisions
from rulebook.score_types import Adoption, HandPoints, LineKind, Scored, ScoreLine
from rulebook.unit_history import UnitHistory

__all__ = ["Adoption", "HandPoints", "LineKind", "ScoreLine", "Scored"]

NO_TIER = 999
"""Where an undecided adoption sorts: behind every tier."""

ProvisionsOn = Callable[[date], Provisions]


def submission_points(draft: Scored, provisions_on_day: ProvisionsOn) -> tuple[Amount, str]:
    """Return what one such draft gives by itself, and why, in Chinese. Source: 四.1, 五.3."""
    return _submission_points(draft, provisions_on_day(draft.day))


def submission_worths(provisions_on_day: ProvisionsOn) -> Callable[[Scored], tuple[Amount, str]]:
    """Return `submission_points` that weighs drafts alike but for their unit once: most are."""
    known: dict[tuple[object, ...], tuple[Amount, str]] = {}

    def worth_of(draft: Scored) -> tuple[Amount, str]:
        like = (
            *(draft.day, draft.kind, draft.outcome, draft.timely, draft.voided),
            draft.unit is None,
        )
        worth = known.get(like)
        if worth is None:
            worth = known[like] = submission_points(draft, provisions_on_day)
        return worth

    return worth_of


def _submission_points(draft: Scored, provisions: Provisions) -> tuple[Amount, str]:
    if draft.day < provisions.effective_from:
        return 0, f"收稿日在考核起始日 {provisions.effective_from} 之前"
    if draft.outcome is not Outcome.ACCEPTED:
        return 0, "未收稿（退稿或待核定）"
    if draft.kind is None or draft.unit is None:
        return 0, "类别或单位未定"
    if draft.voided:
        return 0, f"{cited('VOID', provisions)}弄虚作假，本稿积分作废"
    rule = provisions.rule_of(draft.kind)
    if rule is None:
        return 0, f"规定里没有“{draft.kind}”这一类别，不计分"
    if draft.timely is Timely.LATE:
        limit = rule.limit.told if rule.limit else f"{provisions.timeliness.days}天"
        if not rule.late_points:
            return 0, f"{cited('LATE', provisions)}超过{limit}时限，不计分"
        why = f"超过{limit}时限，{draft.kind}每条{rule.late_points}分"
        return rule.late_points, f"{cited('LATE', provisions)}{why}"
    if _joins(rule, provisions) is AdoptionJoins.ONLY:
        return 0, f"{cited('ADOPTED', provisions)}{draft.kind}只计录用分"
    return rule.points, f"{cited('POINTS', provisions)}{draft.kind}每条{rule.points}分"


def of_draft(
    draft: Scored, adoptions: Iterable[Adoption], provisions_on_day: ProvisionsOn
) -> tuple[ScoreLine, ...]:
    """
    List all lines of one draft, in the order of their days.

    Source: 四.2 "上报信息与录用信息不重复加分": the first scoring adoption replaces the points of the
    submission; several adoptions count by the switch `several_adoptions`. An adoption keeps its own day
    even if the draft was received later: then the submission's points are taken back on the day that
    gives them, and what the adoption gave on its day stays where it is.
    """
    if draft.unit is None:
        return ()
    points, why = submission_points(draft, provisions_on_day)
    lines = [submitted(draft, draft.unit, points, why)]
    rule_of_kind = provisions_on_day(draft.day).rule_of(draft.kind)
    adds = (
        rule_of_kind is not None
        and _joins(rule_of_kind, provisions_on_day(draft.day)) is AdoptionJoins.ADDS
    )
    late = (
        draft.timely is Timely.LATE and rule_of_kind is not None and not rule_of_kind.late_adoption
    )
    replaced = adds or points <= 0
    held: list[ScoreLine] = []
    for adoption in sorted(adoptions, key=_order):
        day, unit = adoption.day, _unit_of(draft.unit, draft.day, adoption, provisions_on_day)
        void = draft.outcome is not Outcome.ACCEPTED or draft.voided or late
        worth = 0 if void else _worth(adoption, draft.kind, provisions_on_day)
        clause = cited("ADOPTED", provisions_on_day(day))
        if not worth:
            why_not = _unscored(adoption, void, provisions_on_day, late=late)
            lines.append(_adopted(adoption, unit, day, 0, why_not, draft.kind))
            continue
        rule = provisions_on_day(adoption.day).points.several_adoptions
        rivals = [
            line
            for line in held
            if rule is AdoptionSum.HIGHEST
            or (rule is AdoptionSum.SUM_TIERS and line.tier == adoption.tier)
        ]
        if any(line.points >= worth for line in rivals):
            lines.append(
                _adopted(adoption, unit, day, 0, f"{clause}同稿已有更高或同类录用计分", draft.kind)
            )
            continue
        if not replaced and points >= worth:
            lines.append(
                _adopted(adoption, unit, day, 0, f"{clause}录用分不高于已计的上报分", draft.kind)
            )
            continue
        if not replaced:
            lines.append(
                ScoreLine(
                    draft.unit,
                    max(day, draft.day),
                    LineKind.REPLACED,
                    -points,
                    f"{clause}上报信息与录用信息不重复加分，收回上报分",
                    draft.kind,
                    draft=draft.draft,
                    scored=-1,
                )
            )
            replaced = True
        for line in rivals:
            held.remove(line)
            lines.append(
                ScoreLine(
                    unit,
                    day,
                    LineKind.REPLACED,
                    -line.points,
                    f"{clause}同稿有更高录用，收回{provisions_on_day(day).tier_name(line.tier)}录用分",
                    draft.kind,
                    line.tier,
                    draft.draft,
                    line.adoption,
                    -1,
                )
            )
        adopted_line = _adopted(
            adoption,
            unit,
            day,
            worth,
            _printed(adoption, worth, provisions_on_day),
            draft.kind,
        )
        held.append(adopted_line)
        lines.append(adopted_line)
    return tuple(sorted(lines, key=lambda line: line.day))


def lines_of(
    drafts: Iterable[Scored],
    adoptions: Iterable[Adoption],
    provisions_on_day: ProvisionsOn,
    *,
    worthless: bool = True,
) -> list[ScoreLine]:
    """
    List the lines of all these drafts and adoptions, the weekly cap applied.

    Args: `worthless`: also those which tell of a submission that it gave nothing, and why; a table
          needs none of them.
    """
    provisions_on_day = functools.cache(provisions_on_day)  # a quarter has few days and many drafts
    by_draft: dict[int, list[Adoption]] = defaultdict(list)
    lines: list[ScoreLine] = []
    drafts = list(drafts)
    known = {draft.draft for draft in drafts if draft.draft}
    worth_of = submission_worths(provisions_on_day)
    for adoption in adoptions:
        if adoption.draft is not None and adoption.draft in known:
            by_draft[adoption.draft].append(adoption)
        else:
            lines.append(of_adoption(adoption, provisions_on_day))
    for draft in drafts:
        printed = by_draft.get(draft.draft) if draft.draft else None
        if printed:
            lines += of_draft(draft, printed, provisions_on_day)
        elif draft.unit is not None:
            worth = worth_of(draft)
            if worthless or worth[0]:
                lines.append(submitted(draft, draft.unit, *worth))
    return _capped(lines, provisions_on_day)


def of_adoption(adoption: Adoption, provisions_on_day: ProvisionsOn) -> ScoreLine:
    """Return the line of an adopted text that never came by mail."""
    worth = _worth(adoption, adoption.kind, provisions_on_day)
    why = (
        _printed(adoption, worth, provisions_on_day)
        if worth
        else _unscored(adoption, False, provisions_on_day)
    )
    line = _adopted(adoption, adoption.unit, adoption.day, worth, why, adoption.kind)
    return line


def of_hand(entered: Iterable[HandPoints]) -> list[ScoreLine]:
    """List the lines that people entered for units; what is a person's alone is in no table."""
    return [
        ScoreLine(
            one.unit,
            one.day,
            LineKind.BY_HAND,
            one.points,
            f"{one.clause}：{one.why}" if one.clause else one.why,
            hand_line=one.id,
        )
        for one in entered
        if one.unit
    ]


def _capped(lines: list[ScoreLine], provisions_on_day: ProvisionsOn) -> list[ScoreLine]:
    """
    Take back what submissions of a unit's week give beyond the switch `weekly_cap` (四.1).

    The cut lies on the day that went beyond. When an adoption later replaces a submission of that
    week, the replaced points make room for others that were cut: the cut is given back on that day,
    so no line ever moves.
    """
    ends = {containing(day, Span.WEEK).last for day in {line.day for line in lines}}
    if not any(provisions_on_day(end).points.weekly_cap for end in ends):
        return lines
    submitted_on = {
        line.draft: line.day for line in lines if line.what is LineKind.SUBMITTED and line.draft
    }
    weeks: dict[tuple[str, Period], dict[date, Amount]] = {}
    for line in lines:
        if line.points and line.adoption is None:
            of = submitted_on.get(line.draft, line.day) if line.draft else line.day
            week = containing(of, Span.WEEK)
            days = weeks.setdefault((line.unit, week), {})
            days[line.day] = days.get(line.day, 0) + line.points
    cuts = []
    for (unit, week), days in weeks.items():
        cap = provisions_on_day(week.last).points.weekly_cap
        total: Amount = 0
        counted: Amount = 0
        for day in sorted(days) if cap else ():
            total += days[day]
            cut = amount(min(cap, total) - counted - days[day])
            counted = min(cap, total)
            if cut:
                clause = cited("CAP", provisions_on_day(week.last))
                why = f"{clause}每周计分上限{cap}分（{week.label}）"
                line = ScoreLine(unit, day, LineKind.CAPPED, cut, why, week=week.first)
                cuts.append(line)
    return [*lines, *cuts]


def _unit_of(unit: str, received: date, adoption: Adoption, provisions_on_day: ProvisionsOn) -> str:
    """
    Return the name under which an adoption's line stands on its day.

    A draft that came later may bear a name that nobody bore on that day: a merged unit's. Then it is
    the name in the register.
    """
    if adoption.day >= received or not adoption.unit:
        return unit
    there = UnitHistory(provisions_on_day).unit(unit, adoption.day)
    return adoption.unit if there is None else unit


def submitted(draft: Scored, unit: str, points: Amount, why: str) -> ScoreLine:
    """Return the line of a draft by itself, whose worth `submission_points` tells."""
    return ScoreLine(
        unit,
        draft.day,
        LineKind.SUBMITTED if points else LineKind.NOTHING,
        amount(points * draft.times),
        why,
        draft.kind,
        draft=draft.draft or None,
        scored=draft.times if points > 0 else 0,
        times=draft.times,
    )


def _worth(adoption: Adoption, kind: Kind | None, provisions_on_day: ProvisionsOn) -> Amount:
    provisions = provisions_on_day(adoption.day)
    tier = provisions.tier(adoption.tier)
    if tier is None or adoption.day < provisions.effective_from:
        return 0
    rule = provisions.rule_of(kind)
    counts = (
        rule.counts_adoption
        if rule is not None
        else all(one.counts_adoption for one in provisions.kind_rules)
    )
    return amount(tier.of(kind) * provisions.times_of(adoption.manner)) if counts else 0


def _joins(rule: KindRule, provisions: Provisions) -> AdoptionJoins:
    return rule.adoption or provisions.points.adoption_joins


def _printed(adoption: Adoption, worth: Amount, provisions_on_day: ProvisionsOn) -> str:
    """Say by whom and in which tier it was printed, and what that gives."""
    tier = provisions_on_day(adoption.day).tier_name(adoption.tier)
    how = f"，{adoption.manner}" if adoption.manner else ""
    clause = cited("ADOPTED", provisions_on_day(adoption.day))
    return f"{clause}{adoption.outlet}（{tier}{how}）录用{worth}分"


def _unscored(
    adoption: Adoption, void: bool, provisions_on_day: ProvisionsOn, *, late: bool = False
) -> str:
    if late:
        return "逾期报送的稿件，录用不计分"
    if void:
        return "稿件未收稿或积分已作废，录用不计分"
    if adoption.tier is None:
        return "载体类别待人工确定"
    clause = cited("ADOPTED", provisions_on_day(adoption.day))
    return f"{clause}该类别的录用只登记，不计分"


def _adopted(
    adoption: Adoption, unit: str, day: date, points: Amount, why: str, kind: Kind | None
) -> ScoreLine:
    return ScoreLine(
        unit,
        day,
        LineKind.ADOPTED if points else LineKind.NOTHING,
        points,
        why,
        kind,
        adoption.tier,
        adoption.draft,
        adoption.id,
        1 if points else 0,
    )


def _order(adoption: Adoption) -> tuple[date, int, int]:
    return adoption.day, adoption.tier or NO_TIER, adoption.id
