"""
Letters as MIME writes them: header fields, encoded words, parameters, encodings, the tree of parts.

May import `parsers.charsets`, `spool` and `types`; what a letter means is `ingest.message`'s.
Open `tree.py` first (a raw letter to its leaves), then `headers.py`.
"""
