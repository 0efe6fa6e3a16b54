"""
The front door: settings, the command `shougao`, the office's pages, the service.

May import every floor. Open first: `application.py`, which builds all rooms, then `actions/`.
"""
