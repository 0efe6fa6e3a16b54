"""A unit's year in the browser."""

from __future__ import annotations

from typing import Any

from console.application import Application
from console.spreadsheets.roster import mask


def test_telephone_numbers_are_masked_here_for_the_keepers_of_the_roster_too(
    application: Application, sign_in: Any
) -> None:
    officer = next(one for one in application.roster.officers() if one.phone and not one.ends)
    text = sign_in("admin").get(f"/units/{officer.unit}").text
    assert officer.name in text
    assert mask(officer.phone) in text
    assert officer.phone not in text
