"""
How well letters are judged: the labelled corpus against the program, `python -m bench.judgement`.

Prints the share of right answers per field, every miss with its evidence, and, as a figure of its
own, wrong days that were accepted silently: those cost an officer a point and nobody would notice. So
are letters called late that are not, and honest letters that have to wait.
"""

from __future__ import annotations

import argparse
from collections import Counter

from tests.judgement.corpus import load
from tests.judgement.judging import FIELDS, checks


def main() -> None:
    """Judge the corpus and print each letter that is judged otherwise than labelled."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("only", nargs="?", default="", help="letters whose id begins so")
    only = arguments.parse_args().only
    letters = [letter for letter in load() if letter.id.startswith(only)]
    results = [check for letter in letters for check in checks(letter)]
    for check in results:
        if not check.met:
            print(f"{'SILENT ' if check.silent else ''}{check}")
    of = Counter(check.field for check in results)
    met = Counter(check.field for check in results if check.met)
    print(f"\n{len(letters)} letters")
    for field in FIELDS:
        print(
            f"{field:10} {met[field]:4} of {of[field]:4}  {100 * met[field] / (of[field] or 1):6.2f} %"
        )
    print(f"wrong dates accepted silently: {sum(check.silent for check in results)}")
    print(f"LATE said wrongly: {sum(check.late_wrongly for check in results)}")
    honest = sum(check.field == "outcome" and check.expected == "accepted" for check in results)
    held = sum(check.held_needlessly for check in results)
    print(f"honest letters held or refused needlessly: {held} of {honest}")


if __name__ == "__main__":
    main()
