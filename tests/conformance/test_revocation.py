"""Sign-out, a new password, deactivation, bans and removals reach open sockets, wherever they come from."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from textwrap import indent

import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import PASSWORD, Socket, Visitor
from tests.server import Server

NEW = "a fresh horse battery"
COME_BEFORE = 40

SANCTION = """
from accounts.models import User
from chat.actions import sanctions
user = User.objects.get(username={username!r}).pk
"""
UNTOLD = """
from unittest.mock import Mock, patch
from chat import hub
with patch.multiple(hub, publish=Mock(), publish_access=Mock()):
{code}
"""
BAN = "sanctions.sanction_everywhere(user, 'ban', 'spam')\n"
UNBAN = "sanctions.lift_everywhere(user, 'ban')\n"
CLOSE_ACCOUNT = (
    "from accounts.activation import deactivate; deactivate(User.objects.filter(pk=user))\n"
)
NEW_PASSWORD = """
user = User.objects.get(pk=user)
user.set_password({password!r})
user.save()
"""
EXPIRE = """
from django.contrib.sessions.models import Session
from django.utils import timezone
Session.objects.filter(session_key={session!r}).update(expire_date=timezone.now())
"""


@dataclass
class Guest:
    """Somebody on two devices, each with a session of its own."""

    username: str
    laptop: Visitor
    phone: Visitor


@pytest.fixture
def guest(server: Server) -> Guest:
    laptop, phone = Visitor(server.url), Visitor(server.url)
    username = f"guest{secrets.token_hex(4)}"
    laptop.sign_up(username)
    phone.sign_in(username)
    return Guest(username, laptop, phone)


@asynccontextmanager
async def tabs(*visitors: Visitor) -> AsyncGenerator[list[Socket]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(visitor.chat()) for visitor in visitors]


async def run(server: Server, code: str, guest: Guest, **values: str) -> None:
    """Has it done in another process, as management commands are."""
    await asyncio.to_thread(server.run, (SANCTION + code).format(username=guest.username, **values))


def untold(code: str) -> str:
    """The same where nobody is told of it."""
    return UNTOLD.format(code=indent(code, "    "))


async def closed_with(code: int, *sockets: Socket) -> None:
    for socket in sockets:
        assert await socket.closed() == code
        assert socket.events[-1]["type"] == "bye"
        assert socket.events[-1]["code"] == code


async def test_signing_out_ends_this_session_only(guest: Guest) -> None:
    async with tabs(guest.laptop, guest.laptop, guest.phone) as (first, second, phone):
        await asyncio.to_thread(guest.laptop.post, "/accounts/logout/")
        await closed_with(4401, first, second)
        await phone.ok("ping")


@pytest.mark.one_process
async def test_signing_out_at_another_process_does_so_too(
    server: Server, neighbour: Server, guest: Guest
) -> None:
    async with tabs(guest.laptop, guest.phone) as (here, phone):
        elsewhere = Visitor(neighbour.url, guest.laptop.cookies)
        await asyncio.to_thread(elsewhere.post, "/accounts/logout/")
        await closed_with(4401, here)
        await phone.ok("ping")


async def test_a_new_password_ends_the_other_sessions(guest: Guest) -> None:
    async with tabs(guest.phone) as (phone,):
        fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        await asyncio.to_thread(lambda: guest.laptop.post("/accounts/password/change/", **fields))
        await closed_with(4401, phone)
    async with guest.laptop.chat() as laptop:
        await laptop.ok("ping")


COMMANDS = [(CLOSE_ACCOUNT, 4401), (NEW_PASSWORD, 4401), (BAN, 4403)]


@pytest.mark.parametrize(("code", "close_code"), COMMANDS, ids=["account", "password", "ban"])
@pytest.mark.parametrize("is_told", [True, False], ids=["told", "lost"])
async def test_a_management_command_reaches_every_device(
    server: Server, guest: Guest, code: str, close_code: int, *, is_told: bool
) -> None:
    code = code if is_told else untold(code)
    async with tabs(guest.laptop, guest.phone) as sockets:
        await run(server, code, guest, password=NEW)
        await closed_with(close_code, *sockets)


@pytest.mark.parametrize(
    ("command", "close_code"),
    [(["deactivate_user"], 4401), (["ban_user", "--reason", "spam"], 4403)],
    ids=["deactivate_user", "ban_user"],
)
async def test_the_commands_for_it_do_so(
    server: Server, guest: Guest, command: list[str], close_code: int
) -> None:
    async with tabs(guest.laptop) as (socket,):
        await asyncio.to_thread(server.manage, *command, guest.username)
        await closed_with(close_code, socket)


async def test_the_admin_deactivates_a_user(server: Server, guest: Guest) -> None:
    owner = f"owner{secrets.token_hex(4)}"
    server.manage("create_user", owner, "--owner", "--password-stdin", stdin=PASSWORD)
    admin = Visitor(server.url)
    admin.sign_in(owner)
    async with guest.laptop.chat() as socket:
        user = socket.welcome["me"]["user"]["id"]
        fields = {"action": "deactivate", "_selected_action": str(user)}
        await asyncio.to_thread(lambda: admin.post("/admin/accounts/user/", **fields))
        await closed_with(4401, socket)


async def test_a_session_that_expires_ends_its_sockets(server: Server, guest: Guest) -> None:
    async with tabs(guest.laptop, guest.phone) as (laptop, phone):
        session = guest.laptop.cookie("sessionid") or ""
        await run(server, EXPIRE, guest, session=session)
        await closed_with(4401, laptop)
        await phone.ok("ping")


async def test_one_who_says_no_hello_is_found_too(server: Server, guest: Guest) -> None:
    async with guest.laptop.connect() as socket:
        await socket.ok("ping")
        await run(server, untold(CLOSE_ACCOUNT), guest)
        await closed_with(4401, socket)


async def test_one_banned_from_the_site_is_closed_4403_on_coming_and_may_return_afterwards(
    server: Server, guest: Guest
) -> None:
    await run(server, BAN, guest)
    async with guest.laptop.connect() as socket:
        await closed_with(4403, socket)
    async with guest.laptop.connect() as socket:
        await socket.send("hello", client="tests")
        await closed_with(4403, socket)
        assert "welcome" not in [event["type"] for event in socket.events]
    await run(server, UNBAN, guest)
    async with guest.laptop.chat() as socket:
        await socket.ok("ping")


Removal = Callable[[Socket, int, int], Awaitable[object]]


async def remove(owner: Socket, room: int, user: int) -> object:
    return await owner.ok("room.remove", room=room, user=user)


async def ban_from_room(owner: Socket, room: int, user: int) -> object:
    return await owner.ok("sanction.set", room=room, user=user, kind="ban", reason="noise")


@pytest.mark.parametrize("take_away", [remove, ban_from_room])
async def test_one_who_is_put_out_of_a_room_hears_no_more_of_it(
    neighbour: Server,
    alice: Visitor,
    bob: Visitor,
    room: int,
    take_away: Removal,
) -> None:
    elsewhere = Visitor(neighbour.url, alice.cookies)
    async with elsewhere.chat() as owner, bob.chat() as member:
        await take_away(owner, room, member.welcome["me"]["user"]["id"])
        await member.event("room_left", room=room)
        await owner.say(room, "behind his back")
        refusal = await member.call("history", room=room)
        assert refusal["code"] in {"not_found", "forbidden"}
        assert "behind his back" not in str(member.events)


async def test_nobody_survives_a_deactivation_by_connecting_meanwhile(
    server: Server, guest: Guest
) -> None:
    """Connections come one after the other while the account is closed: none of them stays."""
    codes: list[int] = []

    async def stay() -> None:
        async with guest.laptop.connect() as socket:
            with suppress(ConnectionClosed):  # turned away at the door
                await socket.send("hello", client="tests")
            codes.append(await socket.closed(within=15))

    staying: list[asyncio.Task[None]] = []

    async def come() -> None:
        for _ in range(COME_BEFORE):
            staying.append(asyncio.create_task(stay()))
            await asyncio.sleep(0.02)

    await come()
    closing = asyncio.create_task(run(server, untold(CLOSE_ACCOUNT), guest))
    await come()
    await closing
    await asyncio.gather(*staying)
    assert set(codes) == {4401}
