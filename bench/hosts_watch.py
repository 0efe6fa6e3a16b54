"""What is seen of a site while it works: letters by state, who holds which mailbox, what it all costs."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bench.hosts_site import DATABASE, STORE, Site
from bench.network import Host
from ledger.leases import LASTS

LOOKS_EVERY = 1.0
_ASKED = text(
    "SELECT (SELECT count(*) FROM letters WHERE state = 'collected'),"
    " (SELECT count(*) FROM letters WHERE state = 'examined'),"
    " (SELECT count(*) FROM letters WHERE state = 'settled'),"
    " (SELECT count(*) FROM outbox WHERE state = 'owed')"
)
_HOLDERS = text(
    "SELECT holder, since FROM leases WHERE name LIKE 'mailbox:%' AND until > clock_timestamp()"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Letters of all offices: collected and no more, entered, done with; and letters of ours that are owed."""

    collected: int
    examined: int
    settled: int
    owed: int

    @property
    def entered(self) -> int:
        """Letters that are entered, answered or not."""
        return self.examined + self.settled

    @property
    def known(self) -> int:
        """Letters that are in the ledgers."""
        return self.collected + self.entered


def look(site: Site) -> Seen:
    """Count now."""
    sums = [0, 0, 0, 0]
    for engine in site.ledgers.values():
        with engine.connect() as connection:
            for place, one in enumerate(connection.execute(_ASKED).one()):
                sums[place] += one
    return Seen(*sums)


class Watch:
    """Looks on, in a thread of its own: who holds the offices' mailboxes, and how soon another does."""

    def __init__(self, site: Site) -> None:
        self.longest = 0.0
        """Seconds at most that an office had nobody who collects for it; a dead machine's lease is counted whole."""
        self.changes = 0
        self._site = site
        self._ended = threading.Event()
        self._last: dict[str, tuple[str, float]] = {}
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(LOOKS_EVERY):
            for office in self._site.offices:
                with contextlib.suppress(DBAPIError):
                    self._look(office)

    def _look(self, office: str) -> None:
        with self._site.ledgers[office].connect() as connection:
            row = connection.execute(_HOLDERS).first()
        moment = time.monotonic()
        if row is None:
            return  # nobody: it is told when somebody has it again
        holder, last = f"{row[0]} {row[1]}", self._last.get(office)
        if last is not None and holder != last[0]:
            self.changes += 1
            self.longest = max(self.longest, moment - last[1] + LASTS.total_seconds())
        self._last[office] = (holder, moment)


@dataclass
class Cost:
    """What a stretch of work took: CPU seconds by kind of host, statements, bytes of the ledgers."""

    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    statements: int = 0
    ledger_bytes: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    """How often each statement was made."""


@contextlib.contextmanager
def costs(site: Site) -> Iterator[Cost]:
    """Measure what happens meanwhile; nothing may be killed in it."""
    cost = Cost()
    kinds = {
        "pollers": site.pollers,
        "workers": site.workers,
        "database": [site.hosts[DATABASE]],
        "bucket": [site.hosts[STORE]],
    }
    before = {kind: cpu_seconds(hosts) for kind, hosts in kinds.items()}
    statements, size = _statements(site), _bytes(site)
    begun = time.monotonic()
    yield cost
    cost.seconds = time.monotonic() - begun
    cost.cpu = {kind: cpu_seconds(hosts) - before[kind] for kind, hosts in kinds.items()}
    cost.asked = _statements(site) - statements
    cost.statements, cost.ledger_bytes = cost.asked.total(), _bytes(site) - size


def cpu_seconds(hosts: Iterable[Host]) -> float:
    """Add up what the processes of hosts have used, and those that they waited for (proc(5))."""
    ticks = 0
    for host in hosts:
        for number in host.processes():
            with contextlib.suppress(OSError, ValueError):
                fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def connections(site: Site) -> dict[str, int]:
    """Count the connections to the ledgers by the kind of host that holds them."""
    asked = text(
        "SELECT host(client_addr), count(*) FROM pg_stat_activity"
        " WHERE datname LIKE 'office%' AND client_addr IS NOT NULL GROUP BY 1"
    )
    with site.ledgers[site.offices[0]].connect() as connection:
        counted = {row[0]: row[1] for row in connection.execute(asked)}
    kinds = {"pollers": site.pollers, "workers": site.workers}
    return {
        kind: sum(counted.get(host.address, 0) for host in hosts) for kind, hosts in kinds.items()
    }


def memory(site: Site) -> dict[str, int]:
    """Add up the bytes of memory by the kind of host; what processes share is counted once (proc(5))."""
    used = {}
    for kind, hosts in (("pollers", site.pollers), ("workers", site.workers)):
        used[kind] = 0
        for number in (number for host in hosts for number in host.processes()):
            with contextlib.suppress(OSError):
                rollup = Path(f"/proc/{number}/smaps_rollup").read_text()
                (kilobytes,) = re.findall(r"^Pss: +(\d+)", rollup, re.M)
                used[kind] += int(kilobytes) * 1024
    return used


def _statements(site: Site) -> Counter[str]:
    engine = site.ledgers[site.offices[0]]
    with engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_stat_statements"))
        asked = text(
            "SELECT query, sum(calls) FROM pg_stat_statements JOIN pg_database ON oid = dbid"
            " WHERE datname LIKE 'office%' AND query NOT LIKE '%pg_stat_statements%' GROUP BY 1"
        )
        return Counter({query: int(calls) for query, calls in connection.execute(asked)})


def _bytes(site: Site) -> int:
    engine = site.ledgers[site.offices[0]]
    with engine.connect() as connection:
        asked = text(
            "SELECT sum(pg_database_size(oid)) FROM pg_database WHERE datname LIKE 'office%'"
        )
        return int(connection.scalar(asked) or 0)
