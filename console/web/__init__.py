"""The office's pages in the browser, and the same facts for programs."""
