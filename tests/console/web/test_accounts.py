from __future__ import annotations

import pytest

from console.web.accounts import password_objection


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "0987654321",
        "12345678901",
        "abcdefghij",
        "qwertyuiop",
        "qwerty12345",
        "1111111111",
        "a123456789",
    ],
)
def test_a_row_of_the_keyboard_is_no_password(password: str) -> None:
    assert password_objection("王静", password, password)


@pytest.mark.parametrize(
    "password",
    [
        "一句自己记得住的话，够长",
        "ein langer Satz, den man sich merkt",
        "Frühling-2022 kommt",
        "tK9#mv2!xQ",
    ],
)
def test_a_sentence_is_a_password(password: str) -> None:
    assert password_objection("王静", password, password) == ""
