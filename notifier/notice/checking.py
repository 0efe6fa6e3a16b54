"""What is wrong with an office's own notice.docx, found by reading its tags and filling it with a sample."""

from __future__ import annotations

from collections.abc import Iterator

from notifier.notice import tags
from notifier.notice.document import BadTemplate, context, document
from notifier.notice.facts import NoticeFacts
from notifier.notice.workbook import workbook
from rulebook.model import Kind
from rulebook.periods import Span, containing
from rulebook.points_table import columns_of
from rulebook.provisions import Provisions
from rulebook.ranking import TableRow, kind_columns
from rulebook.targets import Completion

WHAT = "通报模板"


def faults(template: bytes, rules: Provisions, office: str) -> Iterator[str]:
    """
    Yield what is wrong with a template, a Chinese sentence each; nothing of one that can be used.

    Args: `rules`: by which the sample is made. `office`: who signs it.
    """
    told = list(tags.faults_of_writing(template, WHAT))
    if not told:
        facts = sample(rules, office)
        known = list(context(facts, lambda *_arguments: "", columns_of(facts.rules)))
        told = list(tags.faults_of_names(template, WHAT, known))
    yield from told
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
