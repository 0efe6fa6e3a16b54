"""
A big ledger to measure on: `fill(path, count)`. Invented letters of one draft each, spread over 5 years.

Every table that entering a letter touches is filled (letters, sightings, drafts with their full-text
index and fingerprints, standings, scores, outbox, journal), so that nothing is fast only because it is empty. Digests
are random, as real ones are. Loaded by sqlite3 with the indexes built last: that is no part of what is
measured.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from ledger.fingerprint import BANDS
from ledger.models.database import open_ledger
from rulebook.default_rules import KINDS
from rulebook.model import Outcome, Timely

FIRST, DAYS = date(2018, 1, 1), 5 * 365
WORDS = (
    "安全生产检查督查会议培训演练宣传森林防火危化品企业专项整治隐患排查应急管理街道社区网格员群众"
    "消防车间燃气餐饮学校医院工地汛期值守物资救援队伍预案责任落实部署推进"
)
RARE = "罕见之词"
LETTERS = (
    "INSERT INTO letters (id, digest, size, received, collected, state, head_only, raw_kept, tries, "
    "trouble, examined, message_id, subject, sender_name, sender_address, unit, officer, sent, "
    "outcome, reasons, remarks, faults, attachments, files) VALUES (?, ?, 48213, ?3, ?3, 'settled', "
    "0, 1, 0, '', ?3, ?4, '【工作动态】稿件' || ?1, '钱一鸣', 'officer' || (?1 % 300) || "
    "'@town.example', ?5, '钱一鸣', ?3, ?6, ?7, '[]', '[]', '[\"稿件.zip\"]', '[]')"
)
DRAFTS = (
    "INSERT INTO drafts (id, letter_id, position, file, title, text, kind, kind_evidence, unit, "
    "characters, happened, date_evidence, deadline, timely, outcome, reasons, points, author, "
    "reviewer, images, digest, file_digest) VALUES (?1, ?1, 1, '稿件.zip/稿.docx', ?2, ?3, ?4, "
    "'主题标有“工作动态”', ?5, 200, ?6, '3月6日', ?7, ?8, ?9, ?10, 1, '钱一鸣', '赵立新', '[]', ?11, ?12)"
)
DERIVED = (
    "INSERT INTO standings (draft_id, letter_id, day, unit, kind, happened, deadline, timely, "
    "outcome, reasons, voided, adopted, seq) SELECT id, id, happened, unit, kind, happened, "
    "deadline, timely, outcome, reasons, 0, kind = '综合性原创文章' AND id % 40 = 0, id FROM drafts",
    "INSERT INTO sightings (account, folder, uidvalidity, uid, letter_id, size, received) "
    "SELECT 'bench@office.example', 'INBOX', 1, id, id, size, received FROM letters",
    "INSERT INTO scores (draft_id, unit, day, what, points, why) SELECT draft_id, unit, day, "
    "CASE WHEN outcome = 'accepted' THEN 'submitted' ELSE 'nothing' END, outcome = 'accepted', "
    "'四.1：工作动态每条1分' FROM standings",
    "INSERT INTO outbox (letter_id, kind, recipient, copies, subject, message_id, raw, state, "
    "owed_since, not_before, tries, reply, sent) SELECT id, 'receipt', sender_address, '[]', "
    "'回执', 'receipt.' || message_id, zeroblob(200), 'sent', received, received, 1, '250 OK', "
    "received FROM letters",
    "INSERT INTO journal (seq, at, who, act, letter_id, facts, why, link) SELECT id, received, "
    "'shougao', 'entered', id, json_object('outcome', outcome, 'reasons', json('[]'), 'drafts', "
    "json_array(json_object('sha256', digest, 'unit', unit))), '', digest FROM letters",
    "INSERT INTO adoptions (draft_id, unit, title, kind, outlet, tier, day, url, evidence, "
    "evidence_name, withdrawn, seq) SELECT draft_id, unit, '录用', kind, '某报', 1 + draft_id % 5, "
    "date(day, '+' || (draft_id % 100) || ' days'), '', '', '', 0, 0 FROM standings WHERE adopted",
)


def fill(path: Path, count: int, units: Sequence[str]) -> Engine:
    """Open a ledger of so many letters at `path`; what already lies there is used as it is."""
    if not path.exists():
        passing = path.with_suffix(".filling")
        passing.unlink(missing_ok=True)
        open_ledger(f"sqlite:///{passing}").dispose()
        with closing(sqlite3.connect(passing, isolation_level=None)) as connection:
            _load(connection, count, units)
        passing.rename(path)
    return open_ledger(f"sqlite:///{path}")


def _load(connection: sqlite3.Connection, count: int, units: Sequence[str]) -> None:
    for pragma in ("journal_mode=DELETE", "synchronous=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}")
    later = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND "
        "(type = 'trigger' OR type = 'index')"
    ).fetchall()
    connection.execute("BEGIN")
    for kind, name, _ in later:
        connection.execute(f"DROP {kind} {name}")
    rows = _rows(count, units)
    while part := list(islice(rows, 10_000)):
        connection.executemany(LETTERS, [letter for letter, _ in part])
        connection.executemany(DRAFTS, [draft for _, draft in part])
    enter_bands(connection, fingerprints(count))
    for statement in DERIVED:
        connection.execute(statement)
    for index in ("drafts_fts", "letters_fts"):
        index_words(connection, index)
    for _, _, sql in later:
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA journal_mode=WAL")


def index_words(connection: sqlite3.Connection, index: str) -> None:
    """Build a full-text index anew, in large pieces."""
    connection.execute(f"INSERT INTO {index}({index}, rank) VALUES ('hashsize', 268435456)")
    connection.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")
    connection.execute(f"INSERT INTO {index}({index}, rank) VALUES ('hashsize', 1048576)")


def fingerprints(count: int) -> NDArray[np.int32]:
    """
    Invented fingerprints that are as alike as an office's drafts.

    Every draft belongs to a family that writes by one pattern: one in ten to one of 10 large families
    (forms that everybody fills in), the rest to families of some 200. Within a family texts overlap
    by J of 0.05 to 0.5, and share a number with its chance of J⁴.
    """
    chance = np.random.default_rng(7)
    family = chance.integers(10, 10 + max(1, count // 200), count)
    large = chance.random(count) < 0.1
    family[large] = chance.integers(0, 10, int(large.sum()))
    patterns = chance.integers(-(2**31), 2**31, (int(family.max()) + 1, BANDS), np.int32)
    overlap = chance.uniform(0.05, 0.5, count)
    made = chance.integers(-(2**31), 2**31, (count, BANDS), np.int32)
    of_family = chance.random((count, BANDS), np.float32) < (overlap**4)[:, None]
    return np.where(of_family, patterns[family], made)


def enter_bands(connection: sqlite3.Connection, made: NDArray[np.int32]) -> None:
    """Fingerprints of the drafts 1, 2, 3, …, a row each; sorted first, so that it does not take hours."""
    keys = made.ravel()
    drafts = np.repeat(np.arange(1, len(made) + 1, dtype=np.int32), BANDS)
    order = np.lexsort((drafts, keys))
    for begin in range(0, len(order), 500_000):
        part = order[begin : begin + 500_000]
        rows = zip(keys[part].tolist(), drafts[part].tolist(), strict=True)
        connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)


Row = tuple[object, ...]


def _rows(count: int, units: Sequence[str]) -> Iterator[tuple[Row, Row]]:
    chance = random.Random(7)
    pieces = [
        "".join(WORDS[chance.randrange(len(WORDS) - 4) :][:4] for _ in range(12))
        for _ in range(4000)
    ]
    kinds = chance.choices(list(KINDS), (50, 35, 12, 3), k=count)
    outcomes = chance.choices(
        [one.value for one in (Outcome.ACCEPTED, Outcome.HELD, Outcome.REFUSED)],
        (90, 4, 6),
        k=count,
    )
    names = chance.choices(units, k=count)
    for number in range(1, count + 1):
        day = FIRST + timedelta(days=number * DAYS // (count + 1))
        received = f"{datetime.combine(day, datetime.min.time()) + timedelta(hours=3)}.000000"
        text = "，".join(chance.choices(pieces, k=4)) + "。"
        if number % 100_003 == 77:
            text = text[:80] + RARE + text[80:]
        kind, outcome, unit = kinds[number - 1], outcomes[number - 1], names[number - 1]
        late = chance.random() < 0.05
        timely = Timely.LATE if late else Timely.ON_TIME
        reasons = {"held": '["DATE_UNCERTAIN"]', "refused": '["BODY_DRAFT"]'}.get(outcome, "[]")
        if number % 50_021 == 5:
            outcome, reasons = "held", '["TOO_SHORT"]'
        digests = [hashlib.sha256(f"{mark}{number}".encode()).hexdigest() for mark in "ldf"]
        yield (
            (number, digests[0], received, f"<{number}@bench.example>", unit, outcome, reasons),
            (
                number, text[:18], text, kind, unit, day.isoformat(), received, timely.value,
                outcome, reasons, digests[1], digests[2],
            ),
        )  # fmt: skip
