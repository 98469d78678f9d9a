"""The database is not the one it was: what clients hold means nothing any more.

Where there are two processes, each finds out for itself, the second up to a second later, and would cut off
the connections of the next test.
"""

import pytest

from tests.client import Visitor
from tests.server import Server

pytestmark = pytest.mark.one_process


async def test_a_new_epoch_brings_everybody_back_for_a_snapshot(
    server: Server, alice: Visitor, room: int
) -> None:
    async with alice.chat() as socket:
        epoch = socket.welcome["server"]["epoch"]
        await socket.say(room, "before")
        server.manage("renew_epoch")
        assert (await socket.event("bye"))["code"] == 1012
        assert await socket.closed() == 1012
    async with alice.chat(epoch=epoch, rooms={room: 1}) as socket:
        assert socket.welcome["server"]["epoch"] != epoch
        assert await socket.event("reset", room=room)


async def test_a_database_that_went_back_gets_a_new_epoch(
    server: Server, alice: Visitor, room: int
) -> None:
    """As after the promotion of a replica that had not got everything."""
    async with alice.chat() as socket:
        epoch = socket.welcome["server"]["epoch"]
        await socket.say(room, "acknowledged")
        lose = f"from chat.models import *; Message.objects.filter(room={room}).delete();"
        lose += f"Room.objects.filter(pk={room}).update(last_seq=0, last_rev=2)"
        server.run(lose)
        assert await socket.closed() == 1012
    async with alice.chat() as socket:
        assert socket.welcome["server"]["epoch"] != epoch
