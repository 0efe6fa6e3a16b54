"""What letters and idle offices cost a site of `bench.hosts` in calm weather, and how fast it is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.hosts_site import BUCKET, Site
from bench.hosts_watch import Cost, Seen, connections, costs, look, memory
from bench.rows import Row, note

PATIENCE = 900.0
STOPPING = 150.0
WARMING = 10
"""Letters for each worker before anything is measured."""
SETTLING = 30.0
"""Seconds until what was started has begun, before idleness is measured."""
SHOWN, WIDTH = 12, 120
"""Statements of an office at rest that are named, and how much of each."""


def alone(at: Site, letters: int, seconds: float) -> None:
    """Print what one program costs that does all by itself for all offices (`[engine] kind = "inline"`)."""
    host = at.pollers[0]
    at.set_engine(host, "inline")
    at.start(host)
    at.receive(WARMING * len(at.offices))
    wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    with costs(at) as cost:
        begun = time.monotonic()
        at.receive(letters)
        wait(at, lambda seen: seen.entered >= at.given)
        rate = letters / (time.monotonic() - begun)
        wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    note(Row("letters a second, one program for many offices", rate, "letters/s"))
    say(
        f"one program for {len(at.offices)} offices, inline: {rate:.2f} letters/s, {letters} letters"
    )
    say(f"    a letter takes {told(cost, letters)}")
    idle(at, seconds, "inline")
    host.stop(STOPPING)
    at.set_engine(host, "procrastinate")


def measure(at: Site, letters: int) -> None:
    """Print what a letter costs, and letters a second with more and more workers."""
    first = 0.0
    many = 1
    while many <= len(at.workers):
        rate, cost = pace(at, letters, many)
        first = first or rate
        beside = "1 worker" if many > 1 else ""
        note(
            Row(
                f"letters a second, {many} workers",
                rate,
                "letters/s",
                beside,
                first if many > 1 else None,
            )
        )
        say(
            f"{many} workers: {rate:.2f} letters/s ({rate / first:.2f} times one), {letters} letters"
        )
        say(f"    a letter takes {told(cost, letters)}")
        many *= 2
    size = statistics.mean(at.store.sizes(BUCKET).values())
    say(f"    and {size / 1000:.1f} kB of the vault")


def idle(at: Site, seconds: float, how: str) -> None:
    """Print what offices cost that have no letters."""
    time.sleep(SETTLING)
    with costs(at) as cost:
        time.sleep(seconds)
    say(
        f"idle, {how}: a second of an office takes {told(cost, round(cost.seconds * len(at.offices)))}"
    )
    parts = cost.seconds * len(at.offices)
    for query, calls in cost.asked.most_common(SHOWN):
        say(f"    {calls / parts:.2f} × {' '.join(query.split())[:WIDTH]}")
    many, used = connections(at), memory(at)
    for kind in many:
        say(
            f"    {kind}: {many[kind] / len(at.offices):.1f} connections to the database and "
            f"{used[kind] / len(at.offices) / 1e6:.1f} MB of memory for each office"
        )


def told(cost: Cost, parts: int) -> str:
    """Tell a cost by its parts."""
    cpu = ", ".join(f"{kind} {seconds / parts * 1000:.1f} ms" for kind, seconds in cost.cpu.items())
    return (
        f"CPU: {cpu}; {cost.statements / parts:.1f} statements; "
        f"{cost.ledger_bytes / parts / 1000:.1f} kB of the ledger"
    )


def pace(at: Site, letters: int, workers: int) -> tuple[float, Cost]:
    """Have letters come at once to one office with so many workers; letters a second and the costs."""
    office = at.offices[:1]
    for host in at.workers[:workers]:
        if not host.running:
            at.start(host)
    at.receive(WARMING * workers, office)  # what processes need to start is no part of a letter
    wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    with costs(at) as cost:
        begun = time.monotonic()
        at.receive(letters, office)
        wait(at, lambda seen: seen.entered >= at.given)
        rate = letters / (time.monotonic() - begun)
        wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    return rate, cost


def wait(at: Site, is_so: Callable[[Seen], bool]) -> None:
    """Wait until what is seen is so. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE
    while not is_so(look(at)):
        if time.monotonic() > until:
            raise TimeoutError(f"not done within {PATIENCE:.0f} s: {look(at)}")
        time.sleep(0.2)


def say(line: str) -> None:
    """Print at once: it may be read while it runs."""
    print(line, flush=True)
