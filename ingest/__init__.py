"""
From the mailbox into the ledger: collect, examine, judge, enter.

May import `parsers`, `ledger` and `rulebook`; never `notifier` or `console`.
Open `intake.py` first (the story of a letter), then `examination.py` (one raw letter to its facts).
"""
