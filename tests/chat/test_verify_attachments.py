from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from accounts.models import User
from chat.models import Attachment, Message, Room
from chat.verify import orphans, pages
from tests.chat.stored import store
from tests.chat.verifying import details, findings, messages, verify
from tests.people import make_room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def attach(room: Room, author: User, text: str = "hello", *, sent: bool = True) -> Attachment:
    """A file with a thumb in a message of its own, or in nobody's yet."""
    store(room, author, "look")
    room.refresh_from_db()
    return Attachment.objects.create(
        room=room,
        message=messages(room)[room.last_seq] if sent else None,
        uploader=author,
        file=ContentFile(text.encode(), "hello.txt"),
        thumb=ContentFile(b"small", "hello.webp"),
        name="hello.txt",
        type="text/plain",
        size=len(text),
    )


def later() -> datetime:
    return datetime.now(UTC) + orphans.UPLOAD_TAKES_AT_MOST + timedelta(minutes=1)


def test_files_with_their_rows_are_as_they_should_be(room: Room, alice: User) -> None:
    attach(room, alice)
    attach(room, alice, sent=False)
    with time_machine.travel(later()):
        assert findings() == []
    assert "2 attachments in" in verify()[1]


def test_a_missing_file_is_found(room: Room, alice: User) -> None:
    row = attach(room, alice)
    Path(row.file.path).unlink()
    assert findings() == [("attachment", 1)]
    assert f"the file '{row.file.name}' is missing" in details()


def test_a_missing_thumb_is_found(room: Room, alice: User) -> None:
    row = attach(room, alice)
    Path(row.thumb.path).unlink()
    assert findings() == [("attachment", 1)]
    assert f"the file '{row.thumb.name}' is missing" in details()


def test_an_attachment_needs_no_thumb(room: Room, alice: User) -> None:
    row = attach(room, alice)
    Path(row.thumb.path).unlink()
    Attachment.objects.update(thumb="")
    assert findings() == []


def test_a_file_that_was_cut_off_is_found(room: Room, alice: User) -> None:
    row = attach(room, alice)
    Path(row.file.path).write_bytes(b"hell")
    assert findings() == [("attachment", 1)]
    assert "has 4 bytes instead of 5" in details()


def test_a_name_that_leads_out_of_the_storage_is_found(room: Room, alice: User) -> None:
    attach(room, alice)
    Attachment.objects.update(file="../../etc/passwd")
    assert findings() == [("attachment", 1)]
    assert "cannot be read" in details()


def test_an_attachment_of_another_room_than_its_message_is_found(
    room: Room, alice: User, bob: User
) -> None:
    attach(room, alice)
    other = make_room(alice, bob, name="Other")
    Attachment.objects.update(room=other)
    assert findings() == [("attachment", 1)]
    assert findings("--room", str(other.pk)) == [("attachment", 1)]
    assert findings("--room", str(room.pk)) == []


def test_an_attachment_of_anothers_message_is_found(room: Room, alice: User, bob: User) -> None:
    attach(room, alice)
    Attachment.objects.update(uploader=bob)
    assert findings() == [("attachment", 1)]
    assert f"uploaded by user {bob.pk}" in details()


def test_an_attachment_of_a_deleted_message_is_found(room: Room, alice: User) -> None:
    row = attach(room, alice)
    Message.objects.filter(attachments=row).update(
        deleted_at=datetime.now(UTC), body="", content=None
    )
    assert findings() == [("attachment", 1)]
    assert "message that was deleted" in details()


def test_a_row_that_is_removed_meanwhile_is_no_finding(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As retention does it: first the row, then the file."""
    attach(room, alice)

    def size(name: str) -> int:
        Attachment.objects.all().delete()
        raise FileNotFoundError(name)

    monkeypatch.setattr(default_storage, "size", size)
    assert findings() == []


@pytest.mark.parametrize(
    "folder", ["attachments", "attachments/2026/01", "thumbs/2026/01", "avatars/2026/01"]
)
def test_a_file_that_no_row_names_is_found(room: Room, alice: User, folder: str) -> None:
    attach(room, alice)
    name = default_storage.save(f"{folder}/stray.txt", ContentFile(b"stray"))
    with time_machine.travel(later()):
        assert findings() == [("orphan", None)]
        assert f"the file '{name}' belongs to nothing" in details()


def test_the_picture_of_a_person_is_no_stray_file(room: Room, alice: User) -> None:
    alice.avatar.save("alice", ContentFile(b"alice"))
    with time_machine.travel(later()):
        assert findings() == []


def test_many_files_of_one_folder_are_told_from_a_stray_one(
    room: Room, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    rows = [attach(room, alice) for _ in range(5)]
    Path(rows[0].file.path).with_name("stray.txt").write_bytes(b"stray")
    with time_machine.travel(later()):
        assert findings() == [("orphan", None)]


def test_an_upload_under_way_is_no_finding(room: Room) -> None:
    """Its file is stored before its row."""
    default_storage.save("attachments/2026/01/coming.txt", ContentFile(b"coming"))
    assert findings() == []


def test_files_outside_its_folders_are_not_its_business(room: Room) -> None:
    default_storage.save("elsewhere/alice.webp", ContentFile(b"alice"))
    with time_machine.travel(later()):
        assert findings() == []


def test_a_storage_that_cannot_list_is_not_searched(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def listdir(path: str) -> None:
        raise NotImplementedError

    monkeypatch.setattr(default_storage, "listdir", listdir)
    assert findings() == []
