"""
Sending what is owed: the relays, the meaning of their replies, and messages to chat robots.

May import: ledger.outbox; no other room of the notifier: it sends bytes and does not write them.
Open first: `deliver.py`; `relay.py` is the protocol that `smtp.py` and `maildir.py` fulfil.
"""
