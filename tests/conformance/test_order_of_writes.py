"""The writes of one connection take effect in the order sent, however they are stored."""

from tests.client import Visitor
from tests.conformance.talk import answers, say_many, submit, submit_many
from tests.conformance.view import timeline


async def test_a_change_waits_for_the_messages_sent_before_it(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        before = await submit_many(socket, room, 50)
        archive = await socket.send("room.archive", room=room)
        after = await submit_many(socket, room, 5)
        assert {answer["type"] for answer in await answers(socket, before)} == {"ok"}
        assert (await socket.answer(archive))["type"] == "ok"
        assert {answer["code"] for answer in await answers(socket, after)} == {"archived"}


async def test_a_message_may_be_changed_before_its_ok_came(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        for seq in range(1, 6):
            sent = await submit(socket, room, "helo")
            edit = await socket.send("message.edit", room=room, seq=seq, body="hello")
            gone = await socket.send("message.delete", room=room, seq=seq) if seq % 2 else edit
            assert (await socket.answer(sent))["rev"] < (await socket.answer(edit))["rev"]
            assert gone == edit or (await socket.answer(gone))["type"] == "ok"
        stored = await timeline(socket, room)
    assert [message["body"] for message in stored] == ["", "hello", "", "hello", ""]


async def test_changes_follow_each_other(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        sent = [await socket.send("room.update", room=room, topic=str(n)) for n in range(20)]
        revs = [answer["rev"] for answer in await answers(socket, sent)]
    assert revs == sorted(revs)


async def test_who_goes_while_a_change_waits_leaves_nothing_undone(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with bob.chat() as reader:
        async with alice.chat() as socket:
            await submit_many(socket, room, 300)
            await socket.send("room.update", room=room, topic="the end")
        event = await reader.event("room")
        assert (event["room"]["topic"], event["room"]["last_seq"]) == ("the end", 300)
        await say_many(reader, room, 2)
