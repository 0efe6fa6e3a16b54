"""Every way to tamper with the ledger that docs/tampering.md lists is found and named."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from ledger import journal
from ledger.accounts import Accounts
from ledger.annual_bonus import AnnualBonuses, Sanction
from ledger.commissions import Commission
from ledger.hand_lines import HandLine, HandLines
from ledger.ids import DraftId, LetterId
from ledger.models.database import open_ledger
from ledger.models.decisions import JournalRow
from ledger.models.letters import DraftRow
from ledger.notices import Notices
from ledger.outbox import Outbox
from ledger.roster import Officer, Roster
from ledger.states import Role
from ledger.storage.retention import purge
from ledger.storage.vault import Vault
from ledger.verification import Rules, contradictions
from rulebook.conversation import Purpose
from rulebook.default_rules import OPINION
from rulebook.model import EventDate
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.conversation import Talk
from tests.ledger.sealed_ways import SEALED
from tests.ledger.ways_to_tamper import WAYS
from tests.ledger.world import MARCH, RULES, World, article, owing, receipt
from tests.ledgers import ON_SQLITE, new_ledger
from tests.rulebook.builders import draft

TODAY = date(2022, 6, 30)
CHECKS = Rules(lambda _moment: RULES, lambda _day: RULES, lambda day: day.weekday() < 5)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "tampering.md"


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    world = Talk(engine)
    for number in range(4):
        world.enter(received=MARCH + timedelta(hours=number))
    world.enter(unit="高新区", received=MARCH)
    world.enter(article(6), subject="【综合】")
    world.enter(article(7), subject="【综合】")
    world.enter(unit=None)
    world.enter(draft("9.zip/稿.docx", event_date=EventDate(None)))
    world.say(Purpose.STATEMENT, "这一篇应当计分。", 7)
    world.adopt(6, date(2022, 3, 20), 2)
    world.decisions.rule(DraftId(4), Ruling(kind=OPINION), "li", "是舆情", MARCH, owing)
    world.decisions.claim(LetterId(8), "高新区", "li", "认领", MARCH)
    world.commissions.add(Commission("厂中厂", ("湖塘镇",), TODAY, TODAY), "li", MARCH)
    merits = AnnualBonuses(engine, lambda _day: RULES)
    merits.set_bonus("湖塘镇", 2022, Decimal(3), "li", "表现好", MARCH)
    merits.sanction(Sanction("湖塘镇", 2022, "弄虚作假", "王", MARCH.date()), "li", MARCH)
    Roster(engine).enter(
        [Officer("湖塘镇", "张三", addresses=("zhang@town.example",))], "li", MARCH
    )
    HandLines(engine, world.scores).add(
        HandLine("湖塘镇", date(2022, 3, 8), Decimal("2.5"), "区领导批示", "王主任"), "li", MARCH
    )
    accounts = Accounts(engine)
    accounts.add("王静", Role.EDITOR, "li", MARCH)
    accounts.set_disabled("王静", True, "li", MARCH)
    Notices(engine, Vault(tmp_path / "vault")).publish(
        world.figures.summary(parse("2022Q1"), TODAY), {"通报.docx": b"x"}, [], "li", MARCH
    )
    printed = "《厂中厂治理的实践与思考之6》3月9日被中国应急管理报采用\n《另一篇》3月10日被某报采用"
    world.say(Purpose.ADOPTION_REPORT, printed, received=MARCH + timedelta(days=3))
    world.proposals.reject(2, "li", "链接打不开", MARCH)
    Outbox(engine).enqueue_once([receipt("<digest.1@office.example>")], MARCH)
    return world


def test_each_way_to_tamper_is_found_and_an_untouched_ledger_is_not(
    world: World, engine: Engine
) -> None:
    assert list(contradictions(engine, CHECKS)) == []
    unnoticed = []
    for name, statements, words in WAYS:
        with engine.connect() as connection:
            for statement in statements:
                execute(connection, statement)
            told = list(contradictions(Within(connection), CHECKS))  # type: ignore[arg-type]
            connection.rollback()
        if not any(words in sentence for sentence in told):
            unnoticed.append((name, words, told[:3]))
    assert unnoticed == []
    assert list(contradictions(engine, CHECKS)) == []


def told_after(engine: Engine, *statements: str) -> str:
    """What the proof says after these statements, which are taken back."""
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        told = list(contradictions(Within(connection), CHECKS))  # type: ignore[arg-type]
        connection.rollback()
    return "\n".join(told)


def test_one_bad_cell_does_not_keep_the_rest_from_the_proof(world: World, engine: Engine) -> None:
    told = told_after(
        engine,
        "UPDATE letters SET faults = '[\"x\"]' WHERE id = 1",
        "UPDATE standings SET unit = '高新区', voided = NOT voided WHERE draft_id = 4",
        "UPDATE drafts SET title = '某题' WHERE id = 1",
        "UPDATE outbox SET recipient = 'x@town.example' WHERE letter_id = 1",
    )
    assert told.splitlines()[:5] == [
        "letters 表第 1 行的 faults 栏读不懂，不是程序写的",
        "第 1 号邮件的回执的收件人与日志不符",
        "第 1 号稿件的标题、字数、校验值、时限、理由或约稿与日志不符",
        "第 4 号稿件现在的单位是“高新区”，日志里是“湖塘镇”",
        "第 4 号稿件现在的作废与日志不符",
    ]


@ON_SQLITE
def test_one_bad_cell_of_any_row_is_one_finding(world: World, engine: Engine) -> None:
    cells = [
        *(("drafts", "happened"), ("drafts", "deadline"), ("standings", "day"), ("outbox", "kind")),
        *(("adoptions", "day"), ("hand_lines", "day"), ("hand_lines", "seq"), ("sanctions", "day")),
        *(("statements", "asks"), ("proposed_adoptions", "day"), ("commissions", "asked")),
        *(
            ("officers", "begins"),
            ("users", "role"),
            ("notices", "published"),
            ("notices", "inputs"),
        ),
        *(("drafts", "reasons"), ("standings", "reasons")),
    ]
    for table, column in cells:
        content = '["某理由"]' if column == "reasons" else "某日"
        first = f"rowid = (SELECT min(rowid) FROM {table})"
        told = told_after(engine, f"UPDATE {table} SET {column} = '{content}' WHERE {first}")
        assert told == f"{table} 表第 1 行的 {column} 栏读不懂，不是程序写的"


@ON_SQLITE
def test_points_show_beside_a_cell_that_cannot_be_read(world: World, engine: Engine) -> None:
    for cell in ("standings SET day = '某日' WHERE draft_id = 1", "adoptions SET day = '某日'"):
        told = told_after(
            engine, f"UPDATE {cell}", "UPDATE scores SET points = 9 WHERE draft_id = 2"
        ).splitlines()
        assert len(told) == 2
        assert "scores 与规定算出的不一致（湖塘镇：第 2 行不对，少了或改了 1 行；" in told[1]


def test_what_was_altered_of_the_schema_is_named(tmp_path: Path) -> None:
    engine = open_ledger(new_ledger(tmp_path / "ledger.db"))
    for statement, words in (
        ("DROP VIEW v_points_by_quarter", "视图 v_points_by_quarter 不见了"),
        ("DROP TABLE saved_filters", "数据表 saved_filters 不见了"),
        ("DROP TRIGGER ck_adoptions_tier_insert", "触发器 ck_adoptions_tier_insert 不见了"),
        ("DROP INDEX uq_notices_period_edition", "索引 uq_notices_period_edition 不见了"),
        (
            "CREATE TRIGGER more AFTER INSERT ON scores BEGIN UPDATE scores SET points = 9; END",
            "触发器 more 不是程序建的",
        ),
    ):
        assert words in told_after(engine, statement)
    invented = "CREATE VIEW v_points_by_quarter AS SELECT 99 AS points"
    told = told_after(engine, "DROP VIEW v_points_by_quarter", invented)
    assert "视图 v_points_by_quarter 被改过" in told
    assert told_after(engine, "CREATE VIEW mine AS SELECT 1 AS one") == ""
    engine.dispose()


def execute(connection: Connection, statement: str) -> None:
    """Carry out a statement, or a copy of rows with some values changed."""
    found = re.fullmatch(r"COPY (\w+) (.*?) (\S*)", statement)
    if found is None:
        connection.execute(text(statement))
        return
    table, where, changes = found.groups()
    values = dict(change.split("=") for change in changes.split(";") if change)
    names = list(connection.execute(text(f"SELECT * FROM {table} LIMIT 0")).keys())
    chosen = ", ".join(values.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        text(f"INSERT INTO {table} ({quoted}) SELECT {chosen} FROM {table} WHERE {where}")
    )


class Within:
    """Stands for an engine whose only connection has not committed yet."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def execution_options(self, **_options: object) -> Connection:
        return self.connection


def test_the_document_lists_every_way_that_is_tried() -> None:
    listed = re.findall(r"^\| \d+ \| ([^|]+?) \|", DOCUMENT.read_text(encoding="utf-8"), re.M)
    assert listed == [name for name, _, _ in (*WAYS, *SEALED)]
    assert len(WAYS) >= 40


def test_what_was_forgotten_in_time_is_no_tampering(
    world: World, engine: Engine, tmp_path: Path
) -> None:
    later = MARCH + timedelta(days=800)
    with Session(engine) as session, session.begin():
        session.execute(text("UPDATE letters SET state = 'settled'"))
    purge(engine, Vault(tmp_path / "vault"), later, later, "li", later)
    with Session(engine) as session:
        assert session.get_one(DraftRow, 1).text == ""
    assert list(contradictions(engine, CHECKS)) == []


def test_a_rebuilt_chain_is_found_by_an_anchor_outside(world: World, engine: Engine) -> None:
    kept = journal.anchor(engine, MARCH)
    assert journal.check_anchors(engine, f"收稿日报\n{kept}\n") == (1, [])
    with engine.begin() as connection:
        connection.execute(text("UPDATE journal SET who = 'zhao' WHERE seq = 1"))
        link = journal.BEGINNING
        with Session(connection) as session:
            for row in session.scalars(select(JournalRow).order_by(JournalRow.seq)):
                link = row.link = journal._link(link, row.seq, journal._entry(row))
            session.flush()
    assert journal.verify(engine)[1] is None
    _, wrong = journal.check_anchors(engine, kept)
    assert len(wrong) == 1
    assert len(journal.check_anchors(engine, "0" * 64)[1]) == 1


def test_a_digest_alone_is_an_anchor(world: World, engine: Engine) -> None:
    digest = re.findall(r"[0-9a-f]{64}", journal.anchor(engine, MARCH))[0]
    assert journal.check_anchors(engine, digest.upper()) == (1, [])


def test_an_empty_journal_has_no_head(engine: Engine) -> None:
    assert journal.anchor(engine, MARCH) == ""


def test_text_without_an_anchor_holds_none(world: World, engine: Engine) -> None:
    assert journal.check_anchors(engine, "收稿日报\n第 3 条 ") == (0, [])


def test_a_shortened_chain_lacks_the_entry_that_the_anchor_tells(
    world: World, engine: Engine
) -> None:
    kept = journal.anchor(engine, MARCH)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)"))
    assert journal.verify(engine)[1] is None
    count, (told,) = journal.check_anchors(engine, f"{kept}\n{kept}")
    assert count == 1
    assert "而当时的日志有" in told
