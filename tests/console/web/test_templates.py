"""The templates stay readable beside each other on a screen, and every form of theirs acts once."""

import re
from importlib import resources

MAX_COLUMNS = 120
FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
AT_THE_DOOR = ("login.html", "login_code.html", "welcome.html", "layout.html")
"""Who is not logged in has no key, and who logs out twice is out."""


def templates() -> list[tuple[str, str]]:
    folder = resources.files("console.web").joinpath("templates")
    return [(one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir()]


def test_no_line_of_a_template_is_longer_than_a_line_of_code() -> None:
    long_lines = [
        f"{name}:{number}"
        for name, text in templates()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert not long_lines


def test_every_form_that_changes_something_carries_a_key_of_its_own() -> None:
    without = [
        (name, form[:90])
        for name, text in templates()
        for form in FORM.findall(text)
        if 'method="post"' in form and "once()" not in form and name not in AT_THE_DOOR
    ]
    assert not without
