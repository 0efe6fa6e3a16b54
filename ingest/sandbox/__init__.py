"""
Where letters are examined: worker processes with limits on memory, time, files and network.

May import `ingest.examination` and what lies below it; the parsers are loaded in workers alone.
Open `pool.py` first (who works), then `confinement.py` (what workers are kept from).
"""
