"""Every promise of docs/guarantees.md that a site can be held to, once the weather is over."""

from __future__ import annotations

import email
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bench.hosts_site import BUCKET, FIRST, Site
from ledger.queries import export
from tests.processes import ended

TAKEOVER = 60.0
"""Seconds in which another machine takes over."""
SHOWN = 12
_LEFT = ("examinations", "procrastinate_jobs", "leases")


@dataclass
class Promises:
    """What was found against each promise; each list empty is what is wanted."""

    broken: dict[str, list[str]] = field(default_factory=dict)
    repeated: int = 0
    """Letters of ours that came twice under one Message-ID, as they may."""

    def note(self, promise: str, *found: str) -> None:
        """Note what was found against a promise; nothing is good news."""
        self.broken.setdefault(promise, []).extend(found)

    @property
    def kept(self) -> bool:
        """Whether all were kept."""
        return not any(self.broken.values())

    def lines(self) -> Iterator[str]:
        """Tell of each promise."""
        for promise, found in self.broken.items():
            yield f"{promise}: {'kept' if not found else f'BROKEN {len(found)} times'}"
            yield from (f"    {one}" for one in found[:SHOWN])


LOST = "no letter is lost"
ONCE = "none is entered twice"
ANSWERED = "one answer, at most one repeat of it"
ORDER = "what was received first is entered first"
ORIGINAL = "of two equal drafts the earlier received is the original"
RECEIVED = "the mail server's moment of receipt stands"
TRIES = "no machine's trouble costs a letter a try"
NOTHING_LEFT = "nothing is left in the queue"
BUCKET_WHOLE = "the bucket holds every letter once, and nothing else"
VERIFIED = "`ledger verify` finds nothing"
STOPPED = "all stop when they are asked to, and leave nobody behind"
REPLACED = "another machine takes over within a minute"


def judge(site: Site, stopped_late: list[str], longest: float) -> Promises:
    """Hold a site, on which nothing works any more, to its promises."""
    found = Promises()
    late = [f"an office had no poller for {longest:.0f} s"] if longest > TAKEOVER else []
    found.note(REPLACED, *late)
    found.note(STOPPED, *stopped_late)
    for host in (*site.pollers, *site.workers):
        found.note(STOPPED, *(f"process {one} on {host.name}" for one in ended(host.processes())))
        left = [*(site.folder / host.name).glob("*/data/scratch/*")]
        found.note(STOPPED, *(str(path.relative_to(site.folder)) for path in left))
    answers = _answers(site)
    for office in site.offices:
        _judge_office(site, office, site.came[office], answers, found)
    names = set(site.store.names(BUCKET))
    found.note(BUCKET_WHOLE, *(f"{one} is missing" for one in sorted(site.names - names)))
    found.note(BUCKET_WHOLE, *(f"{one} is nobody's" for one in sorted(names - site.names)))
    found.note(VERIFIED, *_verify(site))
    return found


def _answers(site: Site) -> dict[str, Counter[str]]:
    """Count what the relay took, by the letter that it answers and by Message-ID."""
    answers: dict[str, Counter[str]] = {}
    for raw in site.relay.letters():
        mail = email.message_from_bytes(raw)
        answers.setdefault(str(mail["In-Reply-To"]), Counter())[str(mail["Message-ID"])] += 1
    return answers


def _judge_office(
    site: Site,
    office: str,
    numbers: list[int],
    answers: dict[str, Counter[str]],
    found: Promises,
) -> None:
    ledger = site.ledgers[office]
    rows = list(export.letters(ledger, "UTC"))
    by_id = Counter(str(row["message_id"]) for row in rows)
    uncertain = {
        row["letter_id"] for row in export.outbox(ledger, "UTC") if row["state"] == "uncertain"
    }
    ids = {str(row["message_id"]): row["id"] for row in rows}
    received = {str(row["message_id"]): row["received"] for row in rows}
    for number in numbers:
        one = f"<{number}@hutang.example>"
        if not by_id[one]:
            found.note(LOST, f"{office}: {one} was never entered")
            continue
        if by_id[one] > 1:
            found.note(ONCE, f"{office}: {one} was entered {by_id[one]} times")
        told = answers.get(one, Counter())
        if not told and ids[one] not in uncertain:
            found.note(LOST, f"{office}: {one} was never answered")
        if len(told) > 1 or max(told.values(), default=0) > 2:
            found.note(ANSWERED, f"{office}: {one} has the answers {dict(told)}")
        found.repeated += sum(many == 2 for many in told.values())
        moment = datetime.fromisoformat(str(received[one]))
        if moment != datetime.fromtimestamp(FIRST + number, UTC):
            found.note(RECEIVED, f"{office}: {one} was received {moment}")
    for promise in (LOST, ONCE, ANSWERED, RECEIVED):
        found.note(promise)
    others = set(by_id) - {f"<{number}@hutang.example>" for number in numbers}
    found.note(ONCE, *(f"{office}: {one} is another office's" for one in sorted(others)))
    found.note(
        LOST,
        *(
            f"{office}: {row['message_id']} is {row['state']}"
            for row in rows
            if row["state"] != "settled"
        ),
    )
    _judge_order(site, office, found)
    with ledger.connect() as connection:
        tried = connection.execute(text("SELECT message_id, tries FROM letters WHERE tries > 0"))
        found.note(TRIES, *(f"{office}: {one} has {tries}" for one, tries in tried))
        for table in _LEFT:
            left = connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            found.note(NOTHING_LEFT, *([f"{office}: {left} rows of {table}"] if left else []))


def _judge_order(site: Site, office: str, found: Promises) -> None:
    """Drafts are numbered as they are entered; `RESENT` is what is said of a draft that came before."""
    drafts = sorted(export.drafts(site.ledgers[office], "UTC"), key=lambda row: int(row["id"]))
    last = ""
    for row in drafts:
        if str(row["received"]) < last:
            found.note(ORDER, f"{office}: {row['message_id']} was entered after a later one")
        last = max(last, str(row["received"]))
        number = int(str(row["message_id"])[1:].partition("@")[0])
        if ("RESENT" in row["reasons"]) != (number in site.repeated):
            found.note(
                ORIGINAL, f"{office}: {row['message_id']} is {row['outcome']}: {row['reasons']}"
            )
    found.note(ORDER)
    found.note(ORIGINAL)


def _verify(site: Site) -> list[str]:
    host = site.pollers[0]
    command = [sys.executable, "-m", "console", "--office", "all", "ledger", "verify"]
    done = subprocess.run(
        [*host.prefix, *command],
        env=site.environment(host),
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
    )
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()[-SHOWN:]
