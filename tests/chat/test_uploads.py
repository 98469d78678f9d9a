"""`POST /uploads/` and `DELETE /uploads/<id>/`: who may, how much, and that nothing is stored half."""

import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from chat import errors, limits
from chat.actions import uploads
from chat.actions.sanctions import sanction_everywhere
from chat.models import Attachment, Membership, Room
from chat.protocol.limits import (
    MAX_UNSENT_BYTES,
    MAX_UNSENT_UPLOADS,
    MAX_UPLOAD_BYTES,
    UNSENT_HOURS,
)
from tests.chat.uploading import photo, picture, stored_files, upload
from tests.people import make_room

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def browser(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


@pytest.fixture
def nothing_is_stored(media: Path) -> Iterator[None]:
    """By the end of the test, neither rows nor files."""
    yield
    assert not Attachment.objects.exists()
    assert stored_files(media) == []


def post(browser: Client, room: Room | int, content: bytes, name: str = "note.txt") -> Any:
    room_id = room if isinstance(room, int) else room.pk
    file = SimpleUploadedFile(name, content)
    return browser.post("/uploads/", {"room": str(room_id), "file": file})


def filled(user: User, room: Room, count: int, size: int) -> None:
    """Uploads that are rows only."""
    Attachment.objects.bulk_create(
        Attachment(room=room, uploader=user, file=f"{n}", name="a", type="text/plain", size=size)
        for n in range(count)
    )


def test_a_member_uploads(browser: Client, room: Room, bob: User, media: Path) -> None:
    answer = post(browser, room, b"hello", "note.txt")
    row = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": row.pk,
        "name": "note.txt",
        "type": "text/plain",
        "size": 5,
        "url": f"/files/{row.pk}/note.txt",
    }
    assert (row.room, row.uploader, row.message) == (room, bob, None)
    assert Path(row.file.path).read_bytes() == b"hello"


def test_a_picture_comes_with_its_size_and_a_thumb(browser: Client, room: Room) -> None:
    answer = post(browser, room, picture("PNG", (1600, 900)), "view.png").json()
    assert (answer["type"], answer["width"], answer["height"]) == ("image/png", 1600, 900)
    assert answer["thumb"] == f"/thumbs/{answer['id']}"


def test_the_name_on_disk_is_not_the_persons(browser: Client, room: Room, media: Path) -> None:
    post(browser, room, b"hello", "evil.html")
    assert not any("evil" in name or "." in name for name in stored_files(media))


def test_a_large_file_is_taken(browser: Client, room: Room) -> None:
    """It comes by way of a file, not of memory."""
    assert post(browser, room, bytes(3_000_000)).json()["size"] == 3_000_000


def test_one_person_uploads_so_much_in_a_day_and_no_more(
    browser: Client, room: Room, bob: User, alice: User, settings: Settings
) -> None:
    settings.UPLOAD_MIB_PER_DAY = 1
    filled(alice, room, 1, 2_000_000)
    filled(bob, room, 1, 1024**2 - 5)
    assert post(browser, room, b"hello!").status_code == 429
    assert post(browser, room, b"hello").status_code == 201
    answer = browser.post("/uploads/", b"nonsense", content_type="multipart/form-data")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    Attachment.objects.update(at=datetime.now(UTC) - timedelta(days=1, minutes=1))
    assert post(browser, room, b"hello!").status_code == 201


def test_without_a_quota_one_uploads_as_much_as_one_likes(
    browser: Client, room: Room, bob: User, settings: Settings
) -> None:
    settings.UPLOAD_MIB_PER_DAY = 0
    filled(bob, room, 1, MAX_UNSENT_BYTES - 1)
    assert post(browser, room, b"h").status_code == 201


@pytest.mark.usefixtures("nothing_is_stored")
class TestRefusals:
    def test_an_outsider_learns_nothing(self, client: Client, carol: User, room: Room) -> None:
        client.force_login(carol)
        hidden, absent = post(client, room, b"a"), post(client, 999, b"a")
        assert hidden.status_code == 404
        assert hidden.json() == absent.json()
        assert hidden.json()["code"] == "not_found"

    def test_an_outsider_of_a_public_room_is_told_so(self, client: Client, carol: User) -> None:
        square = make_room(carol, kind=Room.Kind.PUBLIC, name="Square")
        Membership.objects.filter(room=square).update(left_at=datetime.now(UTC))
        client.force_login(carol)
        answer = post(client, square, b"a")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_who_is_not_signed_in_is_told_so(self, client: Client, room: Room) -> None:
        answer = post(client, room, b"a")
        assert (answer.status_code, answer.json()["code"]) == (401, "forbidden")

    def test_who_is_muted_uploads_nothing(self, browser: Client, bob: User, room: Room) -> None:
        sanction_everywhere(bob.pk, "mute", "loud")
        answer = post(browser, room, b"a")
        assert (answer.status_code, answer.json()["code"]) == (403, "muted")

    def test_an_archived_room_takes_nothing(self, browser: Client, room: Room) -> None:
        Room.objects.update(archived_at=datetime.now(UTC))
        answer = post(browser, room, b"a")
        assert (answer.status_code, answer.json()["code"]) == (403, "archived")

    def test_an_empty_file_is_none(self, browser: Client, room: Room) -> None:
        answer = post(browser, room, b"")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    def test_a_byte_too_many(self, browser: Client, room: Room) -> None:
        answer = post(browser, room, bytes(MAX_UPLOAD_BYTES + 1))
        assert (answer.status_code, answer.json()["code"]) == (413, "too_long")

    @pytest.mark.parametrize("room_id", ["", "x", "-1", "1.5", "٣", "9" * 30])
    def test_a_room_that_is_no_number(self, browser: Client, room: Room, room_id: str) -> None:
        file = SimpleUploadedFile("a", b"a")
        answer = browser.post("/uploads/", {"room": room_id, "file": file})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    @pytest.mark.parametrize("count", [0, 2, 200])
    def test_there_is_one_file(self, browser: Client, room: Room, count: int) -> None:
        files = [SimpleUploadedFile(f"{n}", b"a") for n in range(count)]
        answer = browser.post("/uploads/", {"room": str(room.pk), "file": files})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"--x",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n',
            b"nonsense",
        ],
    )
    def test_a_broken_form(self, browser: Client, room: Room, body: bytes) -> None:
        answer = browser.post("/uploads/", body, content_type="multipart/form-data; boundary=x")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    @pytest.mark.parametrize("kind", ["multipart/form-data", "application/json", "text/plain"])
    def test_no_form(self, browser: Client, room: Room, kind: str) -> None:
        answer = browser.post("/uploads/", b"{}", content_type=kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")

    def test_a_forged_request(self, bob: User, room: Room) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(bob)
        answer = post(browser, room, b"a")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    def test_one_can_only_post(self, browser: Client) -> None:
        assert browser.get("/uploads/").status_code == 405

    @pytest.mark.parametrize("of", ["_places", "_turns"])
    def test_too_many_at_once_are_sent_away(
        self, browser: Client, room: Room, monkeypatch: pytest.MonkeyPatch, of: str
    ) -> None:
        monkeypatch.setattr(uploads, "WAIT_SECONDS", 0.01)
        monkeypatch.setattr(uploads, of, threading.BoundedSemaphore(1))
        with getattr(uploads, of):
            answer = post(browser, room, b"a")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert answer.json()["retry_after"] > 0

    def test_too_fast(
        self, browser: Client, room: Room, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.RATE_LIMITS = True
        monkeypatch.setattr(limits, "_uploads", limits.UserBuckets(0.001, 0))
        answer = post(browser, room, b"a")
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")

    def test_a_row_that_cannot_be_stored_leaves_no_file(
        self, room: Room, bob: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(**_: object) -> None:
            raise DatabaseError

        monkeypatch.setattr(Attachment.objects, "create", fail)
        with pytest.raises(DatabaseError):
            upload(bob, room, photo((1600, 900)))

    def test_a_thumb_that_cannot_be_stored_leaves_no_file(
        self, room: Room, bob: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save = FileSystemStorage.save

        def fail(storage: FileSystemStorage, name: str, content: Any) -> str:
            if name.startswith("thumbs"):
                raise OSError
            return save(storage, name, content)

        monkeypatch.setattr(FileSystemStorage, "save", fail)
        with pytest.raises(OSError):  # noqa: PT011 - there is no more to say of it
            upload(bob, room, photo((1600, 900)))

    def test_who_is_removed_meanwhile_leaves_no_file(
        self, room: Room, bob: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make = uploads._make

        def remove_bob(*arguments: Any) -> Any:
            Membership.objects.filter(user=bob).update(left_at=datetime.now(UTC))
            return make(*arguments)

        monkeypatch.setattr(uploads, "_make", remove_bob)
        with pytest.raises(errors.NotFound):
            upload(bob, room)


@pytest.mark.django_db(transaction=True)
def test_a_row_whose_commit_was_not_answered_keeps_its_file(
    room: Room, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, commit = Attachment.objects.create, connection.commit

    def commit_and_fail() -> None:
        commit()
        raise DatabaseError

    def create_at_last(**fields: Any) -> Attachment:
        monkeypatch.setattr(connection, "commit", commit_and_fail)
        return create(**fields)

    monkeypatch.setattr(Attachment.objects, "create", create_at_last)
    with pytest.raises(DatabaseError):
        upload(bob, room)
    assert Path(Attachment.objects.get().file.path).read_bytes() == b"hello"


@pytest.mark.usefixtures("nothing_is_stored")
def test_files_leave_room_for_messages(
    browser: Client, room: Room, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.MIN_FREE_MIB = 200
    usage = shutil.disk_usage("/")._replace(free=400 * 1024**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert post(browser, room, b"hello").status_code == 503


def test_unsent_uploads_have_a_number(browser: Client, bob: User, room: Room) -> None:
    filled(bob, room, MAX_UNSENT_UPLOADS - 1, size=1)
    assert post(browser, room, b"a").status_code == 201
    answer = post(browser, room, b"a")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")


def test_unsent_uploads_have_a_size(browser: Client, bob: User, room: Room) -> None:
    filled(bob, room, 1, size=MAX_UNSENT_BYTES - 1)
    assert post(browser, room, b"a").status_code == 201
    assert post(browser, room, b"a").status_code == 429


def test_anothers_uploads_do_not_count(browser: Client, alice: User, room: Room) -> None:
    filled(alice, room, MAX_UNSENT_UPLOADS, size=1)
    assert post(browser, room, b"a").status_code == 201


def test_uploads_take_the_place_of_what_expired(browser: Client, bob: User, room: Room) -> None:
    filled(bob, room, MAX_UNSENT_UPLOADS, size=1)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=UNSENT_HOURS, minutes=1)):
        browser.force_login(bob)
        assert post(browser, room, b"a").status_code == 201
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
class TestDiscarding:
    def test_its_uploader_takes_it_back(
        self, browser: Client, bob: User, room: Room, media: Path
    ) -> None:
        row = upload(bob, room, photo((1600, 900)))
        assert browser.delete(f"/uploads/{row.pk}/").status_code == 204
        assert stored_files(media) == []
        assert browser.delete(f"/uploads/{row.pk}/").status_code == 404

    def test_nobody_else_does(self, browser: Client, alice: User, room: Room) -> None:
        row = upload(alice, room)
        answer = browser.delete(f"/uploads/{row.pk}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert Attachment.objects.filter(pk=row.pk).exists()

    def test_no_forged_request_does(self, bob: User, room: Room) -> None:
        row = upload(bob, room)
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(bob)
        assert browser.delete(f"/uploads/{row.pk}/").status_code == 403
        assert Attachment.objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize("upload_id", [0, 10**14, 10**30])
    def test_a_number_that_is_none(self, browser: Client, upload_id: int) -> None:
        assert browser.delete(f"/uploads/{upload_id}/").status_code == 404
