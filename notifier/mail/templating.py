"""
Our letters' templates, and the office's own in their place: Jinja2, read anew when they change.

An office that wants other words copies a template into its folder (`[office] templates`) and edits
it. A letter must never be lost to an error in it: what cannot be filled is named in the log and in
the digest, and the letter goes out in our own words.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import SandboxedEnvironment

from ledger.states import LetterKind
from notifier.mail.page import LetterView, in_words
from notifier.mail.template_marks import HALF, unknown_name, wrong_marks
from rulebook.wording import ADOPTION, PIECE, Wording

_log = logging.getLogger(__name__)

OURS = "自带"
"""An office's receipt.txt may build on ours: {% extends "自带/receipt.txt" %}."""

NAMES = tuple(f"{letter}.{form}" for letter in LetterKind for form in ("html", "txt"))

DOCUMENTS = ("notice.docx", "article.docx")
"""Templates of Word files: of the notice, and of what is printed."""

Values = Mapping[str, Any]


def render(
    letter: str, values: Values, folder: Path | None = None, called: Wording | None = None
) -> tuple[str, str]:
    """
    Fill in a letter's plain and its HTML template.

    Where one of the office's two cannot be filled, ours serve for both, so that they never say
    different things.

    Args:    `folder`: where the office's own templates are. `called`: the office's words, those of the
             page that is filled in where there is one.
    Returns: (plain, HTML).
    """
    page = values.get("page")
    if isinstance(page, LetterView):
        values, called = {**values, "page": in_words(page)}, page.office.wording
    if folder is not None and _has_own(letter, folder):
        try:
            return _both(letter, values, folder)
        except Exception as error:  # a template is a program of the office's: anything may go wrong
            _log.error("%s；这封信改用自带的模板。", fault_of(error, letter, folder))
    return _both(letter, values, None, called)


def faults(folder: Path, samples: Mapping[str, Values]) -> Iterator[str]:
    """
    List what is wrong with the office's own templates, a Chinese line each, by filling them.

    Args:    `samples`: for each letter the values of an example that has everything.
    """
    if not folder.is_dir():
        yield f"信件模板目录 {folder} 不存在，请检查 [office] templates。"
        return
    for stray in sorted({path.name for path in folder.iterdir()} - {*NAMES, *DOCUMENTS}):
        if stray.endswith((".html", ".txt", ".docx")) and stray != "说明.txt":
            yield f"信件模板 {stray} 不会被用到：可用的名字有 {'、'.join((*NAMES, *DOCUMENTS))}。"
    marks = [one for name in NAMES for one in _marks(folder / name)]
    yield from marks
    if any(HALF in one for one in marks):
        return  # nothing can be filled before
    yield from dict.fromkeys(
        _unfilled(folder, samples)
    )  # what the receipt lacks, all built on it lack


def _marks(path: Path) -> Iterator[str]:
    """Yield what would stand in letters as it is: marks in full-width braces, halves."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return  # not there, or told when it is filled
    for line, what in wrong_marks(text):
        yield f"信件模板 {path.name} 第{line}行{what}。"


def _unfilled(folder: Path, samples: Mapping[str, Values]) -> Iterator[str]:
    for letter, values in samples.items():
        if not _has_own(letter, folder):
            continue
        try:
            _both(letter, values, folder)
        except Exception as error:  # as in render
            yield f"{fault_of(error, letter, folder)}；改好以前用自带的模板。"
        else:
            yield from _half(letter, folder)


def _half(letter: str, folder: Path) -> Iterator[str]:
    """Yield a sentence where one of a letter's two forms is the office's own and the other is ours."""
    forms = [form for form in ("html", "txt") if (folder / f"{letter}.{form}").is_file()]
    if len(forms) == 1:
        other = "txt" if forms == ["html"] else "html"
        yield (
            f"信件模板只有 {letter}.{forms[0]}，没有 {letter}.{other}："
            "收信人看到的可能是另一种，两种请都改写。"
        )


def fault_of(error: Exception, letter: str, folder: Path) -> str:
    """Describe an error in a Chinese line with the template and, where Jinja2 knows it, its line."""
    if isinstance(error, TemplateSyntaxError):
        return f"信件模板 {error.name or letter} 第{error.lineno}行写错：{error.message}"
    if isinstance(error, TemplateNotFound):
        return f"信件模板 {letter} 引用了不存在的模板：{error.message}"
    if isinstance(error, UnicodeDecodeError):
        return f"信件模板 {letter} 不是 UTF-8 编码，请用 UTF-8 另存"
    name, line = _innermost(error, folder)
    position = f"{name} 第{line}行" if line else f"{letter}"
    why = unknown_name(error) or f"{type(error).__name__}: {error}"
    return f"信件模板 {position}无法填写：{why}"


def shipped() -> dict[str, bytes]:
    """Read our own templates by name, for an office to start from."""
    folder = resources.files("notifier") / "templates"
    named = {name: folder / name for name in (*NAMES, *DOCUMENTS)}
    return {
        name: file.read_bytes() if file.is_file() else (_on_receipt(name) or "").encode()
        for name, file in named.items()
    }


def guide() -> bytes:
    """Read the guide to the templates for the office's people (UTF-8 with a mark, for Windows)."""
    return (resources.files("notifier") / "templates" / "guide.txt").read_bytes()


def _both(
    letter: str, values: Values, folder: Path | None, called: Wording | None = None
) -> tuple[str, str]:
    called = called or Wording()
    environment = _environment(folder, called.piece, called.adoption, called.work)
    return (
        environment.get_template(f"{letter}.txt").render(values),
        environment.get_template(f"{letter}.html").render(values),
    )


def _has_own(letter: str, folder: Path) -> bool:
    """Tell whether the office overrides this template or the one it extends (the receipt's)."""
    names = {letter, LetterKind.RECEIPT} if letter is not LetterKind.DIGEST else {letter}
    return any((folder / f"{name}.{form}").is_file() for name in names for form in ("html", "txt"))


def _innermost(error: Exception, folder: Path) -> tuple[str, int]:
    """Find the innermost line of the office's templates in the error's traceback."""
    position, step = ("", 0), error.__traceback__
    while step is not None:
        file = Path(step.tb_frame.f_code.co_filename)
        if file.parent == folder:
            position = file.name, step.tb_lineno
        step = step.tb_next
    return position


def _on_receipt(name: str) -> str | None:
    """Return the template of a letter that has none of its own: it looks like a receipt."""
    return f'{{% extends "receipt{Path(name).suffix}" %}}\n' if name in NAMES else None


class _InOfficeWords(BaseLoader):
    """Our templates, in which drafts and adoptions are called what the office calls them."""

    def __init__(self, ours: BaseLoader, called: Wording) -> None:
        self._ours, self._called = ours, called

    def get_source(self, environment: Environment, template: str) -> Any:
        """Return a template's source."""
        source, path, up_to_date = self._ours.get_source(environment, template)
        return self._called.renamed(source), path, up_to_date


@functools.lru_cache(maxsize=8)
def _environment(
    folder: Path | None, piece: str = PIECE, adoption: str = ADOPTION, work: str = ""
) -> Environment:
    """
    Make the Jinja2 environment of a folder; HTML is escaped.

    An office's folder is searched first, ours after it; what is not ours runs in a sandbox, which
    takes half as long again.
    """
    called = Wording(piece=piece, adoption=adoption, work=work)
    loader: BaseLoader = ChoiceLoader(
        [_InOfficeWords(PackageLoader("notifier"), called), FunctionLoader(_on_receipt)]
    )
    if folder is not None:
        loader = ChoiceLoader([FileSystemLoader(folder), loader, PrefixLoader({OURS: loader})])
    kind = Environment if folder is None else SandboxedEnvironment
    return kind(
        loader=loader,
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=folder is not None,
    )
