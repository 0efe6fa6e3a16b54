"""
The office's pages and the API for programs; it may import everything but `console/cli`.

Open `app.py` first, then `routing.py` and `request_context.py`, then one of `pages/`.
"""
