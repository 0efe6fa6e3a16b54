"""The digests of rows in the journal: of the same columns, in the same order, written alike for good."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from ledger import row_digests
from ledger.states import Act

KNOWN = {
    "sealed statements": "a94cf63abcb62674",
    "sealed questions": "8d37f95a538c6854",
    "sealed assignments": "5eb851b3c6164979",
    "sealed notice_checks": "10a7b8e58c08ff28",
    "sealed commissions": "091377fe9e84c23f",
    "sealed commission_replies": "6fc4651dc93a652d",
    "sealed printed_texts": "447bee0066349f66",
    "sealed adoptions": "9c91aef2d6808207",
    "sealed notices": "51d3139ac906f752",
    "sealed users": "eae6c02656dece16",
    "sealed links": "670e6d92c827e3b2",
    "sealed tokens": "57f9063c66f61fb6",
    "sealed sessions": "236c423c2635f7be",
    "sealed recovery_codes": "33676a909b481853",
    "letter row": "6b3f2ae94acaab72",
    "letter people": "55094e2d4bf00fb8",
    "letter more": "e6b651a2e48d3a2c",
    "letter files": "9bbd97d39dda01e9",
    "letter purpose": "d765c94f49542b87",
    "draft row": "de2e1c045330ea69",
    "draft text": "3fe5850a7e2e9ae6",
    "draft people": "722542e5eb6b9865",
    "draft more": "245b8c8622fe4335",
    "draft files": "935ec58b01e6c2ac",
    "owed row": "835663a62731e94e",
    "owed people": "9ab40c7cf92a9305",
    "answer": "835663a62731e94e",
    "proposal": "558b1e98d86b8a60",
    "officer": "4268cda68d531355",
}
"""What rows of before were sealed by: an older journal is proved by the very same."""


class Named(dict[str, Any]):
    """A row in each column of which its name stands."""

    def __missing__(self, key: str) -> str:
        return key


def test_each_set_of_columns_is_digested_as_it_ever_was() -> None:
    row = Named()
    made = {f"sealed {table}": row_digests.seal(table, row) for table in row_digests.SEALED}
    for what, several in (
        ("letter", row_digests.letter_digests(row)),
        ("draft", row_digests.draft_digests(row)),
        ("owed", row_digests.owed_digests(row)),
    ):
        made |= {f"{what} {name}": digest for name, digest in several.items()}
    made["answer"] = row_digests.answer_digest(row)
    made["proposal"] = row_digests.proposal_digest(row)
    made["officer"] = row_digests.officer_digest(
        {name: name for name in row_digests.OFFICER}, ["b@x.example", "a@x.example"]
    )
    assert {name: digest[:16] for name, digest in made.items()} == KNOWN


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("湖塘镇\ud800", '["湖塘镇\ud800"]'),
        (b"raw", json.dumps([hashlib.sha256(b"raw").hexdigest()])),
        (date(2022, 3, 6), '["2022-03-06"]'),
        (datetime(2022, 3, 6, 1, tzinfo=UTC), '["2022-03-06T01:00:00.000000+00:00"]'),
        (
            datetime(2022, 3, 6, 9, tzinfo=timezone(timedelta(hours=8))),
            '["2022-03-06T01:00:00.000000+00:00"]',
        ),
        (Act.ENTERED, '["entered"]'),
        (None, "[null]"),
        ({"b": 1, "a": [2, 3]}, '[{"a":[2,3],"b":1}]'),
    ],
)
def test_a_value_is_written_in_one_way_before_it_is_digested(value: object, written: str) -> None:
    expected = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
    assert row_digests.digest_of({"it": value}, ["it"]) == expected


def test_what_amendments_keep_is_known_by_when_and_field() -> None:
    kept = row_digests.kept_digests({"title": "甲"}, {"title": "乙", "text": ""})
    assert kept == {
        "before.title": hashlib.sha256("甲".encode()).hexdigest(),
        "after.title": hashlib.sha256("乙".encode()).hexdigest(),
        "after.text": hashlib.sha256(b"").hexdigest(),
    }


def test_a_row_is_named_by_its_table_and_keys() -> None:
    assert row_digests.name_of("users", {"name": "li"}) == "users:li"
    names = {table: row_digests.name_of(table, Named()) for table in row_digests.KEYS}
    assert names["assignments"] == "assignments:draft_id"
    assert names["tokens"] == "tokens:token"
    assert set(row_digests.KEYS) == set(row_digests.SEALED)
