"""Laws that hold in every year, checked on seeded random ones; SEEDS=400 checks more."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.model.cases import year
from tests.model.generate import generate
from tests.model.regulation_model import FOREVER, Model
from tests.model.regulation_types import DAY, FEATURE, KINDS, Provision, parts, period_of

SEEDS = range(int(os.environ.get("SEEDS", "20")))
PERIODS = [p for span in ("month", "quarter", "half", "year") for p in parts(year(), span)]
LATER = [period_of("quarter", date(y, m, 1)) for y in (2023, 2024, 2025) for m in (1, 4, 7, 10)]


def worth(model: Model, when: datetime, day: date) -> Decimal:
    """Another way to the same sum: what every draft, adoption and hand line is worth by the end of a day."""
    sent, chains = model.submission_points(when), defaultdict(list)
    for adoption, fact in model.adoptions(when):
        rules = model.provision(adoption.day)
        kind = (fact.kind if fact else None) or adoption.kind or FEATURE
        dead = fact is not None and fact.state in ("void", "withdrawn")
        if rules and kind in rules.adoption_kinds and not dead and adoption.day <= day:
            chains[fact.draft.id if fact else adoption.id].append((adoption.tier, rules))
    result = sum(
        (h.points for h in model.office.hand_lines if h.recorded <= when and h.day <= day),
        Decimal(0),
    )
    result += sum(
        (p for d, p in sent.items() if d not in chains and model.facts(when)[d].day <= day),
        Decimal(0),
    )
    for found in chains.values():
        points = {tier: rules.adoption_points[tier] for tier, rules in found}
        mode = found[-1][1].several_adoptions
        several = [points[t] for t, _ in found] if mode == "sum_all" else list(points.values())
        result += max(several) if mode == "highest" else sum(several)
    return result


def test_law_every_period_is_the_growth_of_what_things_are_worth() -> None:
    for seed in SEEDS:
        model = Model(generate(seed))
        for period in PERIODS:
            grown = worth(model, FOREVER, period.end) - worth(model, FOREVER, period.start - DAY)
            assert sum(r.total for r in model.figures(period, FOREVER)) == grown, (seed, period)


def test_law_a_published_quarter_never_changes() -> None:
    for seed in SEEDS:
        office = generate(seed)
        for mode in ("period_end", "moment"):
            model = Model(replace(office, row_day=mode))
            for publication in office.publications:
                as_published = model.report(publication.period, publication.moment)
                for later in (publication.moment + timedelta(days=50), FOREVER):
                    assert model.report(publication.period, later) == as_published, (
                        seed,
                        publication,
                    )


def test_law_nothing_is_lost_and_nothing_twice() -> None:
    """All quarters together, corrections landed in later years too, are what is known in the end."""
    for seed in SEEDS:
        for mode in ("period_end", "moment"):
            model = Model(replace(generate(seed), row_day=mode))
            shown = sum(r.total for q in LATER for r in model.report(q))
            assert shown == worth(model, FOREVER, date(2025, 12, 31)), seed
            if not any(p.period.span == "year" for p in model.office.publications):
                quarters = sum(r.total for q in parts(year(), "quarter") for r in model.report(q))
                assert quarters == sum(r.total for r in model.report(year())), seed


def test_law_a_row_adds_up_and_ranks_are_1_1_3() -> None:
    for seed in SEEDS:
        office = generate(seed)
        model = Model(office)
        for period in PERIODS:
            rows = model.report(period)
            for r in rows:
                gross = sum(Provision().adoption_points[t] * n for t, n in r.adoptions.items())
                assert r.adoption_gross == gross and r.replaced <= 0
                assert all(r.scored[k] <= r.reported[k] for k in KINDS)
                if len(office.provisions) == 1:
                    plain = sum(Provision().points[k] * n for k, n in r.scored.items())
                    assert r.total == plain + gross + r.replaced + r.hand_points + r.corrections
                assert all(t.filled <= min(t.owed, t.reported) for t in r.targets)
                peers = sorted(
                    (x.total for x in rows if x.unit and x.group == r.group), reverse=True
                )
                assert r.rank == (peers.index(r.total) + 1 if r.unit else None), (seed, period)
            if period.span in ("quarter", "month"):
                held = [
                    f
                    for f in model.facts(model.published(period, FOREVER) or FOREVER).values()
                    if f.day in period and f.state == "held"
                ]
                assert sum(r.held for r in rows) == len(held), (seed, period)


def test_law_the_generator_is_seeded_and_reaches_every_corner() -> None:
    assert generate(5) == generate(5) and generate(5) != generate(6)
    years = [generate(s) for s in SEEDS]
    assert all(30 <= len(y.drafts) <= 200 for y in years)
    models = [Model(y) for y in years]
    rows = [r for m in models for q in parts(year(), "quarter") for r in m.report(q)]
    assert any(r.corrections > 0 for r in rows) and any(r.corrections < 0 for r in rows)
    assert any(r.replaced for r in rows) and any(r.unit is None and r.total for r in rows)
    assert any(u.successor_of for y in years for u in y.units) and any(y.successions for y in years)
