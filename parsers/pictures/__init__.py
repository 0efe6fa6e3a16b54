"""
Pictures, film and sound: facts from headers, thumbnails, pages told from scenes, recognised text.

May import `parsers.documents.flow`, what lies below it, Pillow, pillow-heif, tinytag and RapidOCR.
Open `images.py` first (no decoding); `page_detection.py` and `ocr.py` serve scanned drafts.
"""
