"""
The tables as SQLAlchemy classes, the engine for each database, and the lock of SQLite's writers.

May import `rulebook`, `ledger.states` and SQLAlchemy; nothing else of the ledger.
Open `letters.py` first (letters, drafts, outbox), then `database.py` (opening and migrating).
"""
