"""
Benchmarks: one program for each part, run by hand as `python -m bench.NAME`.

They may import everything, nothing imports them. Open `intake.py` first: it times a whole round
against a floor and a peer.
"""
