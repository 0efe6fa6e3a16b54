"""Letters, drafts, officers and accounts are held to the journal, and lawful deeds about them are no tampering."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.accounts import Accounts
from ledger.ids import LetterId
from ledger.journal import JournalEntry, append, hold
from ledger.roster import Officer, Roster
from ledger.states import Act, Role
from ledger.verification import contradictions
from rulebook.conversation import Purpose
from tests.ledger.conversation import STRANGER, Talk
from tests.ledger.test_tampering import CHECKS, Within, execute, told_after
from tests.ledger.world import MARCH, World
from tests.ledgers import ON_SQLITE
from tests.rulebook.builders import draft

LATER = MARCH + timedelta(hours=3)


pytestmark = ON_SQLITE


@pytest.fixture
def talk(engine: Engine) -> Talk:
    """Letter 1 brings a draft, letter 2 words, letter 3 is a stranger's."""
    talk = Talk(engine)
    talk.send(draft("1.zip/稿.docx"))
    talk.say(Purpose.THANKS, "收到")
    talk.send(draft("3.zip/稿.docx", text="3月7日，某地召开会议。"), sender=STRANGER)
    return talk


def told(engine: Engine) -> list[str]:
    return list(contradictions(engine, CHECKS))


def test_who_read_a_letter_and_put_it_back_stands_as_the_journal_says(
    talk: Talk, engine: Engine
) -> None:
    talk.conversations.read(LetterId(2), "li", LATER)
    assert told(engine) == []
    for change in ("deed = NULL", "handled = '2022-03-09 00:00:00'", "handled_by = '别人'"):
        changed = told_after(engine, f"UPDATE letters SET {change} WHERE id = 2")
        assert changed == "第 2 号邮件的处理情况与日志不符"
    talk.conversations.reopen(LetterId(2), "li", LATER)
    assert told(engine) == []
    changed = told_after(engine, "UPDATE letters SET handled_by = '别人' WHERE id = 2")
    assert changed == "第 2 号邮件的处理情况与日志不符"


def test_a_letter_waits_again_only_where_a_person_said_what_it_is_for(
    talk: Talk, engine: Engine
) -> None:
    waiting = "UPDATE letters SET state = 'collected' WHERE id = 2"
    assert told_after(engine, waiting) == "第 2 号邮件已经登记，却又记为没有处理"
    talk.conversations.read(LetterId(2), "li", MARCH)
    talk.conversations.set_purpose(LetterId(2), Purpose.OTHER, "li", "", LATER)
    assert told(engine) == []  # it waits, and nobody has read it anew
    changed = told_after(engine, "UPDATE letters SET purpose_ruled = 'thanks' WHERE id = 2")
    assert changed == "第 2 号邮件改定的用途与日志不符"


def test_what_a_letter_with_drafts_is_for_changes_by_a_persons_word_alone(
    talk: Talk, engine: Engine
) -> None:
    talk.conversations.set_purpose(LetterId(1), Purpose.OTHER, "li", "", LATER)
    assert told(engine) == []
    for value in ("'thanks'", "NULL"):
        changed = told_after(engine, f"UPDATE letters SET purpose = {value} WHERE id = 1")
        assert changed == "第 1 号邮件的用途与日志不符"


def test_a_letter_counts_for_the_unit_that_claimed_it(talk: Talk, engine: Engine) -> None:
    nobodys = told_after(engine, "UPDATE letters SET unit = '高新区' WHERE id = 3")
    assert "第 3 号邮件的单位是“高新区”，日志里是“无”" in nobodys
    talk.decisions.claim(LetterId(3), "高新区", "li", "认领", LATER)
    assert told(engine) == []
    nobodys = told_after(engine, "UPDATE letters SET unit = NULL WHERE id = 3")
    assert "第 3 号邮件的单位是“无”，日志里是“高新区”" in nobodys


def test_only_of_secret_and_infected_letters_the_original_is_gone_before_its_time(
    engine: Engine, talk: Talk
) -> None:
    for reason, named in (("LATE", True), ("SECRET_MARK", False), ("INFECTED", False)):
        changed = told_after(
            engine, f"UPDATE letters SET raw_kept = false, reasons = '[\"{reason}\"]' WHERE id = 1"
        )
        assert ("第 1 号邮件的原件记为不再保存，日志里却没有到期清除" in changed) is named


def test_how_a_letter_came_that_was_entered_by_hand_stands_in_the_journal(
    talk: Talk, engine: Engine
) -> None:
    with Session(engine) as session, session.begin():
        hold(session)
        append(session, JournalEntry(MARCH, "li", Act.NOTED, {"manner": "纸质"}, "补录", 1))
        append(session, JournalEntry(MARCH, "li", Act.NOTED, {}, "备注", 1))
        session.execute(text("UPDATE letters SET manner = '纸质' WHERE id = 1"))
    assert told(engine) == []
    changed = told_after(engine, "UPDATE letters SET manner = '电话' WHERE id IN (1, 2)")
    assert changed == "第 1 号邮件的来稿方式与日志不符\n第 2 号邮件的来稿方式与日志不符"


def test_of_two_drafts_under_one_number_both_are_named(engine: Engine, talk: Talk) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP INDEX uq_drafts_letter_id_position")
        execute(connection, "COPY drafts id = 1 id=99")
        named = "\n".join(contradictions(Within(connection), CHECKS))  # type: ignore[arg-type]
        connection.rollback()
    for number in (1, 99):
        assert f"第 {number} 号稿件与同一封邮件的另一篇同号，不是收稿时登记的" in named


def test_an_adoption_may_be_the_first_line_of_all(engine: Engine) -> None:
    World(engine).adopt(None, date(2022, 3, 20))
    assert told(engine) == []


def test_an_account_may_be_shut_and_opened_again(engine: Engine) -> None:
    accounts = Accounts(engine)
    accounts.add("王静", Role.EDITOR, "li", MARCH)
    assert told(engine) == []
    accounts.set_disabled("王静", True, "li", MARCH)
    accounts.set_disabled("王静", False, "li", LATER)
    assert told(engine) == []
    changed = told_after(engine, "UPDATE users SET disabled = true")
    assert "账号“王静”的权限或停用状态与日志不符" in changed
    changed = told_after(engine, "UPDATE users SET totp = 'x'")
    assert "账号“王静”的动态口令不是按手续启用或停用的" in changed


def test_an_officers_last_entry_counts_and_each_of_his_addresses(engine: Engine) -> None:
    roster = Roster(engine)
    zhang = Officer("湖塘镇", "张三", addresses=("a@town.example", "b@town.example"))
    roster.enter([zhang], "li", MARCH)
    roster.enter([Officer("湖塘镇", "张三", phone="1", addresses=zhang.addresses)], "li", LATER)
    assert told(engine) == []
    changed = told_after(engine, "DELETE FROM addresses WHERE address = 'b@town.example'")
    assert changed == "第 1 号报送人员的登记（单位、姓名、电话、邮箱或任期）与日志不符"
    gone = told_after(engine, "PRAGMA defer_foreign_keys = on", "DELETE FROM officers")
    assert gone.splitlines() == [
        "第 1 号报送人员的记录不见了",
        "有属于第 1 号报送人员的邮箱地址，但没有这名报送人员",
    ]
