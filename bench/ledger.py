"""
The ledger's size: summaries, searches, and entering a letter, in a small and a large ledger.

    python -m bench.ledger [drafts] [folder] [--postgres]

1,000,000 drafts of 40 units over 5 years on SQLite (bench/big_ledger.py), or the same rows on a PostgreSQL
started here with its own settings (bench/big_postgresql.py); the texts some 200 characters drawn from a
word list. Milliseconds are medians by the clock; CPU milliseconds stand beside them, for a
machine that others use. Entering is compared with a ledger a hundredth of the size, and with the floor:
the same rows inserted by sqlite3 alone (SQLite). Ledgers found in the folder are used again.
"""

from __future__ import annotations

import argparse
import base64
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, text

from bench.big_ledger import RARE, WORDS, fill
from bench.big_postgresql import copy
from bench.postgresql import postgresql
from bench.rows import Row, note
from ledger.fingerprint import BANDS
from ledger.letter_types import Headers, StoredMessage
from ledger.letters import LetterRepository
from ledger.models.database import open_ledger, read_only
from ledger.queries.figures import Figures
from ledger.queries.search import DraftQuery, search
from ledger.row_values import OutgoingMessage
from ledger.score_lines import Scores
from ledger.states import LetterKind
from rulebook.default_rules import ARTICLE, COMMISSION, GROUPS, NEWS, OFFICES, OPINION, TOWNS
from rulebook.judge import judge
from rulebook.model import Draft, EventDate, Outcome, Sender, Submission, Timely, Unit
from rulebook.periods import Span, parse
from rulebook.provisions import Provisions, Target
from rulebook.reasons import Reason

UNITS = tuple(Unit(f"第{number:02}单位", TOWNS if number % 2 else OFFICES) for number in range(40))
TARGETS = tuple(
    Target(group, kind, count, period)
    for group in GROUPS
    for kind, count, period in (
        (NEWS, 1, Span.WEEK), (OPINION, 3, Span.WEEK), (ARTICLE, 1, Span.QUARTER),
    )
)  # fmt: skip
RULES = Provisions(date(2018, 1, 1), "bench", date(2018, 1, 1), UNITS, targets=TARGETS)
NAMES = tuple(unit.name for unit in UNITS)
TURNS, LETTERS = 3, 300
"""So often each ledger takes its turn, and so many letters are entered at a time."""


def main() -> None:
    """Fill a ledger, then time entering, searching and figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("drafts", nargs="?", type=int, default=1_000_000)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = given.folder or Path(name)
        paths = [folder / f"ledger-{many}.db" for many in (given.drafts // 100, given.drafts)]
        small, large = (
            fill(path, many, NAMES)
            for path, many in zip(paths, (given.drafts // 100, given.drafts), strict=True)
        )
        cpu: Callable[[], float] = lambda: 0.0  # noqa: E731
        files = paths
        if given.postgres:
            apart = running.enter_context(tempfile.TemporaryDirectory(prefix="pg-"))
            data = given.folder / "pg" if given.folder else Path(apart)
            server = running.enter_context(postgresql(data))
            small, large = (
                copy(path, server.create(f"bench{path.stem.removeprefix('ledger-')}"))
                for path in paths
            )
            cpu = server.cpu_milliseconds
            files = [path for path in (data / "data" / "base").rglob("*") if path.is_file()]
        ask(large, given.drafts, cpu)
        few = enter(small, large, given.drafts, files, cpu)
        if not given.postgres:
            floor = floor_of(Path(name) / "floor.db")
            note(
                Row(
                    "entering a letter, CPU and disk",
                    few,
                    "ms",
                    "the same rows by sqlite3 alone",
                    floor,
                )
            )
            print(
                f"small / floor   {few / floor:.2f}   (floor {floor:.2f} ms: the same rows by sqlite3 alone)"
            )
        small.dispose()
        large.dispose()


def ask(large: Engine, count: int, server: Callable[[], float] = lambda: 0.0) -> None:
    """Print how long each question takes; `server` tells CPU milliseconds of a server."""
    print(f"{count:,} drafts, 40 units, 5 years, {large.dialect.name} of {size(large)}\n")
    reader = read_only(large)
    figures = Figures(reader, lambda _day: RULES, lambda day: day.weekday() < 5)
    today = date(2022, 12, 31)
    quarter = parse("2020Q1")
    for period, aim in (("2020Q1", 300), ("2020-02", 300), ("2020-W10", 300), ("2020", 0)):
        line(f"summary of {period}", partial(figures.summary, parse(period), today), aim, server)
    line("who is behind", lambda: figures.behind(date(2022, 11, 30)), 300, server)
    for title, query in (
        ("a rare word", DraftQuery(words=RARE)),
        ("two characters, rare", DraftQuery(words=RARE[:2])),
        ("one character, rare", DraftQuery(words=RARE[0])),
        ("one character, common", DraftQuery(words="检")),
        ("no such word", DraftQuery(words="绝无此词")),
        ("two characters, common", DraftQuery(words="检查")),
        ("two characters, one in 90", DraftQuery(words="议安")),
        ("rare, of common pairs", DraftQuery(words="全生产检查督")),
        ("three characters, common", DraftQuery(words="安全生")),
        ("common word and unit", DraftQuery(words="消防", unit=NAMES[7])),
        ("common word in a quarter", DraftQuery(words="消防", first=quarter.first, last=quarter.last)),
        ("two common words", DraftQuery(words="消防 演练")),
        ("common and rare word", DraftQuery(words=f"消防 {RARE}")),
        ("unit", DraftQuery(unit=NAMES[7])),
        ("unit, kind, outcome", DraftQuery(unit=NAMES[7], kind=ARTICLE, outcome=Outcome.HELD)),
        ("kind", DraftQuery(kind=COMMISSION)),
        ("a quarter", DraftQuery(first=quarter.first, last=quarter.last)),
        ("outcome", DraftQuery(outcome=Outcome.REFUSED)),
        ("late", DraftQuery(timely=Timely.LATE)),
        ("a frequent reason", DraftQuery(reason=Reason.DATE_UNCERTAIN)),
        ("a rare reason", DraftQuery(reason=Reason.TOO_SHORT)),
        ("a reason that never was", DraftQuery(reason=Reason.INFECTED)),
        ("adopted", DraftQuery(adopted=True)),
        ("adopted of a unit", DraftQuery(adopted=True, unit=NAMES[7])),
        ("of a commission", DraftQuery(commission=1)),
    ):  # fmt: skip
        line(f"search: {title}", partial(search, reader, query), 100, server)


def enter(
    small: Engine,
    large: Engine,
    count: int,
    files: Iterable[Path],
    server: Callable[[], float] = lambda: 0.0,
) -> float:
    """
    Print how long entering a letter takes in both; return milliseconds in the small one.

    Args: `files`: those of the databases. `server`: tells CPU milliseconds of a server.
    """
    for path in files:  # both as they lie in the memory of a machine at work
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass
    clock: tuple[list[float], list[float]] = ([], [])
    worked: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):  # the machine's pace changes
        for engine, taken, spent in zip((small, large), clock, worked, strict=True):
            before = server() + time.process_time() * 1000
            taken.append(entering(engine))
            spent.append((server() + time.process_time() * 1000 - before) / LETTERS)
    few, many = map(statistics.median, clock)
    less, more = map(statistics.median, worked)
    print(
        f"\nentering a letter: {few:.2f} ms at {count // 100:,}, {many:.2f} ms at {count:,} drafts"
    )
    print(f"large / small   {many / few:.2f}   (aim: at most 1.20)")
    print(f"CPU of both ends, collecting included: {less:.2f} and {more:.2f} ms, {more / less:.2f}")
    what = f"entering a letter at {count:,} drafts ({large.dialect.name})"
    note(Row(what, many, "ms", f"at {count // 100:,} drafts", few, "≤ 1.2 ×", many <= 1.2 * few))
    return few


def line(
    title: str, ask: Callable[[], object], aim: int, server: Callable[[], float], times: int = 7
) -> None:
    """Medians, the first go left out; of the CPU of a server the mean."""
    ask()
    clock, cpu = [], []
    at_work = server()
    for _ in range(times):
        begun, worked = time.perf_counter(), time.process_time()
        ask()
        clock.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    theirs = (server() - at_work) / times
    if aim:
        median = statistics.median(clock)
        note(Row(title, median, "ms", aim=f"< {aim} ms", met=median < aim))
    aimed = f"   (aim: under {aim})" if aim else ""
    beside = f" + {theirs:6.1f} of the server" if theirs else ""
    print(
        f"{title:34s} {statistics.median(clock):8.1f} ms {statistics.median(cpu):8.1f} CPU ms{beside}{aimed}",
        flush=True,
    )


def entering(engine: Engine, times: int = LETTERS) -> float:
    """Median milliseconds from the twins' question to the commit of verdict, draft and receipt."""
    letters = LetterRepository(engine, Scores(lambda _day: RULES))
    mark = f"{time.time_ns():x}."  # the ledger may have been measured before
    received = datetime(2022, 12, 1, 3, 0, tzinfo=UTC)
    sender = Sender("钱一鸣", "qian@bench.example", UNITS[1].name, "钱一鸣")
    # as long as a receipt, and made of as many different characters
    receipt = base64.encodebytes("".join(random.Random(1).choices(WORDS, k=6000)).encode())
    base = Draft("a.zip/稿.docx", "标题", WORDS * 3, 200, EventDate(date(2022, 12, 1)), "", "")
    chance = random.Random(mark)
    taken = []
    for number in range(times):
        seen = StoredMessage(
            "a", "INBOX", 1, f"{mark}{number}", received, f"{mark}{number:032d}", 9
        )
        (pending,) = letters.collect([seen], received)
        draft = replace(
            base,
            digest=f"{mark}{number:032d}d",
            file_digest=f"{mark}{number:032d}f",
            bands=tuple(chance.randrange(-(2**31), 2**31) for _ in range(BANDS)),
        )
        submission = Submission("【工作动态】", sender, received, ("a.zip",), (draft,), archives=1)
        owed = OutgoingMessage(
            LetterKind.RECEIPT,
            "q@bench.example",
            (),
            "回执",
            f"<{mark}{number}@b.example>",
            receipt,
        )
        begun = time.perf_counter()
        with letters.entering() as within:  # as a round does
            duplicates = letters.duplicates(
                submission, pending.id, RULES.near_duplicate, within=within
            )
            verdict = judge(submission, RULES, duplicates)
            headers = Headers(f"<{number}@bench.example>", received)
            letters.enter(
                pending.id, submission, verdict, headers, [owed], received, received.date(), within
            )
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken[20:])


def floor_of(path: Path, times: int = 300) -> float:
    """Enter the same rows by sqlite3 alone: one transaction a letter, synced, with the trigrams."""
    open_ledger(f"sqlite:///{path}").dispose()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    tables = ("letters", "drafts", "standings", "outbox", "journal", "scores")
    columns = {
        table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for table in tables
    }
    fields: dict[str, object] = {"text": WORDS * 3, "raw": b"x" * 9000}
    fields |= {"outcome": "accepted", "timely": "on_time"}  # what the triggers look at
    chance = random.Random(7)
    taken = []
    for number in range(1, times + 1):
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, names in columns.items():
            values = [
                fields.get(name, f"{table}{name}{number}" if name == "digest" else number)
                for name in names
            ]
            marks = ",".join("?" * len(names))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
        keys = sorted(chance.randrange(-(2**31), 2**31) for _ in range(BANDS))
        connection.executemany("INSERT INTO bands VALUES (?, ?)", [(key, number) for key in keys])
        connection.execute("COMMIT")
        taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return statistics.median(taken[20:])


def size(engine: Engine) -> str:
    """Return the size of the ledger as words."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            held = connection.scalar(text("SELECT pg_database_size(current_database())"))
    else:
        held = Path(str(engine.url.database)).stat().st_size
    return f"{held / 1e9:.1f} GB"


if __name__ == "__main__":
    main()
