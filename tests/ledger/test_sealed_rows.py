"""Rows that deeds leave are sealed in the journal: what is changed, deleted or put in is named, and never sent."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import Engine, text, update

from ledger.accounts import Accounts
from ledger.api_tokens import ApiTokens
from ledger.commissions import Commission
from ledger.desk import Desk
from ledger.models.decisions import NoticeRow
from ledger.notice_checks import NoticeChecks
from ledger.notices import Notices
from ledger.outbox import Outbox
from ledger.printed_texts import PrintedText, PrintedTexts
from ledger.questions import Questions
from ledger.row_digests import KEYS, SEALED, columns
from ledger.sealed_rows import TOLD, Sealed
from ledger.second_factors import SecondFactors
from ledger.sessions import NewSession, Sessions
from ledger.states import LetterKind, Role
from ledger.storage.vault import Vault
from ledger.verification import contradictions
from rulebook.conversation import Purpose
from rulebook.model import EventDate
from rulebook.periods import parse
from rulebook.rulings import Ruling
from tests.ledger.conversation import Talk
from tests.ledger.sealed_ways import ROUNDS
from tests.ledger.test_tampering import CHECKS, Within, execute
from tests.ledger.world import MARCH, article, receipt
from tests.rulebook.builders import draft

LATER = MARCH + timedelta(days=3)
DAY = date(2022, 4, 10)
SECRET = pyotp.random_base32()


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Talk:
    """A ledger in which every deed was done that leaves a row."""
    talk = Talk(engine)
    talk.send(article(1))
    talk.send(draft("2.zip/二.docx", title="湖塘镇开展检查", event_date=EventDate(None)))
    question = replace(receipt("<question.1@office.example>"), kind=LetterKind.QUESTION)
    Questions(engine).ask(2, "请补充日期", "li", LATER, lambda _letter, _title: question)
    Desk(engine).assign([2], "王静", "li", LATER)
    check = replace(receipt("<check.2022Q1.1@office.example>"), kind=LetterKind.CHECK)
    NoticeChecks(engine).ask(parse("2022Q1"), DAY, [("湖塘镇", check)], "li", LATER)
    talk.commissions.add(Commission("厂中厂", ("湖塘镇",), DAY, DAY), "li", LATER)
    asked = replace(receipt("<commission.1.1@office.example>"), kind=LetterKind.COMMISSION)
    Outbox(engine).owe_units([("湖塘镇", asked)], "li", LATER, 1)
    talk.say(Purpose.THANKS, "收到", answers=(asked.message_id,))
    talk.say(Purpose.STATEMENT, "少了一篇，请核实。", answers=(check.message_id,))
    talk.say(
        Purpose.ADOPTION_REPORT,
        "《厂中厂治理的实践与思考之1》3月9日被中国应急管理报采用",
        received=LATER,
    )
    talk.adopt(1, date(2022, 3, 20))
    PrintedTexts(engine).add(PrintedText(1, "标题", "正文"), "li", LATER)
    Notices(engine, Vault(tmp_path / "vault")).publish(
        talk.figures.summary(parse("2022Q1"), DAY), {"通报.docx": b"x"}, [], "li", LATER
    )
    accounts, sessions = Accounts(engine), Sessions(engine)
    number = accounts.add("王静", Role.ADMIN, "li", LATER).id
    accounts.set_password("王静", "hash", "li", LATER)
    SecondFactors(engine).switch_on("王静", SECRET, pyotp.TOTP(SECRET).at(LATER), LATER)
    accounts.invite("王静", "1" * 64, LATER + timedelta(days=1), "li", LATER)
    ApiTokens(engine).add("统计", "2" * 64, "li", LATER)
    sessions.begin(NewSession("3" * 64, number, LATER + timedelta(days=1), "h", "a"), LATER)
    return talk


def test_what_is_changed_deleted_or_put_in_is_named(office: Talk, engine: Engine) -> None:
    assert list(contradictions(engine, CHECKS)) == []
    unnoticed = []
    for ways in ROUNDS:
        with engine.connect() as connection:
            for _, statements, _ in ways:
                for statement in statements:
                    execute(connection, statement)
            told = list(contradictions(Within(connection), CHECKS))  # type: ignore[arg-type]
            connection.rollback()
        unnoticed += [
            (name, words) for name, _, words in ways if not any(words in one for one in told)
        ]
    assert unnoticed == []
    assert list(contradictions(engine, CHECKS)) == []


def test_what_a_notice_was_reckoned_from_is_sealed(office: Talk, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(NoticeRow).values(inputs=zlib.compress(b"{}")))
    assert list(contradictions(engine, CHECKS)) == ["第 1 号已发布的通报有内容与日志不符"]


def test_a_row_rests_on_an_entry_that_tells_of_it_or_on_the_count_of_all_before() -> None:
    sealed = Sealed(seqs={"adoptions:1": {5, 9}, "adoptions:2": {9}}, since=5)
    assert [sealed.rests_on("adoptions:1", seq) for seq in (3, 5, 7, 9)] == [
        True,
        True,
        False,
        True,
    ]
    assert [sealed.rests_on("adoptions:2", seq) for seq in (3, 9)] == [False, True]
    assert not Sealed(seqs={"adoptions:1": {1}}).rests_on("adoptions:1", 0)


def test_a_letter_that_no_entry_owes_is_never_sent(office: Talk, engine: Engine) -> None:
    outbox = Outbox(engine)
    due = outbox.due(LATER, 99)
    assert len(due) >= 3
    with engine.begin() as connection:
        execute(connection, "COPY outbox kind = 'question' id=99;message_id='x';letter_id=NULL")
        connection.execute(
            text("UPDATE outbox SET recipient = 'x@evil.example' WHERE kind = 'check'")
        )
    still = {one.message_id for one in outbox.due(LATER, 99)}
    assert {one.message_id for one in due} - still == {"<check.2022Q1.1@office.example>"}
    assert "x" not in still
    assert outbox.owed("x") is None


def test_decisions_settle_and_take_back_what_was_said(office: Talk, engine: Engine) -> None:
    ruled = office.decisions.rule(2, Ruling(event_date=date(2022, 3, 8)), "li", "", LATER)  # type: ignore[arg-type]
    office.decisions.undo(ruled.seq, "li", LATER + timedelta(minutes=1))
    office.conversations.set_purpose(4, Purpose.OTHER, "li", "", LATER)  # type: ignore[arg-type]
    office.proposals.reject(1, "li", "不是", LATER)
    office.proposals.reopen(1, "li", "", LATER)
    SecondFactors(engine).renew_codes("王静", LATER)
    assert list(contradictions(engine, CHECKS)) == []


@pytest.mark.parametrize("model", [*TOLD])
def test_a_column_is_sealed_or_said_to_change_freely(model: type) -> None:
    free = {
        "users": {"totp_step"},
        "tokens": {"seen"},
        "sessions": {"seen"},
        "notices": {"figures"},
    }  # fmt: skip
    table = model.__tablename__  # type: ignore[attr-defined]
    there = set(columns(model())) - {*KEYS[table], *SEALED[table]} - {"seq"}
    assert there - free.get(table, set()) == set()
