"""The tags of a Word template: read as people wrote them, and what is wrong with how they are written."""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

_FULL_WIDTH = re.compile(r"[｛{]{2}[^{}｛｝]{0,60}[｝}]{2}|[｛{]%[^{}｛｝]{0,60}%[｝}]")
_LOOP = re.compile(r"(\{[{%]-?)\s*(?:tr|tc|p|r)\s+")
"""docxtpl's tags that take a row, a cell, a paragraph or a run along."""
_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
MAX_SHOWN = 5
MAX_XML = 16_000_000


def faults_of_writing(template: bytes, what: str) -> Iterator[str]:
    """
    Yield what is wrong with how the tags are written, a Chinese sentence each.

    Args: `what`: what the office calls the template, 通报模板.
    """
    paragraphs = _paragraphs(template)
    if paragraphs is None:
        yield (
            f"{what}不是 Word 文档（.docx），或文件已损坏。请用 Word 或 WPS 另存为 .docx，或用自带的模板。"
        )
        return
    wide = [
        found[0]
        for line in paragraphs
        for found in _FULL_WIDTH.finditer(line)
        if "｛" in found[0] or "｝" in found[0]
    ]
    for tag in wide[:MAX_SHOWN]:
        half = tag.replace("｛", "{").replace("｝", "}")
        yield f"{what}里的标记“{tag}”用了全角花括号，不会被填写。请改成半角：{half}"
    text = "\n".join(paragraphs)
    for begin, end in (("{{", "}}"), ("{%", "%}")):
        if text.count(begin) != text.count(end):
            where = next((one for one in paragraphs if one.count(begin) != one.count(end)), "")
            yield f"{what}里的“{begin}”和“{end}”不成对（“{where[:40]}”附近），请补上缺的一半。"


def faults_of_names(
    template: bytes,
    what: str,
    known: Sequence[str],
    fields: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[str]:
    """
    Yield the names that nothing fills, each with the one that it comes near; none where tags do not parse.

    Args: `known`: what a template may ask for. `fields`: by the name of a loop's variable what it has.
    """
    text = "\n".join(_paragraphs(template) or ())
    try:
        tree = Environment(autoescape=True).parse(_LOOP.sub(r"\1 ", text))
    except TemplateSyntaxError:
        return
    for name in sorted(meta.find_undeclared_variables(tree) - {*known, "loop"}):
        yield _unknown(what, name, name, known)
    asked = {
        (one.node.name, one.attr)
        for one in tree.find_all(nodes.Getattr)
        if isinstance(one.node, nodes.Name)
    }
    for variable, name in sorted(asked):
        has = (fields or {}).get(variable)
        if has is not None and name not in has:
            yield _unknown(what, f"{variable}.{name}", name, has, f"{variable}.")


def _unknown(what: str, written: str, name: str, known: Sequence[str], before: str = "") -> str:
    near = difflib.get_close_matches(name, sorted(known), 1, 0.6)
    hint = f"是否想写 {before}{near[0]}？" if near else "请删去，可用的标记见自带的模板。"
    return f"{what}里的标记 {{{{ {written} }}}} 没有这个名字，{hint}"


def _paragraphs(template: bytes) -> list[str] | None:
    """Return the paragraphs' texts, a tag in one piece however Word cut it; None for no .docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            names = [
                name
                for name in archive.namelist()
                if re.fullmatch(r"word/(?:document|header\d*|footer\d*)\.xml", name)
                and archive.getinfo(name).file_size <= MAX_XML
            ]
            if "word/document.xml" not in names:
                return None
            roots = [ElementTree.fromstring(archive.read(name)) for name in names]
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, OSError):
        return None
    return [
        "".join(piece.text or "" for piece in paragraph.iter(_TEXT))
        for root in roots
        for paragraph in root.iter(_PARAGRAPH)
    ]
