"""A letter in which clamd finds a virus: not opened, told, kept, never served; without clamd letters wait."""

from __future__ import annotations

import email
import email.policy

import pytest

from console.application import open_application
from console.settings.loading import load
from ledger.queries import letter_views
from tests.clamd import MARK, NAME, speaking
from tests.console.office import OfficeRoom, letter


def switch_on(office: OfficeRoom, address: str) -> None:
    text = office.config.read_text(encoding="utf-8")
    assert 'clamd = ""' in text
    office.config.write_text(text.replace('clamd = ""', f'clamd = "{address}"'), encoding="utf-8")


def test_an_infected_letter_is_refused_kept_and_never_served(office: OfficeRoom) -> None:
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    bad = letter(2, body=f"附件是稿件。{MARK.decode()}")
    office.receive(bad, "1700000002.M2.test")
    with speaking() as address:
        switch_on(office, address)
        office.run("poll")
    good, infected = sorted(office.export("letters"), key=lambda row: row["message_id"])
    assert (good["outcome"], infected["outcome"]) == ("accepted", "refused")
    assert "INFECTED" in infected["reasons"]
    assert len(office.export("drafts")) == 1
    told = [email.message_from_bytes(raw, policy=email.policy.default) for raw in office.receipts()]
    (receipt,) = [one for one in told if one["In-Reply-To"] == infected["message_id"]]
    plain = receipt.get_body(("plain",))
    assert plain is not None
    words = plain.get_content()
    assert "查出病毒" in words
    assert NAME in words
    settings = load(office.config, office.environment)
    with open_application(settings, office.environment) as application:
        view = letter_views.letter(application.engine, infected["id"])
        assert view is not None
        assert view.infected
        assert not view.raw_kept  # to the pages there are no bytes of it
        assert application.conversations.source(infected["id"])[1] == ""
        assert application.vault.get(view.digest) == bad


def test_while_the_scanner_is_away_letters_wait_and_lose_no_try(office: OfficeRoom) -> None:
    office.roster()
    office.receive(letter(1), "1700000001.M1.test")
    switch_on(office, str(office.folder / "absent"))
    assert "本轮未完成" in office.run("poll", code=1).stdout
    (row,) = office.export("letters")
    assert (row["state"], row["tries"]) == ("collected", 0)
    assert "查毒" in office.run("doctor", code=1).stdout
    assert office.receipts() == []


@pytest.mark.parametrize("stands", [True, False])
def test_where_walls_are_required_nothing_is_read_without_them(
    office: OfficeRoom, stands: bool
) -> None:
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(text.replace('walls = "best"', 'walls = "required"'), encoding="utf-8")
    office.receive(letter(1), "1700000001.M1.test")
    without = (
        "from ingest.sandbox.confinement import SandboxStatus\n"
        "from console.actions import walls\n"
        "from console.cli import app\n"
        f"stands = {stands}\n"
        "walls.probe = lambda: SandboxStatus(landlock_abi=3 * stands, seccomp=stands)\n"
        "app.main()\n"
    )
    done = office.run("poll", code=0 if stands else 2, program=("-c", without))
    assert ("Landlock" in done.stderr) is not stands
