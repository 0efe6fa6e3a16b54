"""
How a letter is written: the view, the templates it is filled into, and the MIME message.

May import: rulebook, ledger.states and libraries; no other room of the notifier.
Open first: `page.py` (`LetterView`), then `templating.py` and `message.py`.
"""
