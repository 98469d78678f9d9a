"""`message.send` with attachments: they hang on the message from the very transaction that stores it."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat import errors, queries
from chat.actions import messages, uploads
from chat.models import Attachment, Message, Room
from chat.protocol.commands import MessageDelete, MessageEdit
from chat.protocol.limits import MAX_ATTACHMENTS
from tests.chat.sending import draft, say
from tests.chat.told import Told
from tests.chat.uploading import photo, stored_files, upload
from tests.people import make_room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def hangs_on(row: Attachment) -> int | None:
    """The seq of the message that it is of now."""
    row.refresh_from_db()
    return row.message.seq if row.message else None


def test_files_hang_on_their_message_in_the_senders_order(alice: User, room: Room) -> None:
    first, second = upload(alice, room, b"1", "1.txt"), upload(alice, room, b"2", "2.txt")
    sent = say(alice, room, "look", attachments=[second.pk, first.pk])
    page = queries.history(alice.pk, room.pk)
    assert [file.name for file in page.messages[-1].attachments] == ["2.txt", "1.txt"]
    assert hangs_on(first) == hangs_on(second) == sent.seq


def test_the_event_has_what_the_history_has(alice: User, room: Room, told: Told) -> None:
    row = upload(alice, room, photo((1600, 900)), "view.jpg")
    say(alice, room, "look", attachments=[row.pk])
    [file] = told.only()["message"]["attachments"]
    [stored] = queries.history(alice.pk, room.pk).messages[-1].attachments
    assert file == {name: value for name in file if (value := getattr(stored, name)) is not None}
    assert (file["width"], file["height"]) == (900, 1600)


def test_a_file_needs_no_words(alice: User, room: Room) -> None:
    row = upload(alice, room)
    sent = say(alice, room, "", attachments=[row.pk])
    assert Message.objects.get(room=room, seq=sent.seq).body == ""


def test_a_repeat_gets_its_first_answer(alice: User, room: Room) -> None:
    row = upload(alice, room)
    command = draft(room, "look", attachments=[row.pk])
    first = messages.send_and_wait(alice.pk, command)
    assert messages.send_and_wait(alice.pk, command) == first
    assert hangs_on(row) == first.seq
    assert Message.objects.filter(room=room).count() == 1


def test_a_repeat_with_other_files_is_a_conflict(alice: User, room: Room) -> None:
    rows = [upload(alice, room), upload(alice, room)]
    client_id = str(uuid.uuid4())
    say(alice, room, "look", client_id=client_id, attachments=[rows[0].pk])
    with pytest.raises(errors.Conflict):
        say(alice, room, "look", client_id=client_id, attachments=[rows[1].pk])
    assert hangs_on(rows[1]) is None


class TestRefusals:
    def refused(self, author: User, room: Room, *ids: int) -> errors.ChatError:
        before = Message.objects.count()
        with pytest.raises(errors.ChatError) as refusal:
            say(author, room, "look", attachments=list(ids))
        assert Message.objects.count() == before
        return refusal.value

    def test_what_is_not_there(self, alice: User, room: Room) -> None:
        assert self.refused(alice, room, 999).code == "not_found"

    def test_anothers(self, alice: User, bob: User, room: Room) -> None:
        row = upload(bob, room)
        assert self.refused(alice, room, row.pk).detail == self.refused(alice, room, 999).detail
        assert hangs_on(row) is None

    def test_another_rooms(self, alice: User, room: Room) -> None:
        row = upload(alice, make_room(alice, name="Other"))
        assert self.refused(alice, room, row.pk).code == "not_found"

    def test_what_was_sent_already(self, alice: User, room: Room) -> None:
        row = upload(alice, room)
        sent = say(alice, room, "", attachments=[row.pk])
        assert self.refused(alice, room, row.pk).code == "not_found"
        assert hangs_on(row) == sent.seq

    def test_what_was_discarded(self, alice: User, room: Room) -> None:
        row = upload(alice, room)
        uploads.discard_upload(alice.pk, row.pk)
        assert self.refused(alice, room, row.pk).code == "not_found"

    def test_one_of_several(self, alice: User, room: Room) -> None:
        row = upload(alice, room)
        assert self.refused(alice, room, row.pk, 999).code == "not_found"
        assert hangs_on(row) is None

    def test_the_same_twice(self, alice: User, room: Room) -> None:
        row = upload(alice, room)
        assert self.refused(alice, room, row.pk, row.pk).code == "bad_request"

    def test_one_too_many(self, alice: User, room: Room) -> None:
        rows = [upload(alice, room) for _ in range(MAX_ATTACHMENTS + 1)]
        assert self.refused(alice, room, *(row.pk for row in rows)).code == "too_long"
        say(alice, room, "", attachments=[row.pk for row in rows[1:]])

    def test_as_many_as_fit_into_a_frame(self, alice: User, room: Room) -> None:
        """Nobody looks for them, the less so under the room's lock."""
        assert self.refused(alice, room, *range(1, 300_000)).code == "too_long"

    def test_no_words_and_no_file(self, alice: User, room: Room) -> None:
        with pytest.raises(errors.BadRequest):
            say(alice, room, "  ")

    def test_an_outsider(self, carol: User, alice: User, room: Room) -> None:
        row = upload(alice, room)
        assert self.refused(carol, room, row.pk).code == "not_found"


def test_words_may_be_taken_from_files(alice: User, room: Room) -> None:
    sent = say(alice, room, "look", attachments=[upload(alice, room).pk])
    edit = MessageEdit(id="1", room=room.pk, seq=sent.seq, body="")
    messages.edit_message(alice.pk, edit)
    assert queries.history(alice.pk, room.pk).messages[-1].body == ""


def test_of_two_messages_at_once_one_gets_the_file(alice: User, room: Room) -> None:
    row = upload(alice, room)

    def send(number: int) -> str:
        try:
            return str(say(alice, room, f"{number}", attachments=[row.pk]).seq)
        except errors.ChatError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        outcomes = sorted(threads.map(send, range(4)))
    assert outcomes == ["1", "not_found", "not_found", "not_found"]
    assert hangs_on(row) == 1


def test_a_deleted_message_takes_its_files_along(
    alice: User, room: Room, media: Path, told: Told
) -> None:
    rows = [upload(alice, room, photo((1600, 900))), upload(alice, room)]
    sent = say(alice, room, "look", attachments=[row.pk for row in rows])
    assert len(stored_files(media)) == 3
    messages.delete_message(alice.pk, MessageDelete(id="1", room=room.pk, seq=sent.seq))
    assert stored_files(media) == []
    assert not Attachment.objects.exists()
    assert told.events[-1]["message"]["attachments"] == []


@pytest.mark.parametrize("pictures", [True, False])
def test_files_need_not_be_on_this_machine(
    alice: User, room: Room, settings: Settings, pictures: bool
) -> None:
    elsewhere = {"BACKEND": "tests.chat.bucket.Bucket"}
    settings.STORAGES = settings.STORAGES | {"default": elsewhere}
    settings.FILES_ACCEL = "/protected"
    row = upload(alice, room, photo((1600, 900)) if pictures else b"hello", "it")
    sent = say(alice, room, "look", attachments=[row.pk])
    browser = Client()
    browser.force_login(alice)
    answer = browser.head(f"/files/{row.pk}/it")
    assert (answer.status_code, answer["Content-Length"]) == (200, str(row.size))
    messages.delete_message(alice.pk, MessageDelete(id="1", room=room.pk, seq=sent.seq))
    assert not default_storage.exists(str(row.file))


def test_files_outlive_a_deletion_that_fails(
    alice: User, room: Room, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = upload(alice, room)
    sent = say(alice, room, "look", attachments=[row.pk])

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Message, "save", fail)
    with pytest.raises(RuntimeError):
        messages.delete_message(alice.pk, MessageDelete(id="1", room=room.pk, seq=sent.seq))
    assert hangs_on(row) == sent.seq
    assert len(stored_files(media)) == 1
