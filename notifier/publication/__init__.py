"""
出稿包: drafts as files to be printed from. Pure: facts in, bytes out.

May import mail, the notice's layout, parsers, ledger and rulebook. Open first: `document.py`.
"""
