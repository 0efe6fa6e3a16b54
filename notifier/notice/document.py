"""
The notice (季度通报, 五.1-2) as .docx: pure, facts -> bytes. The workbook is made in `workbook.py`.

The layout is the template's (`templates/notice.docx`, or the office's own), the sentences are those
of `text.py`; a person reads, fills the marked gaps (文号, seal, 附加分) and signs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from importlib import resources
from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document as Docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError
from markupsafe import Markup
from PIL import Image

from notifier.notice import tables, text
from notifier.notice.facts import NoticeFacts
from notifier.notice.rows_together import (
    break_between_names,
    keep_rows_together,
    keep_text_with_signature,
)
from notifier.notice.tables import bar
from notifier.notice.template import blank, intake_fields
from rulebook.amounts import rate_told, signed
from rulebook.periods import Span
from rulebook.points_table import Column, beside, columns_of
from rulebook.provisions import Provisions, default_provisions
from rulebook.ranking import TableRow

SIGNATURE = 28
"""Half-widths a 署名 may have to stand centred over its date without leaving the type area."""

BARS = 30
"""Rows of the chart."""

LARGE_BAR, SMALL_BAR, BAR_HEIGHT = 92.0, 14.0, 3.2
"""Millimetres: how far a full bar reaches in the two columns, and how high all are."""

BAR_COLOUR = "#2F5597"
Draw = Callable[[float], Any]

UNUSABLE = (
    *(TemplateError, PackageNotFoundError, zipfile.BadZipFile, XMLSyntaxError),
    *(KeyError, ValueError, TypeError),
)
"""What python-docx, lxml and Jinja2 raise over a template that is none."""


class BadTemplate(Exception):
    """An office's own template that cannot be filled; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the second level and its paragraphs."""

    heading: str
    paragraphs: list[str]


def document(
    facts: NoticeFacts, template: bytes | None = None, columns: Sequence[Column] = ()
) -> bytes:
    """
    Make the .docx; the same facts give the same bytes.

    Args:    `template`: the office's own, else ours. `columns`: those of the points table; empty: as the
             provisions list them.
    Raises:  BadTemplate for a template that is no .docx or whose tags cannot be filled.
    """
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=escaped)
    try:
        filled = DocxTemplate(io.BytesIO(ours(facts) if template is None else template))
        filled.render(context(facts, _bars_in(filled), columns), environment, autoescape=True)
    except UNUSABLE as error:
        raise BadTemplate(
            f"通报模板无法使用：{error}。请检查模板里的标记，或改用自带的模板。"
        ) from error
    core = filled.docx.core_properties
    core.title = text.legal(text.title(facts))[:255]
    core.author = text.legal(facts.office)[:255]
    core.created = core.modified = datetime.combine(facts.dated, time())
    _rename(filled.docx, facts)
    keep_rows_together(filled.docx)
    keep_text_with_signature(filled.docx)
    break_between_names(filled.docx)
    out = io.BytesIO()
    filled.save(out)
    return with_one_time_stamp(out.getvalue())


def _rename(document: Docx, facts: NoticeFacts) -> None:
    """Call drafts and adoptions what the office calls them; names of units and outlets stay."""
    names = {one.name for one in facts.rules.units} | {one.name for one in facts.rules.outlets}
    names |= {one.outlet for one in facts.adoptions}
    for piece in document.element.body.iter(qn("w:t")):
        if piece.text and piece.text not in names:
            piece.text = facts.called.renamed(piece.text)


def shipped() -> bytes:
    """Read our own template, for an office to start from."""
    return (resources.files("notifier") / "templates" / "notice.docx").read_bytes()


def shipped_for(
    rules: Provisions, span: Span = Span.QUARTER, beside: Collection[str] = ()
) -> bytes:
    """
    Return our own template, with the columns of other kinds and tiers where an office has them.

    That of a whole year has no 全年累计. `beside`: see `notifier.notice.template.blank`.
    """
    if beside or span is Span.YEAR:
        return blank(rules, yearly=span is Span.YEAR, beside=beside)
    ours = default_provisions()
    alike = [(one.key, one.label) for one in columns_of(rules)] == [
        (one.key, one.label) for one in columns_of(ours)
    ]
    return shipped() if alike and intake_fields(rules) == intake_fields(ours) else blank(rules)


def ours(facts: NoticeFacts) -> bytes:
    """Return our own template with the columns that a notice's tables have."""
    several = beside(facts.rows, columns_of(facts.rules))
    return shipped_for(facts.rules, facts.period.span, [column.key for column in several])


def context(facts: NoticeFacts, draw: Draw, columns: Sequence[Column] = ()) -> dict[str, Any]:
    """
    Gather the values a template may use: see the tags in `templates/notice.docx`.

    Args:    `draw`: makes a bar of so many millimetres.
    """
    shown = columns or columns_of(facts.rules)
    columns = [*shown, *(one for one in tables.notice_columns(facts, shown) if one not in shown)]
    numbered = facts.tables
    return {
        "title": text.broken(text.title(facts), facts.work),
        "number": facts.number,
        "addressees": facts.addressees or "各单位",
        "lead": text.lead(facts),
        "overview": [Section(heading, paragraphs) for heading, paragraphs in text.overview(facts)],
        "problems": text.problems(facts),
        "requirements": text.requirements(facts),
        "attachments": text.attachments(facts),
        "office": facts.office,
        "dated": text.day(facts.dated),
        "copied_to": facts.copied_to,
        "issuer": facts.issuer,
        "signature_fits": text.width(facts.office) <= SIGNATURE,
        "tables": [
            {
                "number": number,
                "title": text.broken(text.points_title(facts, group), facts.work),
                "rows": [_points_row(row, columns) for row in rows],
                "notes": text.table_notes(facts, rows),
            }
            for number, (group, rows) in enumerate(numbered, start=1)
        ],
        "annex": _annex(facts, draw),
    }


def _annex(facts: NoticeFacts, draw: Draw) -> dict[str, Any]:
    annex = {
        "number": len(facts.tables) + 1 if facts.tables else "",
        "title": text.broken(text.annex_title(facts), facts.work),
        "received": [_intake_row(one, intake_fields(facts.rules)) for one in tables.intake(facts)],
        "received_notes": _intake_notes(facts),
    }
    parts = {
        "received": ("报送、逾期、待核和退稿", annex["received"]),
        "completion": ("报送任务完成情况", _completion(facts, draw)),
        "outlets": ("各载体录用情况", _outlets(facts)),
        "changes": ("前期通报印发后的变动", [_change(one) for one in facts.changes]),
        "bonuses": ("年终考核附加分", _bonuses(facts)),
    }
    annex["bars"] = _bars(facts, draw)
    annex["bars_title"] = f"积分对比（前{BARS}个单位）" if len(facts.rows) > BARS else "积分对比"
    numerals = iter(text.NUMERALS)
    for name, (title, rows) in parts.items():
        annex[name] = rows
        annex[f"{name}_title"] = f"{next(numerals)}、{title}" if rows else ""
    return annex


def _points_row(row: TableRow, columns: Sequence[Column]) -> dict[str, Any]:
    told = {**asdict(row), **{column.key: column.value(row) for column in columns}}
    return told | {"rank": row.rank or ""}  # 未归属 has none


def _intake_row(one: tables.Intake, names: Sequence[str]) -> dict[str, Any]:
    counts = dict(zip(names, one.kinds, strict=True))
    return {
        "unit": one.unit,
        **counts,
        "total": one.total,
        "late": one.late,
        "held": one.held,
        "refused": one.refused,
    }


def _intake_notes(facts: NoticeFacts) -> list[str]:
    undecided = sum(one.undecided for one in tables.intake(facts))
    notes = [f"合计含类别待定的稿件{undecided}篇。"] if undecided else []
    notes += [facts.basis] if facts.basis else []
    return [f"{'注：' if number == 0 else '　　'}{note}" for number, note in enumerate(notes)]


def _completion(facts: NoticeFacts, draw: Draw) -> list[dict[str, Any]]:
    rates = tables.rates_by_unit(facts)
    return [
        {
            "unit": unit,
            "text": "　".join(
                f"{facts.rules.short_in_notices(one.kind)}{one.met}/{one.wanted}" for one in several
            ),
            "rate": rate_told(rates[unit]),
            "bar": draw(bar(rates[unit], 1, SMALL_BAR)),
        }
        for unit, several in tables.completions_by_unit(facts).items()
    ]


def _bars(facts: NoticeFacts, draw: Draw) -> list[dict[str, Any]]:
    rows = sorted(facts.rows, key=lambda row: -row.points)[:BARS]
    highest = max((row.points for row in rows), default=0)
    return [
        {
            "unit": row.unit,
            "bar": draw(bar(float(row.points), float(highest), LARGE_BAR)),
            "points": row.points,
        }
        for row in rows
        if highest > 0
    ]


def _outlets(facts: NoticeFacts) -> list[dict[str, Any]]:
    return [
        {
            "outlet": one.outlet,
            "tier": facts.rules.tier_name(one.tier) or "待定",
            "count": one.total,
            "units": "、".join(f"{unit}（{count}）" for unit, count in one.units),
        }
        for one in tables.outlets(facts)
    ]


def _bars_in(document: DocxTemplate) -> Draw:
    """Make bars of one stretched picture: it prints alike in Word, WPS and LibreOffice."""
    pixel = io.BytesIO()
    Image.new("RGB", (1, 1), BAR_COLOUR).save(pixel, "PNG")

    def draw(length: float) -> InlineImage | str:
        if not length:
            return ""
        return InlineImage(document, pixel, width=Mm(length), height=Mm(BAR_HEIGHT))

    return draw


def _change(one: Any) -> dict[str, Any]:
    return {**asdict(one), "difference": signed(one.after - one.before)}


def _bonuses(facts: NoticeFacts) -> list[dict[str, Any]]:
    if facts.period.span is not Span.YEAR:
        return []
    return [
        {
            "unit": one.unit,
            "points": "" if one.points is None else one.points,
            "rank": one.rank or "",
            "rate": rate_told(one.rate),
            "bonus": one.bonus,
        }
        for one in tables.year_end(facts)
    ]


def escaped(value: Any) -> Any:
    """
    Escape a value for a document.

    What XML cannot carry is left out, and braces are written as references, so that nothing a
    stranger wrote is ever taken for a tag.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return Markup(escape(text.legal(value), {"{": "&#123;", "}": "&#125;", '"': "&#34;"}))


def with_one_time_stamp(packed: bytes) -> bytes:
    """Repack the parts with one time stamp, so that a published notice has one SHA-256."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(entry))
    return out.getvalue()
