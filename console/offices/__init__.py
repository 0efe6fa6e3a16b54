"""
Many offices in one installation: a folder with a folder for each office, and nothing that they share.

May import `console.settings`, `console.state` and what is below. Open first: `installation.py`.
"""
