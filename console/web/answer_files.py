"""What goes along with an answer: files of the thread's letters out of the vault, and uploaded ones."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

from starlette.datastructures import UploadFile

from console.web.forms import Unusable
from console.web.request_context import RequestContext
from ledger.queries import letter_views
from ledger.queries.letter_views import StoredFile
from notifier.mail.message import Attachment
from parsers.archives.names import clean, unique

MAX_FILES = 10
MAX_BYTES = 15_000_000
"""Of all files together: in base64 they grow by a third, and 20 MB is what relays take anywhere."""

MAX_OFFERED = 60
_ANYTHING = "application/octet-stream"
_PROGRAM = b"MZ"
REFUSED_SUFFIXES = (
    *(".bat", ".cmd", ".com", ".exe", ".hta", ".jar", ".js", ".jse", ".lnk", ".msi", ".ps1"),
    *(".scr", ".vbe", ".vbs", ".wsf"),
)
"""Programs: mail services refuse a letter that carries one, and no officer needs one."""


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file of a letter of the thread that may go along; `value` names it in the form."""

    letter: int
    file: StoredFile

    @property
    def value(self) -> str:
        """The letter and the file's number in it."""
        return f"{self.letter}/{self.file.number}"


def offered_files(ctx: RequestContext, letters: list[int]) -> list[OfferedFile]:
    """List the files of these letters that the vault still holds."""
    found: list[OfferedFile] = []
    for number in letters:
        view = letter_views.letter(ctx.web.reader, number)
        if view is None or not view.raw_kept or view.head_only:
            continue
        found += [OfferedFile(number, file) for file in view.files]
        if len(found) >= MAX_OFFERED:
            break
    return found[:MAX_OFFERED]


def attachments(ctx: RequestContext, thread: list[int]) -> tuple[Attachment, ...]:
    """
    Read the form's files: `file` names those of the thread, `upload` brings new ones.

    Raises: Unusable for too many, too large, empty or dangerous ones, or one that cannot be had.
    """
    files = [_from_vault(ctx, value, thread) for value in _chosen(ctx)]
    files += [
        (one.filename or "", one.file.read(MAX_BYTES + 1))
        for one in ctx.form.getlist("upload")
        if isinstance(one, UploadFile) and one.filename
    ]
    if len(files) > MAX_FILES:
        raise Unusable(f"附件最多 {MAX_FILES} 个，请打包后再发。")
    if sum(len(content) for _, content in files) > MAX_BYTES:
        raise Unusable(f"附件合计超过 {MAX_BYTES // 1_000_000} MB，发不出去，请压缩或分几次发。")
    taken: set[str] = set()
    return tuple(_attachment(name, content, taken) for name, content in files)


def _chosen(ctx: RequestContext) -> list[str]:
    return list(
        dict.fromkeys(one for one in ctx.form.getlist("file") if isinstance(one, str) and one)
    )


def _from_vault(ctx: RequestContext, value: str, thread: list[int]) -> tuple[str, bytes]:
    letter, _, number = value.partition("/")
    known = letter.isdecimal() and number.isdecimal() and len(value) < 30
    if not known or int(letter) not in thread:
        raise Unusable("所选的附件不在这组往来里，请重新选择。")
    view = letter_views.letter(ctx.web.reader, int(letter))
    content = None
    if view is not None and view.raw_kept and int(number) < len(view.files):
        path = ctx.web.application.vault.path(view.digest)
        content = ctx.web.files.file(path, view.files[int(number)].path)
    if view is None or content is None:
        raise Unusable("所选的附件取不出来（原件可能已按期清除），请改为上传。")
    return view.files[int(number)].name, content


def _attachment(name: str, content: bytes, taken: set[str]) -> Attachment:
    """Make an attachment with a name that is safe everywhere."""
    safe = unique(clean(name.replace("\\", "/").rpartition("/")[2]), taken)
    if not content:
        raise Unusable(f"附件“{safe}”是空的，请重新选择。")
    if content.startswith(_PROGRAM) or safe.lower().endswith(REFUSED_SUFFIXES):
        raise Unusable(f"附件“{safe}”是可运行的程序，不能寄给报送人。")
    return Attachment(safe, _media_type(safe), content)


def _media_type(name: str) -> str:
    """
    Tell a file's type by its name alone: what senders sent is not opened outside of the workers.

    Source: RFC 2046 5.2.1: a message must not be in base64.
    """
    told = mimetypes.guess_type(name)[0] or _ANYTHING
    return _ANYTHING if told.startswith(("message/", "multipart/")) else told
