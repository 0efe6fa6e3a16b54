"""
What the front door does with the rooms: a round, the day's letters, a notice, adoptions, health.

May import `console.application` and what is below it, and every floor; never a command or a page.
Open first: `rounds.py`.
"""
