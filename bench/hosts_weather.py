"""The weather over a site: programs killed, hosts without power or cut off, servers out of reach."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.hosts_site import SERVERS, Site
from bench.network import Host

AWAY = (5.0, 30.0)
"""Seconds that a working host is cut off or without power; longer than a lease lasts, too."""
SERVER_AWAY = (3.0, 15.0)
"""Seconds that a server is out of reach: all work waits for it."""
KINDS = {
    "killed": 4,
    "without power": 3,
    "cut off": 3,
    "server out of reach": 2,
}
"""How often each comes, beside the others."""


@dataclass
class Weather:
    """Does harm to a site, one thing at a time or several, and mends it when its time has come."""

    site: Site
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    _mends: list[tuple[float, Host, Callable[[], None]]] = field(default_factory=list)

    def strike(self) -> None:
        """Do one thing; a host to which something was done already is left alone."""
        busy = {host.name for _, host, _ in self._mends}
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        if kind == "server out of reach":
            host = self.site.hosts[self.chance.choice(SERVERS)]
            if busy & set(SERVERS):
                return
            self._away(host, SERVER_AWAY)
            self.done[f"{host.name} out of reach"] += 1
            return
        working = (*self.site.pollers, *self.site.workers)
        choice = [host for host in working if host.name not in busy]
        if len(choice) < len(working) - 1:
            return  # two at the same time are enough
        host = self.chance.choice(choice)
        what = "poller" if host in self.site.pollers else "worker"
        if kind == "killed":
            host.kill("shougao")
            self.site.start(host)
        elif kind == "cut off":
            self._away(host, AWAY)
        else:
            host.pull_the_plug()
            self._later(host, AWAY, lambda: self.site.start(host))
        self.done[f"{what} {kind}"] += 1

    def pass_by(self) -> None:
        """Mend what is due."""
        for one in [one for one in self._mends if one[0] <= time.monotonic()]:
            self._mends.remove(one)
            one[2]()

    def calm(self) -> None:
        """Mend all."""
        for _, _, mend in self._mends:
            mend()
        self._mends.clear()

    def _away(self, host: Host, seconds: tuple[float, float]) -> None:
        host.cut()
        self._later(host, seconds, host.heal)

    def _later(self, host: Host, seconds: tuple[float, float], mend: Callable[[], None]) -> None:
        self._mends.append((time.monotonic() + self.chance.uniform(*seconds), host, mend))
