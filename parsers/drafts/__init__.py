"""
What a text says about itself: title, day, by-line, kind of paper, and how many drafts it holds.

May import: rulebook, parsers.types. Open first: text.py, then dates.py and splitting.py.
"""
