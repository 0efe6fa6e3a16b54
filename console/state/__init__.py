"""
Small files in the data folder by which one process tells another, or itself later, what happened.

May import `notifier`, nothing else of `console`. Open first: `last_round.py`.
"""
