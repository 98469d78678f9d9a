"""All that a client can know, kept by the rules of the wire alone: what a fresh load must equal.

A `Mirror` starts from `welcome`, is loaded by `load` and then lives on events. It is stricter than a client
need be: a hole, a repeat, a word about a room that is not held, or anything the protocol does not know, is an
AssertionError. `catch_up` lets one live until it stands where a `fresh` one stands; then the two are equal.
"""

import contextlib
from asyncio import timeout
from dataclasses import dataclass, field

from tests.client import Frame, Socket, Visitor

OWN_PART = {"role", "read_seq", "mentions", "notify", "users", "mute", "reports"}
# These go with the events of the room, one by one; a snapshot may be ahead of them or behind.
COUNTED = {"last_rev", "last_seq", "last_at", "members"}
CATCH_UP_SECONDS = 4.0  # the poll finds within 2 s what was never published
HINTS = {"typing", "presence", "notice", "bye"}


@dataclass
class RoomMirror:
    """One room. `state` is as in `welcome`, with `rev` in the place of its `last_rev`.

    What was read and what mentions one is told up to `counted_to`; of later messages it is counted here.
    """

    me: Frame = field(compare=False)
    state: Frame
    rev: int
    counted_to: int = field(default=0, compare=False)
    messages: dict[int, Frame] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    is_loaded: bool = False
    held: list[Frame] = field(default_factory=list)  # events that come before the load

    def welcome(self, own: Frame) -> None:
        """The snapshot of a connection that resumes, or one that came again."""
        self.counted_to = own["last_seq"]
        if not self.is_loaded:
            self.state, self.rev = _without(own, {"last_rev"}), own["last_rev"]
            self.held = [event for event in self.held if _rev(event) > self.rev]
            return
        is_older = own["last_rev"] < self.rev
        self.own(own)
        if not is_older:
            self.share(_without(own, COUNTED))

    def own(self, own: Frame) -> None:
        for name in ("mute", "reports"):  # they are only there while one is muted, or has to decide
            self.state.pop(name, None)
        self.state |= {key: own[key] for key in OWN_PART & own.keys()}
        self.counted_to = own["last_seq"]
        self._count()

    def share(self, state: Frame) -> None:
        self.state |= state
        for seq in [seq for seq in self.messages if seq < self.state["first_seq"]]:
            del self.messages[seq]

    def load(self, messages: list[Frame], members: list[Frame]) -> None:
        self.messages = {message["seq"]: message for message in messages}
        self.members = {member["user"]: member["role"] for member in members}
        self.is_loaded = True
        if "last_seq" not in self.state:  # after a reset
            last = messages[-1] if messages else {"seq": self.state["first_seq"] - 1, "at": None}
            counted = {"last_seq": last["seq"], "last_at": last["at"], "members": len(members)}
            self.state |= counted
        self._count()
        held, self.held = self.held, []
        for event in held:
            self.apply(event)

    def apply(self, event: Frame) -> None:
        if event["type"] == "reset":
            self._reset(event)
        elif not self.is_loaded:
            self.held.append(event)
        else:
            {
                "message": self._message,
                "room": self._room,
                "member": self._member,
                "sync": self._sync,
            }[event["type"]](event)

    def _message(self, event: Frame) -> None:
        self._advance(event)
        seq = event["message"]["seq"]
        assert seq <= self.state["last_seq"] + 1, f"after {self.state['last_seq']} came {event}"
        self._put(event["message"])

    def _room(self, event: Frame) -> None:
        self._advance(event)
        state = event["room"]
        assert state["last_rev"] == event["rev"]
        assert state["last_seq"] <= self.state["last_seq"], f"at {self.state['last_seq']}: {event}"
        self.share(_without(state, COUNTED))

    def _member(self, event: Frame) -> None:
        self._advance(event)
        self._put_member(event)

    def _sync(self, event: Frame) -> None:
        since, rev = event["since"], event["rev"]
        assert event["room"] == self.state["id"]
        assert since <= self.rev < rev, f"at {self.rev}: {event}"
        revs = [message["rev"] for message in event["messages"]]
        assert revs == sorted(set(revs)), f"out of order: {event}"
        assert all(since < message_rev <= rev for message_rev in revs), f"beside it: {event}"
        self.rev = rev
        if "room_state" in event:
            self.share(_without(event["room_state"], COUNTED))
        for message in sorted(event["messages"], key=lambda message: int(message["seq"])):
            self._put(message)
        for member in event["members"]:
            self._put_member(member)

    def _reset(self, event: Frame) -> None:
        self.rev = event["rev"]
        self.state = _without(self.state | event.get("room_state", {}), COUNTED)
        self.is_loaded = False
        self.held.clear()

    def _advance(self, event: Frame) -> None:
        assert _rev(event) == self.rev + 1, f"at {self.rev} came {event}"
        self.rev += 1

    def _put(self, message: Frame) -> None:
        held = self.messages.get(message["seq"])
        if held is None or held["rev"] < message["rev"]:
            self.messages[message["seq"]] = message
        if message["seq"] > self.state["last_seq"]:
            self.state |= {"last_seq": message["seq"], "last_at": message["at"]}
        self._count()

    def _count(self) -> None:
        """One's own message is read with all before it; another's may be a mention more."""
        for seq in sorted(seq for seq in self.messages if seq > self.counted_to):
            message, self.counted_to = self.messages[seq], seq
            author = message.get("author")
            if author == self.me["user"]["id"]:
                self.state |= {"read_seq": seq, "mentions": 0}
            elif author not in self.me["blocked"] and self._is_meant(message):
                self.state["mentions"] += 1

    def _is_meant(self, message: Frame) -> bool:
        is_named = self.me["user"]["id"] in message.get("mentions", ())
        return bool(message.get("mention_room")) or is_named

    def _put_member(self, member: Frame) -> None:
        if member["user"] == self.me["user"]["id"]:
            assert member["role"], f"one's own end comes as room_left: {member}"
            self.state["role"] = member["role"]
        if member["role"] is None:
            self.members.pop(member["user"], None)
        else:
            self.members[member["user"]] = member["role"]
        self.state["members"] = len(self.members)


@dataclass
class Mirror:
    """One person's. What is known of others counts only as far as a fresh load would tell it."""

    me: Frame
    rooms: dict[int, RoomMirror]
    epoch: str = field(compare=False)
    users: dict[int, Frame] = field(compare=False)
    dropped: set[int] = field(default_factory=set, compare=False)  # by the last welcome

    @classmethod
    def of(cls, welcome: Frame) -> "Mirror":
        mirror = cls({}, {}, welcome["server"]["epoch"], {})
        mirror.apply(welcome)
        return mirror

    def revs(self) -> dict[int, int]:
        """What `hello` says of the rooms that are held."""
        return {room_id: room.rev for room_id, room in self.rooms.items() if room.is_loaded}

    def stand(self) -> Frame:
        """How far it is: by the revs of its rooms, and by what is one's own and has none."""
        own = {
            room_id: {key: room.state.get(key) for key in OWN_PART}
            for room_id, room in self.rooms.items()
        }
        return {"revs": self.revs(), "own": own, "me": self.me}

    def learn(self, users: list[Frame]) -> None:
        self.users |= {user["id"]: user for user in users}

    def apply(self, event: Frame) -> None:
        match event["type"]:
            case "welcome":
                self._welcome(event)
            case "membership":
                self._membership(event)
            case "room_left":
                self._room_left(event)
            case "user":
                self.learn([event["user"]])
            case "message" | "member" | "sync" | "reset" | "room":
                self._change(event)
            case kind:
                assert kind in HINTS, f"not known: {event}"

    def _welcome(self, event: Frame) -> None:
        if event["server"]["epoch"] != self.epoch:
            self.rooms.clear()
        self.epoch, self.me = event["server"]["epoch"], event["me"]
        self.learn([self.me["user"], *event["users"]])
        own = {room["id"]: room for room in event["rooms"]}
        assert len(own) == len(event["rooms"])
        self.dropped = self.rooms.keys() - own.keys()
        self.rooms = {room_id: self._welcomed(room) for room_id, room in own.items()}

    def _room_left(self, event: Frame) -> None:
        """Once of each room; who was away hears of it after the welcome that has it no more."""
        is_held = self.rooms.pop(event["room"], None) is not None
        assert is_held or event["room"] in self.dropped, f"not held: {event}"
        self.dropped.discard(event["room"])

    def _welcomed(self, own: Frame) -> RoomMirror:
        if own["id"] not in self.rooms:
            return self._new_room(own)
        self.rooms[own["id"]].me = self.me
        self.rooms[own["id"]].welcome(own)
        return self.rooms[own["id"]]

    def _membership(self, event: Frame) -> None:
        own = event["room"]
        self.learn(event["users"])
        if own["id"] in self.rooms:
            self.rooms[own["id"]].own(own)
        else:
            self.rooms[own["id"]] = self._new_room(own)

    def _new_room(self, own: Frame) -> RoomMirror:
        state = _without(own, {"last_rev"})
        return RoomMirror(self.me, state, own["last_rev"], own["last_seq"])

    def _change(self, event: Frame) -> None:
        room_id = event["room"]["id"] if event["type"] == "room" else event["room"]
        assert room_id in self.rooms, f"not held: {event}"
        if event["type"] == "member" and event["profile"]:
            self.learn([event["profile"]])
        self.learn(event.get("users", []))
        self.rooms[room_id].apply(event)


async def load(socket: Socket, mirror: Mirror) -> None:
    """Reads what is not held: every page of history and members."""
    for room_id, room in list(mirror.rooms.items()):
        if room.is_loaded:
            continue
        messages = await _history(socket, mirror, room_id)
        members = await _members(socket, mirror, room_id)
        if messages is not None and members is not None:
            room.load(messages, members)


async def fresh(visitor: Visitor) -> Mirror:
    """The same from scratch, by a new connection; nothing may change meanwhile."""
    async with visitor.chat() as socket:
        mirror = Mirror.of(socket.welcome)
        await load(socket, mirror)
    return mirror


async def catch_up(socket: Socket, mirror: Mirror, truth: Mirror) -> list[Frame]:
    """Applies what comes until the mirror has caught up, and what else came by then; all that came."""
    told: list[Frame] = []
    with contextlib.suppress(TimeoutError):  # then the two differ, and how is what one wants to see
        async with timeout(CATCH_UP_SECONDS):
            await load(socket, mirror)
            while mirror.stand() != truth.stand():
                told.append(await socket.next_event())
                mirror.apply(told[-1])
                await load(socket, mirror)
    await socket.ok("ping")
    for event in socket.events:
        mirror.apply(event)
    told += socket.events
    socket.events.clear()
    return told


def assert_same(mirror: Mirror, truth: Mirror) -> None:
    """What is held equals what is so, and everybody whom the truth names is known."""
    assert mirror.revs() == truth.revs()
    for room_id, room in truth.rooms.items():
        assert mirror.rooms[room_id] == room
    assert mirror == truth
    assert {user_id: mirror.users.get(user_id) for user_id in truth.users} == truth.users


async def _history(socket: Socket, mirror: Mirror, room_id: int) -> list[Frame] | None:
    """None where the room is one's own no more."""
    messages: list[Frame] = []
    after, last = 0, 1
    while after < last:
        page = await socket.call("history", room=room_id, after=after, limit=200)
        if page["type"] == "error":
            return None
        messages += page["messages"]
        mirror.learn(page["users"])
        last = page["last_seq"]
        after = messages[-1]["seq"] if messages else page["first_seq"] - 1
    return messages


async def _members(socket: Socket, mirror: Mirror, room_id: int) -> list[Frame] | None:
    """None where the room is one's own no more."""
    found: list[Frame] = []
    more = True
    while more:
        after = found[-1]["user"] if found else 0
        page = await socket.call("members", room=room_id, after=after, limit=200)
        if page["type"] == "error":
            return None
        found += page["members"]
        mirror.learn(page["users"])
        more = page["more"]
    return found


def _rev(event: Frame) -> int:
    rev: int = event["message"]["rev"] if event["type"] == "message" else event["rev"]
    return rev


def _without(state: Frame, keys: set[str]) -> Frame:
    return {key: value for key, value in state.items() if key not in keys}
