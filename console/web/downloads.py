"""Files as downloads: whatever they are, the browser saves them and never shows them under our name."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import IO
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from console.web.templating import harmless

ANYTHING = "application/octet-stream"
PIECE = 256 * 1024
"""Bytes of a file that are sent at once."""
MAX_NAME = 120
"""Characters of a name; file systems take 255 bytes, of which a Chinese character needs 3."""
# Windows takes none of these in a name; \ and / would lead into another folder
_BARRED = str.maketrans(dict.fromkeys('\\/:*?"<>|\t\r\n', "_"))


def download(content: bytes, name: str) -> Response:
    """
    Answer with a file as a download (RFC 6266).

    Its name is the sender's: nothing in it may lead elsewhere, end a header, or turn the writing round so
    that an .exe looks like a picture.
    """
    return Response(content, media_type=ANYTHING, headers=_headers(name))


def download_file(file: IO[bytes], name: str) -> Response:
    """Answer with an open file as `download` does, piece by piece; it is closed behind the last one."""
    size = file.seek(0, 2)
    file.seek(0)
    return StreamingResponse(
        iter(lambda: file.read(PIECE), b""),
        media_type=ANYTHING,
        headers={**_headers(name), "Content-Length": str(size)},
        background=BackgroundTask(file.close),
    )


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(safe_name(name), safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


def safe_name(name: str) -> str:
    """Return a name that any file system takes, with its ending."""
    clean = str(harmless(name)).translate(_BARRED).strip(" .") or "文件"
    if len(clean) <= MAX_NAME:
        return clean
    ending = PurePosixPath(clean).suffix[:12]
    return clean[: MAX_NAME - len(ending)] + ending
