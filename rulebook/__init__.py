"""The office's regulation in plain Python: standard library only, no I/O."""
