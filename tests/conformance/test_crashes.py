"""What was acknowledged is stored, and nothing twice, however the process ends."""

import asyncio
import uuid
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed

from tests.client import Frame, Socket, Visitor
from tests.conformance import raw
from tests.conformance.talk import say_many, submit
from tests.conformance.view import follow, timeline, view_of
from tests.server import Server

End = Callable[[Server], object]


class Outbox:
    """A client that keeps each draft until its `ok`, and tells when it has got so many."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.drafts: dict[str, str] = {}
        self.acknowledged: dict[str, Frame] = {}
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def after(self, count: int) -> asyncio.Event:
        """Set when that many messages have been acknowledged."""
        event = asyncio.Event()
        self._waiting.append((count, event))
        return event

    async def send_until_closed(self, socket: Socket) -> None:
        """Sends one message after the other, twenty under way, while the server lets it."""
        under_way: list[tuple[str, str]] = []
        try:
            while True:
                client_id = str(uuid.uuid4())
                self.drafts[client_id] = f"message {len(self.drafts)}"
                command_id = await submit(
                    socket, self.room, self.drafts[client_id], client_id=client_id
                )
                under_way.append((client_id, command_id))
                if len(under_way) == 20:
                    self._note(*await self._answered(socket, *under_way.pop(0)))
        except ConnectionClosed:
            return

    async def send_again(self, socket: Socket) -> None:
        """Every draft once more, acknowledged or not: each must be stored by now."""
        for client_id, body in self.drafts.items():
            ok = await socket.ok("message.send", room=self.room, client_id=client_id, body=body)
            first = self.acknowledged.setdefault(client_id, ok)
            assert {**first, "id": ok["id"]} == ok

    async def _answered(self, socket: Socket, client_id: str, command_id: str) -> tuple[str, Frame]:
        return client_id, await socket.answer(command_id)

    def _note(self, client_id: str, answer: Frame) -> None:
        if answer["type"] == "ok":
            self.acknowledged[client_id] = answer
        else:
            assert answer["code"] == "unavailable", answer
        for count, event in self._waiting:
            if len(self.acknowledged) >= count:
                event.set()


async def end_amid(server: Server, end: End, outbox: Outbox, sender: Visitor, count: int) -> None:
    """Ends the server while messages are under way, after so many were acknowledged."""
    async with sender.chat() as socket:
        sending = asyncio.create_task(outbox.send_until_closed(socket))
        await outbox.after(count).wait()
        await asyncio.to_thread(end, server)
        await sending


def stored_under(messages: list[Frame], outbox: Outbox) -> dict[str, int]:
    return {
        message["client_id"]: message["seq"]
        for message in messages
        if message["client_id"] in outbox.drafts
    }


@pytest.mark.parametrize("end", [Server.kill, Server.terminate, Server.interrupt])
async def test_what_was_acknowledged_is_stored_and_a_repeat_is_stored_once(
    server: Server, alice: Visitor, room: int, end: End
) -> None:
    outbox = Outbox(room)
    await end_amid(server, end, outbox, alice, 100)
    server.start()
    async with alice.chat() as socket:
        stored = stored_under(await timeline(socket, room), outbox)
        assert {key: stored.get(key) for key in outbox.acknowledged} == {
            key: ok["seq"] for key, ok in outbox.acknowledged.items()
        }
        await outbox.send_again(socket)
        messages = await timeline(socket, room)
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert [message["client_id"] for message in messages] == list(
        dict.fromkeys(message["client_id"] for message in messages)
    )
    assert {message["client_id"]: message["body"] for message in messages} == outbox.drafts


async def test_one_that_was_away_for_a_crash_catches_up_exactly(
    server: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with bob.chat() as reader:
        view = view_of(reader, room)
        outbox = Outbox(room)
        await end_amid(server, Server.kill, outbox, alice, 50)
        assert await reader.closed() == 1006
        for event in reader.events:
            view.apply(event)
    server.start()
    async with alice.chat() as sender:
        await outbox.send_again(sender)
        last = await sender.say(room, "after")
        async with bob.chat(rooms={room: view.rev}) as reader:
            await follow(reader, view, to=last["rev"])
            truth = await timeline(reader, room)
    assert [view.messages[seq] for seq in range(1, len(truth) + 1)] == truth


async def test_the_epoch_outlives_a_crash(server: Server, alice: Visitor) -> None:
    async with alice.chat() as socket:
        epoch = socket.welcome["server"]["epoch"]
    server.kill()
    server.start()
    async with alice.chat() as socket:
        assert socket.welcome["server"]["epoch"] == epoch


@pytest.mark.parametrize("end", [Server.terminate, Server.interrupt])
async def test_a_restart_says_bye_and_closes_1012(
    server: Server, alice: Visitor, bob: Visitor, end: Callable[[Server], int]
) -> None:
    async with alice.chat() as greeted, bob.connect() as silent:
        exiting = asyncio.create_task(asyncio.to_thread(end, server))
        for socket in (greeted, silent):
            bye = await socket.event("bye")
            assert bye["code"] == 1012
            assert bye["retry_after"] > 0
            assert await socket.closed() == 1012
        assert await exiting == 0
    server.start()


async def test_a_restart_waits_for_nobody_who_does_not_answer(
    server: Server, alice: Visitor
) -> None:
    """A frozen client neither reads nor answers the close."""
    async with raw.upgrade(alice) as frozen:
        await frozen.send(raw.frame(b'{"type":"hello","id":"1","client":"tests"}'))
        frozen.stop_reading()
        assert await asyncio.to_thread(server.terminate) == 0
    server.start()


async def test_everyone_in_a_room_comes_back_after_a_restart(
    server: Server, alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as sender:
        last = (await say_many(sender, room, 30))[-1]
    server.terminate()
    server.start()
    async with alice.chat(rooms={room: last["rev"]}) as one, bob.chat() as other:
        view = view_of(other, room)
        assert view.rev == last["rev"]
        sent = await one.say(room, "again")
        await follow(other, view, to=sent["rev"])
        assert (await one.event("message", room=room))["message"]["seq"] == sent["seq"]
