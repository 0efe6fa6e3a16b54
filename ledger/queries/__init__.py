"""
Questions that only read: what pages, the digest, exports and the notice's tables ask of the ledger.

May import `ledger.models`, the ledger's value types and `rulebook`; nothing here writes.
Open `figures.py` first (a period's tables), then `search.py` (finding drafts).
"""
