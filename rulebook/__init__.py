"""
The office's regulation as plain functions: facts about a letter in, a verdict and points out.

May import the standard library alone: no I/O, no clock, no database, no other floor of ours.
Open `judge.py` first; then `reasons.py` (what is objected to) and `model.py` (the shared words).
"""
