from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.sandbox.confinement import SandboxLimits
from ingest.sandbox.pool import Workers
from tests.ingest.drafts.scans import READING


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("reading")
    bounds = SandboxLimits(home=folder / "scratch", closed=True)
    with Workers(1, READING, bounds) as workers:
        yield workers
