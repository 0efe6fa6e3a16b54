"""
The command `shougao`: options in, tables, JSON and exit codes out.

May import everything of `console`. Open first: `app.py`, then `terminal.py` for how it writes.
"""
