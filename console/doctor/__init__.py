"""
What stands in the way of the service: each finding one cause and one remedy, in the words of the office.

May import all of the console but commands, pages and the service. Open `examination.py` first.
"""
