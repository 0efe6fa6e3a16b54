"""
The work shared among processes, on a real Dovecot and a real PostgreSQL, while workers and pollers are killed.

`python -m bench.engine [--letters 200] [--workers 1 2 4] [--kills 20] [--seed 1] [--queue procrastinate]` prints
for each number of workers how many letters a second they enter in calm weather, and then, of as many letters
that come while one process after the other is killed: what was lost, doubled and left over, and of how many
pairs of equal drafts the later received one is the original. It ends with 1 unless all of these are none.
`--queue` names another queue, or ours without its sweep (bench/queues.py).
"""

from __future__ import annotations

import argparse
import contextlib
import email
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from bench import queues
from bench.postgresql import PostgreSql, postgresql
from bench.servers import HOST, Dovecot, dovecot
from console.spreadsheets.roster import read_roster
from ledger.journal import PROGRAM
from ledger.models.database import open_ledger
from ledger.queries import export
from ledger.roster import Roster
from tests.console.office import (
    NO_CEILINGS,
    NOW,
    ROSTER,
    OfficeRoom,
    letter,
    packed,
    settings_in,
    text_of,
)

PASSWORD = "correct horse-battery"
ROOT = Path(__file__).resolve().parents[1]
POLLERS = 2
PAIR = 10
"""Each tenth letter brings the draft of the fifth before it once more."""
ENTERED = "'settled', 'examined'"
LIFE = (0.5, 4.0)
"""Seconds between two kills."""
PATIENCE = 600.0
STUCK = 60.0
"""Seconds without a letter entered or answered after which the rest is stuck."""
FIRST = 1_646_443_800
SWAPS = (
    ("poll_seconds = 30", "poll_seconds = 1"),
    *NO_CEILINGS,
    ('kind = "inline"', 'kind = "procrastinate"'),
)


@dataclass(slots=True)
class Outcome:
    """What a run left; each list empty is what is wanted."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def well(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.disordered or self.left_over)


@dataclass
class Place:
    """An office, its ledger and its mailbox."""

    office: OfficeRoom
    ledger: Engine
    server: Dovecot
    user: str
    queue: str = queues.PROCRASTINATE
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def receive(self, number: int) -> None:
        """Have a letter arrive, received a second after the one before it."""
        maildir = self.server.maildir(self.user)
        name = f"{FIRST + number}.M{number}.engine"
        first = number - PAIR // 2 if number % PAIR == PAIR - 1 else number
        draft = packed({"稿件.txt": text_of(first).encode("gb18030")})
        file = maildir / "tmp" / name
        file.write_bytes(letter(number, attachment=("稿件.zip", draft)))
        os.utime(file, (FIRST + number, FIRST + number))
        file.rename(maildir / "new" / name)
        self.server.give_away()

    def start(self, name: str) -> None:
        """Start a worker or a poller, once more if it was killed."""
        command = ["worker", "--concurrency", "1"] if name[0] == "w" else ["run", "--no-pages"]
        with (self.office.folder / "log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [*self._program(), "--config", str(self.office.config), *command],
                env=self.office.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def poll(self) -> None:
        """Have one round collected."""
        command = [*self._program(), "--config", str(self.office.config), "poll"]
        with (self.office.folder / "log").open("ab") as log:
            subprocess.run(
                command, env=self.office.environment, cwd=ROOT, check=True, stdout=log, stderr=log
            )

    def _program(self) -> list[str]:
        if self.queue == queues.PROCRASTINATE:
            return [sys.executable, "-m", "console"]
        return [sys.executable, "-m", "bench.queues", self.queue]

    def kill(self, name: str) -> None:
        """Kill one of them with all that it started, as a machine's death does."""
        running = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()

    def stop(self) -> None:
        """Ask all to end."""
        for running in self._running.values():
            running.terminate()
        for running in self._running.values():
            running.wait()
        self._running.clear()

    def count(self, states: str, table: str = "letters") -> int:
        """Count letters, or letters of ours, in these states."""
        with self.ledger.connect() as connection:
            query = text(f"SELECT count(*) FROM {table} WHERE state IN ({states})")
            return connection.scalar(query) or 0

    def jobs(self) -> int:
        """Count the jobs in the queue."""
        with self.ledger.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0

    def wait(self, letters: int, *, answered: bool) -> bool:
        """Wait until all are entered and, where that is asked for, answered; whether they are."""
        until = time.monotonic() + PATIENCE
        before, moved = (0, 0), time.monotonic()
        while time.monotonic() < min(until, moved + STUCK):
            done = self.count("'settled'" if answered else ENTERED)
            owed = self.count("'owed'", "outbox") if answered else 0
            if done >= letters and not owed:
                return True
            if (done, owed) != before:
                before, moved = (done, owed), time.monotonic()
            time.sleep(0.1)
        return False


@contextlib.contextmanager
def place(server: Dovecot, database: PostgreSql, user: str, queue: str) -> Iterator[Place]:
    """Furnish an office of its own for a run."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        office = OfficeRoom(Path(folder))
        url = database.create(user)
        named = f'ledger = "{url.replace("+psycopg", "")}"'
        office.rewrite_config((*SWAPS, ('ledger = ""', named)))
        office.environment |= {
            "SHOUGAO_MAILBOX": f"imap://{user}@{HOST}:{server.port}",
            "SHOUGAO_MAILBOX_PASSWORD": PASSWORD,
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),  # another queue may lie outside
        }
        ledger = open_ledger(url)
        roster = office.folder / "roster.csv"
        roster.write_text(ROSTER, encoding="utf-8")
        units = settings_in(office.folder).provisions[-1].units
        Roster(ledger).enter(read_roster(roster, units), PROGRAM, NOW)
        ledger.dispose()
        made = Place(office, create_engine(url), server, user, queue)
        try:
            yield made
        finally:
            made.stop()
            made.ledger.dispose()


def calm(at: Place, letters: int, workers: int) -> float:
    """Return how many letters a second are entered that were collected before."""
    for number in range(letters):
        at.receive(number)
    at.poll()
    # what a process needs to start is no part of a letter
    names = [f"w{number}" for number in range(workers)]
    before = at.count(ENTERED)
    for name in names:
        at.start(name)
    while at.count(ENTERED) == before:
        time.sleep(0.02)
    begun, first = time.monotonic(), at.count(ENTERED)
    if not at.wait(letters, answered=False):
        return 0.0
    return (letters - first) / (time.monotonic() - begun)


def storm(at: Place, letters: int, workers: int, kills: int, chance: random.Random) -> Outcome:
    """Have letters come while processes are killed; judge what is left when all is calm again."""
    outcome = Outcome()
    begun = time.monotonic()
    names = [f"w{number}" for number in range(workers)]
    names += [f"p{number}" for number in range(POLLERS)]
    for name in names:
        at.start(name)
    given = 0
    for life in range(kills):
        wanted = letters * (life + 1) // kills
        for number in range(given, wanted):
            at.receive(number)
        given = wanted
        time.sleep(chance.uniform(*LIFE))
        victim = chance.choice(names)
        at.kill(victim)
        outcome.kills["worker" if victim[0] == "w" else "poller"] += 1
        at.start(victim)
    if not at.wait(letters, answered=True):
        owed, left = at.count("'owed'", "outbox"), letters - at.count(ENTERED)
        outcome.left_over.append(f"stuck: {left} letters not entered, {owed} of ours owed")
    outcome.seconds = time.monotonic() - begun
    # a job that a dead worker had, and that is done, is dropped once its heart is missed
    until = time.monotonic() + 60
    while time.monotonic() < until and not outcome.left_over and at.jobs():
        time.sleep(0.2)
    at.stop()
    _judge(at, letters, outcome)
    return outcome


def _judge(at: Place, letters: int, outcome: Outcome) -> None:
    rows = list(export.letters(at.ledger, "Asia/Shanghai"))
    entered = Counter(str(row["message_id"]) for row in rows)
    answers = Counter(
        str(email.message_from_bytes(raw)["In-Reply-To"]) for raw in at.office.receipts()
    )
    resent = {
        row["letter_id"]
        for row in export.drafts(at.ledger, "Asia/Shanghai")
        if "RESENT" in row["reasons"]
    }
    for number in range(letters):
        one = f"<{number}@hutang.example>"
        for what, found in (("entered", entered[one]), ("answered", answers[one])):
            if not found:
                outcome.lost.append(f"{one} was never {what}")
            if found > 1:
                outcome.doubled.append(f"{one} was {what} {found} times")
    for row in rows:
        if not row["message_id"]:
            continue  # not entered: what is lost is told above
        number = int(str(row["message_id"])[1:].partition("@")[0])
        if (row["id"] in resent) != (number % PAIR == PAIR - 1):
            outcome.disordered.append(f"{row['message_id']}: of two equal drafts the wrong one")
    with at.ledger.connect() as connection:
        for table in ("examinations", "procrastinate_jobs", "leases"):
            if left := connection.scalar(text(f"SELECT count(*) FROM {table}")):
                outcome.left_over.append(f"{left} rows of {table}")


def main() -> None:
    """Run and print a line for each number of workers."""
    parser = argparse.ArgumentParser(prog="bench.engine")
    parser.add_argument("--letters", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queue", choices=queues.QUEUES, default=queues.PROCRASTINATE)
    asked = parser.parse_args()
    chance, well = random.Random(asked.seed), True
    users = [f"{kind}{many}" for many in asked.workers for kind in ("calm", "storm")]
    base = Path(tempfile.mkdtemp(prefix="shougao-pg-"))
    with dovecot(dict.fromkeys(users, PASSWORD)) as server, postgresql(base) as database:
        for many in asked.workers:
            with place(server, database, f"calm{many}", asked.queue) as at:
                speed = calm(at, asked.letters, many)
            with place(server, database, f"storm{many}", asked.queue) as at:
                outcome = storm(at, asked.letters, many, asked.kills, chance)
                log = (at.office.folder / "log").read_text(encoding="utf-8", errors="replace")
            print(
                f"{asked.queue}, {many} workers: {speed:.1f} letters/s in calm weather; "
                f"{dict(outcome.kills)} killed over {asked.letters} letters in "
                f"{outcome.seconds:.0f} s: lost {len(outcome.lost)}, "
                f"doubled {len(outcome.doubled)}, out of order {len(outcome.disordered)}, "
                f"left over {len(outcome.left_over)}",
                flush=True,
            )
            for line in (*outcome.lost, *outcome.doubled, *outcome.disordered, *outcome.left_over):
                print(f"  {line}")
            if not outcome.well:
                print(log[-6000:])
            well = well and outcome.well
    if not well:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
