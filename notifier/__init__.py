"""
From the ledger to people: the letters and files the office sends, and how they get there.

May import: parsers, ledger, rulebook. Never ingest or console.
Open first: `letters/receipt.py` (what a sender is told) and `delivery/deliver.py` (how it goes out).
"""
