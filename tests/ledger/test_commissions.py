"""约稿: changed with every change in the journal; who wrote back has read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from ledger import journal
from ledger.commissions import Commission, Commissions
from ledger.errors import InvalidInput, NotFound
from ledger.outbox import Outbox
from ledger.row_values import OutgoingMessage
from ledger.states import Act, DeliveryState, LetterKind
from ledger.verification import Rules, contradictions
from rulebook.conversation import Purpose
from rulebook.model import Sender
from tests.ledger.conversation import Talk
from tests.ledger.world import MARCH, RULES

ASKED = Commission("题目", ("湖塘镇", "雪堰镇"), date(2022, 3, 1), date(2022, 3, 20))
ID = "<commission.1.7@office.example>"


@pytest.fixture
def commissions(engine: Engine) -> Commissions:
    made = Commissions(engine)
    made.add(ASKED, "li", MARCH)
    return made


def letter(message_id: str = ID) -> OutgoingMessage:
    return OutgoingMessage(
        LetterKind.COMMISSION, "qian@town.example", (), "【约稿】", message_id, b"raw"
    )


def test_what_is_changed_stands_in_the_journal_and_nothing_more(
    engine: Engine, commissions: Commissions
) -> None:
    wanted = replace(ASKED, id=1, due=date(2022, 3, 25), units=("湖塘镇", "高新区"), note="要配图")
    before, after = commissions.change(wanted, "wang", MARCH, "来不及")
    assert (before, after) == (replace(ASKED, id=1), wanted)
    assert commissions.one(1) == wanted
    (line,) = journal.history(engine, acts=(Act.COMMISSION_CHANGED,))
    assert line.entry.facts == {
        "commission": 1,
        "due": "2022-03-25",
        "units": ["湖塘镇", "高新区"],
        "note": "要配图",
    }
    assert commissions.change(wanted, "wang", MARCH) == (wanted, wanted)
    assert len(list(journal.history(engine, acts=(Act.COMMISSION_CHANGED,)))) == 1
    rules = Rules(lambda _moment: RULES, lambda _day: RULES, lambda _day: True)
    assert not [one for one in contradictions(engine, rules) if "约稿" in one]


def test_days_units_and_numbers_must_make_sense(commissions: Commissions) -> None:
    with pytest.raises(InvalidInput):
        commissions.change(replace(ASKED, id=1, units=()), "li", MARCH)
    with pytest.raises(InvalidInput):
        commissions.change(replace(ASKED, id=1, due=date(2022, 2, 1)), "li", MARCH)
    with pytest.raises(NotFound):
        commissions.change(replace(ASKED, id=9), "li", MARCH)


def test_letters_are_owed_once_and_the_journal_says_to_whom(
    engine: Engine, commissions: Commissions
) -> None:
    outbox = Outbox(engine)
    assert outbox.owe_units([("湖塘镇", letter())], "li", MARCH, commission=1) == 1
    assert outbox.owe_units([("湖塘镇", letter())], "li", MARCH, commission=1) == 0
    (line,) = journal.history(engine, acts=(Act.REMINDED,))
    assert line.entry.facts == {"units": ["湖塘镇"], "recipients": 1, "commission": 1}
    assert outbox.of_commission(1) == [("qian@town.example", DeliveryState.OWED, None)]
    assert outbox.of_commission(11) == []
    assert commissions.replies(1) == {}


def test_who_answers_our_letter_has_read_it_and_a_stranger_has_not(
    engine: Engine, commissions: Commissions
) -> None:
    Outbox(engine).owe_units([("湖塘镇", letter())], "li", MARCH, commission=1)
    talk = Talk(engine)
    stranger = Sender("某人", "who@elsewhere.example")
    talk.say(Purpose.STATEMENT, "收到", sender=stranger, answers=(ID,))
    other = Sender("周某", "zhou@other.example", "高新区", "周某")
    talk.say(Purpose.STATEMENT, "收到", sender=other, answers=(ID,))
    assert commissions.replies(1) == {}
    number = talk.say(Purpose.THANKS, "收到，谢谢", answers=(ID,))
    talk.say(Purpose.STATEMENT, "正在写", answers=(ID,))
    assert commissions.replies(1) == {"湖塘镇": (number, MARCH)}
