"""The search over the wire. What it finds is in tests/chat/test_search.py; here is who gets it, and how."""

import secrets

import pytest

from tests.client import Frame, Socket, Visitor


def a_word() -> str:
    """One that nobody says on this server but the test."""
    return f"word{secrets.token_hex(4)}"


async def found(socket: Socket, q: str, **fields: object) -> list[str]:
    answer = await socket.ok("search", q=q, **fields)
    return [hit["message"]["body"] for hit in answer["hits"]]


async def refused(socket: Socket, **fields: object) -> Frame:
    answer = await socket.call("search", **fields)
    assert answer["type"] == "error"
    return answer


async def test_what_was_just_said_is_found_with_its_place(alice: Visitor, room: int) -> None:
    word = a_word()
    async with alice.chat() as socket:
        sent = await socket.say(room, f"今天的 {word.upper()}！")
        answer = await socket.ok("search", q=f"{word} 今天")
    (hit,) = answer["hits"]
    assert (hit["room"], hit["message"]["seq"]) == (room, sent["seq"])
    assert hit["marks"] == [[0, 2], [4, 4 + len(word)]]
    assert [user["id"] for user in answer["users"]] == [hit["message"]["author"]]
    assert answer["more"] is None


async def test_an_edit_and_a_deletion_change_what_is_found(alice: Visitor, room: int) -> None:
    first, second = a_word(), a_word()
    async with alice.chat() as socket:
        seq = (await socket.say(room, first))["seq"]
        await socket.ok("message.edit", room=room, seq=seq, body=second)
        assert (await found(socket, first), await found(socket, second)) == ([], [second])
        await socket.ok("message.delete", room=room, seq=seq)
        assert await found(socket, second) == []


async def test_an_outsider_finds_nothing(alice: Visitor, carol: Visitor, room: int) -> None:
    word = a_word()
    async with alice.chat() as socket:
        await socket.say(room, word)
    async with carol.chat() as socket:
        assert await found(socket, word) == []
        assert (await refused(socket, q=word, room=room))["code"] == "not_found"
        hidden = await refused(socket, q=f"{word} in:{await name_of(alice, room)}")
        missing = await refused(socket, q=f"{word} in:nowhere-at-all")
        assert hidden["code"] == missing["code"] == "not_found"


async def name_of(visitor: Visitor, room: int) -> str:
    async with visitor.chat() as socket:
        rooms = socket.welcome["rooms"]
    return str(next(own["slug"] for own in rooms if own["id"] == room))


async def test_who_left_finds_nothing_more(alice: Visitor, bob: Visitor, room: int) -> None:
    word = a_word()
    async with bob.chat() as socket:
        await socket.say(room, word)
        assert await found(socket, word) == [word]
        await socket.ok("room.leave", room=room)
        assert await found(socket, word) == []


async def test_pages_continue_where_the_last_one_ended(alice: Visitor, room: int) -> None:
    word = a_word()
    async with alice.chat() as socket:
        for number in range(23):
            await socket.say(room, f"{word} {number}")
        first = await socket.ok("search", q=word, room=room)
        rest = await socket.ok("search", q=word, room=room, before=first["more"])
    seqs = [hit["message"]["seq"] for hit in first["hits"] + rest["hits"]]
    assert (len(first["hits"]), len(seqs), rest["more"]) == (20, 23, None)
    assert seqs == sorted(seqs, reverse=True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"q": "tea before:yesterdayish"}, "bad_request"),
        ({"q": ""}, "bad_request"),
        ({"q": "?!"}, "bad_request"),
        ({"q": "x" * 10_000}, "too_long"),
        ({"q": "te\0a"}, "bad_frame"),
        ({"q": 7}, "bad_frame"),
        ({"q": "tea", "before": 0}, "bad_frame"),
        ({"q": "tea", "room": 2**53 - 1}, "not_found"),
        ({"q": "tea from:nobody-at-all"}, "not_found"),
    ],
    ids=str,
)
async def test_what_makes_no_sense_gets_one_clear_error(
    alice: Visitor, fields: Frame, code: str
) -> None:
    async with alice.chat() as socket:
        error = await refused(socket, **fields)
    assert error["code"] == code
    assert error["detail"]


@pytest.mark.parametrize(
    "q", ['"a" OR NEAR(', '"unfinished', "a* AND b -c ^d {e}: f", "it's & | ! <-> :*"]
)
async def test_what_other_searches_would_obey_is_words(alice: Visitor, q: str) -> None:
    async with alice.chat() as socket:
        assert isinstance(await found(socket, q), list)
