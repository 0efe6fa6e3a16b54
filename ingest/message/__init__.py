"""
One raw message read: headers, MIME parts, charsets, names, who authenticated it, what kind of mail.

May import `parsers`, `rulebook` and the mail libraries; no mailbox, no ledger, no drafts.
Open `parse.py` first (raw bytes to what a letter says), then `headers.py` and `mime_tree.py`.
"""
