from __future__ import annotations

import pytest

from console.state import push_state
from tests.console.actions.robots import Chat


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Chat:
    chat = Chat()
    monkeypatch.setattr(push_state, "push", chat)
    return chat
