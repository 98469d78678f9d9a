"""Who is writing: told in the room while it is true, to nobody else, and never at anybody's cost."""

from tests.client import Visitor
from tests.conftest import Backend
from tests.server import Server


async def test_the_others_in_the_room_are_told(alice: Visitor, bob: Visitor, room: int) -> None:
    async with alice.chat() as writer, bob.chat() as reader:
        await writer.ok("typing", room=room)
        event = await reader.event("typing", room=room)
        assert event["user"] == writer.welcome["me"]["user"]["id"]


async def test_saying_it_again_at_once_tells_nobody(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as writer, bob.chat() as reader:
        for _ in range(5):
            await writer.ok("typing", room=room)
        await reader.event("typing", room=room)
        await writer.say(room, "done")
        await reader.event("message", room=room)
        assert [event["type"] for event in reader.events].count("typing") == 0


async def test_an_outsider_learns_nothing_and_tells_nothing(
    alice: Visitor, carol: Visitor, room: int
) -> None:
    async with alice.chat() as member, carol.chat() as outsider:
        for number in (room, 10**9):
            refusal = await outsider.call("typing", room=number)
            assert refusal["code"] == "not_found"
        await member.say(room, "nobody was writing")
        await member.event("message", room=room)
        assert [event["type"] for event in member.events].count("typing") == 0


async def test_the_muted_are_refused_and_tell_nothing(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as owner, bob.chat() as muted:
        bob_id = muted.welcome["me"]["user"]["id"]
        sanction = {"room": room, "user": bob_id, "kind": "mute", "reason": "noise"}
        await owner.ok("sanction.set", **sanction)
        refusal = await muted.call("typing", room=room)
        assert refusal["code"] == "muted"
        await owner.say(room, "nobody was writing")
        await owner.event("message", room=room)
        assert [event["type"] for event in owner.events].count("typing") == 0


async def test_another_process_tells_of_it_where_they_share_a_layer(
    neighbour: Server, alice: Visitor, bob: Visitor, room: int, backend: Backend
) -> None:
    """PostgreSQL comes with Redis; SQLite with nothing that others hear."""
    elsewhere = Visitor(neighbour.url, alice.cookies)
    async with elsewhere.chat() as writer, bob.chat() as reader:
        await writer.ok("typing", room=room)
        await writer.say(room, "a message comes in any case")
        first = await reader.next_event()
        assert first["type"] == ("typing" if backend.name == "postgresql" else "sync")
