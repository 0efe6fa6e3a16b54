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
from ledger.ids import DraftId, LetterId
from ledger.models.decisions import JournalRow
from ledger.models.letters import DraftRow
from ledger.notices import Notices
from ledger.roster import Officer, Roster
from ledger.states import Role
from ledger.storage.retention import purge
from ledger.storage.vault import Vault
from ledger.verification import Rules, contradictions
from rulebook.default_rules import OPINION
from rulebook.model import EventDate
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.world import MARCH, RULES, World, article
from tests.rulebook.builders import draft

TODAY = date(2022, 6, 30)
CHECKS = Rules(lambda _moment: RULES, lambda _day: RULES, lambda day: day.weekday() < 5)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "tampering.md"


def copy(table: str, where: str, **changes: str) -> str:
    """A statement that copies a row under other values."""
    return f"COPY {table} {where} " + ";".join(f"{key}={value}" for key, value in changes.items())


WHOLE_DRAFT = (
    "DELETE FROM scores WHERE draft_id = 1", "DELETE FROM standings WHERE draft_id = 1",
    "DELETE FROM bands WHERE draft_id = 1", "DELETE FROM drafts WHERE id = 1",
)  # fmt: skip
WAYS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "a standing's unit",
        ("UPDATE standings SET unit = '高新区' WHERE draft_id = 1",),
        "现在的单位",
    ),
    ("a standing's kind", ("UPDATE standings SET kind = '约稿' WHERE draft_id = 1",), "现在的类别"),
    (
        "a standing's timeliness",
        ("UPDATE standings SET timely = 'late' WHERE draft_id = 2",),
        "时效",
    ),
    ("a standing's outcome", ("UPDATE standings SET outcome = 'held' WHERE draft_id = 2",), "结果"),
    (
        "a standing's event",
        ("UPDATE standings SET happened = '2022-03-01' WHERE draft_id = 2",),
        "事件日期",
    ),
    ("a standing's day", ("UPDATE standings SET day = '2022-02-25' WHERE draft_id = 3",), "收稿日"),
    (
        "a standing's reasons",
        ("UPDATE standings SET reasons = '[\"LATE\"]' WHERE draft_id = 3",),
        "理由",
    ),
    (
        "a standing's deadline",
        ("UPDATE standings SET deadline = '2023-01-01 00:00:00' WHERE draft_id = 3",),
        "时限",
    ),
    ("a draft voided", ("UPDATE standings SET voided = true WHERE draft_id = 3",), "作废"),
    (
        "a standing's adopted flag",
        ("UPDATE standings SET adopted = true WHERE draft_id = 3",),
        "是否录用",
    ),
    (
        "a standing deleted",
        ("DELETE FROM scores WHERE draft_id = 3", "DELETE FROM standings WHERE draft_id = 3"),
        "现状记录不见了",
    ),
    ("a draft's kind", ("UPDATE drafts SET kind = '综合性原创文章' WHERE id = 1",), "收稿时的类别"),
    ("a draft's points", ("UPDATE drafts SET points = 2 WHERE id = 1",), "收稿时的分数"),
    (
        "a draft's first outcome",
        ("UPDATE drafts SET outcome = 'refused' WHERE id = 1",),
        "收稿时的结果",
    ),
    ("a draft's title", ("UPDATE drafts SET title = '另一题' WHERE id = 1",), "标题"),
    ("a draft's text", ("UPDATE drafts SET text = '另一文' WHERE id = 1",), "正文"),
    (
        "a draft's text emptied",
        (
            "UPDATE drafts SET text = '' WHERE id = 1",
            "UPDATE letters SET raw_kept = false WHERE id = 1",
        ),
        "正文",
    ),
    ("a draft's text digest", ("UPDATE drafts SET digest = 'abc' WHERE id = 1",), "文字校验值"),
    (
        "a draft's file digest",
        ("UPDATE drafts SET file_digest = 'abc' WHERE id = 1",),
        "第 1 号稿件的标题",
    ),
    ("a draft's characters", ("UPDATE drafts SET characters = 9999 WHERE id = 1",), "字数"),
    ("a draft's author", ("UPDATE drafts SET author = '李四' WHERE id = 1",), "作者"),
    ("a draft's reviewer removed", ("UPDATE drafts SET reviewer = '' WHERE id = 1",), "审核人"),
    ("a scored draft deleted", WHOLE_DRAFT, "第 1 篇稿件的记录不见了"),
    (
        "a draft copied within its letter",
        (
            copy("drafts", "id = 1", id="99"),
            copy("standings", "draft_id = 1", draft_id="99"),
            copy("scores", "draft_id = 1", id="999", draft_id="99"),
        ),
        "同号",
    ),
    (
        "a letter's receipt",
        ("UPDATE letters SET received = '2022-03-01 01:00:00' WHERE id = 1",),
        "收稿时间",
    ),
    ("a letter's subject", ("UPDATE letters SET subject = '另一主题' WHERE id = 1",), "主题"),
    (
        "a letter's sender",
        ("UPDATE letters SET sender_address = 'li@town.example' WHERE id = 1",),
        "发件人",
    ),
    (
        "a letter's sender removed",
        ("UPDATE letters SET sender_address = '', sender_name = '', officer = NULL WHERE id = 1",),
        "发件人",
    ),
    ("a letter's officer", ("UPDATE letters SET officer = '李四' WHERE id = 1",), "报送人"),
    ("a letter's unit", ("UPDATE letters SET unit = '高新区' WHERE id = 1",), "第 1 号邮件的单位"),
    (
        "the outcome of a letter without points",
        ("UPDATE letters SET outcome = 'accepted' WHERE id = 9",),
        "第 9 号邮件的主题、结果",
    ),
    (
        "a letter and its draft copied",
        (
            copy("letters", "id = 1", id="99", digest="'x'"),
            copy("drafts", "id = 1", id="99", letter_id="99"),
            copy("standings", "draft_id = 1", draft_id="99", letter_id="99"),
            copy("scores", "draft_id = 1", id="999", draft_id="99"),
        ),
        "第 99 号邮件不是按手续登记的",
    ),
    (
        "a letter and its drafts deleted",
        (
            *WHOLE_DRAFT,
            "DELETE FROM outbox WHERE letter_id = 1",
            "DELETE FROM sightings WHERE letter_id = 1",
            "DELETE FROM letters WHERE id = 1",
        ),
        "第 1 号邮件的记录不见了",
    ),
    (
        "a receipt deleted",
        ("DELETE FROM outbox WHERE letter_id = 1 AND kind = 'receipt'",),
        "回执记录不见了",
    ),
    (
        "a receipt's words",
        ("UPDATE outbox SET subject = '收到三篇' WHERE letter_id = 1",),
        "回执与日志不符",
    ),
    ("an adoption's tier", ("UPDATE adoptions SET tier = 1 WHERE id = 1",), "录用的类别"),
    ("an adoption's day", ("UPDATE adoptions SET day = '2022-03-01' WHERE id = 1",), "录用的日期"),
    ("an adoption's unit", ("UPDATE adoptions SET unit = '高新区' WHERE id = 1",), "录用的单位"),
    ("an adoption's draft", ("UPDATE adoptions SET draft_id = 7 WHERE id = 1",), "录用的稿件"),
    ("an adoption's title", ("UPDATE adoptions SET title = '别的' WHERE id = 1",), "录用的标题"),
    (
        "an adoption withdrawn",
        ("UPDATE adoptions SET withdrawn = true WHERE id = 1",),
        "录用的撤销",
    ),
    (
        "an adoption of before the journal",
        (copy("adoptions", "id = 1", id="99", seq="0"),),
        "第 99 号录用不是按手续登记的",
    ),
    (
        "an adoption put in with a borrowed entry",
        (copy("adoptions", "id = 1", id="99"),),
        "第 99 号录用不是按手续登记的",
    ),
    ("a score raised", ("UPDATE scores SET points = 9 WHERE draft_id = 1",), "scores"),
    ("a score deleted", ("DELETE FROM scores WHERE draft_id = 1",), "scores"),
    ("附加分 raised", ("UPDATE bonuses SET points = 99",), "附加分"),
    ("附加分 put in", (copy("bonuses", "year = 2022", year="2023"),), "2023年度的附加分"),
    ("a sanction deleted", ("DELETE FROM sanctions",), "处理记录不见了"),
    ("a sanction lifted", ("UPDATE sanctions SET lifted = true",), "解除"),
    ("who approved a sanction", ("UPDATE sanctions SET approved_by = '李'",), "批准人"),
    ("a commission's day", ("UPDATE commissions SET due = '2023-01-01'",), "约稿的截止日期"),
    ("a notice's period", ("UPDATE notices SET period = '2022Q2'",), "时段"),
    ("a notice deleted", ("DELETE FROM notices",), "通报的记录不见了"),
    ("an officer's telephone", ("UPDATE officers SET phone = '1'",), "宣传员的登记"),
    (
        "an officer's address",
        ("UPDATE addresses SET address = 'evil@town.example'",),
        "宣传员的登记",
    ),
    ("an officer put in", (copy("officers", "id = 1", id="99"),), "第 99 号宣传员不是按手续登记的"),
    (
        "an account put in",
        (copy("users", "id = 1", id="99", name="'偷来的'"),),
        "账号“偷来的”不是按手续添加的",
    ),
    ("an account's role", ("UPDATE users SET role = 'admin'",), "权限"),
    ("an account let in again", ("UPDATE users SET disabled = false",), "停用"),
    ("an account deleted", ("DELETE FROM users",), "账号“王静”的记录不见了"),
    (
        "the journal's end cut off",
        ("DELETE FROM journal WHERE seq >= (SELECT max(seq) FROM standings)",),
        "日志末尾缺少记录",
    ),
)


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    world = World(engine)
    for number in range(4):
        world.enter(received=MARCH + timedelta(hours=number))
    world.enter(unit="高新区", received=MARCH)
    world.enter(article(6), subject="【综合】")
    world.enter(article(7), subject="【综合】")
    world.enter(unit=None)
    world.enter(draft("9.zip/稿.docx", event_date=EventDate(None)))
    world.adopt(6, date(2022, 3, 20), 2)
    world.decisions.rule(DraftId(4), Ruling(kind=OPINION), "li", "是舆情", MARCH)
    world.decisions.claim(LetterId(8), "高新区", "li", "认领", MARCH)
    world.commissions.add(Commission("厂中厂", ("湖塘镇",), TODAY, TODAY), "li", MARCH)
    merits = AnnualBonuses(engine)
    merits.set_bonus("湖塘镇", 2022, Decimal(3), "li", "表现好", MARCH)
    merits.sanction(Sanction("湖塘镇", 2022, "弄虚作假", "王", TODAY), "li", MARCH)
    Roster(engine).enter(
        [Officer("湖塘镇", "张三", addresses=("zhang@town.example",))], "li", MARCH
    )
    accounts = Accounts(engine)
    accounts.add("王静", Role.EDITOR, "li", MARCH)
    accounts.set_disabled("王静", True, "li", MARCH)
    Notices(engine, Vault(tmp_path / "vault")).publish(
        world.figures.summary(parse("2022Q1"), TODAY), {}, [], "li", MARCH
    )
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
    assert listed == [name for name, _, _ in WAYS]
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
