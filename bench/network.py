"""
Hosts on one machine: network namespaces on a bridge, each with an address and a name of its own (Linux, root).

A host can be cut off and healed, its programs killed, or lose its power: then nobody hears that its
connections are over, as when a machine's plug is pulled.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "shougao-"
BRIDGE = "shougao0"
NETWORK = "10.77.0"
FIRST_ADDRESS = 11
OURS = f"{NETWORK}.254"
"""The address of whoever watches, outside all hosts."""

_LOCK = Path("/run/lock/shougao-hosts")


class NoNetwork(Exception):
    """There can be no hosts here; the text says why."""


@dataclass
class Host:
    """A machine: what runs on it sees its own network alone, and its name."""

    name: str
    address: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """Its network namespace."""
        return PREFIX + self.name

    @property
    def prefix(self) -> tuple[str, ...]:
        """What a command begins with to run on it; the process's number is the command's own."""
        named = 'hostname "$0"; exec "$@"'
        inside = ("ip", "netns", "exec", self.namespace)
        return (*inside, "unshare", "--uts", "sh", "-c", named, self.name)

    def plug_in(self) -> None:
        """Give it a network, an address on the bridge and a loopback."""
        outer, inner = f"sg-{self.address.rpartition('.')[2]}", "eth0"
        within = ("netns", "exec", self.namespace, "ip")
        _ip("netns", "add", self.namespace)
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", self.namespace)
        _ip(*within, "addr", "add", f"{self.address}/24", "dev", inner)
        _ip(*within, "link", "set", inner, "up")
        _ip(*within, "link", "set", "lo", "up")
        _ip("link", "set", outer, "master", BRIDGE, "up")

    def cut(self) -> None:
        """Cut it off: nothing comes in or goes out, and nobody is told."""
        # a port that does not forward, not a link that is down: its own side sees no carrier lost
        self._outside("off")

    def heal(self) -> None:
        """Connect it again."""
        self._outside("on")

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str], log: Path
    ) -> None:
        """Start a program on it."""
        with log.open("ab") as out:
            self.running[name] = subprocess.Popen(
                [*self.prefix, *command],
                env=dict(environment),
                cwd=Path(__file__).resolve().parents[1],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """Kill a program with all that it started."""
        running = self.running.pop(name)
        for number in (running.pid, *descendants(running.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        running.wait()

    def pull_the_plug(self) -> None:
        """End all that runs on it without a word to anybody, and give it a new network."""
        self.cut()
        for name in list(self.running):
            self.kill(name)
        self.end()
        # what the kernel still owed to others goes with the namespace
        _ip("link", "del", f"sg-{self.address.rpartition('.')[2]}")
        _ip("netns", "del", self.namespace)
        self.plug_in()

    def stop(self, seconds: float) -> list[str]:
        """Ask all its programs to end; name those that had to be killed."""
        late = []
        for running in self.running.values():
            running.terminate()
        for name, running in self.running.items():
            try:
                running.wait(seconds)
            except subprocess.TimeoutExpired:
                late.append(f"{name} on {self.name}")
                running.kill()
                running.wait()
        self.running.clear()
        return late

    def processes(self) -> list[int]:
        """List what runs in its network."""
        found = _ip("netns", "pids", self.namespace).split()
        return [int(number) for number in found]

    def end(self) -> None:
        """Kill whatever runs in its network."""
        for number in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def _outside(self, learning: str) -> None:
        outer = f"sg-{self.address.rpartition('.')[2]}"
        state = {"on": "3", "off": "0"}[learning]  # forwarding, disabled (bridge(8))
        subprocess.run(
            ["bridge", "link", "set", "dev", outer, "state", state], check=True, capture_output=True
        )


@contextlib.contextmanager
def network(names: list[str]) -> Iterator[dict[str, Host]]:
    """
    Make a bridge with hosts of these names; all of it goes at the end, also what they started.

    What a run that was killed left is removed first. Raises NoNetwork.
    """
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "bridge", "unshare"))):
        raise NoNetwork("hosts need root, ip and bridge (iproute2) and unshare (util-linux)")
    _LOCK.parent.mkdir(parents=True, exist_ok=True)
    with _LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NoNetwork("another run has its hosts on this machine") from None
        _remove_all()
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            _ip("link", "add", BRIDGE, "type", "bridge")
            _ip("addr", "add", f"{OURS}/24", "dev", BRIDGE)
            _ip("link", "set", BRIDGE, "up")
            hosts = {
                name: Host(name, f"{NETWORK}.{FIRST_ADDRESS + number}")
                for number, name in enumerate(names)
            }
            for host in hosts.values():
                host.plug_in()
            yield hosts
        finally:
            _remove_all()


def descendants(number: int) -> list[int]:
    """Return the processes that a process started, and those that they did (proc(5))."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = status.read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, waiting = [], [number]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(f"signal {number}")


def _remove_all() -> None:
    for line in _ip("netns", "list").splitlines():
        name = line.split()[0]
        if name.startswith(PREFIX):
            Host(name.removeprefix(PREFIX), "").end()
            _ip("netns", "del", name)
    subprocess.run(["ip", "link", "del", BRIDGE], check=False, capture_output=True)


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoNetwork(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
