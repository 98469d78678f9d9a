"""The mirror refuses what the wire does not allow; otherwise its likeness to the truth would prove little."""

import pytest

from tests.client import Frame
from tests.conformance.mirror import Mirror

ROOM: Frame = {
    "id": 7,
    "kind": "private",
    "name": "Atelier",
    "slug": "atelier",
    "topic": "",
    "first_seq": 1,
    "last_seq": 1,
    "last_rev": 5,
    "members": 2,
    "last_at": "t1",
    "archived_at": None,
    "slow_mode": 0,
    "by": 1,
    "role": "owner",
    "read_seq": 0,
    "mentions": 0,
    "notify": "all",
}


def welcome(*rooms: Frame, epoch: str = "e1") -> Frame:
    me = {"user": {"id": 1}, "blocked": []}
    kind = {"type": "welcome", "server": {"epoch": epoch}}
    return kind | {"me": me, "rooms": list(rooms), "users": []}


def message(rev: int, seq: int = 2, *, room: int = 7) -> Frame:
    body = {"seq": seq, "rev": rev, "body": f"as of {rev}", "at": f"t{seq}", "reactions": []}
    return {"type": "message", "room": room, "message": body}


def member(rev: int, user: int, role: str | None) -> Frame:
    return {"type": "member", "room": 7, "rev": rev, "user": user, "role": role, "profile": None}


def sync(since: int, rev: int, *messages: Frame) -> Frame:
    told = [one["message"] for one in messages]
    kind = {"type": "sync", "room": 7, "since": since, "rev": rev, "more": False}
    return kind | {"messages": told, "members": [], "users": [], "replied": []}


@pytest.fixture
def mirror() -> Mirror:
    """Of Alice, who is 1; Bob, 2, is in the room with her."""
    mirror = Mirror.of(welcome(ROOM))
    people = [{"user": 1, "role": "owner"}, {"user": 2, "role": "member"}]
    mirror.rooms[7].load([message(4, 1)["message"]], people)
    return mirror


def test_it_lives_on_events(mirror: Mirror) -> None:
    for event in (message(6), member(7, 2, "moderator"), member(8, 3, "member"), message(9, 1)):
        mirror.apply(event)
    room = mirror.rooms[7]
    assert (mirror.revs(), room.state["last_seq"], room.state["members"]) == ({7: 9}, 2, 3)
    assert [one["rev"] for one in room.messages.values()] == [9, 6]


@pytest.mark.parametrize(
    "wrong",
    [
        message(5),
        message(7),
        message(6, seq=3),
        message(6, room=8),
        member(7, 2, None),
        member(6, 1, None),
        sync(6, 8),
        sync(3, 5),
        sync(5, 7, message(7), message(6, 1)),
        sync(5, 7, message(8)),
        {"type": "room", "rev": 6, "room": ROOM | {"last_rev": 5}},
        {"type": "room", "rev": 6, "room": ROOM | {"last_rev": 6, "last_seq": 2}},
        {"type": "room_left", "room": 8, "reason": "left"},
        {"type": "reset", "room": 8, "rev": 5},
        {"type": "surprise"},
    ],
    ids=str,
)
def test_it_refuses_what_the_wire_does_not_allow(mirror: Mirror, wrong: Frame) -> None:
    with pytest.raises(AssertionError):
        mirror.apply(wrong)


def test_a_sync_over_what_is_held_brings_it_on(mirror: Mirror) -> None:
    mirror.apply(sync(4, 7, message(6, 1), message(7)))
    mirror.apply(message(8, 3))
    assert [one["rev"] for one in mirror.rooms[7].messages.values()] == [6, 7, 8]


def test_what_comes_before_the_load_is_applied_over_it(mirror: Mirror) -> None:
    gained = ROOM | {"id": 9, "last_rev": 1, "last_seq": 0, "members": 1}
    mirror.apply({"type": "membership", "room": gained, "users": []})
    mirror.apply(message(2, 1, room=9))
    mirror.apply(message(3, 1, room=9))
    assert mirror.revs() == {7: 5}
    mirror.rooms[9].load([message(2, 1)["message"]], [{"user": 1, "role": "owner"}])
    assert mirror.revs() == {7: 5, 9: 3}
    assert mirror.rooms[9].messages[1]["rev"] == 3


def test_a_membership_of_a_room_that_is_held_tells_ones_own_part_only(mirror: Mirror) -> None:
    told = ROOM | {"read_seq": 1, "name": "older", "last_rev": 3}
    mirror.apply({"type": "membership", "room": told, "users": []})
    assert mirror.rooms[7].state["read_seq"] == 1
    assert mirror.rooms[7].state["name"] == "Atelier"


def mention(rev: int, seq: int, author: int = 2) -> Frame:
    event = message(rev, seq)
    event["message"] |= {"author": author, "mentions": [1], "mention_room": False}
    return event


def test_it_counts_on_from_what_it_was_told(mirror: Mirror) -> None:
    for event in (mention(6, 2), mention(7, 3), mention(8, 3)):
        mirror.apply(event)
    assert mirror.rooms[7].state["mentions"] == 2
    own = {**ROOM, "last_seq": 2, "read_seq": 2, "mentions": 0}
    mirror.apply({"type": "membership", "room": own, "users": []})
    assert (mirror.rooms[7].state["read_seq"], mirror.rooms[7].state["mentions"]) == (2, 1)


def test_it_has_read_what_is_before_its_own_message(mirror: Mirror) -> None:
    for event in (mention(6, 2), mention(7, 3, author=1)):
        mirror.apply(event)
    assert (mirror.rooms[7].state["read_seq"], mirror.rooms[7].state["mentions"]) == (3, 0)


def test_who_is_blocked_mentions_nobody(mirror: Mirror) -> None:
    mirror.rooms[7].me["blocked"].append(2)
    mirror.apply(mention(6, 2))
    assert mirror.rooms[7].state["mentions"] == 0


def test_a_room_that_was_left_is_forgotten(mirror: Mirror) -> None:
    mirror.apply({"type": "room_left", "room": 7, "reason": "left"})
    assert mirror.rooms == {}


def test_after_a_reset_all_is_to_be_loaded_anew(mirror: Mirror) -> None:
    mirror.apply({"type": "reset", "room": 7, "rev": 20})
    assert mirror.revs() == {}
    mirror.rooms[7].load([message(19)["message"]], [{"user": 1, "role": "owner"}])
    assert mirror.revs() == {7: 20}
    assert (mirror.rooms[7].state["last_seq"], mirror.rooms[7].state["members"]) == (2, 1)


def test_a_welcome_that_comes_again_replaces_the_list_of_rooms(mirror: Mirror) -> None:
    other = ROOM | {"id": 9, "last_rev": 1}
    mirror.apply(welcome(other))
    assert list(mirror.rooms) == [9]


def test_a_resumed_room_keeps_its_rev_until_its_sync(mirror: Mirror) -> None:
    mirror.apply(welcome(ROOM | {"last_rev": 6, "last_seq": 2, "name": "Workshop"}))
    assert mirror.revs() == {7: 5}
    mirror.apply(sync(5, 6, message(6)))
    assert (mirror.rooms[7].state["name"], mirror.rooms[7].state["last_seq"]) == ("Workshop", 2)


def test_a_welcome_older_than_what_is_held_changes_only_ones_own_part(mirror: Mirror) -> None:
    mirror.apply(welcome(ROOM | {"last_rev": 4, "name": "older", "role": "member"}))
    assert mirror.rooms[7].state["name"] == "Atelier"
    assert mirror.rooms[7].state["role"] == "member"


def test_another_epoch_forgets_everything(mirror: Mirror) -> None:
    mirror.apply(welcome(ROOM, epoch="e2"))
    assert mirror.revs() == {}
