"""What people say beside the drafts of a big ledger: letters of others, statements, reported adoptions, questions."""

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
