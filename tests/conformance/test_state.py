"""Whatever is done, who was there knows afterwards what one who loads anew is told: no more and no less.

Alice owns the room, Bob is a member, Carol is not; each holds a `Mirror` from before.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass

import pytest

from tests.client import Frame, Socket, Visitor
from tests.conformance.conftest import Company
from tests.conformance.mirror import Mirror, assert_same, catch_up, fresh, load
from tests.server import Server

NAMES = ("alice", "bob", "carol")
LAST = 2**53 - 1  # of the reports, whichever there are
ROOMLESS = {"read.all", "room.create", "dm.open", "profile.update", "block.set", "block.lift"}
Story = list[tuple[str, str, Frame]]


@dataclass
class Stage:
    """The three with their sockets and mirrors, and two rooms of Alice and Bob."""

    visitors: dict[str, Visitor]
    sockets: dict[str, Socket]
    mirrors: dict[str, Mirror]
    private: int
    public: int

    def id_of(self, name: str) -> int:
        user_id: int = self.mirrors[name].me["user"]["id"]
        return user_id

    async def do(self, name: str, command: str, fields: Frame) -> Frame:
        """Rooms and users are given by name; where no room is, it is the private one."""
        fields = dict(fields)
        if command not in ROOMLESS:
            fields["room"] = self.public if fields.get("room") == "public" else self.private
        if command == "message.send":
            fields["client_id"] = str(uuid.uuid4())
        if "rooms" in fields:
            places = {"private": self.private, "public": self.public}
            fields["rooms"] = {places[name]: seq for name, seq in fields["rooms"].items()}
        if names := fields.pop("files", []):
            uploads = [self.visitors[name].upload(fields["room"], b"hello", it) for it in names]
            fields["attachments"] = [upload.json["id"] for upload in uploads]
        if "user" in fields:
            fields["user"] = self.id_of(fields["user"])
        if "users" in fields:
            fields["users"] = [self.id_of(user) for user in fields["users"]]
        if "body" in fields:
            names = {user: self.mirrors[user].me["user"]["username"] for user in NAMES}
            fields["body"] = fields["body"].format(**names)
        return await self.sockets[name].ok(command, **fields)

    async def play(self, story: Story) -> None:
        for name, command, fields in story:
            await self.do(name, command, fields)

    async def make_current(self) -> dict[str, list[Frame]]:
        """Lets the mirrors catch up with the truth, which they then equal; what each was told."""
        told = {}
        for name in NAMES:
            truth = await fresh(self.visitors[name])
            told[name] = await catch_up(self.sockets[name], self.mirrors[name], truth)
            assert_same(self.mirrors[name], truth)
        return told

    async def bring_back(self, mirrors: dict[str, Mirror]) -> None:
        """Lets those who were away since these mirrors were made resume; they equal the truth, too."""
        for name, mirror in mirrors.items():
            truth = await fresh(self.visitors[name])
            hello = {"rooms": mirror.revs(), "epoch": mirror.epoch}
            async with self.visitors[name].chat(**hello) as socket:
                mirror.apply(socket.welcome)
                await catch_up(socket, mirror, truth)
            assert_same(mirror, truth)


@pytest.fixture
async def stage(server: Server) -> AsyncIterator[Stage]:
    """With people who are new here: a mirror holds all of one's rooms."""
    company = Company(server)
    company.sign_up()
    people = company.people
    async with people["alice"].chat() as alice, people["bob"].chat() as bob:
        private, public = [await make_room(alice, bob, kind) for kind in ("private", "public")]
    async with AsyncExitStack() as stack:
        sockets = {name: await stack.enter_async_context(people[name].chat()) for name in NAMES}
        mirrors = {name: Mirror.of(socket.welcome) for name, socket in sockets.items()}
        for name in NAMES:
            await load(sockets[name], mirrors[name])
        yield Stage(people, sockets, mirrors, private, public)


async def make_room(alice: Socket, bob: Socket, kind: str) -> int:
    """A room in which something of everything has happened."""
    made = await alice.ok("room.create", kind=kind, name=f"Atelier {uuid.uuid4()}", topic="Wood")
    room: int = made["room"]["id"]
    await alice.ok("room.invite", room=room, user=bob.welcome["me"]["user"]["id"])
    seqs = [(await socket.say(room, "hello"))["seq"] for socket in (alice, bob, alice)]
    await alice.say(room, "**yes**", reply_to=seqs[1])
    await alice.ok("message.edit", room=room, seq=seqs[0], body="*hello*")
    await bob.ok("message.delete", room=room, seq=seqs[1])
    for socket, emoji in ((alice, "👍"), (bob, "🎉"), (bob, "👍")):
        await socket.ok("reaction.add", room=room, seq=seqs[2], emoji=emoji)
    await alice.ok("message.pin", room=room, seq=seqs[2])
    return room


EDITED, GONE, LOVED, REPLY = 3, 4, 5, 6  # after what the private room itself said of its beginning
STORIES: dict[str, Story] = {
    "message.send": [
        ("bob", "message.send", {"body": "hi", "reply_to": LOVED}),
    ],
    "message.send with files": [
        ("bob", "message.send", {"body": "", "files": ["图.txt", "b.txt"]}),
    ],
    "message.delete of one with files": [
        ("bob", "message.send", {"body": "look", "files": ["a.txt"]}),
        ("bob", "message.delete", {"seq": REPLY + 1}),
    ],
    "message.edit": [
        ("alice", "message.edit", {"seq": EDITED, "body": "hello again"}),
        ("alice", "message.edit", {"seq": LOVED, "body": "`hello`"}),
    ],
    "message.delete": [("alice", "message.delete", {"seq": LOVED})],
    "message.delete of another's": [
        ("bob", "message.send", {"body": "buy now"}),
        ("alice", "message.delete", {"seq": REPLY + 1}),
    ],
    "reaction.add": [
        ("alice", "reaction.add", {"seq": LOVED, "emoji": "🎉"}),
        ("bob", "reaction.add", {"seq": REPLY, "emoji": "👩🏾\u200d💻"}),
    ],
    "reaction.remove": [("bob", "reaction.remove", {"seq": LOVED, "emoji": "🎉"})],
    "reaction.remove by the first": [
        ("alice", "reaction.remove", {"seq": LOVED, "emoji": "👍"}),
        ("alice", "reaction.add", {"seq": LOVED, "emoji": "👍"}),
    ],
    "message.pin": [("alice", "message.pin", {"seq": REPLY})],
    "message.unpin": [("alice", "message.unpin", {"seq": LOVED})],
    "message.report": [("bob", "message.report", {"seq": EDITED, "reason": "spam"})],
    "message.report of a member's": [
        ("bob", "message.send", {"body": "buy now"}),
        ("alice", "message.report", {"seq": REPLY + 1, "reason": "spam"}),
    ],
    "report.decide": [
        ("bob", "message.send", {"body": "buy now"}),
        ("bob", "message.send", {"body": "buy more"}),
        ("alice", "message.report", {"seq": REPLY + 1, "reason": "spam"}),
        ("alice", "message.report", {"seq": REPLY + 2, "reason": "spam"}),
        ("alice", "report.decide", {"seq": REPLY + 1, "last": LAST, "decision": "dismissed"}),
        ("alice", "report.decide", {"seq": REPLY + 2, "last": LAST, "decision": "removed"}),
    ],
    "room.role of one who waits for a decision": [
        ("bob", "message.send", {"body": "buy now"}),
        ("alice", "message.report", {"seq": REPLY + 1, "reason": "spam"}),
        ("alice", "room.role", {"user": "bob", "role": "owner"}),
        ("bob", "room.role", {"user": "alice", "role": "moderator"}),
    ],
    "read": [("bob", "read", {"seq": LOVED})],
    "read.all": [("bob", "read.all", {"rooms": {"private": LOVED, "public": 1}})],
    "room.notify": [
        ("bob", "room.notify", {"level": "none"}),
        ("bob", "room.notify", {"room": "public", "level": "mentions"}),
    ],
    "profile.update": [("bob", "profile.update", {"dnd_until": "2126-01-31T09:30:00.000Z"})],
    "block.set": [
        ("alice", "message.send", {"body": "@{bob} before"}),
        ("bob", "block.set", {"user": "alice"}),
        ("alice", "message.send", {"body": "@{bob} and @room"}),
    ],
    "block.lift": [
        ("bob", "block.set", {"user": "alice"}),
        ("alice", "message.send", {"body": "@{bob}"}),
        ("bob", "block.lift", {"user": "alice"}),
        ("alice", "message.send", {"body": "@{bob}"}),
    ],
    "block.set of a stranger": [("bob", "block.set", {"user": "carol"})],
    "read and read back": [
        ("bob", "read", {"seq": REPLY}),
        ("bob", "read", {"seq": GONE, "back": True}),
    ],
    "read between messages": [
        ("alice", "message.send", {"body": "@{bob} one"}),
        ("bob", "read", {"seq": REPLY + 1}),
        ("alice", "message.send", {"body": "@{bob} two"}),
    ],
    "a mention": [("alice", "message.send", {"body": "hi @{bob}, hi @{carol}, hi @{alice}"})],
    "a mention of the room": [
        ("alice", "message.send", {"body": "@room"}),
        ("bob", "message.send", {"body": "@room"}),
        ("alice", "message.send", {"body": "@room @{bob}"}),
    ],
    "mentions that come and go": [
        ("alice", "message.edit", {"seq": LOVED, "body": "@{bob}"}),
        ("alice", "message.edit", {"seq": REPLY, "body": "@{bob}"}),
        ("alice", "message.edit", {"seq": LOVED, "body": "nobody"}),
    ],
    "a mention that is deleted": [
        ("alice", "message.send", {"body": "@{bob}"}),
        ("alice", "message.send", {"body": "@{bob}"}),
        ("alice", "message.delete", {"seq": REPLY + 2}),
    ],
    "a mention of the room that comes and goes": [
        ("alice", "message.edit", {"seq": LOVED, "body": "@room"}),
        ("alice", "message.send", {"body": "@room"}),
        ("alice", "message.edit", {"seq": LOVED, "body": "nobody"}),
        ("alice", "message.send", {"body": "@room"}),
        ("alice", "message.delete", {"seq": REPLY + 2}),
    ],
    "one's own message after a mention": [
        ("alice", "message.send", {"body": "@{bob}"}),
        ("bob", "message.send", {"body": "yes?"}),
    ],
    "room.update": [
        ("alice", "room.update", {"name": "Workshop", "topic": "", "slow_mode": 30}),
        ("alice", "room.update", {"topic": "Wood"}),
    ],
    "room.update of a public room": [
        ("alice", "room.update", {"room": "public", "name": "Workshop"})
    ],
    "room.archive": [("alice", "room.archive", {})],
    "room.restore": [("alice", "room.archive", {}), ("alice", "room.restore", {})],
    "room.leave": [("bob", "room.leave", {})],
    "room.leave of a public room": [("bob", "room.leave", {"room": "public"})],
    "room.remove": [("alice", "room.remove", {"user": "bob"})],
    "room.role": [
        ("alice", "room.role", {"user": "bob", "role": "moderator"}),
        ("alice", "room.role", {"user": "bob", "role": "owner"}),
        ("bob", "room.role", {"user": "alice", "role": "member"}),
    ],
    "sanction.set a mute": [
        ("alice", "sanction.set", {"user": "bob", "kind": "mute", "reason": "noise"})
    ],
    "sanction.set a mute with an end": [
        (
            "alice",
            "sanction.set",
            {
                "user": "bob",
                "kind": "mute",
                "reason": "noise",
                "until": "2126-01-31T09:30:00.000Z",
            },
        )
    ],
    "sanction.set a ban": [
        ("alice", "sanction.set", {"user": "bob", "kind": "ban", "reason": "spam"})
    ],
    "sanction.set a ban of a stranger": [
        ("alice", "sanction.set", {"user": "carol", "kind": "ban", "reason": "spam"})
    ],
    "sanction.lift": [
        ("alice", "sanction.set", {"user": "bob", "kind": "mute", "reason": "noise"}),
        ("alice", "sanction.lift", {"user": "bob", "kind": "mute"}),
    ],
    "invite.create": [("alice", "invite.create", {"uses": 1})],
    "what changes nothing": [
        ("alice", "message.edit", {"seq": EDITED, "body": "*hello*"}),
        ("bob", "message.delete", {"seq": GONE}),
        ("bob", "reaction.add", {"seq": LOVED, "emoji": "🎉"}),
        ("bob", "reaction.remove", {"seq": LOVED, "emoji": "☕"}),
        ("alice", "message.pin", {"seq": LOVED}),
        ("alice", "message.unpin", {"seq": REPLY}),
        ("alice", "room.update", {"topic": "Wood"}),
        ("alice", "room.restore", {}),
        ("alice", "room.invite", {"user": "bob"}),
        ("bob", "room.join", {}),
        ("alice", "room.role", {"user": "bob", "role": "member"}),
        ("bob", "block.lift", {"user": "alice"}),
    ],
}
UNTOLD = {
    "what changes nothing",
    "invite.create",
    "message.report",
    "sanction.set a mute",
    "sanction.set a mute with an end",
    "sanction.set a ban of a stranger",
    "sanction.lift",
    "read",
    "read.all",
    "read and read back",
    "room.notify",
    "profile.update",
    "block.set of a stranger",
}
GAINS: dict[str, Story] = {
    "room.create": [("bob", "room.create", {"kind": "private", "name": "Bobs"})],
    "room.join": [("carol", "room.join", {"room": "public"})],
    "room.join of one who is muted": [
        (
            "alice",
            "sanction.set",
            {"room": "public", "user": "carol", "kind": "mute", "reason": "noise"},
        ),
        ("carol", "room.join", {"room": "public"}),
    ],
    "room.invite": [("alice", "room.invite", {"user": "carol"})],
    "room.invite to a public room": [("bob", "room.invite", {"room": "public", "user": "carol"})],
    "room.invite of one who left": [
        ("bob", "room.leave", {}),
        ("alice", "room.invite", {"user": "bob"}),
    ],
    "dm.open": [("bob", "dm.open", {"users": ["carol"]})],
    "dm.open alone": [("carol", "dm.open", {"users": []})],
}


@pytest.mark.parametrize("story", STORIES)
async def test_who_was_there_knows_what_a_fresh_load_gives(stage: Stage, story: str) -> None:
    away = deepcopy(stage.mirrors)
    await stage.play(STORIES[story])
    told = await stage.make_current()
    assert told["carol"] == []
    assert bool(told["alice"]) == (story not in UNTOLD)
    await stage.bring_back(away)


@pytest.mark.parametrize("story", GAINS)
async def test_who_gains_a_room_knows_what_a_fresh_load_gives(stage: Stage, story: str) -> None:
    await stage.play(GAINS[story])
    await stage.make_current()


@pytest.mark.parametrize("room", ["private", "public"])
async def test_who_comes_in_by_a_link_knows_what_a_fresh_load_gives(
    stage: Stage, room: str
) -> None:
    made = await stage.do("alice", "invite.create", {"room": room, "uses": 1})
    page = stage.visitors["carol"].post(f"/invite/{made['invite']['code']}/")
    assert (page.status, page.url.partition("/rooms/")[1]) == (200, "/rooms/")
    told = await stage.make_current()
    assert told["carol"][0]["type"] == "membership"


@pytest.mark.parametrize("story", GAINS)
async def test_who_gains_a_room_while_away_finds_it(stage: Stage, story: str) -> None:
    away = deepcopy(stage.mirrors)
    await stage.play(GAINS[story])
    await stage.bring_back(away)
