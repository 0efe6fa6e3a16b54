"""
Documents: one format a module; the text comes out as paragraphs and tables.

May import `parsers.archives` (a .docx is a zip), what lies below it, lxml, olefile and PDFium.
Open `word.py` first, then `package.py` (formats that are zips) and `flow.py` (lines to paragraphs).
"""
