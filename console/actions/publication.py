"""
出稿包: drafts as files to be printed from, gathered from ledger and vault and packed as one zip.

Pictures and documents are opened by the walled workers; what comes back was written anew there.
"""

from __future__ import annotations

import logging
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar
from zoneinfo import ZoneInfo

from console.application import Application
from console.settings.loading import ConfigError, Settings
from ingest import illustrating
from ingest.drafts.picture_matching import natural
from ingest.sandbox.pool import PoolBroken, PoolClosed
from ledger.errors import InvalidInput, NotFound
from ledger.journal import JournalEntry, record
from ledger.models.database import read_only
from ledger.os_errors import describe
from ledger.queries import letter_views
from ledger.queries.letter_views import DraftView, LetterView
from ledger.states import Act
from notifier.publication import checking, document, page
from notifier.publication.facts import Article, Block, Picture
from notifier.publication.placing import Placed, placed
from parsers.archives import names
from parsers.archives.names import unique
from parsers.pictures.clean import CleanPicture
from parsers.types import Limits
from rulebook.model import FileRole
from rulebook.wording import Wording

MAX_DRAFTS = 100
MAX_BYTES = 1_500_000_000
"""Of a package: what goes beyond it is not packed, and told in its list."""

MAX_STEM = 60
"""Characters of 单位-标题 in a file's name: with folder, ending and number it stays within Windows' 260."""

UNDECODED = "这张图片打不开或过大，请从来信页下载原件"
GONE = "原信已按期清除，图片取不到了"
FULL = "出稿包已经太大，这张没有放进来，请从来信页下载"

_BARRED = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')
# a worker that dies over a picture costs that picture; see console/web/attachments.py
_FAILED = (OSError, RuntimeError, MemoryError, TimeoutError, PoolBroken, PoolClosed)

_log = logging.getLogger(__name__)
T = TypeVar("T")
W = TypeVar("W")


@dataclass(slots=True)
class Package:
    """
    A package that lies in a passing file, deleted when it is closed.

    `name`: what it is called; `pictures`: how many stand in it; `troubles`: what could not be put in.
    """

    file: IO[bytes]
    name: str
    drafts: tuple[int, ...]
    pictures: int = 0
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    """A draft with the letter that brought it."""

    draft: DraftView
    letter: LetterView
    stem: str


def pack(
    application: Application, drafts: Sequence[int], who: str, now: datetime, *, book: bool = True
) -> Package:
    """
    Make the package of drafts, and record who took it.

    Args:    `book`: several get one Word file with contents, too.
    Raises:  NotFound; InvalidInput for none, too many, or a draft without words; BadTemplate, ConfigError
             for the office's own template.
    """
    sources = _sources(application, drafts)
    template = own_template(application.settings)
    made = tempfile.TemporaryFile(prefix="shougao-")  # noqa: SIM115  handed to the caller
    try:
        day = now.astimezone(ZoneInfo(application.zone)).date()
        several = len(sources) > 1
        name = f"出稿包{day:%Y%m%d}-{sources[0].stem}{f'等{len(sources)}篇' if several else ''}.zip"
        package = Package(made, name, tuple(one.draft.id for one in sources))
        office = application.settings.office.name
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            articles = []
            for source in sources:
                folder = f"{source.stem}/" if several else ""
                article = _article(application, source, archive, folder, package)
                word = document.document([article], article.title, office, template)
                _put(archive, f"{folder}{source.stem}.docx", word)
                _put(archive, f"{folder}{source.stem}（公众号）.html", page.page(article))
                articles.append(article)
            if several and book:
                heading = application.settings.wording().renamed("信息稿件汇编")
                word = document.document(articles, heading, office, template)
                _put(archive, f"{heading}（{len(articles)}篇）.docx", word)
            listed = _listed(articles, package, application.settings.wording())
            _put(archive, "目录.txt", listed.encode("utf-8-sig"))
        made.seek(0)
        record(
            application.engine,
            *(
                JournalEntry(now, who, Act.EXPORTED, {"what": "出稿包"}, draft=one)
                for one in package.drafts
            ),
        )
    except BaseException:
        made.close()
        raise
    return package


def own_template(settings: Settings) -> bytes | None:
    """Read the office's own template for articles; None without one. Raises: ConfigError."""
    folder = settings.templates
    if folder is None or not (folder / document.NAME).is_file():
        return None
    try:
        return (folder / document.NAME).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"出稿模板 {folder / document.NAME} 读不出来：{describe(error)}。"
        ) from error


def template_faults(settings: Settings) -> list[str]:
    """List what is wrong with the office's own article.docx, a Chinese sentence each."""
    try:
        template = own_template(settings)
    except ConfigError as error:
        return [str(error)]
    return [] if template is None else list(checking.faults(template, settings.office.name))


def _sources(application: Application, drafts: Sequence[int]) -> list[_Source]:
    wanted = list(dict.fromkeys(drafts))
    if not wanted:
        raise InvalidInput("请先选择稿件。")
    if len(wanted) > MAX_DRAFTS:
        raise InvalidInput(f"一次最多出 {MAX_DRAFTS} 篇，现在选了 {len(wanted)} 篇，请分几次。")
    reader, found, taken = read_only(application.engine), [], set[str]()
    for number in wanted:
        letter_id = letter_views.letter_of_draft(reader, number)
        letter = letter_views.letter(reader, letter_id) if letter_id else None
        if letter is None:
            raise NotFound(f"没有第 {number} 号稿件。")
        draft = next(one for one in letter.drafts if one.id == number)
        if not draft.text.strip():
            raise InvalidInput(f"第 {number} 号稿件的文字已按期清除，或没有登记文字，不能出稿。")
        found.append(_Source(draft, letter, unique(stem_of(draft), taken)))
    return found


def stem_of(draft: DraftView) -> str:
    """Name a draft's files: 单位-标题."""
    parts = (draft.unit or "单位待定", draft.title or f"第{draft.id}号稿件")
    stem = names.clean(_BARRED.sub("", "-".join(parts)))[:MAX_STEM].strip(". ")
    return stem or f"第{draft.id}号稿件"


def _article(
    application: Application,
    source: _Source,
    archive: zipfile.ZipFile,
    folder: str,
    package: Package,
) -> Article:
    """Gather one draft; its pictures go into the package meanwhile, so that few are in memory at once."""
    draft, letter = source.draft, source.letter
    paragraphs = tuple(line.strip() for line in draft.text.splitlines() if line.strip())
    known = {file.path: file for file in letter.files}
    paths = sorted(
        (
            path
            for path in dict.fromkeys(draft.images)
            if path not in known or known[path].role is not FileRole.APPROVAL
        ),
        key=natural,
    )
    usable = letter.raw_kept and not letter.head_only
    outline: tuple[illustrating.Item, ...] = ()
    if usable and paths:
        outline = _asked(application, illustrating.outline, letter, draft.file) or ()
    flow = [(item.text, item.picture) for item in outline]
    standing = placed(paragraphs, flow, paths, draft.title)
    made = _pictures(application, source, standing, archive, folder, package, usable=usable)
    blocks: list[Block] = []
    for after in range(len(paragraphs) + 1):
        if after:
            blocks.append(Block(text=paragraphs[after - 1]))
        for one in standing:
            if one.after == after:
                blocks += [Block(picture=picture) for picture in made[one.path]]
    return Article(
        title=draft.title,
        unit=draft.unit or "",
        author=draft.author,
        reviewer=draft.reviewer,
        day=letter.line.received.astimezone(ZoneInfo(application.zone)).date(),
        blocks=tuple(blocks),
        stem=source.stem,
    )


def _pictures(
    application: Application,
    source: _Source,
    standing: Sequence[Placed],
    archive: zipfile.ZipFile,
    folder: str,
    package: Package,
    *,
    usable: bool,
) -> dict[str, list[Picture]]:
    """Have the pictures written anew, put the originals into the package; they are named as they stand."""
    left = [one.path for one in standing]
    made: dict[str, list[Picture]] = {}
    numbers = {path: number for number, path in enumerate(left, start=1)}
    while left:
        found: dict[str, tuple[CleanPicture, ...]] = {}
        if usable:
            found = _asked(application, illustrating.pictures, source.letter, left) or {}
            if not found and len(left) > 1:
                # one of them may have ended the worker: each by itself
                alone = _asked(application, illustrating.pictures, source.letter, left[:1])
                found = alone or {left[0]: ()}
        for one in standing:
            if one.path in (found or left) and one.path not in made:
                made[one.path] = _named(
                    one, found.get(one.path, ()), numbers[one.path], source, archive, folder,
                    package, gone=not usable,
                )  # fmt: skip
        left = [path for path in left if path not in made]
    return made


def _named(
    one: Placed,
    pages: Sequence[CleanPicture],
    number: int,
    source: _Source,
    archive: zipfile.ZipFile,
    folder: str,
    package: Package,
    *,
    gone: bool,
) -> list[Picture]:
    """Put a picture, or the pages of a TIFF, into the package under the draft's name."""
    made = []
    for page_number, clean in enumerate(pages, start=1):
        part = f"-{page_number}" if len(pages) > 1 else ""
        name = f"{source.stem}-图{number}{part}{clean.suffix}"
        if package.file.tell() + len(clean.content) > MAX_BYTES:
            package.troubles.append(f"{name}：{FULL}")
            made.append(Picture(name, one.caption, trouble=FULL))
            continue
        # a JPEG does not get smaller
        _put(archive, folder + name, clean.content, zipfile.ZIP_STORED)
        package.pictures += 1
        made.append(Picture(name, one.caption, clean.small, clean.width, clean.height))
    if not pages:
        name = f"{source.stem}-图{number}{PurePosixPath(one.path).suffix.lower()[:6]}"
        trouble = GONE if gone else UNDECODED
        package.troubles.append(f"{name}（来信里是 {PurePosixPath(one.path).name}）：{trouble}")
        made.append(Picture(name, one.caption, trouble=trouble))
    return made


def _asked(
    application: Application, task: Callable[[Path, W, Limits], T], letter: LetterView, what: W
) -> T | None:
    """Have a worker look at the raw letter; None where it cannot."""
    path, limits = application.vault.path(letter.digest), application.settings.limits.of_letter()
    try:
        return application.workers.run(task, path, what, limits).result()
    except _FAILED as error:
        _log.warning("第 %d 号来信的图片没有取出：%r", letter.line.id, error)
        return None


def _put(
    archive: zipfile.ZipFile, name: str, content: bytes, how: int = zipfile.ZIP_DEFLATED
) -> None:
    """Add a file without the moment of packing."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = how
    archive.writestr(entry, content)


def _listed(articles: Sequence[Article], package: Package, called: Wording) -> str:
    """Say what the package holds, and what it lacks."""
    lines = [called.renamed(f"出稿包：{len(articles)} 篇稿件，{package.pictures} 张图片"), ""]
    for number, one in enumerate(articles, start=1):
        lines.append(f"{number}．{one.title or '（没有标题）'}（{one.unit or '单位待定'}）")
        lines += [
            f"　　{picture.name}{f'　{picture.caption}' if picture.caption else ''}"
            for picture in one.pictures
        ]
    if package.troubles:
        lines += ["", "没有放进来的图片：", *(f"　　{one}" for one in package.troubles)]
    lines += [
        "",
        "图片是来信里的原图：全尺寸，已转正，不含拍摄地点和相机信息。",
        "（公众号）.html 用浏览器打开，按页面上的按钮复制到公众号后台。",
    ]
    return "\r\n".join(lines) + "\r\n"
