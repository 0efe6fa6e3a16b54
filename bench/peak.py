"""
What a Friday afternoon does to the queues of an installation, by simulation: `python -m bench.peak`.

Letters come as a Poisson process that swells until the week's deadline; they pass pollers, workers, the one
place where an office's letters are entered, and the office's relay with its ceiling. What a letter costs was
measured (docs/scaling.md) and can be given. Beside it stands what Erlang's formula says of the busiest hour,
so that the simulation can be seen to be sane.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import simpy

from bench.rows import Row, note

HOUR = 3600.0
WEEKS = 50
"""Weeks of a year in which people write."""

FRIDAY = 0.35
"""Share of a week's letters that come on Friday afternoon: the week's pieces are due that day."""

FIRST_HOUR, LAST_HOUR = 13, 18
SWELL = (0.10, 0.15, 0.20, 0.30, 0.25)
"""How an afternoon's letters fall on its hours, 13 to 18 o'clock."""

AFTERWARDS = 3
"""Hours that are looked at after the last letter came."""


@dataclass(frozen=True, slots=True)
class Costs:
    """
    What a letter takes, in seconds.

    `fetch`: on the mailbox's line; `examine`: of a worker's core; `enter`: of the database and the one
    who enters; `send`: of the relay's line. `per_hour`: what a relay takes from one office.
    """

    fetch: float = 0.5
    examine: float = 0.06
    enter: float = 0.03
    send: float = 0.6
    per_hour: int = 150


@dataclass(frozen=True, slots=True)
class Installation:
    """Offices, their letters a year, and what serves them; `lines`: mailboxes read at the same time."""

    offices: int = 3000
    letters_a_year: int = 10_000_000
    lines: int = 60
    workers: int = 4
    writers: int = 4
    looks_every: float = 30.0


@dataclass(slots=True)
class Outcome:
    """Seconds from arrival to receipt of every letter, and how full things were."""

    waits: list[float] = field(default_factory=list)
    busy: float = 0.0
    longest_queue: int = 0
    over_ceiling: int = 0
    came: int = 0


class _Relay:
    """One office's relay: one line, and so many letters in any sixty minutes."""

    def __init__(self, world: simpy.Environment, per_hour: int) -> None:
        self.line = simpy.Resource(world, 1)
        self._per_hour = per_hour
        self._sent: deque[float] = deque()

    def pause(self, now: float) -> float:
        while self._sent and self._sent[0] <= now - HOUR:
            self._sent.popleft()
        return self._sent[0] + HOUR - now if len(self._sent) >= self._per_hour else 0.0

    def note(self, now: float) -> None:
        self._sent.append(now)


def afternoon(dice: random.Random, plan: Installation) -> Iterator[tuple[float, int]]:
    """Yield moment (seconds from 13:00) and office of every letter of a Friday afternoon, in order."""
    expected = plan.letters_a_year / WEEKS * FRIDAY
    shares = [dice.lognormvariate(0.0, 1.0) for _ in range(plan.offices)]
    places = range(plan.offices)
    for hour, share in enumerate(SWELL):
        moment = hour * HOUR
        rate = expected * share / HOUR
        coming: list[float] = []
        while (moment := moment + dice.expovariate(rate)) < (hour + 1) * HOUR:
            coming.append(moment)
        yield from zip(coming, dice.choices(places, shares, k=len(coming)), strict=True)


def simulate(plan: Installation, costs: Costs, seed: int = 1) -> Outcome:
    """Run an afternoon and the hours after it; what is not answered by then is in no wait."""
    dice = random.Random(seed)
    world = simpy.Environment()
    lines = simpy.Resource(world, plan.lines)
    workers = simpy.Resource(world, plan.workers)
    writers = simpy.Resource(world, plan.writers)
    entering: dict[int, simpy.Resource] = {}
    relays: dict[int, _Relay] = {}
    outcome = Outcome()

    def taken(mean: float) -> float:
        return dice.expovariate(1 / mean) if mean else 0.0

    def letter(office: int) -> Generator[simpy.Event, None, None]:
        came = world.now
        yield world.timeout(dice.uniform(0, plan.looks_every))
        with lines.request() as line:
            yield line
            yield world.timeout(taken(costs.fetch))
        with workers.request() as worker:
            outcome.longest_queue = max(outcome.longest_queue, len(workers.queue))
            yield worker
            spent = taken(costs.examine)
            outcome.busy += spent
            yield world.timeout(spent)
        turn = entering.setdefault(office, simpy.Resource(world, 1))
        with turn.request() as mine:
            yield mine
            with writers.request() as writer:
                yield writer
                yield world.timeout(taken(costs.enter))
        relay = relays.setdefault(office, _Relay(world, costs.per_hour))
        with relay.line.request() as line:
            yield line
            if pause := relay.pause(world.now):
                outcome.over_ceiling += 1
                yield world.timeout(pause)
            relay.note(world.now)
            yield world.timeout(taken(costs.send))
        outcome.waits.append(world.now - came)

    def coming() -> Generator[simpy.Event, None, None]:
        for moment, office in afternoon(dice, plan):
            yield world.timeout(moment - world.now)
            outcome.came += 1
            world.process(letter(office))

    world.process(coming())
    world.run(until=(len(SWELL) + AFTERWARDS) * HOUR)
    return outcome


def erlang_wait(rate: float, service: float, servers: int) -> float:
    """
    Return the mean wait in seconds before service in a queue M/M/c, infinite where it cannot keep up.

    Args: `rate`: arrivals a second; `service`: mean seconds of service.
    Source: Erlang's second formula (Erlang C).
    """
    load = rate * service
    if load >= servers:
        return math.inf
    blocked = 1.0  # Erlang B, by its recursion
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    waiting = servers * blocked / (servers - load * (1 - blocked))
    return waiting * service / (servers - load)


def main() -> None:
    """Print an afternoon for several numbers of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    plan, costs = Installation(), Costs()
    parser.add_argument("--offices", type=int, default=plan.offices)
    parser.add_argument("--letters-a-year", type=int, default=plan.letters_a_year)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--lines", type=int, default=plan.lines)
    parser.add_argument("--looks-every", type=float, default=plan.looks_every)
    for name in ("fetch", "examine", "enter", "send"):
        parser.add_argument(f"--{name}", type=float, default=getattr(costs, name))
    given = parser.parse_args()
    costs = Costs(given.fetch, given.examine, given.enter, given.send)
    peak = given.letters_a_year / WEEKS * FRIDAY * max(SWELL) / HOUR
    print(
        f"{given.offices} offices, {given.letters_a_year:,} letters a year; "
        f"busiest hour {peak:.2f} letters a second"
    )
    print(
        "workers  busy  longest queue  median   p95     p99     worst   past ceiling  Erlang's wait"
    )
    for workers in given.workers:
        plan = Installation(
            given.offices,
            given.letters_a_year,
            given.lines,
            workers,
            looks_every=given.looks_every,
        )
        seen = simulate(plan, costs)
        median, late, later = _spread(seen.waits)
        what = f"Friday's peak, {given.letters_a_year:,} letters a year, {workers} workers"
        note(Row(f"{what}: median wait", median, "s"))
        note(Row(f"{what}: 95 % wait", late, "s"))
        busy = seen.busy / (len(SWELL) * HOUR * workers)
        print(
            f"{workers:7}  {busy:4.0%}  {seen.longest_queue:13,}  {median:5.1f} s {late:6.1f} s "
            f"{later:6.1f} s {max(seen.waits):6.0f} s  {seen.over_ceiling:12,}  "
            f"{erlang_wait(peak, costs.examine, workers):8.3f} s"
        )


def _spread(waits: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(waits, n=100)
    return cuts[49], cuts[94], cuts[98]


if __name__ == "__main__":
    main()
