"""Who is here, as others see it over a real socket."""

import secrets

import pytest

from tests.client import Socket, Visitor
from tests.conftest import Backend
from tests.server import Server


@pytest.fixture
def alice(server: Server) -> Visitor:
    return _newcomer(server)


@pytest.fixture
def bob(server: Server) -> Visitor:
    return _newcomer(server)


def _newcomer(server: Server) -> Visitor:
    """Of others, a process that was killed lately may still say that they are here."""
    visitor = Visitor(server.url)
    visitor.sign_up(f"new{secrets.token_hex(3)}")
    return visitor


def id_of(socket: Socket) -> int:
    user_id: int = socket.welcome["me"]["user"]["id"]
    return user_id


async def status(watcher: Socket, user_id: int) -> str:
    answer = await watcher.ok("presence.watch", users=[user_id])
    return str(answer["users"][str(user_id)])


async def test_who_comes_and_goes_is_told_to_those_who_watch(alice: Visitor, bob: Visitor) -> None:
    async with bob.chat() as guest:
        him = id_of(guest)
    async with alice.chat() as watcher:
        if await status(watcher, him) == "online":  # still, from a moment ago
            await watcher.event("presence", users={str(him): "offline"})
        async with bob.chat():
            await watcher.event("presence", users={str(him): "online"})
        await watcher.event("presence", users={str(him): "offline"})
        answer = await watcher.ok("presence.watch", users=[him])
    assert list(answer["seen"]) == [str(him)]


async def test_away_is_told(alice: Visitor, bob: Visitor) -> None:
    async with alice.chat() as watcher, bob.chat() as guest:
        await watcher.ok("presence.watch", users=[id_of(guest)])
        await guest.ok("presence.set", status="away")
        await watcher.event("presence", users={str(id_of(guest)): "away"})


@pytest.mark.one_process
async def test_who_hides_is_seen_by_nobody_until_they_say_otherwise(
    alice: Visitor, bob: Visitor
) -> None:
    async with alice.chat() as watcher, bob.chat() as guest, bob.chat() as second:
        him = id_of(guest)
        await watcher.ok("presence.watch", users=[him])
        await guest.ok("presence.set", status="hidden")
        await watcher.event("presence", users={str(him): "offline"})
        welcome = await second.event("welcome")
        assert welcome["me"]["hidden"]
        answer = await watcher.ok("presence.watch", users=[him])
        assert (answer["users"], answer["seen"]) == ({str(him): "offline"}, {})
        await second.ok("presence.set", status="shown")
        await watcher.event("presence", users={str(him): "online"})


@pytest.mark.one_process
async def test_a_page_that_says_that_somebody_is_at_it_shows_nobody_who_hides(
    alice: Visitor, bob: Visitor
) -> None:
    async with alice.chat() as watcher, bob.chat() as guest, bob.chat() as second:
        await guest.ok("presence.set", status="hidden")
        await second.ok("presence.set", status="away")
        await second.ok("presence.set", status="online")
        assert await status(watcher, id_of(guest)) == "offline"
        async with bob.chat() as later:
            assert later.welcome["me"]["hidden"]
        await guest.ok("presence.set", status="shown")


async def test_who_hid_before_comes_back_hidden(alice: Visitor, bob: Visitor) -> None:
    async with bob.chat() as guest:
        await guest.ok("presence.set", status="hidden")
    async with alice.chat() as watcher, bob.chat() as guest:
        assert guest.welcome["me"]["hidden"]
        assert await status(watcher, id_of(guest)) == "offline"
        await guest.ok("presence.set", status="shown")


@pytest.mark.one_process
async def test_a_direct_partner_who_is_here_is_named_in_the_welcome(
    alice: Visitor, bob: Visitor
) -> None:
    async with bob.chat() as guest:
        him = id_of(guest)
        async with alice.chat() as first:
            await first.ok("dm.open", users=[him])
        async with alice.chat() as later:
            assert later.welcome["online"] == [him]


async def test_another_process_tells_of_it_where_they_share_a_layer(
    neighbour: Server, alice: Visitor, bob: Visitor, backend: Backend
) -> None:
    """PostgreSQL comes with Redis; SQLite with nothing that others hear."""
    elsewhere = Visitor(neighbour.url, bob.cookies)
    async with alice.chat() as watcher, elsewhere.chat() as guest:
        him = id_of(guest)
        before = await status(watcher, him)
        if backend.name == "sqlite":
            assert before == "offline"
        elif before != "online":
            await watcher.event("presence", users={str(him): "online"})
