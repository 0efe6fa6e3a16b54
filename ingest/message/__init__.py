"""
What a letter says as a letter: who wrote it, what the server says of them, its body, what hangs on it.

May import `parsers` (which reads MIME) and `rulebook`; never mailboxes, workers or the ledger.
Open `parse.py` first (raw bytes to a `Message`), then `addresses.py` (whose it is).
"""
