"""规则: the rulebook in force with its clauses, and every version that was entered."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from console.web.request_context import RequestContext
from console.web.routing import page
from rulebook.citations import clauses_of
from rulebook.counts import FIGURES, Count
from rulebook.kind_rules import Kind, TimeLimit
from rulebook.provisions import Provisions
from rulebook.reasons import Reason
from rulebook.switches import BareRule, BodyRule, ReviewerRule


def show_rules(ctx: RequestContext) -> Response:
    """Show the rules of a day."""
    settings = ctx.web.application.settings
    since = ctx.query("since")
    chosen = next(
        (one for one in settings.provisions if str(one.since) == since),
        settings.provisions_on_day(ctx.today),
    )
    return ctx.render(
        "rules.html",
        here="/rules",
        rules=chosen,
        versions=settings.provisions,
        kinds=chosen.kind_rules,
        groups=chosen.group_rules,
        counted=[rule.name for rule in chosen.kind_rules if rule.counts_adoption],
        counts=tuple((one.word, one.meaning) for one in Count),
        figures=tuple(FIGURES.items()),
        limits=_limits(chosen),
        reasons=sorted(_possible(chosen), key=lambda one: -one.outcome.severity),
        clauses=clauses_of(chosen),
        history=ctx.web.application.rule_versions.history()[::-1],
        pending=ctx.web.application.pending_rules,
        changing=ctx.web.application.rule_versions.newest() != ctx.web.application.newest_rules,
        trouble=ctx.query("trouble")[:300],
        addressees=chosen.addressees or settings.notice.addressees,
    )


def _possible(rules: Provisions) -> Iterator[Reason]:
    """Yield the opinions that the program can have under these rules."""
    kinds = rules.kind_rules
    bare = {rule.bare or rules.bare_attachment for rule in kinds} - {BareRule.ACCEPT}
    body = {rule.body or rules.body_draft for rule in kinds} - {BodyRule.ACCEPT}
    limited = any(rule.limit is not None for rule in kinds)
    never = {
        Reason.BARE_ATTACHMENT: not bare,
        Reason.BODY_DRAFT: not body,
        Reason.NO_REVIEWER: rules.require_reviewer is ReviewerRule.OFF,
        Reason.NO_COMMISSION: rules.commission_kind is None,
        Reason.TOO_SHORT: not any(rule.least or rule.pictures for rule in kinds),
        Reason.TOO_LONG: not any(rule.most for rule in kinds),
        Reason.LATE: not limited,
        Reason.DATE_UNCERTAIN: not limited,
        Reason.DATE_IN_FUTURE: not limited,
    }
    yield from (reason for reason in Reason if not never.get(reason))


def _limits(provisions: Provisions) -> list[tuple[TimeLimit, list[Kind]]]:
    """Gather the kinds that share a limit."""
    limits: dict[TimeLimit, list[Kind]] = {}
    for rule in provisions.kind_rules:
        if rule.limit is not None:
            limits.setdefault(rule.limit, []).append(rule.name)
    return list(limits.items())


routes = (page("/rules", show_rules),)
