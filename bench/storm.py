"""
A storm: the service on a real Dovecot and a real SMTP server, both behind wires that fail, killed again and again.

`python -m bench.storm [--kills 300] [--letters 200] [--seed 1]` prints what was lost, doubled, repeated and left
over, and ends with 1 unless nothing was lost, doubled or left over and no letter of ours came more than twice.

Killed are the program, one of its workers, or both with all that they started, at random instants and at
each named step, before it and after it. A letter of ours may come twice, under one Message-ID: where the
relay has it and the program died before it knew.
"""

from __future__ import annotations

import argparse
import contextlib
import email
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.fault_wire import FaultWire
from bench.network import descendants
from bench.servers import HOST, Dovecot, dovecot
from tests.console.office import NO_CEILINGS, OfficeRoom, letter
from tests.notifier.conftest import PlainController, Post
from tests.processes import ended

USER, PASSWORD = "inbox", "correct horse-battery"
STEPS = (
    "ingest.mailboxes.imap:ImapMailbox:fetch",
    "ledger.storage.vault:Vault:put",
    "ledger.letters:LetterRepository:collect",
    "ledger.letters:LetterRepository:enter",
    "notifier.delivery.send_log:SendLog:begin",
    "notifier.delivery.smtp_session:SmtpSession:data",
    "notifier.delivery.smtp:SmtpRelay:send",
    "ledger.outbox:Outbox:sent",
    "notifier.delivery.send_log:SendLog:forget",
)
LIFE = (0.2, 3.0)
"""Seconds that a life lasts at random once the service has started; one life in five ends while it starts."""
STARTING = 60.0
STEP_PATIENCE = 12.0
STARTED = "服务已启动"
CALM_SECONDS = 180.0
"""After the storm: how long the service may take to finish all."""
SWAPS = (
    ("poll_seconds = 30", "poll_seconds = 1"),
    *NO_CEILINGS,
)


@dataclass(slots=True)
class Outcome:
    """What the storm left: each list empty is what is wanted; `repeated` may have entries, not more than twice."""

    letters: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    repeated: Counter[str] = field(default_factory=Counter)
    left_over: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        """Whether every promise was kept."""
        broken = self.lost or self.doubled or self.left_over
        return not broken and max(self.repeated.values(), default=1) <= 2


def storm(folder: Path, kills: int, letters: int, seed: int) -> Outcome:
    """Run a storm in an empty folder."""
    chance = random.Random(seed)
    post = Post()
    controller = PlainController(post)
    controller.start()
    try:
        with (
            dovecot({USER: PASSWORD}) as server,
            FaultWire((HOST, server.port), chance) as mailbox,
            FaultWire(("localhost", controller.port), chance) as relay,
        ):
            office = _office(folder, mailbox.port, relay.port)
            outcome = Outcome(letters)
            given = 0
            for life in range(kills):
                wanted = letters * (life + 1) // kills
                for number in range(given, wanted):
                    _receive(server, number)
                given = wanted
                outcome.kills[_one_life(office, chance, life)] += 1
            mailbox.calm()
            relay.calm()
            _settle(office, outcome)
            _judge(office, post, outcome)
            return outcome
    finally:
        controller.stop(no_assert=True)


def _office(folder: Path, mailbox: int, relay: int) -> OfficeRoom:
    office = OfficeRoom(folder)
    office.rewrite_config(SWAPS)
    office.environment |= {
        "SHOUGAO_MAILBOX": f"imap://{USER}@{HOST}:{mailbox}",
        "SHOUGAO_MAILBOX_PASSWORD": PASSWORD,
        "SHOUGAO_RELAY": f"smtp://{HOST}:{relay}",
    }
    office.roster()
    return office


def _receive(server: Dovecot, number: int) -> None:
    """Have a letter arrive as a mail server delivers it: written in tmp/, renamed into new/."""
    maildir = server.maildir(USER)
    name = f"{1_700_000_000 + number}.M{number}.storm"
    (maildir / "tmp" / name).write_bytes(letter(number))
    (maildir / "tmp" / name).rename(maildir / "new" / name)
    server.give_away()


def _one_life(office: OfficeRoom, chance: random.Random, life: int) -> str:
    """Start the service and have it killed; return how."""
    kind = ("step", "main", "worker", "group")[life % 4]
    environment = dict(office.environment)
    if kind == "step":
        step = STEPS[life // 4 % len(STEPS)]
        when = ("before", "after")[life // 4 // len(STEPS) % 2]
        environment |= {
            "STORM_STEP": step,
            "STORM_WHEN": when,
            "STORM_TURN": str(chance.randint(1, 2)),
        }
        kind = f"{when} {step.rpartition(':')[2]}"
    log = office.folder / "service.log"
    before = log.stat().st_size if log.exists() else 0
    with _service(office, environment) as running:
        if "STORM_STEP" in environment or chance.random() < 0.8:
            _wait_for_start(running, log, before)
        if "STORM_STEP" in environment:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(STEP_PATIENCE)
            return kind
        time.sleep(chance.uniform(*LIFE))
        below = descendants(running.pid)
        if kind == "worker" and below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(below), signal.SIGKILL)
            time.sleep(chance.uniform(*LIFE))
        for number in below if kind == "group" else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
    return kind


def _wait_for_start(running: subprocess.Popen[bytes], log: Path, before: int) -> None:
    """Wait until the service says that it has started, or has ended: a busy machine takes its time."""
    until = time.monotonic() + STARTING
    while time.monotonic() < until and running.poll() is None:
        if STARTED in log.read_bytes()[before:].decode(errors="replace"):
            return
        time.sleep(0.05)


@contextlib.contextmanager
def _service(office: OfficeRoom, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service; killed at the end, if it still lives."""
    log = (office.folder / "service.log").open("ab")
    with (
        log,
        subprocess.Popen(
            [
                *(sys.executable, "-m", "bench.storm_service"),
                *("--config", str(office.config), "run", "--no-pages"),
            ],
            env=environment,
            cwd=Path(__file__).resolve().parents[1],
            stderr=log,
            stdout=log,
            start_new_session=True,
        ) as running,
    ):
        try:
            yield running
        finally:
            running.kill()


def _settle(office: OfficeRoom, outcome: Outcome) -> None:
    """
    Run the service in calm weather until nothing is owed, or its time is over; then ask it to stop.

    It is asked once it has started: what earlier lives left is swept at the start.
    """
    until = time.monotonic() + CALM_SECONDS
    log = office.folder / "service.log"
    before = log.stat().st_size
    with _service(office, office.environment) as running:
        while time.monotonic() < until and running.poll() is None:
            time.sleep(1)
            started = STARTED in log.read_bytes()[before:].decode(errors="replace")
            if started and _unfinished(office, outcome.letters) == 0:
                break
        running.terminate()
        code = running.wait(200)
    if code:
        outcome.left_over.append(f"the service ended with {code}")


def _unfinished(office: OfficeRoom, letters: int) -> int:
    """Count what is still to be done."""
    file = office.folder / "data" / "ledger.db"
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as ledger:
        (entered,) = ledger.execute(
            "SELECT count(*) FROM letters WHERE state = 'settled'"
        ).fetchone()
        (owed,) = ledger.execute("SELECT count(*) FROM outbox WHERE state = 'owed'").fetchone()
    return max(0, letters - int(entered)) + int(owed)


def _judge(office: OfficeRoom, post: Post, outcome: Outcome) -> None:
    rows = office.export("letters")
    entered = Counter(str(row["message_id"]) for row in rows)
    wanted = {f"<{number}@hutang.example>" for number in range(outcome.letters)}
    answers: dict[str, Counter[str]] = {}
    for envelope in post.taken:
        content = envelope.content
        mail = email.message_from_bytes(content if isinstance(content, bytes) else b"")
        answers.setdefault(str(mail["In-Reply-To"]), Counter())[str(mail["Message-ID"])] += 1
    uncertain = {row["letter_id"] for row in office.export("outbox") if row["state"] == "uncertain"}
    numbers = {str(row["message_id"]): row["id"] for row in rows}
    for one in sorted(wanted):
        if one not in entered:
            outcome.lost.append(f"{one} was never entered")
        elif one not in answers and numbers[one] not in uncertain:
            outcome.lost.append(f"{one} was never answered")
        if entered[one] > 1:
            outcome.doubled.append(f"{one} was entered {entered[one]} times")
        if len(answers.get(one, ())) > 1:
            outcome.doubled.append(f"{one} has {len(answers[one])} different answers")
        for message_id, times in answers.get(one, Counter()).items():
            if times > 1:
                outcome.repeated[message_id] = times
    outcome.left_over += [
        f"{row['message_id']} is {row['state']}" for row in rows if row["state"] != "settled"
    ]
    data = office.folder / "data"
    outcome.left_over += [
        path.relative_to(data).as_posix()
        for path in (*data.glob("vault/.*"), *data.glob("vault/??/.*"), *data.glob("scratch/*"))
    ]
    running = []
    for process in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"SHOUGAO_DATA={data}".encode() in process.read_bytes():
                running.append(int(process.parent.name))
    # those that end with the service need a moment to notice
    outcome.left_over += [f"process {number}" for number in ended(running)]


def main() -> None:
    """Run a storm and print what it left."""
    parser = argparse.ArgumentParser(prog="bench.storm")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--letters", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:
        outcome = storm(Path(folder), asked.kills, asked.letters, asked.seed)
        log = (Path(folder) / "service.log").read_text(encoding="utf-8", errors="replace")
    print(f"{sum(outcome.kills.values())} kills: {dict(outcome.kills)}")
    print(f"letters {outcome.letters}, lost {len(outcome.lost)}, doubled {len(outcome.doubled)}")
    print(f"repeated under the same Message-ID {len(outcome.repeated)}: {dict(outcome.repeated)}")
    print(f"left over {len(outcome.left_over)}")
    for line in (*outcome.lost, *outcome.doubled, *outcome.left_over):
        print(f"  {line}")
    if not outcome.well:
        print(log[-8000:])
        raise SystemExit(1)


if __name__ == "__main__":
    main()
