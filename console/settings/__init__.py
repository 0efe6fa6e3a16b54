"""
config.toml and the environment, read once and strictly.

May import types of the lower floors, nothing else of `console`. Open first: `sections.py`, then
`loading.py`.
"""
