"""
Several machines on one: network namespaces as hosts, real servers, all of it killed and cut off, each promise held to.

`SHOUGAO_SWIFT=FOLDER/bin python -m bench.hosts [--letters 5000] [--offices 20] [--pollers 3] [--workers 4]`
(root, Linux; PostgreSQL, Dovecot and Postfix from the system's packages, Swift as bench/swift.py says).

Prints what an idle office costs, letters a second with 1, 2 and more workers in calm weather and what a
letter costs there; then letters come while programs are killed, hosts lose their power or are cut off and
servers are out of reach, until all are entered; then each promise of docs/guarantees.md. It ends with 1
unless all are kept.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import time
from pathlib import Path

from bench.hosts_promises import judge
from bench.hosts_site import BUCKET, WORKERS_EACH, Site, site
from bench.hosts_watch import Cost, Watch, costs, look
from bench.hosts_weather import Weather
from bench.rows import Row, note

BACKLOG = 300
"""Letters that wait at most while the weather lasts: more come as others are done with."""
CALM_AFTER = 0.97
"""Share of the letters that are done with when the weather ends."""
PATIENCE = 900.0
WARMING = 10
"""Letters for each worker before anything is measured."""
STOPPING = 150.0
SETTLING = 30.0
"""Seconds until what was started has begun, before idleness is measured."""


def main() -> None:
    """Play on a site of the asked size and print what was found."""
    parser = argparse.ArgumentParser(prog="bench.hosts")
    for name, number in (("letters", 5000), ("offices", 20), ("pollers", 3), ("workers", 4)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--calm", type=int, default=200, help="letters for each rate")
    parser.add_argument(
        "--idle", type=float, default=20.0, help="seconds that idleness is measured"
    )
    parser.add_argument("--strike-every", type=float, default=8.0, help="seconds, on average")
    parser.add_argument("--minutes", type=float, default=60.0, help="after which no more come")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--logs", type=Path, help="keep what hosts had to say in this folder")
    asked = parser.parse_args()
    with site(asked.offices, asked.pollers, asked.workers) as at:
        try:
            well = play(at, asked)
        finally:
            if asked.logs:
                asked.logs.mkdir(parents=True, exist_ok=True)
                for log in at.folder.glob("*.log"):
                    shutil.copy(log, asked.logs)
    if not well:
        raise SystemExit(1)


def play(at: Site, asked: argparse.Namespace) -> bool:
    """Measure, storm, judge; whether every promise was kept."""
    begun = time.monotonic()
    for host in at.pollers:
        at.start(host)
    if asked.calm:
        measure(at, asked)
    for host in at.workers:
        host.stop(STOPPING)
        at.start(host)
    if asked.idle:
        idle(at, asked.idle)
    with Watch(at) as watch:
        weather = storm(at, asked, random.Random(asked.seed))
    say(f"after {time.monotonic() - begun:.0f} s all {at.given} letters are done with")
    late = [one for host in (*at.workers, *at.pollers) for one in host.stop(STOPPING)]
    say("; ".join(f"{kind}: {many}" for kind, many in sorted(weather.done.items())))
    say(f"mailboxes changed hands {watch.changes} times, at the longest in {watch.longest:.0f} s")
    found = judge(at, late, watch.longest)
    for line in found.lines():
        say(line)
    say(f"letters of ours that came twice under one Message-ID: {found.repeated}")
    broken = sum(map(len, found.broken.values()))
    note(Row("several machines: promises broken", broken, "", aim="0", met=found.kept))
    note(
        Row(
            "several machines: longest takeover",
            watch.longest,
            "s",
            aim="60",
            met=watch.longest <= 60,
        )
    )
    return found.kept


def measure(at: Site, asked: argparse.Namespace) -> None:
    """Print what an idle office costs, what a letter costs, and letters a second with more and more workers."""
    first = 0.0
    many = 1
    while many <= len(at.workers):
        rate, cost = pace(at, asked.calm, many)
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
            f"{many} workers: {rate:.2f} letters/s ({rate / first:.2f} times one), {asked.calm} letters"
        )
        say(f"    a letter takes {told(cost, asked.calm)}")
        many *= 2
    size = statistics.mean(at.store.sizes(BUCKET).values())
    say(f"    and {size / 1000:.1f} kB of the vault")


def idle(at: Site, seconds: float) -> None:
    """Print what offices cost that have no letters."""
    time.sleep(SETTLING)
    with costs(at) as cost:
        time.sleep(seconds)
    say(
        f"idle, {WORKERS_EACH} workers for each of {len(at.offices)} offices and {len(at.pollers)} pollers: "
        f"a second of an office takes {told(cost, round(cost.seconds * len(at.offices)))}"
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
            at.start(host, office)
    at.receive(WARMING * workers, office)  # what processes need to start is no part of a letter
    wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    with costs(at) as cost:
        begun = time.monotonic()
        at.receive(letters, office)
        wait(at, lambda seen: seen.entered >= at.given)
        rate = letters / (time.monotonic() - begun)
        wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    return rate, cost


def wait(at: Site, is_so: object) -> None:
    """Wait until what was seen is so. Raises TimeoutError."""
    assert callable(is_so)
    until = time.monotonic() + PATIENCE
    while not is_so(look(at)):
        if time.monotonic() > until:
            raise TimeoutError(f"not done within {PATIENCE:.0f} s: {look(at)}")
        time.sleep(0.2)


def storm(at: Site, asked: argparse.Namespace, chance: random.Random) -> Weather:
    """Have letters come under bad weather, then wait in good weather until all are done with."""
    weather = Weather(at, chance)
    before, begun, told_at = at.given, time.monotonic(), time.monotonic()
    strike, until, wanted = begun, begun + asked.minutes * 60, asked.letters
    while (seen := look(at)).settled < before + wanted * CALM_AFTER:
        if time.monotonic() > until:
            wanted = at.given - before
        if at.given < before + wanted and at.given - seen.settled < BACKLOG:
            at.receive(min(BACKLOG // 3, before + wanted - at.given))
        weather.pass_by()
        if time.monotonic() >= strike:
            weather.strike()
            strike = time.monotonic() + asked.strike_every * chance.uniform(0.5, 1.5)
        if time.monotonic() - told_at > 60:
            told_at = time.monotonic()
            say(f"  {told_at - begun:.0f} s: {seen}, {sum(weather.done.values())} strikes")
        time.sleep(0.5)
    weather.calm()
    seconds = time.monotonic() - begun
    say(
        f"{wanted} letters, {sum(weather.done.values())} strikes in {seconds:.0f} s: "
        f"{wanted * CALM_AFTER / seconds:.2f} letters/s in bad weather"
    )
    try:
        wait(at, lambda seen: seen.settled >= at.given and not seen.owed)
    except TimeoutError as error:
        say(str(error))
    time.sleep(SETTLING)  # what a dead worker had, and is done, is dropped once its heart is missed
    return weather


def say(line: str) -> None:
    """Print at once: it may be read while it runs."""
    print(line, flush=True)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
