"""
Where letters come from: an IMAP account or a maildir, listed and fetched, never changed.

May import the standard library and imapclient; it knows neither the ledger nor what a letter says.
Open `mailbox.py` first (the protocol and its errors), then `imap.py` or `maildir.py`.
"""
