"""
The demonstration: sample letters with files of every kind, laid out in a folder, and one round.

May import `console.actions` and what is below. Open first: `show.py`, then `letters.py`.
"""
