"""What is wrong with an office's own notice.docx, found by reading its tags and filling it with a sample."""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from jinja2 import Environment, TemplateSyntaxError, meta

from notifier.notice.document import BadTemplate, context, document
from notifier.notice.facts import NoticeFacts
from notifier.notice.workbook import workbook
from rulebook.model import Kind
from rulebook.periods import Span, containing
from rulebook.points_table import columns_of
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow, kind_columns
from rulebook.targets import Completion

_FULL_WIDTH = re.compile(r"[｛{]{2}[^{}｛｝]{0,60}[｝}]{2}|[｛{]%[^{}｛｝]{0,60}%[｝}]")
_LOOP = re.compile(r"\{%-?\s*(?:tr|tc|p|r)\s+")
"""docxtpl's tags that take a row, a cell, a paragraph or a run along."""
_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
MAX_SHOWN = 5
MAX_XML = 16_000_000


def faults(template: bytes, rules: Provisions, office: str) -> Iterator[str]:
    """
    Yield what is wrong with a template, a Chinese sentence each; nothing of one that can be used.

    Args: `rules`: by which the sample is made. `office`: who signs it.
    """
    paragraphs = _paragraphs(template)
    if paragraphs is None:
        yield "通报模板不是 Word 文档（.docx），或文件已损坏。请用 Word 或 WPS 另存为 .docx，或用自带的模板。"
        return
    told = False
    wide = [
        found[0]
        for line in paragraphs
        for found in _FULL_WIDTH.finditer(line)
        if "｛" in found[0] or "｝" in found[0]
    ]
    for tag in wide[:MAX_SHOWN]:
        told = True
        half = tag.replace("｛", "{").replace("｝", "}")
        yield f"通报模板里的标记“{tag}”用了全角花括号，不会被填写。请改成半角：{half}"
    text = "\n".join(paragraphs)
    for begin, end in (("{{", "}}"), ("{%", "%}")):
        if text.count(begin) != text.count(end):
            told = True
            where = next((one for one in paragraphs if one.count(begin) != one.count(end)), "")
            yield f"通报模板里的“{begin}”和“{end}”不成对（“{where[:40]}”附近），请补上缺的一半。"
    if told:
        return
    facts = sample(rules, office)
    for unknown, near in _unknown(text, facts):
        told = True
        hint = f"是否想写 {near}？" if near else "请删去，可用的标记见自带的模板。"
        yield f"通报模板里的标记 {{{{ {unknown} }}}} 没有这个名字，{hint}"
    if told:
        return
    try:
        document(facts, template)
    except BadTemplate as error:
        yield str(error)


def workbook_works(rules: Provisions, office: str) -> bool:
    """Tell whether the workbook of a sample can be made from these provisions."""
    return workbook(sample(rules, office)).startswith(b"PK")


def sample(rules: Provisions, office: str) -> NoticeFacts:
    """Make a notice of the first quarter under these provisions, every unit with a few drafts."""
    period = containing(max(rules.since, rules.effective_from), Span.QUARTER)
    counts = tuple(range(1, len(kind_columns(rules)) + 1))
    adopted = tuple(1 for _ in rules.tier_rules)
    groups = tuple(
        (
            group.name,
            tuple(
                TableRow(unit.name, group.name, counts, adopted, 0, 10, number)
                for number, unit in enumerate(
                    (one for one in rules.units if one.group == group.name), 1
                )
            ),
        )
        for group in rules.group_rules
    )
    return NoticeFacts(
        office=office,
        period=period,
        groups=groups,
        dated=period.last,
        rules=rules,
        addressees="各单位",
        completions=tuple(
            Completion(unit.name, Kind(rule.name), 3, 2, 2)
            for unit in rules.units
            for rule in rules.kind_rules[:1]
        ),
    )


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


def _unknown(text: str, facts: NoticeFacts) -> Iterator[tuple[str, str]]:
    """Yield names that nothing fills, each with the one it comes near; none where tags do not parse."""
    try:
        tree = Environment(autoescape=True).parse(_LOOP.sub("{% ", text))
    except TemplateSyntaxError:
        return
    known = sorted(context(facts, lambda *_arguments: "", columns_of(facts.rules)))
    for name in sorted(meta.find_undeclared_variables(tree) - {*known, "loop"}):
        near = difflib.get_close_matches(name, known, 1, 0.6)
        yield name, near[0] if near else ""
