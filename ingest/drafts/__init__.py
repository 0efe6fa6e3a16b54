"""
From a letter's texts and pictures to its drafts: which file plays which part, whose picture is whose.

May import `parsers`, `rulebook` and `ingest.examination_types`; no mailbox, no ledger.
Open `assembly.py` first, then `picture_matching.py` and `scanned.py` (drafts sent as pictures).
"""
