"""Files in the admin: who may read a message there may look at what hangs on it, and nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from chat.actions import messages
from chat.models import Attachment, Message, Room
from chat.protocol.commands import MessageDelete
from tests.chat.moderators import make_moderator, make_owner
from tests.chat.sending import say
from tests.chat.stored import complain
from tests.chat.uploading import picture, upload
from tests.people import make_direct

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


@pytest.fixture
def direct(alice: User, bob: User) -> Room:
    return make_direct(alice, bob)


@pytest.fixture
def sent(alice: User, direct: Room) -> Attachment:
    return send(alice, direct, picture(size=(1600, 1200)), "cat.png")


def send(author: User, room: Room, content: bytes, name: str) -> Attachment:
    row = upload(author, room, content, name)
    say(author, room, "", attachments=[row.pk])
    row.refresh_from_db()
    return row


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(row: Attachment, what: str = "file") -> str:
    return reverse(f"admin:chat_attachment_{what}", args=[row.pk])


def message_of(row: Attachment) -> Message:
    assert row.message is not None
    return row.message


def test_what_was_reported_in_a_conversation_is_looked_at_by_who_decides(
    sent: Attachment, bob: User
) -> None:
    mona = signed_in(make_moderator())
    assert [mona.head(address(sent, what)).status_code for what in ("file", "thumb")] == [404, 404]
    report = complain(message_of(sent), bob)
    assert [mona.head(address(sent, what)).status_code for what in ("file", "thumb")] == [200, 200]
    places = [reverse("admin:chat_report_changelist")]
    places += [reverse("admin:chat_report_change", args=[report.pk])]
    places += [reverse("admin:chat_message_change", args=[sent.message_id])]
    for place in places:
        page = mona.get(place)
        assertContains(page, f'href="{address(sent)}"')
        assertContains(page, f'src="{address(sent, "thumb")}"')


def test_what_else_stands_in_the_conversation_stays_its_people_s(
    sent: Attachment, direct: Room, alice: User, bob: User
) -> None:
    other = send(alice, direct, picture(), "dog.png")
    report = complain(message_of(sent), bob)
    page = reverse("admin:chat_report_change", args=[report.pk])
    mona, olga = signed_in(make_moderator()), signed_in(make_owner())
    assertContains(mona.get(page), "dog.png")
    assertNotContains(mona.get(page), address(other))
    assert mona.head(address(other)).status_code == 404
    assertContains(olga.get(page), address(other))
    assert olga.head(address(other)).status_code == 200


def test_one_who_was_reported_themselves_is_not_shown_that_they_were(
    direct: Room, room: Room, alice: User
) -> None:
    mona = make_moderator()
    sent = send(mona, make_direct(mona, alice), picture(), "cat.png")
    complain(message_of(sent), alice)
    assert signed_in(mona).head(address(sent)).status_code == 404


def test_who_may_not_read_messages_there_is_refused(sent: Attachment, bob: User) -> None:
    report = complain(message_of(sent), bob)
    staff = make_moderator()
    group = staff.groups.get()
    group.permissions.remove(group.permissions.get(codename="view_message"))
    client = signed_in(staff)
    assert client.head(address(sent)).status_code == 403
    page = client.get(reverse("admin:chat_report_change", args=[report.pk]))
    assertContains(page, "cat.png")
    assertNotContains(page, address(sent))


def test_a_file_is_sent_as_outside_of_the_admin(
    room: Room, alice: User, settings: Settings
) -> None:
    sent = send(alice, room, b"0123456789", "ten.txt")
    olga = signed_in(make_owner())
    answers: list[dict[str, Any]] = []
    for accel in ("", "/stored/"):
        settings.FILES_ACCEL = accel
        for path, client in ((address(sent), olga), (f"/files/{sent.pk}/t", signed_in(alice))):
            answer = client.head(path, headers={"Range": "bytes=2-4"})
            answers.append({"status": answer.status_code} | dict(answer.headers))
    inside, outside, inside_accel, outside_accel = answers
    assert inside == outside
    assert inside["status"] == 206
    assert inside["Content-Disposition"] == 'attachment; filename="ten.txt"'
    assert "sandbox" in inside["Content-Security-Policy"]
    assert inside_accel == outside_accel
    assert "X-Accel-Redirect" in inside_accel


def test_a_small_picture_is_its_own_thumb(room: Room, alice: User) -> None:
    sent = send(alice, room, picture(), "dot.png")
    page = signed_in(make_owner()).get(reverse("admin:chat_message_change", args=[sent.message_id]))
    assertContains(page, f'src="{address(sent)}"')


def test_what_is_no_picture_is_downloaded(room: Room, alice: User) -> None:
    sent = send(alice, room, b"0123456789", "ten.txt")
    olga = signed_in(make_owner())
    page = olga.get(reverse("admin:chat_message_change", args=[sent.message_id]))
    assertContains(page, f'href="{address(sent)}" download="ten.txt"')
    assert olga.head(address(sent, "thumb")).status_code == 404


def test_with_its_message_a_file_is_gone(room: Room, alice: User) -> None:
    sent = send(alice, room, b"0123456789", "ten.txt")
    command = MessageDelete(id="1", room=room.pk, seq=message_of(sent).seq)
    messages.delete_message(alice.pk, command)
    assert signed_in(make_owner()).head(address(sent)).status_code == 404


def test_what_was_not_sent_is_shown_to_nobody_else(room: Room, alice: User) -> None:
    draft = upload(alice, room, b"0123456789", "ten.txt")
    olga = signed_in(make_owner())
    assert olga.head(address(draft)).status_code == 404
    assert olga.head("/admin/chat/attachment/999999999999999999999/file/").status_code == 404
