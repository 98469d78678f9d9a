import pytest

from chat import hub
from chat.models import Room
from tests.chat.told import Told


@pytest.fixture
def told(room: Room, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is told once the room is there."""
    told = Told()
    monkeypatch.setattr(hub, "publish", told.publish)
    return told
