"""
Archives: one format a module; members come out as files, counted against the letter's limits.

May import `parsers.types`, `spool`, `mediatypes`, `junk` and the archive libraries; no document.
Open `zip.py` first (the format most letters bring), then `output_meter.py` (what is counted).
"""
