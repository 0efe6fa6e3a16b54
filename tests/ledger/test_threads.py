"""An answer finds the letter that it answers, and only one of its own sender's."""

from __future__ import annotations

from sqlalchemy import Engine

from ledger.models.database import read_only
from ledger.threads import thread_of
from rulebook.conversation import Correspondence, Thread
from rulebook.model import Sender
from tests.ledger.world import World

OFFICER = Sender("钱一鸣", "qian@town.example", "湖塘镇", "钱一鸣")
RECEIPT = "<receipt.1@office.example>"


def thread(engine: Engine, said: Correspondence, sender: Sender) -> Thread | None:
    with read_only(engine).connect() as connection:
        return thread_of(connection, said, sender, 0)


def test_a_message_id_of_ours_ties_an_answer_to_its_letter(engine: Engine) -> None:
    number = World(engine).enter()
    found = thread(engine, Correspondence(answers=("<x@y.example>", RECEIPT)), OFFICER)
    assert found is not None
    assert (found.letter, found.by_header) == (number, True)


def test_a_receipts_number_ties_where_no_header_does(engine: Engine) -> None:
    number = World(engine).enter()
    assert thread(engine, Correspondence(receipt_numbers=(number,)), OFFICER) == Thread(
        number, by_header=False
    )


def test_an_id_of_ours_in_a_strangers_letter_ties_nothing(engine: Engine) -> None:
    World(engine).enter()
    said = Correspondence(answers=(RECEIPT,), receipt_numbers=(1,))
    assert thread(engine, said, Sender("某人", "x@evil.example")) is None
    other = Sender("李", "li@other.example", "高新区", "李")
    assert thread(engine, said, other) is None
