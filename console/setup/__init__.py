"""
A first config.toml from nine answers: `answers.py` reads them, `drafting.py` writes the file.

The dialogue is in `console/cli/init.py`.
"""
