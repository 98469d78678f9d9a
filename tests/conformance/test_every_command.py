"""Each command of the protocol is known, and answered exactly once."""

import uuid
from itertools import chain
from typing import Any

import pytest

from chat.connection import OF_THE_MOMENT
from chat.protocol.commands import Command, Hello, MessageSend, Ping, RoomLeave
from chat.protocol.results import RESULTS
from chat.verbs import ACTIONS, QUEUED, READS
from tests.client import Frame, Visitor

COMMANDS = Command.__subclasses__()
EXAMPLES: Frame = {
    "body": "hello",
    "client": "tests",
    "client_id": "0b5d5b8c-8a36-4a4b-9d21-0123456789ab",
    "code": "abc",
    "decision": "dismissed",
    "emoji": "👍",
    "ids": [1],
    "kind": "public",
    "level": "all",
    "name": "Atelier",
    "q": "hello",
    "reason": "spam",
    "role": "member",
    "seq": 1,
    "seqs": [1],
    "since": 0,
    "status": "away",
    "user": 1,
    "users": [1],
}


def name_of(command: type[Command]) -> str:
    return str(command.__struct_config__.tag)


def example(command: type[Command], room: int, **values: Any) -> Frame:
    """The fields that it cannot do without, `id` aside; each a value that is not refused."""
    names = command.__struct_fields__
    required = names[1 : len(names) - len(command.__struct_defaults__)]
    kind = {"kind": "mute"} if name_of(command).startswith("sanction.") else {}
    values = EXAMPLES | {"room": room} | kind | values
    return {name: values[name] for name in required}


def test_every_command_has_one_place_that_does_it() -> None:
    of_the_connection: set[type[Command]] = {Hello, Ping, MessageSend, *OF_THE_MOMENT}
    done = chain(of_the_connection, QUEUED, READS, ACTIONS)
    assert sorted(map(name_of, done)) == sorted(map(name_of, COMMANDS))


@pytest.mark.parametrize("command", [one for one in COMMANDS if one in RESULTS], ids=name_of)
async def test_an_ok_carries_the_fields_of_its_result(
    alice: Visitor, bob: Visitor, room: int, command: type[Command]
) -> None:
    async with alice.chat() as owner, bob.chat() as member:
        await owner.say(room, "hello")
        him = member.welcome["me"]["user"]["id"]
        values = {"user": him, "users": [him], "name": f"Atelier {uuid.uuid4()}"}
        socket = member if command is RoomLeave else owner
        ok = await socket.ok(name_of(command), **example(command, room, **values))
    optional = {"room_state"}
    fields = {"type", "id", *RESULTS[command].__struct_fields__}
    assert fields - optional <= ok.keys() <= fields
