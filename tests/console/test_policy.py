"""The whole policy as one table: who may see and do what."""

import pytest

from console.policy import Actor, Outsider, Permission, allows, phone_for
from ledger.states import Role

ACTORS: tuple[Actor, ...] = (
    Outsider.STRANGER, Outsider.METER, Outsider.PROGRAM, Role.VIEWER, Role.EDITOR, Role.ADMIN,
)  # fmt: skip
MATRIX = """
                    stranger meter program viewer editor admin
enter               yes      yes   yes     yes    yes    yes
read_status         yes      yes   yes     yes    yes    yes
read_metrics        -        yes   yes     yes    yes    yes
use_api             -        -     yes     -      -      -
read                -        -     -       yes    yes    yes
manage_own_account  -        -     -       yes    yes    yes
see_phones          -        -     -       -      yes    yes
export              -        -     -       -      yes    yes
decide              -        -     -       -      yes    yes
record_adoptions    -        -     -       -      yes    yes
commission          -        -     -       -      yes    yes
remind              -        -     -       -      yes    yes
edit_roster         -        -     -       -      yes    yes
edit_bonuses        -        -     -       -      yes    yes
publish             -        -     -       -      yes    yes
edit_rules          -        -     -       -      -      yes
administer          -        -     -       -      -      yes
"""
ROWS = [line.split() for line in MATRIX.strip().splitlines()]


def test_the_table_names_every_actor_and_every_permission() -> None:
    assert ROWS[0] == [actor.value for actor in ACTORS]
    assert [row[0] for row in ROWS[1:]] == [permission.value for permission in Permission]
    assert set(ACTORS) == {*Outsider, *Role}


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: row[0])
def test_each_actor_may_do_what_the_table_says(row: list[str]) -> None:
    permission = Permission(row[0])
    allowed = ["yes" if allows(actor, permission) else "-" for actor in ACTORS]
    assert allowed == row[1:]


def test_a_phone_is_shown_in_full_to_those_who_may_see_phones() -> None:
    shown = {actor: phone_for(actor, "13800000001") for actor in ACTORS}
    assert {actor for actor, phone in shown.items() if phone == "13800000001"} == {
        Role.EDITOR,
        Role.ADMIN,
    }
    assert "0000" not in shown[Role.VIEWER]
