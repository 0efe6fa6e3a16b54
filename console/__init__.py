"""The front door: everything a person touches."""
