from collections.abc import Iterator

import pytest
from django.db import connection

from chat import hub
from chat.models import Room
from chat.writer import Writer
from tests.chat.told import Told

# What only one of the two databases has is tested where the tests run on it.
_elsewhere = {"sqlite": "postgresql", "postgresql": "sqlite"}
collect_ignore_glob = [f"test_{_elsewhere[connection.vendor]}_*.py"]


@pytest.fixture
def told(room: Room, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is told once the room is there."""
    told = Told()
    monkeypatch.setattr(hub, "publish", told.publish)
    return told


@pytest.fixture
def writer() -> Iterator[Writer]:
    """A writer of the test's own; what it holds is stored before the database is emptied."""
    writer = Writer()
    yield writer
    assert writer.close(timeout=10)
