"""Files from one person to another: over HTTP to a real process, and back."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from socket import create_connection

import pytest

from chat.protocol.limits import MAX_ATTACHMENTS, MAX_UPLOAD_BYTES, UNSENT_HOURS
from tests.attacks.usage import usage_of
from tests.chat.uploading import bomb, photo, picture
from tests.client import Frame, Socket, Visitor
from tests.conformance.talk import submit
from tests.conformance.view import timeline
from tests.server import Server

MIB = 1024 * 1024
SLOW_READERS = 40  # more than are worked on at once
DEADLINE_SECONDS, POLL_SECONDS = 15.0, 0.05


async def send(socket: Socket, room: int, *uploads: Frame, body: str = "") -> Frame:
    return await socket.say(room, body, attachments=[upload["id"] for upload in uploads])


def memory(server: Server, field: str = "VmHWM:") -> int:
    """Bytes that the process has had at most."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition(field)[2].split()[0]) * 1024


def request_for(server: Server, visitor: Visitor, url: str) -> bytes:
    return (
        f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Cookie: {visitor.cookie_header()}\r\n\r\n"
    ).encode()


@contextmanager
def reading_slowly(server: Server, visitor: Visitor, url: str, *, readers: int) -> Iterator[None]:
    """So many are sent the file, and take no more than its first line."""
    request = request_for(server, visitor, url)
    with ExitStack() as stack:
        for _ in range(readers):
            reader = stack.enter_context(create_connection(("127.0.0.1", server.port), 10))
            reader.sendall(request)
            assert reader.recv(12) == b"HTTP/1.1 200"
        yield


def files_of(server: Server) -> list[Path]:
    return [path for path in (server.var_dir / "media").rglob("*") if path.is_file()]


def stored_files(server: Server) -> int:
    return len(files_of(server))


async def test_a_file_reaches_the_other(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as sender, bob.chat() as reader:
        upload = alice.upload(room, b"0123456789", "报告.txt")
        assert upload.status == 201
        await send(sender, room, upload.json, body="look")
        told = await reader.event("message", room=room)
        assert told["message"]["attachments"] == [upload.json]
        assert (await timeline(reader, room))[-1]["attachments"] == [upload.json]
    answer = bob.fetch(upload.json["url"])
    assert (answer.status, answer.content) == (200, b"0123456789")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''%E6%8A")


async def test_a_photo_is_seen_without_what_it_knew(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as sender:
        upload = alice.upload(room, photo((1600, 900)), "view.jpg").json
        await send(sender, room, upload)
    assert (upload["type"], upload["width"], upload["height"]) == ("image/jpeg", 900, 1600)
    whole, thumb = bob.fetch(upload["url"]), bob.fetch(upload["thumb"])
    assert (whole.headers["content-type"], b"Spycam" in whole.content) == ("image/jpeg", False)
    assert (thumb.headers["content-type"], thumb.content[8:12]) == ("image/webp", b"WEBP")
    assert len(thumb.content) < len(whole.content)


async def test_a_player_gets_the_part_it_asks_for(alice: Visitor, bob: Visitor, room: int) -> None:
    content = b"ID3" + bytes(range(256)) * 4096
    async with alice.chat() as sender:
        upload = alice.upload(room, content, "song.mp3").json
        await send(sender, room, upload)
    part = bob.fetch(upload["url"], headers={"Range": "bytes=500000-500099"})
    assert (part.status, part.content) == (206, content[500_000:500_100])
    assert part.headers["content-range"] == f"bytes 500000-500099/{len(content)}"
    assert part.headers["content-type"] == "audio/mpeg"
    beyond = bob.fetch(upload["url"], headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status == 416
    head = bob.fetch(upload["url"], method="HEAD")
    assert (head.status, head.headers["content-length"]) == (200, str(len(content)))


async def test_a_browser_asks_whether_it_still_may(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as sender:
        upload = alice.upload(room).json
        sent = await send(sender, room, upload)
        etag = {"If-None-Match": bob.fetch(upload["url"]).headers["etag"]}
        again = bob.fetch(upload["url"], headers=etag)
        assert (again.status, again.content) == (304, b"")
        await sender.ok("message.delete", room=room, seq=sent["seq"])
    assert bob.fetch(upload["url"], headers=etag).status == 404


async def test_carol_gets_nothing(alice: Visitor, bob: Visitor, carol: Visitor, room: int) -> None:
    async with alice.chat() as sender:
        upload = alice.upload(room, photo((1600, 900)), "view.jpg").json
        assert bob.fetch(upload["url"]).status == 404
        await send(sender, room, upload)
    assert bob.fetch(upload["url"]).status == 200
    assert [carol.fetch(upload[of]).status for of in ("url", "thumb")] == [404, 404]
    assert carol.upload(room).json == carol.upload(10**12).json
    assert Visitor(alice.site).fetch(upload["url"]).status == 302


async def test_who_was_removed_gets_nothing_more(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as sender:
        upload = alice.upload(room).json
        await send(sender, room, upload)
        members = await sender.ok("members", room=room)
        [bobs_id] = [
            one["id"] for one in members["users"] if one["id"] != sender.welcome["me"]["user"]["id"]
        ]
        await sender.ok("room.remove", room=room, user=bobs_id)
    assert bob.fetch(upload["url"]).status == 404


async def test_a_repeated_send_gets_its_first_answer(alice: Visitor, room: int) -> None:
    draft = {"client_id": str(uuid.uuid4()), "attachments": [alice.upload(room).json["id"]]}
    async with alice.chat() as sender:
        first, again = [
            await sender.answer(await submit(sender, room, "", **draft)) for _ in range(2)
        ]
    assert {**first, "id": 0} == {**again, "id": 0}
    assert first["type"] == "ok"


async def test_a_refused_message_is_stored_nowhere(alice: Visitor, bob: Visitor, room: int) -> None:
    of_bob = bob.upload(room).json["id"]
    mine = [alice.upload(room).json["id"] for _ in range(MAX_ATTACHMENTS + 1)]
    async with alice.chat() as sender:
        answers = [
            await sender.answer(await submit(sender, room, "look", attachments=ids))
            for ids in ([of_bob], [mine[0], 10**12], mine, [mine[0]] * 2)
        ]
        history = await sender.ok("history", room=room)
    codes = [answer["code"] for answer in answers]
    assert codes == ["not_found", "not_found", "too_long", "bad_request"]
    assert answers[0]["detail"] == answers[1]["detail"]
    assert [one for one in history["messages"] if one["kind"] == "text"] == []


async def test_the_limits_are_told_before(alice: Visitor) -> None:
    async with alice.chat() as socket:
        limits = socket.welcome["server"]["limits"]
    assert (limits["upload_bytes"], limits["attachments"]) == (MAX_UPLOAD_BYTES, MAX_ATTACHMENTS)
    assert limits["unsent_hours"] == UNSENT_HOURS


@pytest.mark.one_process
class TestTooLarge:
    def test_the_largest_file_takes_no_memory(
        self, server: Server, alice: Visitor, room: int
    ) -> None:
        alice.upload(room)
        before = memory(server)
        upload = alice.upload(room, bytes(MAX_UPLOAD_BYTES), "large.bin")
        assert (upload.status, upload.json["size"]) == (201, MAX_UPLOAD_BYTES)
        assert alice.fetch(upload.json["url"]).content == bytes(MAX_UPLOAD_BYTES)
        assert memory(server) - before < 12 * MIB

    def test_a_byte_more_is_refused_without_memory(
        self, server: Server, alice: Visitor, room: int
    ) -> None:
        alice.upload(room)
        before, files = memory(server), stored_files(server)
        refused = alice.upload(room, bytes(MAX_UPLOAD_BYTES + 1))
        assert (refused.status, refused.json["code"]) == (413, "too_long")
        assert memory(server) - before < 12 * MIB
        assert stored_files(server) == files

    def test_a_bomb_is_refused_without_memory(
        self, server: Server, alice: Visitor, room: int
    ) -> None:
        alice.upload(room, picture())
        before, files = memory(server), stored_files(server)
        refused = alice.upload(room, bomb(), "bomb.png")
        assert (refused.status, refused.json["code"]) == (413, "too_long")
        assert memory(server) - before < 12 * MIB
        assert stored_files(server) == files


@pytest.mark.one_process
async def test_slow_readers_hold_no_database_connection(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(DATABASE_POOL="2")
    alice = Visitor(server.url)
    alice.sign_up("alice")
    async with alice.chat() as socket:
        room = socket.room("general")
        upload = alice.upload(room, bytes(8 * MIB), "large.bin").json
        with reading_slowly(server, alice, upload["url"], readers=6):
            assert alice.get("/rooms/general/").status == 200
            await send(socket, room, upload)


@pytest.mark.one_process
def test_slow_readers_hold_no_thread(server: Server, alice: Visitor, room: int) -> None:
    upload = alice.upload(room, bytes(8 * MIB), "large.bin").json
    before = usage_of(server.pid).threads
    with reading_slowly(server, alice, upload["url"], readers=SLOW_READERS):
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (now := usage_of(server.pid).threads) >= before + SLOW_READERS // 2:
            assert time.monotonic() < deadline, f"{now} threads, {before} before"
            time.sleep(POLL_SECONDS)


@pytest.mark.one_process
def test_what_is_not_whole_ends_with_its_connection(
    server: Server, alice: Visitor, room: int
) -> None:
    """What came next on it would pass for the rest."""
    before = set(files_of(server))
    upload = alice.upload(room, bytes(2 * MIB), "shrinking.bin").json
    (stored,) = set(files_of(server)) - before
    with stored.open("r+b") as file:
        file.truncate(MIB)
    with create_connection(("127.0.0.1", server.port), 10) as reader:
        reader.sendall(request_for(server, alice, upload["url"]))
        with pytest.raises(ConnectionResetError):
            b"".join(iter(lambda: reader.recv(MIB), b""))


def test_what_is_cut_off_leaves_nothing(server: Server, alice: Visitor, room: int) -> None:
    """The form's last line is missing: what came is all there is, or nothing."""
    files = stored_files(server)
    head = {"Content-Type": "multipart/form-data; boundary=x", "Referer": alice.site}
    alice.upload(room)
    head["X-CSRFToken"] = alice.cookie("csrftoken") or ""
    answer = alice.fetch("/uploads/", method="POST", data=b"--x\r\nContent-Disp", headers=head)
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert stored_files(server) == files + 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_uploads_are_posted(alice: Visitor, method: str) -> None:
    assert alice.fetch("/uploads/", method=method).status == 405
