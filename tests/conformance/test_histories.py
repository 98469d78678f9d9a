"""Whatever happens, in whatever order: an old state and the events since give what a fresh load gives.

Hypothesis makes up histories of two rooms: what Alice, Bob and Carol do there, and which of their tabs are
opened, cut off and come back. Afterwards every tab, also one that was away, holds what a new one loads. A
`Mirror` refuses a hole, a repeat and any word about a room that is not its owner's, so one who was removed
was told nothing later.

HISTORIES=500 plays that many on each back end instead of a few.
"""

import asyncio
import os
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.client import Socket, Visitor
from tests.conformance.conftest import Company
from tests.conformance.mirror import Mirror, assert_same, catch_up, fresh, load
from tests.server import Server

HISTORIES = int(os.environ.get("HISTORIES", "25"))
SECONDS = 60 + HISTORIES * 4
NAMES = ("alice", "bob", "carol")
MAX_TABS = 5

who = st.sampled_from(NAMES)
texts = st.sampled_from(["hi", "**yes**", "`a` @bob", "你好"])


def command(name: str, **fields: "st.SearchStrategy[object]") -> "st.SearchStrategy[Step]":
    """Done by somebody in one of the rooms; with `waits` once all that was asked before is answered."""
    return st.builds(
        Command,
        name=st.just(name),
        who=who,
        room=st.integers(0, 1),
        fields=st.fixed_dictionaries(fields),
        waits=st.booleans(),
    )


@dataclass(frozen=True)
class Command:
    name: str
    who: str
    room: int
    fields: dict[str, object]
    waits: bool


@dataclass(frozen=True)
class Tab:
    """Something happens to a tab: it is opened, reads what came, is cut off or comes back."""

    what: str
    who: str
    number: int


Step = Command | Tab
seqs = st.integers(1, 12)
emoji = st.sampled_from(["👍", "🎉"])
some_reply = st.one_of(st.none(), seqs)
STEPS: "st.SearchStrategy[Step]" = st.one_of(
    command("message.send", body=texts),
    command("message.send", body=texts, reply_to=some_reply),
    command("message.edit", seq=seqs, body=texts),
    command("message.delete", seq=seqs),
    command("reaction.add", seq=seqs, emoji=emoji),
    command("reaction.remove", seq=seqs, emoji=emoji),
    command("message.pin", seq=seqs),
    command("message.unpin", seq=seqs),
    command("room.update", topic=texts),
    command("room.update", slow_mode=st.sampled_from([0, 30])),
    command("room.archive"),
    command("room.restore"),
    command("room.invite", user=who),
    command("room.remove", user=who),
    command("room.remove", user=who),
    command("room.role", user=who, role=st.sampled_from(["owner", "moderator", "member"])),
    command("room.join"),
    command("room.leave"),
    command("sanction.set", user=who, kind=st.just("ban"), reason=texts),
    command("sanction.lift", user=who, kind=st.just("ban")),
    st.builds(
        Tab,
        what=st.sampled_from(["open", "read", "cut off", "come back", "come back"]),
        who=who,
        number=st.integers(0, MAX_TABS),
    ),
)


@dataclass
class Seat:
    """One tab: its mirror, and its socket unless it is cut off."""

    who: str
    mirror: Mirror
    socket: Socket | None
    asked: list[str] = field(default_factory=list)


class Play:
    """The three, their tabs and the two rooms in which a history happens."""

    def __init__(self, people: dict[str, Visitor], stack: AsyncExitStack) -> None:
        self.people = people
        self.stack = stack
        self.seats: list[Seat] = []
        self.ids: dict[str, int] = {}
        self.rooms: list[int] = []

    async def begin(self) -> None:
        for name in NAMES:
            seat = await self.open(name)
            self.ids[name] = seat.mirror.me["user"]["id"]
        alice = self.seats[0].socket
        assert alice
        for kind in ("private", "public"):
            made = await alice.ok("room.create", kind=kind, name=f"Atelier {uuid.uuid4()}")
            self.rooms.append(made["room"]["id"])
            await alice.ok("room.invite", room=self.rooms[-1], user=self.ids["bob"])

    async def open(self, name: str) -> Seat:
        socket = await self.stack.enter_async_context(self.people[name].chat())
        seat = Seat(name, Mirror.of(socket.welcome), socket)
        self.seats.append(seat)
        await load(socket, seat.mirror)
        return seat

    async def do(self, step: Step) -> None:
        if isinstance(step, Command):
            await self.command(step)
            return
        seat = self.seats[step.number % len(self.seats)]
        if step.what == "open" and len(self.seats) < MAX_TABS:
            await self.open(step.who)
        elif step.what == "read" and seat.socket:
            await self.answered(seat)
            self.apply(seat)
            await load(seat.socket, seat.mirror)
        elif step.what == "cut off" and seat.socket:
            self.cut_off(seat)
        elif step.what == "come back":
            await self.come_back(seat)

    async def command(self, step: Command) -> None:
        """Asked in one's first tab that is connected; refused or not, it is answered."""
        if step.waits:
            for seat in self.seats:
                await self.answered(seat)
        seats = [seat for seat in self.seats if seat.who == step.who and seat.socket]
        if not seats:
            return
        seat, socket = seats[0], seats[0].socket
        assert socket
        fields = dict(step.fields) | {"room": self.rooms[step.room]}
        if step.name == "message.send":
            fields["client_id"] = str(uuid.uuid4())
        if "user" in fields:
            fields["user"] = self.ids[str(fields["user"])]
        seat.asked.append(await socket.send(step.name, **fields))

    async def answered(self, seat: Seat) -> None:
        while seat.socket and seat.asked:
            answer = await seat.socket.answer(seat.asked.pop(0))
            assert answer["type"] == "ok" or answer["code"] not in {"internal", "unavailable"}

    def apply(self, seat: Seat) -> None:
        assert seat.socket
        for event in seat.socket.events:
            seat.mirror.apply(event)
        seat.socket.events.clear()

    def cut_off(self, seat: Seat) -> None:
        """In the midst of whatever it asked; what it had read by then it keeps."""
        assert seat.socket
        self.apply(seat)
        seat.socket.connection.transport.abort()
        seat.socket, seat.asked = None, []

    async def come_back(self, seat: Seat) -> None:
        if seat.socket is None:
            hello = {"rooms": seat.mirror.revs(), "epoch": seat.mirror.epoch}
            chat = self.people[seat.who].chat(**hello)
            seat.socket = await self.stack.enter_async_context(chat)
            seat.mirror.apply(seat.socket.welcome)

    async def end(self) -> None:
        """All is done; then all know the same."""
        for seat in self.seats:
            await self.answered(seat)
        for seat in self.seats:
            await self.come_back(seat)
            await self.compare(seat)

    async def compare(self, seat: Seat) -> None:
        """What somebody who was cut off had asked for may still be under way, and change the truth."""
        assert seat.socket
        truth = await fresh(self.people[seat.who])
        for _ in range(5):
            await catch_up(seat.socket, seat.mirror, truth)
            before, truth = truth, await fresh(self.people[seat.who])
            if before == truth:
                break
        assert_same(seat.mirror, truth)

    async def leave(self) -> None:
        """Nobody is left in the rooms: the next history finds the people as this one did."""
        async with self.people["alice"].chat() as alice, AsyncExitStack() as stack:
            others = [await stack.enter_async_context(self.people[n].chat()) for n in NAMES[1:]]
            for room in self.rooms:
                for socket in (alice, *others, alice, *others):
                    await socket.call("room.leave", room=room)


async def play(people: dict[str, Visitor], history: list[Step]) -> None:
    async with AsyncExitStack() as stack:
        stage = Play(people, stack)
        try:
            await stage.begin()
            for step in history:
                await stage.do(step)
            await stage.end()
        finally:
            await stage.leave()


@pytest.fixture(scope="module")
def people(shared_server: Server) -> dict[str, Visitor]:
    """Who meets in these histories only."""
    shared_server.ensure_running()
    company = Company(shared_server)
    company.sign_up()
    return company.people


@pytest.mark.timeout(SECONDS)
@settings(
    max_examples=HISTORIES,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(STEPS, min_size=5, max_size=40))
def test_after_any_history_every_tab_knows_what_a_new_one_loads(
    server: Server, people: dict[str, Visitor], history: list[Step]
) -> None:
    asyncio.run(play(people, history))
