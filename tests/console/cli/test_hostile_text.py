"""Whatever senders and file names contain, the commands print it as it is and end well."""

from __future__ import annotations

import io
import logging
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.cli import doctor, round_view, terminal
from console.doctor.findings import Finding, Level
from ingest.round_types import Entered, Round
from ledger.ids import LetterId
from rulebook.model import Outcome, Sender, Submission, Verdict
from tests.console.office import ROOT, OfficeRoom, letter, packed, text_of

HOSTILE = r"\[/x] [/] [red]x :smile: [link=file:///x]"
"""Markup that ends nothing, a colour, an emoji's name, a link."""


def squeezed(text: str) -> str:
    """A table's text without the blanks and bars at which it was folded."""
    return "".join(text.split())


@pytest.mark.parametrize("subject", [HOSTILE, r"\[/x] hello", "[/", "[bold", "[[/a]]"])
def test_poll_and_examine_print_any_subject(office: OfficeRoom, subject: str) -> None:
    office.roster()
    office.receive(letter(subject=subject), "1.M1.test")
    (office.folder / "letter.eml").write_bytes(letter(subject=subject))
    examined = office.run("examine", "letter.eml").stdout
    assert squeezed(subject) in squeezed(examined)
    assert "本轮 1 封邮件" in office.run("poll").stdout


def test_titles_file_names_senders_and_units_are_printed_as_they_are(office: OfficeRoom) -> None:
    title = r"湖塘镇开展\[/x][red]专项:smile:检查"
    text = text_of(1).replace("湖塘镇开展危化品企业专项检查1", title)
    office.receive(
        letter(
            sender=f'"{HOSTILE}" <who@else.example>'.replace("\\", "\\\\"),
            attachment=(f"{HOSTILE}.zip".replace("/", ""), packed({"[/x].txt": text.encode()})),
        ),
        "1.M1.test",
    )
    (office.folder / "[").mkdir()
    (office.folder / "[/x].eml").write_bytes(next(office.folder.glob("in/new/*")).read_bytes())
    assert ":smile:" in office.run("examine", "[/x].eml").stdout
    assert "[/gone].eml" in office.run("examine", "[/gone].eml", code=2).stderr
    office.run("poll")
    found = office.run("ledger", "search").stdout
    assert squeezed(title) in squeezed(found)
    assert "[/x]" in office.run("ledger", "history", "1").stdout
    assert "[/x]" in office.run("ledger", "summary", "--unit", "[/x]", code=2).stderr


def test_names_of_the_roster_and_of_accounts_are_printed_as_they_are(office: OfficeRoom) -> None:
    (office.folder / "roster.csv").write_text(
        f"单位,姓名,职务,联系电话,邮箱,备注\n湖塘镇,钱[/x],{HOSTILE},1,qian@hutang.example,[/]\n",
        encoding="utf-8",
    )
    office.run("roster", "import", "roster.csv")
    assert "钱[/x]" in office.run("roster", "list").stdout
    office.run("user", "add", "[/x]")
    assert "[/x]" in office.run("user", "list").stdout
    handover = ("--unit", "湖塘镇", "--from", "钱[/x]", "--to", "孙[/y]", "--mail", "s@h.example")
    assert "孙[/y]" in office.run("roster", "handover", *handover, "--date", "2099-01-01").stdout


def test_no_control_character_reaches_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    terminal.print_line("a\x1b]0;title\x07b\x9bc\rd")
    submission = Submission(
        subject="\x1b[2J",
        sender=Sender("\x1b[1m", "a@b.example", None, None),
        received=datetime(2022, 3, 7, tzinfo=UTC),
        attachments=(),
        drafts=(),
    )
    round_view.print_verdict(submission, Verdict(Outcome.ACCEPTED, (), ()), "Asia/Shanghai")
    record = logging.LogRecord("a", logging.ERROR, "", 0, "", None, None)
    assert "\x1b" not in terminal.PlainHandler().render_message(record, "\x1b[2Ja").plain
    done = Round()
    done.add([Entered(LetterId(1), submission, Verdict(Outcome.HELD, (), ()))])
    table = round_view.letters_table(done, "UTC", 100)
    terminal.print_table(table)
    assert "\N{REPLACEMENT CHARACTER}" in out.getvalue()
    assert not any(ord(char) < 0x20 and char != "\n" for char in out.getvalue())
    assert "\x9b" not in out.getvalue()


def test_the_doctor_prints_any_finding(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.print_findings([Finding(Level.FAIL, "[/x]", HOSTILE, r"\[/x]")])
    assert "[/x]" in capsys.readouterr().out


def test_only_one_room_of_the_command_makes_a_console() -> None:
    """Elsewhere rich would read markup: `Console`'s own default."""
    rooms = [path for path in (ROOT / "console").rglob("*.py") if path.name != "terminal.py"]
    assert [path.name for path in rooms if "rich.console" in path.read_text("utf-8")] == []


def test_the_version_is_that_of_the_project(office: OfficeRoom) -> None:
    project = tomllib.loads(Path(ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert office.run("--version").stdout == f"shougao {project['version']}\n"
