"""`GET /files/<id>/<name>` and its thumb: who may see it, and as what it is shown."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client
from pytest_django import Settings

from accounts.models import User
from chat.actions import messages
from chat.actions.sanctions import sanction_everywhere
from chat.models import Attachment, Membership, Room
from chat.protocol.commands import MessageDelete
from tests.chat.sending import say
from tests.chat.uploading import photo, picture, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]

CONTENT = b"0123456789"


@pytest.fixture
def sent(alice: User, room: Room) -> Attachment:
    return send(alice, room, CONTENT, "ten.txt")


def send(author: User, room: Room, content: bytes, name: str) -> Attachment:
    row = upload(author, room, content, name)
    say(author, room, "", attachments=[row.pk])
    row.refresh_from_db()
    return row


def status(user: User | None, path: str) -> int:
    """Without the content, which comes in pieces for an event loop."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.head(path).status_code


def address(row: Attachment) -> str:
    return f"/files/{row.pk}/{row.name}"


async def get(user: User, path: str, **headers: str) -> tuple[Any, bytes]:
    client = AsyncClient()
    await client.aforce_login(user)
    response: Any = await client.get(path, headers=headers)
    if not isinstance(response, StreamingHttpResponse):
        return response, response.content
    pieces = response.streaming_content
    assert isinstance(pieces, AsyncIterator)
    content = b"".join([piece async for piece in pieces])
    await sync_to_async(response.close)()
    return response, content


class TestAccess:
    def test_members_may_see_it(self, sent: Attachment, alice: User, bob: User) -> None:
        assert [status(user, address(sent)) for user in (alice, bob)] == [200, 200]

    def test_to_an_outsider_it_is_not_there(self, sent: Attachment, carol: User) -> None:
        assert status(carol, address(sent)) == status(carol, "/files/999/ten.txt") == 404

    def test_who_is_not_signed_in_is_sent_to_do_so(self, sent: Attachment) -> None:
        assert status(None, address(sent)) == 302

    def test_who_left_has_left_it(self, sent: Attachment, bob: User) -> None:
        Membership.objects.filter(user=bob).update(left_at=datetime.now(UTC))
        assert status(bob, address(sent)) == 404

    def test_who_is_banned_sees_nothing(self, sent: Attachment, bob: User) -> None:
        sanction_everywhere(bob.pk, "ban", "spam")
        assert status(bob, address(sent)) == 404

    def test_what_is_not_sent_is_its_uploaders(self, alice: User, bob: User, room: Room) -> None:
        row = upload(alice, room)
        assert (status(alice, address(row)), status(bob, address(row))) == (200, 404)

    def test_an_uploader_who_left_has_left_it(self, bob: User, room: Room) -> None:
        row = upload(bob, room)
        Membership.objects.filter(user=bob).update(left_at=datetime.now(UTC))
        assert status(bob, address(row)) == 404

    def test_what_retention_removed_is_not_there(
        self, sent: Attachment, alice: User, room: Room
    ) -> None:
        say(alice, room)
        Room.objects.filter(pk=room.pk).update(first_seq=2)
        assert status(alice, address(sent)) == 404

    def test_it_goes_with_its_message(
        self, sent: Attachment, alice: User, room: Room, media: Path
    ) -> None:
        path = Path(sent.file.path)
        messages.delete_message(alice.pk, MessageDelete(id="1", room=room.pk, seq=1))
        assert status(alice, address(sent)) == 404
        assert not path.exists()

    def test_a_thumb_is_as_its_file(self, alice: User, carol: User, room: Room) -> None:
        row = send(alice, room, photo((1600, 900)), "view.jpg")
        path = f"/thumbs/{row.pk}"
        assert (status(alice, path), status(carol, path)) == (200, 404)

    def test_not_every_file_has_a_thumb(self, sent: Attachment, alice: User) -> None:
        assert status(alice, f"/thumbs/{sent.pk}") == 404

    @pytest.mark.parametrize("number", ["0", "9" * 15, "9" * 30])
    def test_a_number_that_is_none(self, alice: User, number: str) -> None:
        assert status(alice, f"/files/{number}/a") == status(alice, f"/thumbs/{number}") == 404

    @pytest.mark.usefixtures("quiet")
    def test_a_file_that_is_lost_is_not_there(self, sent: Attachment, alice: User) -> None:
        client = Client()
        client.force_login(alice)
        Path(sent.file.path).unlink()
        assert client.get(address(sent)).status_code == 404


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "files.serving")


class TestHeaders:
    async def test_a_picture_is_shown(self, alice: User, room: Room) -> None:
        row = await sync_to_async(send)(alice, room, picture("PNG"), "图 1.png")
        response, content = await get(alice, address(row))
        assert response["Content-Type"] == "image/png"
        assert response["Content-Disposition"] == "inline; filename*=utf-8''%E5%9B%BE%201.png"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-cache"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert int(response["Content-Length"]) == len(content) == row.size

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"<!doctype html><script>alert(1)</script>", "page.html"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
            (b"%PDF-1.7", "paper.pdf"),
            (b"<script>", "picture.png"),
            (b"alert(1)", "script.js"),
        ],
    )
    async def test_what_could_act_is_only_saved(
        self, alice: User, room: Room, content: bytes, name: str
    ) -> None:
        row = await sync_to_async(send)(alice, room, content, name)
        response, _ = await get(alice, address(row))
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'

    async def test_a_thumb_is_a_small_picture(self, alice: User, room: Room) -> None:
        row = await sync_to_async(send)(alice, room, photo((1600, 900)), "view.jpg")
        response, content = await get(alice, f"/thumbs/{row.pk}")
        assert (response["Content-Type"], content[8:12]) == ("image/webp", b"WEBP")

    async def test_nginx_is_told_where_it_is(
        self, sent: Attachment, alice: User, settings: Settings
    ) -> None:
        settings.FILES_ACCEL = "/protected"
        response, content = await get(alice, address(sent))
        assert response["X-Accel-Redirect"] == f"/protected/{sent.file.name}"
        assert response["Content-Disposition"] == 'attachment; filename="ten.txt"'
        assert content == b""


class TestRanges:
    @pytest.mark.parametrize(
        ("wanted", "content", "told"),
        [
            ("bytes=0-3", b"0123", "bytes 0-3/10"),
            ("bytes=4-", b"456789", "bytes 4-9/10"),
            ("bytes=-3", b"789", "bytes 7-9/10"),
            ("bytes=-99", CONTENT, "bytes 0-9/10"),
            ("bytes=8-99", b"89", "bytes 8-9/10"),
            ("bytes=9-9", b"9", "bytes 9-9/10"),
        ],
    )
    async def test_a_range(
        self, sent: Attachment, alice: User, wanted: str, content: bytes, told: str
    ) -> None:
        response, given = await get(alice, address(sent), range=wanted)
        assert (response.status_code, given, response["Content-Range"]) == (206, content, told)
        assert response["Content-Length"] == str(len(content))

    @pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=99-100", "bytes=-0"])
    async def test_a_range_beyond_its_end(self, sent: Attachment, alice: User, wanted: str) -> None:
        response, _ = await get(alice, address(sent), range=wanted)
        assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")

    @pytest.mark.parametrize(
        "wanted",
        ["bytes=-", "bytes=4-2", "bytes=0-1,4-5", "lines=0-3", "bytes=a-b", "bytes=" + "9" * 99],
    )
    async def test_no_range_means_all(self, sent: Attachment, alice: User, wanted: str) -> None:
        response, content = await get(alice, address(sent), range=wanted)
        assert (response.status_code, content) == (200, CONTENT)

    async def test_a_range_of_another_file_is_not_given(
        self, sent: Attachment, alice: User
    ) -> None:
        whole, _ = await get(alice, address(sent))
        same = {"range": "bytes=0-3", "if-range": whole["ETag"]}
        other = {"range": "bytes=0-3", "if-range": '"other"'}
        assert (await get(alice, address(sent), **same))[0].status_code == 206
        assert (await get(alice, address(sent), **other))[0].status_code == 200

    async def test_what_the_visitor_has_is_not_sent_again(
        self, sent: Attachment, alice: User
    ) -> None:
        whole, _ = await get(alice, address(sent))
        again, content = await get(alice, address(sent), **{"if-none-match": whole["ETag"]})
        assert (again.status_code, content) == (304, b"")

    async def test_nor_is_it_told_to_an_outsider(
        self, sent: Attachment, alice: User, carol: User
    ) -> None:
        whole, _ = await get(alice, address(sent))
        again, _ = await get(carol, address(sent), **{"if-none-match": whole["ETag"]})
        assert again.status_code == 404
