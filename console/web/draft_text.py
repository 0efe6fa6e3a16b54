"""The text of a draft as the pages show it: in paragraphs, the evidence marked."""

from __future__ import annotations

import re

from ledger.queries.letter_views import DraftView

OF_DATE = "事件日依据"
OF_KIND = "类别依据"
DOUBT = "识别时没有把握"
_DOUBTFUL = re.compile(r"[^\s，。；：、〔〕]{0,4}〔？〕|〔此处文字未能识别〕")
_QUOTED = re.compile("“([^“”]{2,20})”")
"""The words that the evidence of a kind names."""
MAX_TEXT = 60_000
"""Characters of a draft that are shown; the file itself can be downloaded."""


def paragraphs(draft: DraftView) -> list[list[tuple[str, str]]]:
    """Part the text in paragraphs, each in parts: (words, why they are marked or "")."""
    paragraphs = []
    kinds = _QUOTED.findall(draft.kind_evidence)
    marks = [(draft.date_evidence, OF_DATE), *((words, OF_KIND) for words in kinds)]
    for line in draft.text[:MAX_TEXT].splitlines():
        parts = [(line, "")]
        for words, why in marks:
            parts = [piece for part in parts for piece in _mark(part, words.strip("… "), why)]
        parts = [piece for part in parts for piece in _doubts(part)]
        paragraphs.append(parts)
    if len(draft.text) > MAX_TEXT:
        paragraphs.append([(f"（只显示前 {MAX_TEXT} 字，以下未显示，请下载原件查看。）", "")])
    return paragraphs


def _doubts(part: tuple[str, str]) -> list[tuple[str, str]]:
    """Part what was recognised with doubt from the rest."""
    line, marked = part
    if marked or "〔" not in line:
        return [part]
    pieces, at = [], 0
    for found in _DOUBTFUL.finditer(line):
        pieces += [(line[at : found.start()], ""), (found[0], DOUBT)]
        at = found.end()
    return [piece for piece in (*pieces, (line[at:], "")) if piece[0]]


def _mark(part: tuple[str, str], words: str, why: str) -> list[tuple[str, str]]:
    line, marked = part
    if marked or len(words) < 2 or words not in line:
        return [part]
    before, _, after = line.partition(words)
    return [(before, ""), (words, why), (after, "")]
