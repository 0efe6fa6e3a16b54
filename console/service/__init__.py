"""
The service `shougao run`: rounds, delivery and the day's letters on schedule.

May import `console.actions` and what is below. Open first: `scheduler.py`.
"""
