"""Points, whole or with a fraction: kept exactly, rounded in one way, written as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rulebook.amounts import Amount, amount, plain, rate_told, rounded, signed, total


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (2, 2),
        (True, 1),
        ("3.0", 3),
        (2.5, Decimal("2.5")),
        ("0.50", Decimal("0.5")),
        (Decimal("10"), 10),
    ],
)
def test_whole_points_are_integers_and_fractions_have_no_idle_zeros(
    value: int | float | str, kept: Amount
) -> None:
    found = amount(value)
    assert (found, type(found), str(found)) == (kept, type(kept), str(kept))


def test_points_add_up_exactly() -> None:
    assert total([Decimal("0.1"), Decimal("0.2"), 1]) == Decimal("1.3")
    assert (total([]), total([Decimal("0.5")] * 2)) == (0, 1)


@pytest.mark.parametrize(("value", "kept"), [("0.05", "0.1"), ("-0.05", "-0.1"), ("0.04", "0")])
def test_half_a_step_is_rounded_away_from_zero(value: str, kept: str) -> None:
    assert rounded(Decimal(value), Decimal("0.1")) == Decimal(kept)


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (None, "—"), (0, "0%"), (0.0996, "9.9%"), (0.29, "29%"), (0.57, "57%"), (1 / 3, "33.3%"),
        (0.9996, "99.9%"), (1.0, "100%"), (0.001, "0.1%"),
    ],
)  # fmt: skip
def test_a_rate_is_cut_off_and_never_reads_as_more(rate: float | None, told: str) -> None:
    assert rate_told(rate) == told


def test_points_are_written_as_numbers_and_with_their_sign() -> None:
    half = Decimal("0.5")
    assert (type(plain(2)), plain(2), type(plain(half)), plain(half)) == (int, 2, float, 0.5)
    assert [signed(one) for one in (2, -half, 0)] == ["+2", "-0.5", "+0"]
