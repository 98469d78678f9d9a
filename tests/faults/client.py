"""A faithful client: it reconnects, resumes, resends, and writes down all it is told.

It does what docs/protocol.md asks of clients, only less patiently, and its log is what `compare` judges.
Owner: the scenario, which runs `run` as a task and cancels it.
"""

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.client import Frame
from tests.faults.log import Draft, Log
from tests.faults.outbox import Outbox
from tests.faults.view import Need, View

OPEN_SECONDS = 3.0
PING_EVERY_SECONDS = 1.0
SILENCE_SECONDS = 3.0
ANSWER_SECONDS = 10.0
BACKOFF_SECONDS = (0.25, 0.5, 1.0)
PAGE = 50
MAY_COME_BACK = {1001, 1006, 1009, 1012, 4408, 4413, 4429}

Answered = Callable[[Frame], None]


class Dead(Exception):
    """The connection is of no more use."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account, its session's key, and the rooms that it is a member of."""

    user: int
    session: str
    rooms: list[int]


@dataclass
class Client:
    person: Person
    site: str
    random: Random
    padding: int = 0  # half to all of so many more characters, of three bytes each
    patience: float = (
        1.0  # how many times as long as usual it waits before it takes a connection for dead
    )
    log: Log = field(init=False)
    outbox: Outbox = field(init=False)
    views: dict[int, View] = field(default_factory=dict)
    epoch: str | None = None
    conversation: "Conversation | None" = None  # None while not welcomed
    retry_after: float | None = None
    _failures: int = 0

    def __post_init__(self) -> None:
        self.log = Log(self.person.user)
        self.outbox = Outbox(self.log, self.random)

    @property
    def is_welcomed(self) -> bool:
        return self.conversation is not None

    def write(self, room: int) -> None:
        """Writes a message that is sent as soon as may be."""
        body = f"{self.person.user} writes no. {len(self.log.drafts)}"
        body += "界" * self.random.randint(self.padding // 2, self.padding)
        draft = Draft(str(uuid.UUID(int=self.random.getrandbits(128), version=4)), room, body)
        if self.outbox.add(draft) and self.conversation:
            self.conversation.send_next(room)

    async def run(self) -> None:
        """One connection after the other, until cancelled."""
        while True:
            try:
                await self._connect()
            except (OSError, WebSocketException, TimeoutError, Dead) as error:
                self.log.losses.append(loss(error))
                self._failures += 1
            self.conversation = None
            await asyncio.sleep(self._pause())

    def welcomed(self, conversation: "Conversation") -> None:
        self.conversation = conversation
        self._failures = 0
        for room in self.outbox.rooms:
            conversation.send_next(room)

    async def _connect(self) -> None:
        headers = {"Cookie": f"sessionid={self.person.session}"}
        async with connect(
            self.site.replace("http", "ws", 1) + "/ws/",
            origin=self.site,  # type: ignore[arg-type]
            subprotocols=["chat.v1"],  # type: ignore[list-item]
            additional_headers=headers,
            compression=None,
            max_size=None,
            proxy=None,
            open_timeout=OPEN_SECONDS * self.patience,
            ping_interval=None,
        ) as connection:
            self.log.connections += 1
            try:
                await Conversation(self, connection).run()
            finally:
                connection.transport.abort()

    def _pause(self) -> float:
        """A random time, so that not all come back at once."""
        longest, self.retry_after = self.retry_after, None
        if longest is None:
            longest = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
        return self.random.uniform(0, longest)


def loss(error: Exception) -> str:
    """The close code, where the server said one; else the name of the error."""
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        return str(error.rcvd.code)
    return type(error).__name__


class Conversation:
    """One connection, from `hello` to its end."""

    def __init__(self, client: Client, connection: ClientConnection) -> None:
        self._client = client
        self._connection = connection
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._ids = itertools.count(1)
        self._waiting: dict[str, tuple[float, Answered]] = {}
        self._under_way: set[int] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._pinged: float | None = None

    async def run(self) -> None:
        """Says hello and reads until the connection ends; raises whatever ended it."""
        held = [view for view in self._client.views.values() if not view.is_loading]
        revs = {str(view.room): view.state.rev for view in held}
        hello = {"user": self._client.person.user, "epoch": self._client.epoch, "rooms": revs}
        self._command("hello", self._greeted, client="faults", **hello)
        parts = [asyncio.create_task(part()) for part in (self._read, self._write, self._watch)]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for timer in self._timers:
                timer.cancel()
            for part in parts:
                part.cancel()
            ends = await asyncio.gather(*parts, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def send_next(self, room: int) -> None:
        """Sends the room's first draft, unless one is under way."""
        draft = self._client.outbox.first(room)
        if draft is None or room in self._under_way:
            return
        self._under_way.add(room)
        sent = time.monotonic()
        self._command(
            "message.send",
            lambda answer: self._sent(draft, sent, answer),
            room=room,
            client_id=draft.client_id,
            body=draft.body,
        )

    # ---- the connection

    async def _read(self) -> None:
        while True:
            try:
                frame = json.loads(await self._connection.recv())
            except ConnectionClosed as end:
                self._check_close(end)
                raise
            for item in frame if isinstance(frame, list) else [frame]:
                self._take(item)

    async def _write(self) -> None:
        while True:
            await self._connection.send(await self._outgoing.get())

    async def _watch(self) -> None:
        """Pings all the time: a connection may be dead in one direction only."""
        while True:
            await asyncio.sleep(PING_EVERY_SECONDS)
            now = time.monotonic()
            if self._pinged is None:
                self._pinged = now
                self._command("ping", self._ponged)
            oldest = min((sent for sent, _ in self._waiting.values()), default=now)
            silence, wait = now - self._pinged, now - oldest
            if max(silence / SILENCE_SECONDS, wait / ANSWER_SECONDS) > self._client.patience:
                raise Dead

    def _check_close(self, end: ConnectionClosed) -> None:
        if end.rcvd and end.rcvd.code not in MAY_COME_BACK:
            self._client.log.complain(f"closed with {end.rcvd.code}")

    def _command(self, kind: str, then: Answered, **fields: Any) -> None:
        command_id = str(next(self._ids))
        self._waiting[command_id] = time.monotonic(), then
        self._outgoing.put_nowait(
            json.dumps({"type": kind, "id": command_id, **fields}, ensure_ascii=False)
        )

    # ---- what comes

    def _take(self, item: Frame) -> None:
        kind = item["type"]
        if kind in {"ok", "error"}:
            if item["id"] not in self._waiting:
                self._client.log.complain(f"an answer to nothing: {item}")
                return
            _, then = self._waiting.pop(item["id"])
            then(item)
        elif kind == "welcome":
            self._welcome(item)
        elif kind == "bye":
            if "retry_after" in item:
                self._client.retry_after = item["retry_after"] / 1000
        elif kind in {"message", "member", "sync", "reset"}:
            view = self._client.views[item["room"]]
            self._ask(view, view.apply(item))
        else:
            self._client.log.complain(f"not expected here: {item}")

    def _greeted(self, answer: Frame) -> None:
        if answer["type"] != "ok":
            self._client.log.complain(f"hello was refused: {answer}")

    def _ponged(self, answer: Frame) -> None:
        self._pinged = None

    def _welcome(self, welcome: Frame) -> None:
        client = self._client
        epoch = welcome["server"]["epoch"]
        if client.epoch not in (None, epoch):
            client.log.complain(f"the epoch was {client.epoch}, is {epoch}")
        client.epoch = epoch
        rooms = {room["id"]: room for room in welcome["rooms"]}
        if gone := client.views.keys() - rooms.keys():
            client.log.complain(f"welcome leaves out the rooms {gone}")
        for room_id, room in rooms.items():
            if view := client.views.get(room_id):
                self._ask(view, view.reconnected())
            else:
                rev, last_seq = room["last_rev"], room["last_seq"]
                client.views[room_id] = View(room_id, client.log, rev=rev, last_seq=last_seq)
        client.welcomed(self)

    def _sent(self, draft: Draft, sent: float, answer: Frame) -> None:
        self._under_way.discard(draft.room)
        if self._client.outbox.answered(draft, sent, answer) == "send":
            self.send_next(draft.room)
        else:
            self._later(answer, lambda: self.send_next(draft.room))

    # ---- what a view lacks

    def _ask(self, view: View, need: Need | None) -> None:
        if need == "sync":
            self._sync(view, view.generation)
        elif need == "history":
            self._load(view, view.generation, before=None)

    def _sync(self, view: View, generation: int) -> None:
        def synced(answer: Frame) -> None:
            if view.generation != generation:
                return
            if answer["type"] == "ok":
                self._ask(view, view.synced(answer))
            else:
                self._later(answer, lambda: self._sync(view, generation))

        if view.generation == generation:
            self._command("sync", synced, room=view.room, since=view.state.rev)

    def _load(self, view: View, generation: int, *, before: int | None) -> None:
        def loaded(answer: Frame) -> None:
            if view.generation != generation:
                return
            if answer["type"] != "ok":
                self._later(answer, lambda: self._load(view, generation, before=before))
            elif (following := view.load_page(answer, before)) is not None:
                self._load(view, generation, before=following)
            else:
                self._ask(view, view.loaded())

        if view.generation == generation:
            self._command("history", loaded, room=view.room, before=before, limit=PAGE)

    def _later(self, answer: Frame, call: Callable[[], None]) -> None:
        """Tries again after the time that the error named, or a second."""
        wait = answer.get("retry_after", 1_000) / 1000
        self._timers.append(asyncio.get_running_loop().call_later(wait, call))
