"""
The quarterly notice (通报, 五.1-2): facts in, a .docx and an .xlsx out.

May import: rulebook; no other room of the notifier.
Open first: `facts.py` (what it is made from), then `document.py` and `workbook.py`.
"""
