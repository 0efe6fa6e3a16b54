"""What people say beside the drafts of a big ledger: letters of others, statements, reported adoptions, questions."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.application import Application
from ledger.commissions import Commission
from ledger.roster import Officer
from rulebook.periods import parse

TALK = (
    # what waits is little beside what is done: letters of others, statements, reported adoptions, questions
    "UPDATE letters SET purpose = 'submission'",
    "UPDATE letters SET purpose = 'other', own_words = '请各单位按时报送材料。', handled = received, "
    "handled_by = 'person1', deed = 'read' WHERE id % 50 = 9",
    "UPDATE letters SET handled = NULL, deed = NULL WHERE id % 50 = 9 AND id > "
    "(SELECT max(id) FROM letters) - 5000",
    "UPDATE drafts SET urgent = 1 WHERE id % 500 = 3",
    "INSERT INTO statements (letter_id, draft_id, asks, words, received, settled, settled_by) "
    "SELECT id, id, CASE WHEN id % 3 = 0 THEN 'withdrawal' ELSE 'statement' END, '事件日期写错了，请核实。', "
    "received, CASE WHEN id % 10000 = 31 THEN NULL ELSE received END, 'person1' FROM letters "
    "WHERE id % 100 = 31",
    "INSERT INTO proposed_adoptions (letter_id, position, unit, title, draft_id, outlet, tier, day, url, "
    "words, files, why, state, settled, settled_by) SELECT id, 1, unit, '录用', id, '某报', 2, date(received), "
    "'', '', '[]', '', CASE WHEN id % 10000 = 41 THEN 'open' ELSE 'rejected' END, received, 'person1' "
    "FROM letters WHERE id % 200 = 41",
    "INSERT INTO questions (draft_id, letter_id, message_id, words, asked, asked_by, closed, closed_by) "
    "SELECT draft_id, letter_id, 'q' || draft_id, '请补充事件日期。', day || ' 03:00:00.000000', 'person2', "
    "CASE WHEN draft_id % 100 <> 7 THEN day || ' 04:00:00.000000' END, 'person2' FROM standings "
    "WHERE outcome = 'held' AND draft_id % 10 = 7",
)
"""What people say beside drafts, and what is done about it."""


def furnish(application: Application, units: tuple[str, ...], moment: datetime) -> None:
    """Enter what people of the office would: officers, a commission with answers, a published notice."""
    today = moment.date()
    for number in range(60):
        address = f"officer{number}@town.example"
        unit = units[number % len(units)]
        application.roster.add(
            Officer(unit, f"宣传员{number}", "科员", addresses=(address,)), "bench", moment
        )
    asked = Commission("冬季防火", units, today - timedelta(days=20), today)
    commission = application.commissions.add(asked, "bench", moment)
    with application.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE standings SET commission_id = ? WHERE draft_id % 20001 = 5", (commission,)
        )
    summary = application.figures.summary(parse("2022Q3"), today)
    application.notices.publish(summary, {"通报.docx": b"docx"}, [], "bench", moment)
