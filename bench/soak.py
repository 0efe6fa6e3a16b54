"""
A year of an office in accelerated time: `python -m bench.soak [--letters 6000] [--days 365]`.

Letters of all sorts come, relay and mailbox are away for days, held drafts are decided, quarters published.
At the end every promise is checked, and what must not grow is printed as slopes: memory, descriptors, threads,
passing files, the write-ahead log. Ends with 1 where a promise is broken.
"""

from __future__ import annotations

import argparse
import email
import logging
import os
import random
import resource
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from console.application import Application

BEGIN = datetime(2022, 1, 3, 0, 0, tzinfo=UTC)
OUTAGES = {"relay": range(40, 49), "mailbox": range(120, 124)}
"""Days on which it is away."""
MARK = "机密★1年"


@dataclass(slots=True)
class Clock:
    """The time of the year that is played."""

    moment: datetime = BEGIN

    def now(self) -> datetime:
        """Return the moment that is played."""
        return self.moment


@dataclass(slots=True)
class Measured:
    """What was measured at the end of each week, by name."""

    series: dict[str, list[float]] = field(default_factory=dict)

    def take(self, data: Path) -> None:
        """Measure."""
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
        wal = data / "ledger.db-wal"
        for name, value in (
            ("memory of the program, MB", resident / 1e6),
            ("descriptors", len(os.listdir("/proc/self/fd"))),  # noqa: PTH208
            ("threads", threading.active_count()),
            ("passing files", sum(1 for _ in data.glob("scratch/*/*"))),
            ("write-ahead log, MB", wal.stat().st_size / 1e6 if wal.exists() else 0.0),
        ):
            self.series.setdefault(name, []).append(value)

    def slopes(self) -> Iterator[tuple[str, float, float]]:
        """Yield name, last value, growth a week; the first quarter of the year warms up."""
        for name, values in self.series.items():
            warm = values[len(values) // 4 :]
            slope = linear_regression(range(len(warm)), warm).slope if len(warm) > 1 else 0.0
            yield name, values[-1], slope


def _sorts() -> dict[str, Callable[[int], bytes]]:
    """Return how a letter of each sort is written, by a number."""
    from tests.console.office import letter, packed, text_of

    def locked(number: int) -> bytes:
        return letter(number, attachment=("稿件.zip", packed({"a.txt": b"a"})[:40]))

    secret = packed({"稿件.txt": f"{MARK}\n关于检查的方案".encode("gb18030")})
    return {
        "good": letter,
        "stranger": lambda number: letter(number, sender=f"李四 <li{number % 50}@private.example>"),
        "bare": lambda number: letter(
            number, attachment=("稿件.txt", text_of(number).encode("gb18030"))
        ),
        "damaged": locked,
        "secret": lambda number: letter(number, attachment=("稿件.zip", secret)),
        "empty": lambda number: letter(number, attachment=("", b"")),
        "machine": lambda number: letter(
            number, headers={"Auto-Submitted": "auto-replied"}, attachment=("", b"")
        ),
    }


def _play(folder: Path, letters: int, days: int, clock: Clock) -> tuple[Measured, list[str]]:
    from console.actions.daily_letters import owe_what_is_due
    from console.actions.rounds import run_round
    from console.application import hold_data_folder, open_application
    from console.settings.loading import load
    from ingest.mailboxes.mailbox import TransientError
    from ingest.mailboxes.maildir import MaildirMailbox
    from notifier.delivery.maildir import MaildirRelay
    from notifier.delivery.relay import RelayRefused
    from rulebook import periods
    from tests.console.office import OfficeRoom

    office = OfficeRoom(folder)
    office.roster()
    settings = load(office.config, office.environment)
    chance, sorts, measured = random.Random(1), _sorts(), Measured()
    weights = [70, 8, 6, 4, 2, 4, 6]
    day_of = 0
    send, list_new = MaildirRelay.send, MaildirMailbox.list_new

    def away_send(self: MaildirRelay, *args: Any) -> Any:
        if day_of in OUTAGES["relay"]:
            raise RelayRefused("发信服务器停机")
        return send(self, *args)

    def away_list(self: MaildirMailbox, *args: Any, **more: Any) -> Any:
        if day_of in OUTAGES["mailbox"]:
            raise TransientError("邮箱服务器停机")
        return list_new(self, *args, **more)

    MaildirRelay.send = away_send  # type: ignore[method-assign, assignment]
    MaildirMailbox.list_new = away_list  # type: ignore[method-assign]
    given, frozen = 0, {}
    with (
        open_application(settings, office.environment) as application,
        hold_data_folder(settings.data_dir),
    ):
        for day in range(days):
            day_of = day
            for hour in (9, 18):
                clock.moment = BEGIN + timedelta(days=day, hours=hour - 8)
                wanted = letters * (2 * day + (hour > 12) + 1) // (2 * days)
                for number in range(given, wanted):
                    (sort,) = chance.choices(list(sorts), weights)
                    office.receive(
                        sorts[sort](number),
                        f"{number}.{sort}",
                        clock.moment - timedelta(minutes=chance.randint(1, 500)),
                    )
                given = wanted
                owe_what_is_due(application, clock.moment)
                run_round(application)
            if day % 7 == 6:
                _decide(application, chance, clock.moment)
                measured.take(settings.data_dir)
            if (day + 1) % 91 == 0:
                named = periods.parse(f"2022Q{(day + 1) // 91}")
                clock.moment = datetime.combine(named.last, datetime.min.time(), UTC) + timedelta(2)
                summary = application.figures.summary(named, clock.moment.date())
                application.notices.publish(summary, {}, [], "li", clock.moment)
                frozen[named.label] = repr(summary.tables)
        for _ in range(60):  # what rests goes out in the days behind
            clock.moment += timedelta(hours=12)
            run_round(application)
        broken = list(_broken(application, office, letters, frozen))
    return measured, broken


def _decide(application: Application, chance: random.Random, moment: datetime) -> None:
    """Decide half of the drafts that are held."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from ledger.errors import ConflictError, InvalidInput, NotFound
    from ledger.ids import DraftId
    from ledger.models.decisions import StandingRow
    from rulebook.reasons import Outcome
    from rulebook.rulings import Ruling, UnfinishedRuling

    with Session(application.engine) as session:
        held = session.scalars(
            select(StandingRow.draft_id).where(StandingRow.outcome == Outcome.HELD).limit(40)
        ).all()
    for number in held:
        if chance.random() < 0.5:
            continue
        ruling = Ruling(accepted=chance.random() < 0.7, event_date=BEGIN.date())
        try:
            application.decisions.rule(DraftId(number), ruling, "li", "核定", moment)
        except (ConflictError, InvalidInput, NotFound, UnfinishedRuling):
            continue


def _broken(
    application: Application, office: Any, letters: int, frozen: dict[str, str]
) -> Iterator[str]:
    """Yield each promise that was not kept."""
    from ledger import journal
    from ledger.storage.backup import damaged
    from ledger.verification import Rules, contradictions

    rows = office.export("letters")
    entered = Counter(str(row["message_id"]) for row in rows)
    if len(entered) != letters:
        yield f"{letters} letters came, {len(entered)} were entered"
    yield from (f"{one} was entered {many} times" for one, many in entered.items() if many > 1)
    yield from (f"{row['id']} is {row['state']}" for row in rows if row["state"] != "settled")
    answers: dict[str, set[str]] = {}
    for raw in office.receipts():
        mail = email.message_from_bytes(raw)
        if mail["In-Reply-To"]:
            answers.setdefault(str(mail["In-Reply-To"]), set()).add(str(mail["Message-ID"]))
    receipts = Counter(
        row["letter_id"]
        for row in office.export("outbox")
        if row["kind"] == "receipt" and row["state"] == "sent"
    )
    yield from (f"letter {one} has {many} receipts" for one, many in receipts.items() if many > 1)
    waiting = [row for row in office.export("outbox") if row["state"] not in ("sent", "obsolete")]
    yield from (f"our letter {row['id']} is {row['state']}" for row in waiting)
    for path in (office.folder / "data" / "vault").rglob("*"):
        if path.is_file() and MARK.encode("gb18030") in path.read_bytes():
            yield f"a 密级 letter is in the vault: {path.name}"
    _, chain_break = journal.verify(application.engine)
    if chain_break is not None:
        yield f"the journal's chain breaks at {chain_break.seq}"
    settings = application.settings
    rules = Rules(settings.provisions_at, settings.provisions_on_day, settings.calendar.is_workday)
    yield from contradictions(application.engine, rules)
    yield from (one.name for one in damaged(application.engine, application.vault))
    for notice in application.notices.published():
        if repr(notice.tables) != frozen[notice.period.label]:
            yield f"the notice of {notice.period.label} changed"
        if application.notices.recompute(
            notice.id, application.rule_versions.on_day_at(notice.entry)
        ):
            yield f"the notice of {notice.period.label} is computed otherwise"


def main() -> None:
    """Play a year and print what it left."""
    parser = argparse.ArgumentParser(prog="bench.soak")
    parser.add_argument("--letters", type=int, default=6000)
    parser.add_argument("--days", type=int, default=365)
    asked = parser.parse_args()
    logging.disable(logging.ERROR)  # what is away says so twice a day
    clock = Clock()
    import console.clock

    console.clock.now = clock.now  # before anything else takes it from there
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        measured, broken = _play(Path(folder), asked.letters, asked.days, clock)
    print(f"letters {asked.letters} in {asked.days} days; broken promises {len(broken)}")
    for line in broken[:50]:
        print(f"  {line}")
    for name, last, slope in measured.slopes():
        print(f"{name}: {last:.1f}, {slope:+.3f} a week")
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
