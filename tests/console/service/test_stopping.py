"""The service is asked to stop, once, twice, in the middle of what it does: it always ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from console.service.stopping import SIGNALS, EarlyStop, StopSignal
from tests.console.office import OfficeRoom, letter
from tests.notifier.conftest import PlainController, Post
from tests.notifier.relays import Wire
from tests.processes import PATIENCE

STARTED, FETCHING = "服务已启动", "fetching"

BLOCKED = """
import os, signal, sys
from console.service import jobs
from ingest.mailboxes.maildir import MaildirMailbox

fetch, gate = MaildirMailbox.fetch, sys.argv.pop(1)

def slow(self, message):
    print("fetching", file=sys.stderr, flush=True)
    if gate:
        open(gate).read()  # a FIFO: until the test writes into it
    else:
        while True:
            signal.sigwait([signal.SIGUSR2])
    return fetch(self, message)

MaildirMailbox.fetch = slow
if not gate:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    jobs.Patience.ROUND = jobs.Patience.WITHOUT_WORKERS = 0.2
from console.cli.app import main
main()
"""

OPENING = """
import sys, time
from console.cli import rounds

def opening(*_):
    print("opening", file=sys.stderr, flush=True)
    while True:
        time.sleep(0.01)

rounds.open_application = opening
from console.__main__ import main
main()
"""

ANEW = """
import os, signal
from console.service.stopping import SIGNALS, EarlyStop, StopSignal, replace_process

{before}
os.kill(os.getpid(), signal.SIGTERM)
replace_process(["-c", "from console.service.stopping import EarlyStop; EarlyStop(); print('begun anew')"])
print("ended")
"""

IMPATIENT = """
from console.service import jobs
jobs.Patience.ROUND = jobs.Patience.RELAY = 0.2
from console.cli.app import main
main()
"""


@contextmanager
def service(
    office: OfficeRoom, program: Sequence[str] = ("-m", "console")
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, *program, "--config", str(office.config), "run", "--no-pages"],
        env=office.environment,
        cwd=office.folder,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def said(running: subprocess.Popen[str], words: str) -> str:
    """Read the log up to a line with these words; a service that never says them is ended."""
    assert running.stderr is not None
    impatient = Timer(PATIENCE, running.kill)
    impatient.start()
    try:
        for line in running.stderr:
            if words in line:
                return line
    finally:
        impatient.cancel()
    raise AssertionError(f"the service ended without saying {words}")


def test_asked_to_stop_as_soon_as_it_has_started_it_ends(office: OfficeRoom) -> None:
    with service(office) as running:
        said(running, STARTED)
        running.terminate()
        said(running, "服务已停止")
        assert running.wait(PATIENCE) == 0


def test_asked_to_stop_before_it_has_started_it_ends_in_order(office: OfficeRoom) -> None:
    with service(office, ("-c", OPENING)) as running:
        said(running, "opening")
        running.terminate()
        assert running.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("stop = StopSignal()", "ended\n"),
        ("EarlyStop(); signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)", ""),
    ],
    ids=["before it does", "on the way"],
)
def test_asked_to_stop_while_it_begins_anew_it_does_not(before: str, says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANEW.format(before=before)], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, says), done.stderr


def test_a_signal_that_was_kept_from_ending_the_program_is_known_afterwards() -> None:
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        EarlyStop()
        with contextlib.suppress(SystemExit):
            os.kill(os.getpid(), signal.SIGTERM)
        assert StopSignal().wait(0)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_while_the_letter_in_hand_is_finished_changes_nothing(
    office: OfficeRoom, tmp_path: Path, second: signal.Signals
) -> None:
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with service(office, ("-c", BLOCKED, str(gate))) as running:
        said(running, FETCHING)
        running.terminate()
        for _ in range(3):
            running.send_signal(second)
        gate.write_text("")
        assert running.wait(PATIENCE) == 0
    assert [row["state"] for row in office.export("letters")] in (["examined"], ["settled"])


def test_a_step_that_never_ends_does_not_keep_the_program_alive(office: OfficeRoom) -> None:
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    with service(office, ("-c", BLOCKED, "")) as running:
        said(running, FETCHING)
        running.terminate()
        said(running, "手头的事没有做完")
        assert running.wait(PATIENCE) == 1
    office.run("poll")
    assert [row["state"] for row in office.export("letters")] == ["settled"]


def test_a_letter_whose_worker_hangs_waits_for_the_next_start_and_loses_no_try(
    office: OfficeRoom,
) -> None:
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    stopped = "import os, signal\n" + IMPATIENT.replace(
        "jobs.Patience",
        """
from ingest.intake import Intake
enter = Intake.enter
from ingest.sandbox import pool
submit = pool.Workers.submit
def stuck(self, letter, received, head_only, **options):
    self.run(os.getpid).result()
    for worker in self._pool.pool._pool_manager.worker_manager.workers:
        os.kill(worker, signal.SIGSTOP)
    future = submit(self, letter, received, head_only, **options)
    import sys
    print("fetching", file=sys.stderr, flush=True)
    return future
pool.Workers.submit = stuck
jobs.Patience""",
        1,
    )
    with service(office, ("-c", stopped)) as running:
        said(running, FETCHING)
        running.terminate()
        said(running, "服务已停止")
        assert running.wait(PATIENCE) == 0
    (row,) = office.export("letters")
    assert (row["state"], row["tries"]) == ("collected", 0)


@contextmanager
def stalling(office: OfficeRoom) -> Iterator[tuple[Post, Wire]]:
    """The office's relay takes the first letter and never says so."""
    post = Post()
    controller = PlainController(post)
    controller.start()
    try:
        with Wire(("localhost", controller.port), fatal=b"\r\n.\r\n", silent=True) as wire:
            office.environment["SHOUGAO_RELAY"] = f"smtp://127.0.0.1:{wire.port}"
            yield post, wire
    finally:
        controller.stop(no_assert=True)


def test_a_relay_that_stalls_after_the_dot_stops_no_collecting_and_no_end(
    office: OfficeRoom,
) -> None:
    office.roster()
    office.config.write_text(
        office.config.read_text(encoding="utf-8").replace("poll_seconds = 30", "poll_seconds = 1"),
        encoding="utf-8",
    )
    office.receive(letter(1), "1700000001.M1.test")
    with stalling(office) as (post, wire), service(office, ("-c", IMPATIENT)) as running:
        said(running, "登记来信 1 封")
        assert wire.answered()  # the first receipt is at the relay, which keeps silent
        office.receive(letter(2), "1700000002.M2.test")
        said(running, "登记来信 1 封")
        running.terminate()
        said(running, "服务已停止")
        assert running.wait(PATIENCE) == 0
        assert len(post.taken) == 1
    rows = sorted(office.export("outbox"), key=lambda row: row["id"])
    assert len(rows) == 2
    assert rows[0]["state"] == "owed" and rows[0]["reply"]
    assert rows[1]["state"] == "owed" and not rows[1]["reply"]
