"""What a text says of each draft in it, where pages under large headings part them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from parsers.drafts import splitting
from parsers.drafts.text import TextFacts
from parsers.types import Text


def describe_each(fact: Text, reader: splitting.SplitContext) -> tuple[TextFacts, ...]:
    """
    Describe each draft of a text, in order with `part` from 1 on where there are several.

    Pages of a scan that begin with a large centred heading begin a draft: nothing else in recognised
    text tells so surely where one ends.
    """
    whole = splitting.describe_each(fact.paragraphs, fact.tables, reader)
    if not fact.borders or whole[0].form is not None or len(whole) > len(fact.borders) + 1:
        return whole
    edges = (0, *fact.borders, len(fact.paragraphs))
    drafts = [
        words
        for start, end in pairwise(edges)
        for words in splitting.describe_each(fact.paragraphs[start:end], (), reader)
    ]
    return tuple(replace(words, part=part) for part, words in enumerate(drafts, 1))
