"""
Files beside the database: the vault of raw letters, backup and restore, forgetting in time.

May import `ledger.models`, the journal and the duplicates' index; no rule is applied here.
Open `vault.py` first, then `backup.py` and `retention.py`.
"""
