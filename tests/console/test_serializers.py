"""Rows as files: what is written takes the memory of a row, not of all rows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from typing import Any

from console.serializers import workbook


def rows(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "id": number,
            "title": f"第{number}篇",
            "happened": "2022-03-06",
            "why": f"{number}" * 20,
        }


def peak(count: int) -> int:
    tracemalloc.start()
    try:
        workbook(rows(count), "drafts")
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_workbook_of_many_rows_takes_no_more_memory_than_one_of_few() -> None:
    peak(1)  # what is loaded and kept from then on
    assert peak(4000) < 3 * peak(200)
