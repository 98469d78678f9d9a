import pytest

from accounts.models import User
from chat.models import Report, Room
from chat.verify import pages
from tests.chat.stored import complain, store
from tests.chat.verifying import details, findings, messages
from tests.people import make_room

pytestmark = pytest.mark.django_db


def test_a_report_under_another_room_than_its_message_s_is_found(
    room: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    store(room, bob, "one", "two", "three")
    reports = [complain(message, alice) for message in messages(room).values()]
    assert findings() == []
    other = make_room(alice, bob, name="Other")
    Report.objects.filter(pk=reports[2].pk).update(room=other)
    assert findings() == [("report", 3)]
    assert f"report {reports[2].pk} is of room {other.pk}" in details()
