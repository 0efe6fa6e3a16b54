"""
The ledger's size: a quarter's summary, searches, and entering a letter, in a small and a large ledger.

    python -m bench.ledger [drafts] [folder]

1,000,000 drafts of 40 units over 5 years on SQLite, the texts some 200 characters drawn from a word
list; filled by bulk inserts, which is no part of what is timed. Entering is compared with a ledger a
hundredth of the size, and with the floor: the same rows inserted by sqlite3 alone.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from ledger.book import Book, Headers, Sighting
from ledger.database import open_ledger
from ledger.figures import Figures
from ledger.rows import Owed
from ledger.scores import Scores
from ledger.search import Wanted, search
from ledger.tables import DraftRow, LetterRow, LetterState
from ledger.tables_decided import AdoptionRow, StandingRow
from rulebook.judge import judge
from rulebook.periods import parse
from rulebook.provisions import Provisions, Target
from rulebook.terms import Draft, Group, Happened, Kind, Outcome, Sender, Submission, Timely, Unit

UNITS = tuple(
    Unit(f"第{number:02}单位", Group.TOWNS if number % 2 else Group.OFFICES) for number in range(40)
)
TARGETS = tuple(
    Target(group, kind, count, period)
    for group in Group
    for kind, count, period in (
        (Kind.NEWS, 1, "week"), (Kind.OPINION, 3, "week"), (Kind.ARTICLE, 1, "quarter"),
    )
)  # fmt: skip
RULES = Provisions(date(2018, 1, 1), "bench", date(2018, 1, 1), UNITS, targets=TARGETS)
FIRST, DAYS = date(2018, 1, 1), 5 * 365
WORDS = (
    "安全生产检查督查会议培训演练宣传森林防火危化品企业专项整治隐患排查应急管理街道社区网格员群众"
    "消防车间燃气餐饮学校医院工地汛期值守物资救援队伍预案责任落实部署推进"
)
BATCH = 5_000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = Path(name)
        small = fill(folder / "small.db", count // 100)
        large = fill(folder / "large.db", count)
        print(f"{count:,} drafts, 40 units, 5 years, SQLite of {size(folder / 'large.db')}\n")
        figures = Figures(large, lambda _day: RULES, lambda day: day.weekday() < 5)
        quarter = parse("2020Q1")
        line(
            "summary of a quarter", timed(lambda: figures.summary(quarter, date(2022, 12, 31))), 300
        )
        for title, wanted in (
            ("search: a rare word", Wanted(words="罕见之词")),
            ("search: two characters, rare", Wanted(words="罕见")),
            ("search: two characters, common", Wanted(words="检查")),
            ("search: three characters, common", Wanted(words="安全生")),
            ("search: common word and unit", Wanted(words="消防", unit="第07单位")),
            ("search: unit, kind, outcome", Wanted(unit="第07单位", kind=Kind.ARTICLE, outcome=Outcome.HELD)),
            ("search: a quarter", Wanted(first=quarter.first, last=quarter.last)),
        ):  # fmt: skip
            line(title, timed(lambda wanted=wanted: search(large, wanted)), 100)
        floor = floor_of(folder / "floor.db")
        few, many = entering(small, "s"), entering(large, "l")
        print(
            f"\nentering a letter: {few:.2f} ms at {count // 100:,}, {many:.2f} ms at {count:,} drafts"
        )
        print(f"large / small   {many / few:.2f}   (aim: at most 1.20)")
        print(
            f"small / floor   {few / floor:.2f}   (floor {floor:.2f} ms: the same rows by sqlite3 alone)"
        )
        small.dispose()
        large.dispose()


def line(title: str, milliseconds: float, aim: int) -> None:
    print(f"{title:34s} {milliseconds:8.1f} ms   (aim: under {aim})")


def timed(ask: Callable[[], object], times: int = 7) -> float:
    """Median milliseconds, the first go left out."""
    ask()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def fill(path: Path, count: int) -> Engine:
    engine = open_ledger(f"sqlite:///{path}")
    chance = random.Random(7)
    done = 0
    for drafts in batches(count, chance):
        with engine.begin() as connection:
            connection.execute(insert(LetterRow), [letter for letter, _, _ in drafts])
            connection.execute(insert(DraftRow), [draft for _, draft, _ in drafts])
            connection.execute(insert(StandingRow), [standing for _, _, standing in drafts])
        done += len(drafts)
        print(f"\rfilling {path.name}: {done:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    with engine.begin() as connection:
        numbers = connection.execute(
            select(StandingRow.draft_id, StandingRow.unit, StandingRow.day).where(
                StandingRow.kind == Kind.ARTICLE, StandingRow.draft_id % 40 == 0
            )
        ).all()
        if numbers:
            connection.execute(
                insert(AdoptionRow),
                [
                    {
                        "draft_id": draft, "unit": unit, "title": "录用", "kind": Kind.ARTICLE, "outlet": "某报",
                        "tier": 1 + draft % 5, "day": day + timedelta(days=draft % 100), "url": "", "evidence": "",
                        "evidence_name": "", "withdrawn": False, "seq": 0,
                    }
                    for draft, unit, day in numbers
                ],
            )  # fmt: skip
        connection.execute(
            StandingRow.__table__.update()  # type: ignore[attr-defined]
            .where(StandingRow.draft_id.in_(select(AdoptionRow.draft_id)))
            .values(adopted=True)
        )
        connection.exec_driver_sql("ANALYZE")
    return engine


Rows = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def batches(count: int, chance: random.Random) -> Iterator[list[Rows]]:
    rows: list[Rows] = []
    for number in range(1, count + 1):
        rows.append(rows_of(number, count, chance))
        if len(rows) == BATCH or number == count:
            yield rows
            rows = []


def rows_of(number: int, count: int, chance: random.Random) -> Rows:
    day = FIRST + timedelta(days=number * DAYS // (count + 1))
    received = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=3)
    kind = chance.choices(list(Kind), (50, 35, 12, 3))[0]
    unit = UNITS[chance.randrange(40)].name
    outcome = chance.choices((Outcome.ACCEPTED, Outcome.HELD, Outcome.REFUSED), (90, 4, 6))[0]
    timely = Timely.LATE if chance.random() < 0.05 else Timely.ON_TIME
    text = "".join(WORDS[chance.randrange(len(WORDS) - 4) :][:4] for _ in range(50))
    if number % 100_003 == 77:
        text = text[:80] + "罕见之词" + text[80:]
    letter = {
        "id": number, "digest": f"{number:064x}", "size": 1000, "received": received, "collected": received,
        "state": LetterState.SETTLED, "head_only": False, "raw_kept": True, "tries": 0, "trouble": "",
        "examined": received, "message_id": f"<{number}@bench.example>", "subject": "主题",
        "sender_name": "钱一鸣", "sender_address": "qian@bench.example", "unit": unit, "officer": "钱一鸣",
        "sent": received, "stamped": None, "outcome": outcome, "reasons": [], "remarks": [], "faults": [],
        "attachments": [], "files": [],
    }  # fmt: skip
    draft = {
        "id": number, "letter_id": number, "position": 1, "file": "稿.docx", "title": text[:18], "text": text,
        "kind": kind, "kind_evidence": "", "unit": unit, "characters": 200, "happened": day, "date_evidence": "",
        "date_doubt": None, "deadline": received, "timely": timely, "outcome": outcome, "reasons": [], "points": 1,
        "author": "", "reviewer": "", "images": [], "digest": f"d{number:063x}", "file_digest": f"f{number:063x}",
        "twin_letter_id": None, "similarity": None, "commission_id": None,
    }  # fmt: skip
    standing = {
        "draft_id": number, "letter_id": number, "day": day, "unit": unit, "kind": kind, "happened": day,
        "deadline": received, "timely": timely, "outcome": outcome, "reasons": [], "voided": False, "adopted": False,
        "commission_id": None, "seq": 0,
    }  # fmt: skip
    return letter, draft, standing


def entering(engine: Engine, mark: str, times: int = 300) -> float:
    """Median milliseconds from the twins' question to the commit of verdict, draft and receipt."""
    book = Book(engine, Scores(lambda _day: RULES))
    received = datetime(2022, 12, 1, 3, 0, tzinfo=UTC)
    sender = Sender("钱一鸣", "qian@bench.example", UNITS[1].name, "钱一鸣")
    base = Draft("a.zip/稿.docx", "标题", WORDS * 3, 200, Happened(date(2022, 12, 1)), "", "")
    taken = []
    for number in range(times):
        seen = Sighting("a", "INBOX", 1, f"{mark}{number}", received, f"{mark}{number:063d}", 9)
        (pending,) = book.collect([seen], received)
        draft = replace(base, digest=f"{mark}{number:062d}d", file_digest=f"{mark}{number:062d}f")
        submission = Submission("【工作动态】", sender, received, ("a.zip",), (draft,), archives=1)
        owed = Owed(
            "receipt", "q@bench.example", (), "回执", f"<{mark}{number}@b.example>", b"x" * 9000
        )
        begun = time.perf_counter()
        twins = book.twins([draft], sender.unit, pending.id)
        verdict = judge(submission, RULES, twins)
        headers = Headers(f"<{number}@bench.example>", received)
        book.enter(pending.id, submission, verdict, headers, [owed], received, received.date())
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken[20:])


def floor_of(path: Path, times: int = 300) -> float:
    """The same rows by sqlite3 alone: one transaction a letter, synced, with the trigrams."""
    open_ledger(f"sqlite:///{path}").dispose()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    tables = ("letters", "drafts", "standings", "outbox", "journal", "scores")
    columns = {
        table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for table in tables
    }
    fields = {"text": WORDS * 3, "raw": b"x" * 9000}
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
        connection.execute("COMMIT")
        taken.append((time.perf_counter() - begun) * 1000)
    connection.close()
    return statistics.median(taken[20:])


def size(path: Path) -> str:
    return f"{path.stat().st_size / 1e9:.1f} GB"


if __name__ == "__main__":
    main()
