"""
Sheets that the office hands in: the roster of officers and lists of adoptions, as .xlsx or .csv.

May import `rulebook` and `ledger`, nothing else of `console`. Open first: `reading.py`.
"""
