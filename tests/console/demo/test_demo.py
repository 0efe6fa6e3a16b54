"""The demo: every sample letter meets the fate it is meant to show."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from pathlib import Path

import pytest

from console.application import open_application
from console.cli.round_view import print_round
from console.demo import letters, show
from console.settings.loading import load
from ledger.queries import export
from rulebook.conversation import Purpose
from rulebook.reasons import Outcome, Reason

NOT_BY_A_LETTER = {
    Reason.INFECTED,  # needs a virus scanner
    Reason.DECLINED,  # a person's word
    Reason.REOPENED,  # a person's word
    Reason.DRAWN_BY_HAND,  # and two more
    Reason.JOINED,
    Reason.WITHDRAWN,  # four more
    Reason.NOT_SUBMISSION,
    Reason.SUPERSEDED,
    Reason.REPEATED,
    Reason.REPLACES_DRAFT,  # corrects what the ledger has
    Reason.SCANNED_DRAFT,  # needs the extra that recognises text
    Reason.NO_REVIEWER,  # a switch that is off by default
    Reason.NO_COMMISSION,  # another such switch
    Reason.TOO_LONG,  # a bound that no kind of this office has
    Reason.TRIPPED_US,  # a fault of ours
}
MOMENTS = [
    datetime(2022, 3, 8, 2, 0, tzinfo=UTC),
    datetime(2024, 3, 1, 17, 0, tzinfo=UTC),  # 01:00 on 2 March in the office, after a leap day
    datetime(2023, 1, 1, 20, 0, tzinfo=UTC),  # the year has just turned
]


def test_the_samples_show_every_outcome_and_every_reason() -> None:
    samples = letters.samples(MOMENTS[0])
    assert {sample.outcome for sample in samples} == set(Outcome)
    assert set(letters.reasons_shown(samples)) == set(Reason) - NOT_BY_A_LETTER


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_sample_meets_the_fate_that_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: datetime
) -> None:
    monkeypatch.setattr(show, "now", lambda: moment)
    folder = tmp_path / "demo"
    show.run(folder)
    settings = load(folder / "config.toml", {})
    with open_application(settings, {}) as application:
        rows = {
            row["message_id"]: row for row in export.letters(application.engine, application.zone)
        }
        owed = list(export.outbox(application.engine, application.zone))
    told = {}
    for sample in letters.samples(moment):
        found = next(
            line
            for line in sample.raw.decode("latin-1").splitlines()
            if line.startswith("Message-ID")
        )
        row = rows[found.partition(": ")[2]]
        told[sample.shows] = (row["outcome"], row["reasons"])
    assert told == {
        sample.shows: (sample.outcome.value, [reason.name for reason in sample.reasons])
        for sample in letters.samples(moment)
    }
    assert len(rows) == len(told)
    assert len(owed) == len(list((folder / "out" / "new").iterdir()))
    assert all(row["state"] == "sent" for row in owed)


def test_the_demo_has_a_letter_of_each_purpose_and_shows_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = MOMENTS[0]
    monkeypatch.setattr(show, "now", lambda: moment)
    show.run(tmp_path)
    with open_application(load(tmp_path / "config.toml", {}), {}) as application:
        rows = list(export.letters(application.engine, application.zone))
        thread = application.conversations.thread(1)
    assert {row["purpose"] for row in rows} == {one.value for one in Purpose}
    named = [
        sample for sample in letters.samples(moment) if sample.purpose is not Purpose.SUBMISSION
    ]
    by_subject = {row["subject"]: row["purpose"] for row in rows}
    assert {one.shows: one.purpose.value for one in named} == {
        one.shows: by_subject.get(subject_of(one), one.purpose.value) for one in named
    }
    assert {"收到，谢谢！"} <= {item.words for item in thread}
    assert any(item.outgoing for item in thread)


def subject_of(sample: letters.Sample) -> str:
    """The subject of a sample, decoded; of several with one subject none is told apart."""
    subject = str(email.message_from_bytes(sample.raw, policy=policy.default)["Subject"])
    return "" if subject.startswith("回复：") else subject


def test_a_second_demo_finds_nothing_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "samples", lambda now: _two(now))
    show.run(tmp_path)
    settings, result = show.run(tmp_path)
    print_round(result, settings)
    assert "没有新邮件" in capsys.readouterr().out


def _two(now: datetime) -> list[letters.Sample]:
    desk = letters._Desk(now)
    letters._ignored(desk)
    return desk.written
