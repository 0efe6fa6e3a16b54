"""
Every letter of ours, one kind a file: pure, facts in, an `OutgoingLetter` out.

May import: notifier.mail, ledger.states, rulebook. No database, no network, no clock.
Open first: `receipt.py`; `samples.py` holds a filled example of each kind.
"""
