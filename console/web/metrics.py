"""What a Prometheus server reads at /metrics: the state of the ledger, and how long pages took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from console.state.last_round import LastRound
from ledger.queries.counts import Backlog, DeliveryStatus
from notifier.letters.digest import Health, Level
from rulebook.model import Outcome

SEVERITY = {Level.OK: 0, Level.WARN: 1, Level.FAIL: 2}


@dataclass(frozen=True, slots=True)
class Meters:
    """The meters of one console, in a registry of their own."""

    registry: CollectorRegistry
    pages: Histogram
    poll_age: Gauge
    poll_trouble: Gauge
    waiting: Gauge
    post: Gauge
    verdicts: Gauge
    free: Gauge
    health: Gauge

    def tell(self, route: str, status: int, seconds: float) -> None:
        """Record that a page was answered."""
        self.pages.labels(route=route, status=str(status)).observe(seconds)

    def text(
        self,
        now: datetime,
        pulse: LastRound,
        backlog: Backlog,
        mail: DeliveryStatus,
        today: Iterable[tuple[Outcome, int]],
        free: int,
        health: Iterable[Health],
    ) -> bytes:
        """Write everything as Prometheus reads it (text format 0.0.4)."""
        age = (now - pulse.ended).total_seconds() if pulse.ended else float("nan")
        self.poll_age.set(age)
        self.poll_trouble.set(bool(pulse.trouble))
        for name, number in (
            ("unexamined", backlog.unexamined),
            ("set_aside", backlog.set_aside),
            ("held", backlog.held),
        ):
            self.waiting.labels(what=name).set(number)
        self.post.labels(state="owed").set(mail.owed)
        self.post.labels(state="given_up").set(mail.given_up)
        for outcome in Outcome:
            self.verdicts.labels(outcome=outcome.value).set(0)
        for outcome, number in today:
            self.verdicts.labels(outcome=outcome.value).set(number)
        self.free.set(free)
        for one in health:
            self.health.labels(what=one.name).set(SEVERITY[one.level])
        return generate_latest(self.registry)


def meters() -> Meters:
    """Make new meters, all at nothing."""
    registry = CollectorRegistry()
    return Meters(
        registry=registry,
        pages=Histogram(
            "shougao_http_seconds",
            "Seconds a page took, by route and status.",
            ("route", "status"),
            buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10),
            registry=registry,
        ),
        poll_age=Gauge(
            "shougao_poll_age_seconds", "Seconds since the last round ended.", registry=registry
        ),
        poll_trouble=Gauge(
            "shougao_poll_trouble", "1 when the last round failed.", registry=registry
        ),
        waiting=Gauge(
            "shougao_waiting",
            "Letters not yet examined, letters set aside, drafts held; 1000 means 1000 or more.",
            ("what",),
            registry=registry,
        ),
        post=Gauge(
            "shougao_outbox",
            "Our letters owed, and given up within a week; 1000 means 1000 or more.",
            ("state",),
            registry=registry,
        ),
        verdicts=Gauge(
            "shougao_drafts_today",
            "Drafts received today, by outcome as it stands.",
            ("outcome",),
            registry=registry,
        ),
        free=Gauge("shougao_disk_free_bytes", "Bytes free in the data folder.", registry=registry),
        health=Gauge(
            "shougao_health",
            "What must work, as `shougao status` tells it: 0 well, 1 a warning, 2 failing.",
            ("what",),
            registry=registry,
        ),
    )
