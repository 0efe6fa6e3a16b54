"""The templates stay readable beside each other on a screen."""

from importlib import resources

MAX_COLUMNS = 120


def test_no_line_of_a_template_is_longer_than_a_line_of_code() -> None:
    folder = resources.files("console.web").joinpath("templates")
    long_lines = [
        f"{template.name}:{number}"
        for template in folder.iterdir()
        for number, line in enumerate(template.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_COLUMNS
    ]
    assert not long_lines
