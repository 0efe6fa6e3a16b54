"""The pages, one module each; each has its `routes`."""
