"""
What grows with the ledger: one question of each kind, in ledgers of several sizes.

    python -m bench.growth FOLDER [--drafts 10000,100000] [--only WORD] [--postgres]

Ledgers as bench/big_ledger.py fills them, with a journal that can be proved (bench/big_journal.py), are kept
in FOLDER. Of each question: CPU milliseconds of this process and of the server, statements sent, and of
those that read everything the most memory above the program's own. A question that should be flat and is
not shows as a row whose figures rise. What a page asks is counted by tests/console/web/test_budgets.py.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bench.big_journal import tell
from bench.big_ledger import RARE, fill
from bench.big_postgresql import copy
from bench.console import NOW, settings_of
from bench.ledger import NAMES, RULES
from bench.postgresql import postgresql
from bench.rows import Row, note
from console import serializers
from console.application import Application, open_application
from ledger import journal
from ledger.queries import export
from ledger.queries.audit import audit
from ledger.queries.queue import queue_counts
from ledger.queries.search import DraftQuery, draft_counts, search
from ledger.verification import Rules, contradictions
from rulebook.periods import parse

AGAIN = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a question cost: milliseconds here and in the server, statements, MB of memory above the start."""

    ours: float
    theirs: float
    statements: int
    memory: int

    def __str__(self) -> str:
        beside = f" + {self.theirs:,.0f}" if self.theirs else ""
        return f"{self.ours:,.1f}{beside} ms, {self.statements}, {self.memory} MB"


def main() -> None:
    """Fill the ledgers, ask each question of each, and print one Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--drafts", default="10000,100000")
    parser.add_argument("--only", default="", help="questions in whose titles this word stands")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    sizes = [int(one) for one in given.drafts.split(",")]
    costs: dict[str, list[Cost]] = {}
    with ExitStack() as running:
        server: Callable[[], float] = lambda: 0.0  # noqa: E731
        url = ""
        if given.postgres:
            started = running.enter_context(postgresql(given.folder / "pg"))
            server = started.cpu_milliseconds
        for drafts in sizes:
            data = given.folder / f"growth-{drafts}"
            data.mkdir(parents=True, exist_ok=True)
            apart(partial(made, data / "ledger.db", drafts))
            if given.postgres:
                url = started.create(f"growth{drafts}")
                copy(data / "ledger.db", url).dispose()
            for title in titles(given.only):
                cost = apart(partial(measured, data, url, title, server))
                costs.setdefault(title, []).append(cost)
                print(f"{drafts:>9,}  {title:32} {cost}", flush=True)
    print(f"\n| question | {' | '.join(f'{one:,}' for one in sizes)} |")
    print("|---|" + "---|" * len(sizes))
    for title, several in costs.items():
        print(f"| {title} | {' | '.join(map(str, several))} |")
        few, many = several[0], several[-1]
        ours, beside = many.ours + many.theirs, few.ours + few.theirs
        what = f"{title}, CPU at {sizes[-1]:,} drafts"
        note(Row(what, ours, "ms", f"at {sizes[0]:,}", beside))


def made(path: Path, drafts: int) -> None:
    """Make a ledger unless it is there."""
    ledger = fill(path, drafts, NAMES)
    tell(ledger, lambda _day: RULES)
    with ledger.begin() as connection:  # Shougao never runs ANALYZE
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    ledger.dispose()


def titles(word: str) -> list[str]:
    """List what is asked."""
    return [title for title, _ in questions(None) if word in title]


def questions(application: Application | None) -> list[tuple[str, Callable[[], object]]]:
    """List the questions; without an application only their titles."""
    app: Application = application  # type: ignore[assignment]
    today = date(2022, 12, 31)
    quarter = parse("2022Q3")
    return [
        ("a round that finds nothing", lambda: idle(app)),
        ("待核: counts and a page", lambda: (queue_counts(app.engine), app.days.waiting(50))),
        ("points of a quarter", lambda: app.figures.summary(quarter, today)),
        ("who is behind", lambda: app.figures.behind(date(2022, 11, 30))),
        ("search: a rare word", lambda: search(app.engine, DraftQuery(words=RARE))),
        ("search: a common word", lambda: search(app.engine, DraftQuery(words="检查"))),
        ("search: common and rare", lambda: search(app.engine, DraftQuery(words=f"消防 {RARE}"))),
        ("search: no such word", lambda: search(app.engine, DraftQuery(words="绝无此词"))),
        ("counts of a unit", lambda: draft_counts(app.engine, DraftQuery(unit=NAMES[7]))),
        ("审计: a page", lambda: audit(app.engine)),
        ("审计: nobody's", lambda: audit(app.engine, who="nobody")),
        ("export: drafts as jsonl (all)", lambda: read(lines(app))),
        ("export: letters as xlsx (all)", lambda: sheet(app)),
        ("points written anew (all)", lambda: rescored(app)),
        ("verify: the chain (all)", lambda: journal.verify(app.engine)),
        ("verify: every row (all)", lambda: proved(app)),
    ]  # fmt: skip


def idle(application: Application) -> None:
    """Ask what a round and a delivery ask of the ledger where nothing is new."""
    application.letters.backlog()
    application.letters.to_be_dropped()
    application.outbox.due(NOW, 100)
    application.days.entered(NOW - timedelta(hours=1), NOW)


def lines(application: Application) -> Iterable[str]:
    """Export all drafts."""
    return serializers.jsonl(export.drafts(application.engine, application.zone))


def sheet(application: Application) -> None:
    """Export all letters as a workbook."""
    with tempfile.TemporaryFile() as book:
        rows = export.letters(application.engine, application.zone)
        serializers.write_workbook(rows, "letters", book)


def rescored(application: Application) -> None:
    """Write all lines of points anew, as an upgrade does; taken back."""
    with Session(application.engine) as session:
        application.scores.rebuild(session)
        session.rollback()


def proved(application: Application) -> None:
    """Prove every row. Raises ValueError where one contradicts: then nothing was measured."""
    rules = Rules(lambda _moment: RULES, lambda _day: RULES, lambda day: day.weekday() < 5)
    if wrong := list(contradictions(application.engine, rules)):
        raise ValueError(f"{len(wrong)}: {wrong[:3]}")


def read(rows: Iterable[object]) -> int:
    """Read to the end; returns how many there were."""
    return sum(1 for _ in rows)


def measured(data: Path, url: str, title: str, server: Callable[[], float]) -> Cost:
    """Ask one question; those that read everything once, the others again and again."""
    with open_application(settings_of(data, url), {}) as application:
        ask = dict(questions(application))[title]
        times = 1
        if not title.endswith("(all)"):
            ask()
            times = AGAIN
        sent: list[int] = []
        event.listen(Engine, "before_cursor_execute", lambda *_: sent.append(1))
        rested = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun, theirs = time.process_time(), server()
        for _ in range(times):
            ask()
        ours = (time.process_time() - begun) * 1000 / times
        spent = (server() - theirs) / times
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(ours, spent, len(sent) // times, (peak - rested) // 1024)


def apart(ask: Callable[[], T]) -> T:
    """Do something in a process of its own, whose memory begins small."""
    start = multiprocessing.get_context("fork")
    ours, theirs = start.Pipe()
    process = start.Process(target=_send, args=(ask, theirs))
    process.start()
    theirs.close()
    try:
        found: T = ours.recv()
    except EOFError:
        raise SystemExit("the measurement broke off") from None
    finally:
        process.join()
    return found


def _send(ask: Callable[[], object], to: Connection) -> None:
    to.send(ask())


if __name__ == "__main__":
    main()
