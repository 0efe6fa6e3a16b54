"""Programs' tokens: what they open, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ledger.accounts import NameTaken
from ledger.api_tokens import ApiTokens
from ledger.errors import InvalidInput, NotFound
from ledger.journal import history
from ledger.states import Act, TokenScope


@pytest.fixture
def tokens(engine: Engine) -> ApiTokens:
    return ApiTokens(engine)


def test_a_token_opens_until_it_is_revoked(tokens: ApiTokens, noon: datetime) -> None:
    tokens.add("大屏", "e" * 64, "admin", noon)
    with pytest.raises(NameTaken):
        tokens.add("大屏", "f" * 64, "admin", noon)
    assert tokens.opened_by("f" * 64, noon) is None
    opened = tokens.opened_by("e" * 64, noon)
    assert opened is not None and (opened.name, opened.scope) == ("大屏", TokenScope.READ)
    assert [one.seen for one in tokens.tokens()] == [noon]
    tokens.revoke("大屏", "admin", noon)
    assert tokens.opened_by("e" * 64, noon) is None
    with pytest.raises(NotFound):
        tokens.revoke("大屏", "admin", noon)


def test_a_token_ends_by_itself(tokens: ApiTokens, noon: datetime) -> None:
    day = timedelta(days=1)
    tokens.add("监控", "e" * 64, "admin", noon, TokenScope.METRICS, noon + day)
    assert tokens.opened_by("e" * 64, noon + day / 2)
    assert tokens.opened_by("e" * 64, noon + day) is None
    assert [one.expires for one in tokens.tokens()] == [noon + day]
    with pytest.raises(InvalidInput, match="有效期"):
        tokens.add("旧的", "f" * 64, "admin", noon, TokenScope.READ, noon - day)


def test_the_journal_tells_what_a_token_opens_and_not_the_token(
    tokens: ApiTokens, engine: Engine, noon: datetime
) -> None:
    tokens.add("监控", "e" * 64, "admin", noon, TokenScope.METRICS, noon + timedelta(days=1))
    (line,) = [line.entry for line in history(engine, acts=(Act.ACCOUNT,))]
    assert (line.facts["token"], line.facts["scope"]) == ("监控", "metrics")
    assert "e" * 64 not in repr(line)
