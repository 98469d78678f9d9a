from collections.abc import AsyncIterator, Iterator

import pytest
from django.db import connection

from chat import attendance, limits, merging, repairs
from chat import hub as hubs
from chat.hub import Hub
from chat.models import Room
from chat.protocol.limits import OPENING_BURST
from chat.writer import Writer
from tests.chat.told import Told

# What only one of the two databases has is tested where the tests run on it.
_elsewhere = {"sqlite": "postgresql", "postgresql": "sqlite"}
collect_ignore_glob = [f"test_{_elsewhere[connection.vendor]}_*.py"]


@pytest.fixture(autouse=True)
def openings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was opened in another test, by somebody who had the same id, counts in no other."""
    monkeypatch.setattr(limits, "_openings", limits.UserBuckets(rate=1, burst=OPENING_BURST))


@pytest.fixture
def told(room: Room, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is told once the room is there."""
    told = Told()
    monkeypatch.setattr(hubs, "publish", told.publish)
    return told


@pytest.fixture
def writer() -> Iterator[Writer]:
    """A writer of the test's own; what it holds is stored before the database is emptied."""
    writer = Writer()
    yield writer
    assert writer.close(timeout=10)


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """The hub of one test, in a hurry."""
    monkeypatch.setattr(repairs, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(repairs, "POLL_GRACE_SECONDS", 0.01)
    monkeypatch.setattr(repairs, "GAP_SECONDS", 0.01)
    monkeypatch.setattr(merging, "PAUSE_SECONDS", 0.05)
    hub = Hub()
    monkeypatch.setattr(hubs, "hub", hub)
    monkeypatch.setattr(attendance, "hub", hub)
    monkeypatch.setattr(hubs, "publish", hub.publish)
    monkeypatch.setattr(hubs, "publish_user", hub.publish_user)
    monkeypatch.setattr(hubs, "publish_access", hub.publish_access)
    monkeypatch.setattr(hubs, "publish_profile", hub.publish_profile)
    hub.start()
    yield hub
    await hub.close()


@pytest.fixture
def no_poll(monkeypatch: pytest.MonkeyPatch, hub: Hub) -> None:
    """All comes as it is told. On a slow machine the hurried poll is faster now and then, and has people
    welcomed anew instead."""
    monkeypatch.setattr(repairs, "POLL_SECONDS", 3600.0)
