"""
What is known and what people decided: the only floor that speaks SQL, and the vault of raw letters.

May import `rulebook`, SQLAlchemy and Alembic; never `parsers`, mail, settings or pages.
Open `letters.py` first (a letter's way), then `decisions.py` and `journal.py` (what people decide).
"""
