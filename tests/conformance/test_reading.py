"""What a member may read, page by page; what an outsider is told."""

import pytest

from tests.client import Frame, Socket, Visitor
from tests.conformance.view import own_room
from tests.server import Server

READS: dict[str, Frame] = {
    "history": {},
    "messages.get": {"seqs": [1]},
    "sync": {"since": 0},
    "members": {},
}


async def fill(socket: Socket, room: int, count: int, body: str = "{}") -> None:
    for number in range(1, count + 1):
        await socket.say(room, body.format(number))


async def seqs_of(socket: Socket, room: int, **window: int) -> list[int]:
    page = await socket.ok("history", room=room, **window)
    return [message["seq"] for message in page["messages"]]


async def test_history_of_an_empty_room_is_empty(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        page = await socket.ok("history", room=room)
        assert page["rev"] == own_room(socket, room)["last_rev"]
    assert (page["messages"], page["users"], page["last_seq"]) == ([], [], 0)


@pytest.mark.parametrize(
    ("window", "seqs"),
    [
        ({"limit": 4}, [7, 8, 9, 10]),
        ({"limit": 200}, list(range(1, 11))),
        ({"before": 4}, [1, 2, 3]),
        ({"before": 6, "limit": 2}, [4, 5]),
        ({"before": 1}, []),
        ({"before": 100, "limit": 3}, [8, 9, 10]),
        ({"after": 0, "limit": 3}, [1, 2, 3]),
        ({"after": 8}, [9, 10]),
        ({"after": 10}, []),
        ({"after": 99}, []),
        ({"around": 5, "limit": 3}, [4, 5, 6]),
        ({"around": 5, "limit": 4}, [3, 4, 5, 6]),
        ({"around": 1, "limit": 3}, [1, 2]),
        ({"around": 5, "limit": 1}, [5]),
        ({"around": 99, "limit": 3}, [9, 10]),
    ],
    ids=str,
)
async def test_history_gives_the_window_asked_for(
    alice: Visitor, ten_messages: int, window: dict[str, int], seqs: list[int]
) -> None:
    async with alice.chat() as socket:
        assert await seqs_of(socket, ten_messages, **window) == seqs


@pytest.fixture(scope="session")
def ten(shared_server: Server) -> dict[str, int]:
    """Remembers the room of this server that holds ten messages, filled once for all windows."""
    return {}


@pytest.fixture
async def ten_messages(alice: Visitor, room: int, ten: dict[str, int]) -> int:
    if not ten:
        async with alice.chat() as socket:
            await fill(socket, room, 10)
        ten["room"] = room
    return ten["room"]


async def test_pages_backward_meet_without_hole_or_overlap(
    alice: Visitor, ten_messages: int
) -> None:
    async with alice.chat() as socket:
        seqs = await seqs_of(socket, ten_messages, limit=3)
        while seqs[0] > 1:
            seqs = await seqs_of(socket, ten_messages, before=seqs[0], limit=3) + seqs
    assert seqs == list(range(1, 11))


async def test_pages_forward_meet_without_hole_or_overlap(
    alice: Visitor, ten_messages: int
) -> None:
    async with alice.chat() as socket:
        seqs: list[int] = []
        while page := await seqs_of(socket, ten_messages, after=len(seqs), limit=4):
            seqs += page
    assert seqs == list(range(1, 11))


async def test_a_page_is_fifty_unless_asked(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        await fill(socket, room, 55)
        assert await seqs_of(socket, room) == list(range(6, 56))


async def test_a_page_of_long_messages_is_shorter_and_still_meets(
    alice: Visitor, room: int
) -> None:
    async with alice.chat() as socket:
        await fill(socket, room, 20, "字" * 7000)
        seqs: list[int] = await seqs_of(socket, room, limit=200)
        assert 0 < len(seqs) < 20
        while seqs[0] > 1:
            seqs = await seqs_of(socket, room, before=seqs[0], limit=200) + seqs
        forward: list[int] = []
        while page := await seqs_of(socket, room, after=len(forward), limit=200):
            forward += page
        assert 10 in await seqs_of(socket, room, around=10, limit=200)
    assert seqs == forward == list(range(1, 21))


@pytest.mark.parametrize("window", [{"around": 12}, {"before": 25}, {"after": 0}], ids=str)
async def test_a_reply_never_passes_256_kib(
    alice: Visitor, public_room: int, window: dict[str, int]
) -> None:
    async with alice.chat() as socket:
        first = (await socket.say(public_room, "first"))["seq"]
        for _ in range(25):
            await socket.say(public_room, "字" * 7990, reply_to=first)
    seqs = {name: first + seq for name, seq in window.items()}
    async with alice.chat() as socket:
        await socket.send("history", room=public_room, limit=200, **seqs)
        frame = await socket.connection.recv(decode=False)
    assert 100 * 1024 < len(frame) <= 256 * 1024


async def test_history_names_its_authors_and_the_replied(
    alice: Visitor, bob: Visitor, room: int
) -> None:
    async with alice.chat() as one, bob.chat() as other:
        await one.say(room, "question")
        await other.say(room, "answer", reply_to=1)
        page = await one.ok("history", room=room, limit=1)
        me, him = (socket.welcome["me"]["user"] for socket in (one, other))
    assert [message["body"] for message in page["replied"]] == ["question"]
    assert sorted(user["id"] for user in page["users"]) == sorted([me["id"], him["id"]])
    assert him in page["users"]


@pytest.mark.parametrize(
    "window",
    [
        {"before": 1, "after": 1},
        {"before": 1, "around": 1},
        {"after": 0, "around": 1},
        {"around": 1, "at": "2026-01-31T09:30:00.000Z"},
        {"at": "yesterday"},
        {"limit": 201},
        {"limit": 2**40},
        {"limit": 10**30},
    ],
    ids=str,
)
async def test_a_window_without_meaning_is_a_bad_request(
    alice: Visitor, public_room: int, window: dict[str, int | str]
) -> None:
    async with alice.chat() as socket:
        answer = await socket.call("history", room=public_room, **window)
    assert answer["code"] == "bad_request"


async def test_messages_get_gives_those_there_are_in_order(
    alice: Visitor, ten_messages: int
) -> None:
    async with alice.chat() as socket:
        answer = await socket.ok("messages.get", room=ten_messages, seqs=[9, 2, 2, 99, 5])
    assert [message["seq"] for message in answer["messages"]] == [2, 5, 9]
    assert len(answer["users"]) == 1


async def test_messages_get_takes_none_and_fifty(alice: Visitor, ten_messages: int) -> None:
    async with alice.chat() as socket:
        nothing = await socket.ok("messages.get", room=ten_messages, seqs=[])
        fifty = await socket.ok("messages.get", room=ten_messages, seqs=list(range(1, 51)))
    assert (len(nothing["messages"]), len(fifty["messages"])) == (0, 10)


async def test_users_get_gives_those_there_are(alice: Visitor, bob: Visitor) -> None:
    async with alice.chat() as one, bob.chat() as other:
        me, him = (socket.welcome["me"]["user"] for socket in (one, other))
        answer = await one.ok("users.get", ids=[him["id"], me["id"], 2**50, him["id"]])
    assert sorted(answer["users"], key=str) == sorted([me, him], key=str)


async def test_users_get_takes_none_and_two_hundred(alice: Visitor) -> None:
    async with alice.chat() as socket:
        assert (await socket.ok("users.get", ids=[]))["users"] == []
        await socket.ok("users.get", ids=list(range(1, 201)))


async def test_members_come_in_pages_by_id(
    alice: Visitor, bob: Visitor, carol: Visitor, public_room: int
) -> None:
    async with alice.chat() as socket:
        general = socket.room("general")
        first = await socket.ok("members", room=general, limit=2)
        after = first["members"][-1]["user"]
        rest = await socket.ok("members", room=general, after=after, limit=200)
    ids = [member["user"] for member in first["members"] + rest["members"]]
    assert (first["more"], rest["more"]) == (True, False)
    assert ids == sorted(set(ids))
    assert len(ids) == own_room(socket, general)["members"]
    assert [user["id"] for user in first["users"] + rest["users"]] == ids


async def test_members_have_their_roles(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        answer = await socket.ok("members", room=room)
    assert [member["role"] for member in answer["members"]] == ["owner", "member"]


async def test_a_page_of_members_holds_200_at_most(alice: Visitor, room: int) -> None:
    async with alice.chat() as socket:
        assert (await socket.call("members", room=room, limit=201))["code"] == "bad_request"


@pytest.mark.parametrize("command", READS)
async def test_to_an_outsider_a_private_room_does_not_exist(
    carol: Visitor, room: int, command: str
) -> None:
    async with carol.chat() as socket:
        hidden = await socket.call(command, room=room, **READS[command])
        unknown = await socket.call(command, room=2**50, **READS[command])
    assert hidden["code"] == "not_found"
    assert {**hidden, "id": unknown["id"]} == unknown


@pytest.mark.parametrize("command", READS)
async def test_to_an_outsider_a_public_room_is_forbidden(
    carol: Visitor, public_room: int, command: str
) -> None:
    async with carol.chat() as socket:
        answer = await socket.call(command, room=public_room, **READS[command])
    assert answer["code"] == "forbidden"


async def test_a_hundred_reads_at_once_are_each_answered(alice: Visitor, ten_messages: int) -> None:
    async with alice.chat() as socket:
        ids = [await socket.send("history", room=ten_messages) for _ in range(100)]
        pages = [await socket.answer(command_id) for command_id in ids]
    assert all(len(page["messages"]) == 10 for page in pages)
