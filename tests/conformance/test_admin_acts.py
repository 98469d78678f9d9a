"""What is done in the admin is seen by those who are connected, as if it had been done in the room."""

import asyncio
import re
import secrets

import pytest

from tests.client import PASSWORD, PROVE, Frame, Socket, Visitor
from tests.conformance.view import follow, view_of
from tests.conftest import Backend
from tests.server import Server

SPREAD_SECONDS = {"sqlite": 5, "postgresql": 1}  # to processes without a shared layer, and with
ACT = """
from urllib.parse import urlsplit
from django.conf import settings
from django.test import Client
browser = Client(headers={{"host": urlsplit(settings.SITE_URL).netloc}})
browser.cookies["sessionid"] = "{session}"
print(browser.post("{path}", {{"remove-reason": "spam"}}).status_code)
"""
WHENCE = """
from chat.models import AuditEntry
print(AuditEntry.objects.get(room={room}, action="room.update").address)
"""


@pytest.fixture(scope="module")
def keeper(shared_server: Server) -> Visitor:
    """An owner of the site, who is in none of the rooms."""
    shared_server.ensure_running()
    name = f"keeper{secrets.token_hex(4)}"
    shared_server.manage("create_user", name, "--owner", "--password-stdin", stdin=PASSWORD)
    visitor = Visitor(shared_server.url)
    visitor.sign_in(name)
    return visitor


async def act(keeper: Visitor, model: str, pk: int, name: str, **fields: str) -> None:
    path = f"/admin/{model}/{pk}/act/{name}/"
    form = {f"{name}-{key}": value for key, value in fields.items()}
    page = await asyncio.to_thread(lambda: keeper.post(path, **form))
    assert page.status == 200
    assert 'class="success"' in page.text, page.text


async def found(keeper: Visitor, model: str, query: str) -> int:
    """The id of the one row that a list shows for it."""
    page = await asyncio.to_thread(keeper.get, f"/admin/{model}/?{query}")
    (pk,) = set(re.findall(rf"/admin/{model}/(\d+)/(?:change|act)/", page.text))
    return int(pk)


def user_of(socket: Socket) -> int:
    user: int = socket.welcome["me"]["user"]["id"]
    return user


async def told_gone(socket: Socket, room: int, seq: int) -> None:
    message: Frame = {"deleted_at": None}
    while not message["deleted_at"]:
        message = (await socket.event("message", room=room))["message"]
    assert (message["seq"], message["body"]) == (seq, "")


async def told_waiting(socket: Socket, room: int, reports: list[list[int]]) -> None:
    """With one's own part in the room or, where the poll was faster, with a new `welcome`."""
    while True:
        event = await socket.next_event()
        told = event["rooms"] if event["type"] == "welcome" else [event.get("room")]
        parts = [own for own in told if isinstance(own, dict) and "role" in own]
        if any((own["id"], own.get("reports", [])) == (room, reports) for own in parts):
            return


async def test_a_message_that_is_removed(
    keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as author, bob.chat() as reader:
        seq = (await author.say(room, "buy now"))["seq"]
        message = await found(keeper, "chat/message", f"q=%23{room}/{seq}")
        await act(keeper, "chat/message", message, "remove", reason="spam")
        for socket in (author, reader):
            await told_gone(socket, room, seq)


async def test_a_message_that_was_reported_and_is_decided_on(
    keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as author, bob.chat() as reader:
        seq = (await author.say(room, "buy now"))["seq"]
        await reader.ok("message.report", room=room, seq=seq, reason="Advertising.")
        report = await found(keeper, "chat/report", f"q=%23{room}/{seq}")
        await act(keeper, "chat/report", report, "remove")
        await told_gone(reader, room, seq)


async def test_a_report_that_is_dismissed_waits_no_longer_for_who_keeps_order_in_the_room(
    keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as owner, bob.chat() as member:
        seq = (await member.say(room, "buy now"))["seq"]
        await owner.ok("message.report", room=room, seq=seq, reason="Advertising.")
        await told_waiting(owner, room, [[seq, 1]])
        report = await found(keeper, "chat/report", f"q=%23{room}/{seq}")
        await act(keeper, "chat/report", report, "dismiss")
        await told_waiting(owner, room, [])


@pytest.mark.one_process
async def test_a_message_that_is_removed_by_another_process(
    backend: Backend, server: Server, keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    """Which shares a channel layer with this one, or on SQLite nothing but the database."""
    async with alice.chat() as author, bob.chat() as reader:
        views = [(socket, view_of(socket, room)) for socket in (author, reader)]
        sent = await author.say(room, "buy now")
        message = await found(keeper, "chat/message", f"q=%23{room}/{sent['seq']}")
        path = f"/admin/chat/message/{message}/act/remove/"
        code = ACT.format(session=keeper.cookie("sessionid"), path=path)
        assert await asyncio.to_thread(server.run, code) == "302\n"
        async with asyncio.timeout(SPREAD_SECONDS[backend.name]):
            for socket, view in views:
                await follow(socket, view, to=sent["rev"] + 1)
                assert view.messages[sent["seq"]]["deleted_at"]


async def test_the_audit_log_says_from_where_it_was_asked_for(
    server: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as owner:
        await owner.ok("room.update", room=room, topic="Tea")
    told = await asyncio.to_thread(server.run, WHENCE.format(room=room))
    assert told == "127.0.0.1\n"


async def test_one_muted_everywhere_is_refused_at_once(
    keeper: Visitor, server: Server, room: int
) -> None:
    guest = Visitor(server.url)
    guest.sign_up(f"guest{secrets.token_hex(4)}")
    async with guest.chat() as socket:
        general = socket.room("general")
        await socket.say(general, "before")
        fields = {"kind": "mute", "hours": "24", "reason": "noise"}
        await act(keeper, "accounts/user", user_of(socket), "sanction", **fields)
        draft = {"room": general, "client_id": "0b5d5b8c-8a36-4a4b-9d21-00000000abce"}
        refusal = await socket.call("message.send", body="after", **draft)
        assert refusal["code"] == "muted"


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("sanction", {"kind": "ban", "hours": "for-good", "reason": "spam"}, 4403),
        ("deactivate", {"reason": "left the firm"}, 4401),
        ("end_sessions", {}, 4401),
    ],
)
async def test_one_who_may_not_be_here_any_more_is_disconnected(
    keeper: Visitor, server: Server, name: str, fields: dict[str, str], code: int
) -> None:
    guest = Visitor(server.url)
    guest.sign_up(f"guest{secrets.token_hex(4)}")
    async with guest.chat() as socket:
        await act(keeper, "accounts/user", user_of(socket), name, **fields)
        assert await socket.closed() == code


async def test_a_name_that_is_changed_is_seen_at_once(
    keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    name = f"Robert {secrets.token_hex(3)}"
    async with alice.chat() as reader, bob.chat() as one:
        page = f"/admin/accounts/user/{user_of(one)}/change/"
        await asyncio.to_thread(lambda: keeper.post(PROVE, password=PASSWORD))
        await asyncio.to_thread(lambda: keeper.post(page, name=name))
        told = await reader.event("user")
        while told["user"]["id"] != user_of(one):
            told = await reader.event("user")
        assert told["user"]["name"] == name
        assert (await one.event("welcome"))["me"]["user"]["name"] == name


async def test_a_room_that_is_archived_and_restored(
    keeper: Visitor, alice: Visitor, room: int
) -> None:
    async with alice.chat() as socket:
        await act(keeper, "chat/room", room, "archive", reason="over")
        assert (await socket.event("room"))["room"]["archived_at"]
        await act(keeper, "chat/room", room, "restore")
        assert (await socket.event("room"))["room"]["archived_at"] is None


async def test_a_member_who_gets_a_role_and_is_removed(
    keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as owner, bob.chat() as member:
        user = user_of(member)
        membership = await found(keeper, "chat/membership", f"room={room}&user={user}")
        await act(keeper, "chat/membership", membership, "role", role="moderator")
        await owner.event("member", room=room, user=user, role="moderator")
        await act(keeper, "chat/membership", membership, "remove", reason="by mistake")
        await owner.event("member", room=room, user=user, role=None)
        await member.event("room_left", room=room)


async def test_one_banned_from_a_room_is_put_out_of_it(
    keeper: Visitor, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as owner, bob.chat() as member:
        user = user_of(member)
        membership = await found(keeper, "chat/membership", f"room={room}&user={user}")
        fields = {"kind": "ban", "hours": "for-good", "reason": "noise"}
        await act(keeper, "chat/membership", membership, "sanction", **fields)
        await member.event("room_left", room=room)
        await owner.event("member", room=room, user=user, role=None)
