"""What a letter is for: which purposes are judged, and what a finding says of itself."""

from __future__ import annotations

from rulebook.conversation import Purpose, PurposeFinding


def test_the_regulations_rules_apply_to_what_is_submitted_and_to_nothing_else() -> None:
    judged = {purpose for purpose in Purpose if purpose.judged is True}
    assert judged == {Purpose.SUBMISSION, Purpose.RESUBMISSION, Purpose.FORM}
    assert Purpose.THANKS.judged is False


def test_a_finding_that_says_nothing_else_is_of_a_plain_submission() -> None:
    found = PurposeFinding()
    assert found.purpose is Purpose.SUBMISSION
    assert found.evidence == ""
    assert (found.urgent, found.figures, found.says) == (False, False, False)
