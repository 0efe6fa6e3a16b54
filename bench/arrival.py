"""
A service at work on an IMAP mailbox: `python -m bench.arrival [--letters 60] [--contact 10000]`.

How long a letter waits from its arrival until its receipt is handed over; how much memory a letter of 70 MB
takes in any of the processes; and what the first contact with a mailbox of so many letters takes that is
killed in the middle and begun again: letters a second, and whether memory grows with their number.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.intake import (
    ACCOUNT,
    PASSWORD,
    Office,
    PeakMemory,
    deliver,
    document,
    make_letters,
    submission,
)
from bench.rows import Row, note
from bench.servers import dovecot
from tests.console.office import packed

GAP = 2.0
"""Mean seconds between two arrivals."""

PATIENCE = 120.0
LARGE = 70_000_000
"""Bytes of a large letter, as it is written in base64."""
LAST = 9999
"""Its number, which no other has."""


def main() -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=60)
    parser.add_argument("--contact", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        with dovecot({ACCOUNT: PASSWORD}) as server:
            waits(Office(base / "service", server), given.letters)
        with dovecot({ACCOUNT: PASSWORD}) as server:
            contact(Office(base / "contact", server), given.contact)


def waits(office: Office, count: int) -> None:
    """Print how long letters wait that come one after the other, and what a large one takes."""
    chance = random.Random(1)
    letters = list(make_letters(count + 1))
    taken: list[float] = []
    with office.service() as process:
        for number, letter in enumerate(letters):
            before, arrived = office.receipts(), time.monotonic()
            deliver(office.inbox, number, letter)
            until(lambda before=before: office.receipts() > before)  # type: ignore[misc]
            taken.append(time.monotonic() - arrived)
            time.sleep(chance.expovariate(1 / GAP))
        del taken[0]  # it waited for the service to begin
        memory = PeakMemory(process.pid)
        memory.start()
        before = office.receipts()
        deliver(office.inbox, len(letters), large())
        until(lambda: office.receipts() > before)
        memory.finish()
    median = statistics.median(taken)
    late = statistics.quantiles(taken, n=20)[-1]
    print(f"from arrival to receipt: median {median:.2f} s, 95 % {late:.2f} s, {count} letters")
    print(f"peak of any process while 70 MB pass: {memory.peak / 1e6:.0f} MB")
    note(Row("from arrival to receipt, median", median, "s", aim="≤ 1 s", met=median <= 1))
    note(Row("from arrival to receipt, 95 %", late, "s", aim="≤ 3 s", met=late <= 3))
    met = memory.peak <= 250e6
    note(Row("peak while a 70 MB letter passes", memory.peak / 1e6, "MB", aim="≤ 250 MB", met=met))


def contact(office: Office, count: int) -> None:
    """Print what a first look at a full mailbox takes, once killed and begun again."""
    for number in range(count):
        deliver(office.inbox, number, small(number), give_away=number == count - 1)
    begun = time.monotonic()
    first = office.begin("poll")
    until(lambda: office.receipts() >= count // 3, first, patience=count)
    early = resident(first.pid)
    first.kill()
    first.wait()
    half = office.receipts()
    second = office.begin("poll")
    late = 0
    while second.poll() is None:
        if office.receipts() > count * 9 // 10:
            late = max(late, resident(second.pid))
        time.sleep(0.2)
    took = time.monotonic() - begun
    office.run("ledger", "verify")
    answered = office.receipts()
    print(
        f"first contact with {count:,} letters: {count / took:.1f} a second, killed once at {half:,}; "
        f"{answered:,} receipts; memory {early / 1e6:.0f} MB at a third, {late / 1e6:.0f} MB at nine tenths"
    )
    # a receipt that was handed over in the moment of the kill may go twice, under its Message-ID
    whole = count <= answered <= count + 1
    note(
        Row(
            "receipts of a first contact, killed once", answered, "", "letters", count, "all", whole
        )
    )
    flat = late <= 1.15 * early
    beside = "the same at a third of them"
    note(
        Row(
            "memory at nine tenths of them", late / 1e6, "MB", beside, early / 1e6, "≤ 1.15 ×", flat
        )
    )


def small(number: int) -> bytes:
    """Return a letter of some kB."""
    text = f"湖塘镇开展第{number}次检查\n3月5日，湖塘镇开展检查{number}次，发现隐患{number}处。\n"
    text += "撰稿：钱一鸣 审核：赵立新"
    return submission(number, packed({f"稿件{number}.txt": text.encode("gb18030")}))


def large() -> bytes:
    """Return a letter of 70 MB: a draft, and noise that does not shrink."""
    chance = random.Random(2)
    inside = {"稿件.docx": document(chance, LAST, 0, datetime.now(UTC))}
    inside |= {f"视频{part}.mp4": chance.randbytes(LARGE * 73 // 100 // 3) for part in range(3)}
    return submission(LAST, packed(inside))


def until(
    done: Callable[[], bool],
    process: subprocess.Popen[bytes] | None = None,
    patience: float = PATIENCE,
) -> None:
    """Wait; raises TimeoutError, also when `process` has ended meanwhile."""
    ends = time.monotonic() + patience
    while not done():
        if time.monotonic() > ends or (process is not None and process.poll() is not None):
            raise TimeoutError("the program does not get on")
        time.sleep(0.005)


def resident(pid: int) -> int:
    """Bytes that a process has in memory."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
