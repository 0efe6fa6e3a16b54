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
import time
from pathlib import Path

from bench.hosts_pace import SETTLING, STOPPING, alone, idle, measure, say, wait
from bench.hosts_promises import judge
from bench.hosts_site import Site, site
from bench.hosts_watch import Watch, look
from bench.hosts_weather import Weather
from bench.rows import Row, note

BACKLOG = 300
"""Letters that wait at most while the weather lasts: more come as others are done with."""
CALM_AFTER = 0.97
"""Share of the letters that are done with when the weather ends."""


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
    if asked.calm and asked.idle:
        alone(at, asked.calm, asked.idle)
    for host in at.pollers:
        at.start(host)
    if asked.calm:
        measure(at, asked.calm)
    for host in at.workers:
        if not host.running:
            at.start(host)
    if asked.idle:
        idle(
            at,
            asked.idle,
            f"{len(at.pollers)} pollers and {len(at.workers)} workers for all offices",
        )
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


if __name__ == "__main__":
    main()
