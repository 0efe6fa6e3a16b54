"""What staff do with the draft of a notice: fill in what is marked, and sign it."""

from __future__ import annotations

import io
from pathlib import Path

from docx import Document

FILLED = {
    "（文号：〔　　〕　　号）": "某应急〔2022〕9号",
    "（待盖章）": "",
    "（待填）": "0",
}


def signed(draft: bytes, changes: dict[str, str] | None = None) -> bytes:
    """Fill in the marked places of a draft; `changes`: other words to put in place of words."""
    document = Document(io.BytesIO(draft))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    for paragraph in [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]:
        for old, new in {**FILLED, **(changes or {})}.items():
            if old in paragraph.text:
                text = paragraph.text.replace(old, new)
                for run in paragraph.runs[1:]:
                    run.text = ""
                paragraph.runs[0].text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sign(draft: Path) -> Path:
    """Write the signed notice beside its draft."""
    path = draft.with_name(f"签发{draft.name}")
    path.write_bytes(signed(draft.read_bytes()))
    return path
