"""
The pages, one module a subject, each with its `routes`; they import `console/web`, never `app.py`.

Open `dashboard.py` first, for a page that only looks, then `review.py`, for one that decides.
"""
