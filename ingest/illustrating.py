"""
What is needed to print a draft: where its pictures stand, and they themselves, written anew.

Runs inside a confined worker: both the document and the pictures are a sender's bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest import preview
from ingest.message.letter_file import LetterFile
from parsers import extraction, reading
from parsers.documents import word_flow
from parsers.pictures import clean
from parsers.pictures.clean import CleanPicture
from parsers.types import File, Limits, Refusal, ResourceBudget, Text

MAX_BYTES = 60_000_000
"""Of pictures that one answer brings; the others are asked for again."""


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph of a document, or the path of a picture that stands in it; the other is empty."""

    text: str = ""
    picture: str = ""


def outline(letter: LetterFile, file: str, limits: Limits) -> tuple[Item, ...]:
    """
    List paragraphs and pictures of a draft's document in their order; of other formats than .docx the text alone.

    Empty when the document cannot be had.
    """
    files, budget = preview.opened(letter, limits)
    try:
        found = next(extraction.find(files, {file}, budget), None)
        if found is None:
            return ()
        if word_flow.claims(found):
            return tuple(
                Item(picture=value) if what == word_flow.PICTURE else Item(text=value)
                for what, value in word_flow.flow(found, budget)
            )
        return tuple(Item(text=line) for line in _paragraphs(found, budget))
    except (Refusal, *extraction.STOPPED):
        return ()


def _paragraphs(file: File, budget: ResourceBudget) -> Sequence[str]:
    for fact in reading.read([file], budget):
        if isinstance(fact, Text) and fact.path == file.path:
            return fact.paragraphs
    return ()


def pictures(
    letter: LetterFile, paths: Sequence[str], limits: Limits
) -> dict[str, tuple[CleanPicture, ...]]:
    """
    Decode a letter's pictures and write them anew, at full size: of each path its pages, most often one.

    A picture that cannot be decoded has none. What is missing was not reached within the bytes and the
    time of one answer, if anything was: ask for it again. Nothing at all: it cannot be had.
    """
    files, budget = preview.opened(letter, limits)
    made: dict[str, tuple[CleanPicture, ...]] = {}
    size = 0
    try:
        for file in extraction.find(files, paths, budget):
            made[file.path] = tuple(clean.cleaned(file.data, limits.pixels))
            size += sum(len(one.content) + len(one.small) for one in made[file.path])
            if size > MAX_BYTES or budget.seconds_left() < limits.seconds / 2:
                break
    except (Refusal, *extraction.STOPPED):
        pass  # what was found until then is printed
    return made
