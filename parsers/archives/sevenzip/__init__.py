"""
7z archives.

Open `format` first; `header` reads the directory, `native` unpacks the plain ones here, `program`
has 7zz unpack the rest. May import what `parsers.archives` may.
"""

from parsers.archives.sevenzip.format import MEDIA_TYPE, claims, parse

__all__ = ["MEDIA_TYPE", "claims", "parse"]
