"""One connection's life: who it is, hello, then commands in and answers out.

No rules and no queries are here: a command is decoded, counted against its sender's limits and handed to
its function in READS or ACTIONS. Messages to store are queued in arrival order and answered by the writer's
call-back; any other action waits for the answers to those before it and is done before the next command is
taken up, so the writes of one connection take effect in the order sent. Reads run beside each other, a few
at a time, and while they are at their bound no further command is taken up.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from msgspec import Struct

from accounts.sessions import identify

from . import database, queries
from .actions import direct, members, messages, reactions, rooms, sanctions
from .errors import BadFrame, BadRequest, ChatError, NotImplementedYet, RateLimited, Unavailable
from .hub import hub
from .limits import TokenBucket
from .protocol import SUBPROTOCOL, codec, codes, commands, limits
from .sockets import QueuedTransport, Socket, Transport, open_transport
from .writer import Outcome

MAX_READS = 4

log = logging.getLogger(__name__)

Read = Callable[[int, Any], Struct]
Action = Callable[[int, Any], Struct | None]

READS: dict[type[commands.Command], Read] = {
    commands.History: lambda user_id, command: queries.history(
        user_id,
        command.room,
        before=command.before,
        after=command.after,
        around=command.around,
        limit=command.limit,
    ),
    commands.MessagesGet: lambda user_id, command: queries.messages(
        user_id, command.room, command.seqs
    ),
    commands.SyncRoom: lambda user_id, command: queries.changes(
        user_id, command.room, command.since
    ),
    commands.MessageEdits: lambda user_id, command: queries.message_edits(
        user_id, command.room, command.seq
    ),
    commands.UsersGet: lambda _, command: queries.users(command.ids),
    commands.Members: lambda user_id, command: queries.members(
        user_id, command.room, after=command.after, limit=command.limit
    ),
}
ACTIONS: dict[type[commands.Command], Action] = {
    commands.MessageEdit: messages.edit_message,
    commands.MessageDelete: messages.delete_message,
    commands.MessagePin: messages.pin_message,
    commands.MessageUnpin: messages.unpin_message,
    commands.ReactionAdd: reactions.add_reaction,
    commands.ReactionRemove: reactions.remove_reaction,
    commands.RoomCreate: rooms.open_room,
    commands.RoomUpdate: rooms.update_room,
    commands.RoomArchive: rooms.archive_room,
    commands.RoomRestore: rooms.restore_room,
    commands.RoomJoin: members.join_room,
    commands.RoomLeave: members.leave_room,
    commands.RoomInvite: members.invite_member,
    commands.RoomRemove: members.remove_member,
    commands.RoomRole: members.change_role,
    commands.DmOpen: lambda user_id, command: direct.open_direct(user_id, command.users),
    commands.SanctionSet: sanctions.set_sanction,
    commands.SanctionLift: sanctions.lift_sanction,
}
IMPLEMENTED = {commands.Hello, commands.Ping, commands.MessageSend, *READS, *ACTIONS}


class ChatConsumer(AsyncConsumer):
    channel_layer_alias = None  # the process is the layer's member, not each socket

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Our own loop: Channels' dispatch makes a task and a hop to a shared thread per message."""
        await receive()  # websocket.connect
        await send({"type": "websocket.accept", "subprotocol": _subprotocol(scope)})
        transport = open_transport(scope, send)
        connection: Connection | None = None
        try:
            connection = await _admit(scope, transport)
            while (message := await receive())["type"] != "websocket.disconnect":
                if connection is not None:
                    await connection.receive(message.get("text"))
        finally:
            if connection is not None:
                connection.end()
            if isinstance(transport, QueuedTransport):
                await transport.aclose()


class Connection:
    """A signed-in socket. Owned by its consumer, which calls `end` whatever happens."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._user_id = socket.user_id
        self._rooms: set[int] = set()
        self._greeted = False
        self._reads: set[asyncio.Task[None]] = set()
        self._unanswered_sends = 0
        self._sends_are_answered = asyncio.Event()
        self._bad_frames: deque[float] = deque(maxlen=limits.BAD_FRAMES_PER_MINUTE)
        self._commands = TokenBucket(limits.COMMANDS_PER_SECOND, limits.COMMAND_BURST)
        self._messages = TokenBucket(limits.MESSAGES_PER_SECOND, limits.MESSAGE_BURST)
        self._hello_timer = asyncio.get_running_loop().call_later(
            limits.HELLO_SECONDS, socket.close, codes.CLOSE_TIMED_OUT, "No hello came."
        )

    async def receive(self, text: str | None) -> None:
        """One frame of the client, answered exactly once; None for a binary one."""
        try:
            command = codec.decode(text) if text is not None else _refuse_binary()
        except BadFrame as error:
            self._refuse(error.command_id, error)
            self._count_bad_frame()
            return
        try:
            self._limit(command)
            await self._perform(command)
        except ChatError as error:
            self._refuse(command.id, error)
        except Exception:
            log.exception("%s of user %d failed.", type(command).__name__, self._user_id)
            self._socket.send(codec.error(command.id, "internal", "Something went wrong here."))

    def end(self) -> None:
        self._hello_timer.cancel()
        for task in self._reads:
            task.cancel()
        hub.leave(self._socket, self._rooms)

    async def _perform(self, command: commands.Command) -> None:
        if isinstance(command, commands.Ping):
            self._socket.send(codec.ok(command.id))
        elif isinstance(command, commands.Hello):
            await self._hello(command)
        elif not self._greeted:
            raise BadRequest("Say hello first.")
        elif isinstance(command, commands.MessageSend):
            answer = partial(self._answer_from_writer, command.id)
            messages.send_message(self._user_id, command, answer)
            self._unanswered_sends += 1
        elif action := ACTIONS.get(type(command)):
            await self._act(command, action)
        elif read := READS.get(type(command)):
            await self._start_read(command, read)
        else:
            raise NotImplementedYet("This server cannot do that yet.")

    # ---- hello

    async def _hello(self, command: commands.Hello) -> None:
        if self._greeted:
            raise BadRequest("hello comes once.")
        if command.user not in (None, self._user_id):
            self._socket.close(codes.CLOSE_SIGNED_OUT, "Somebody else is signed in here.")
            return
        self._greeted = True
        self._hello_timer.cancel()
        self._socket.send(codec.ok(command.id))
        try:
            await self._welcome(command)
        except Exception as error:
            # hello was answered already: what is left to say is goodbye, and the client comes back.
            if not isinstance(error, Unavailable):
                log.exception("User %d cannot be welcomed.", self._user_id)
            self._socket.close(codes.CLOSE_RESTARTING, "Not available now.", retry_after=5_000)

    async def _welcome(self, command: commands.Hello) -> None:
        """Joins the feeds, then reads the snapshot: what happens in between is held for this socket."""
        await hub.start()
        snapshot = await database.run(queries.welcome, self._user_id)
        while missing := {room.id for room in snapshot.rooms} - self._rooms:
            self._rooms |= missing
            await hub.join(self._socket, missing)
            snapshot = await database.run(queries.welcome, self._user_id)
        cursors = {room.id: room.last_rev for room in snapshot.rooms}
        same_epoch = command.epoch in (None, snapshot.server.epoch)
        held = {room: rev if same_epoch else -1 for room, rev in command.rooms.items()}
        behind = {room: held[room] for room in held.keys() & cursors if held[room] != cursors[room]}
        repairs = await database.run(queries.resume, behind) if behind else []
        self._socket.send(codec.encode(snapshot))
        removed: set[int] = set()
        for room_id, repair in repairs:
            if (self._user_id, None) in repair.members:
                removed.add(room_id)  # meanwhile: `settle` says so, and nothing later is told
            if room_id not in removed:
                self._socket.send(repair.payload)
                cursors[room_id] = max(repair.rev, cursors[room_id])
        gone = self._rooms - cursors.keys()
        hub.leave(self._socket, gone)
        self._rooms -= gone
        for room_id, cursor in cursors.items():
            hub.settle(self._socket, room_id, cursor)

    # ---- actions

    async def _act(self, command: commands.Command, action: Action) -> None:
        """Does it here and now: what this connection sent before is stored, what it sends after waits."""
        while self._unanswered_sends:
            self._sends_are_answered.clear()
            await self._sends_are_answered.wait()
        result = await database.run(action, self._user_id, command)
        self._socket.send(codec.ok(command.id, result))

    # ---- reads

    async def _start_read(self, command: commands.Command, read: Read) -> None:
        while len(self._reads) >= MAX_READS:
            await asyncio.wait(self._reads, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.get_running_loop().create_task(self._read(command, read))
        self._reads.add(task)
        task.add_done_callback(self._reads.discard)

    async def _read(self, command: commands.Command, read: Read) -> None:
        try:
            self._socket.send(
                codec.ok(command.id, await database.run(read, self._user_id, command))
            )
        except ChatError as error:
            self._refuse(command.id, error)
        except Exception:
            log.exception("%s of user %d failed.", type(command).__name__, self._user_id)
            self._socket.send(codec.error(command.id, "internal", "Something went wrong here."))

    # ---- answers

    def _answer_from_writer(self, command_id: str, outcome: Outcome) -> None:
        hub.post(partial(self._answer, command_id, outcome))

    def _answer(self, command_id: str, outcome: Outcome) -> None:
        self._unanswered_sends -= 1
        if not self._unanswered_sends:
            self._sends_are_answered.set()
        if isinstance(outcome, ChatError):
            self._refuse(command_id, outcome)
        else:
            self._socket.send(codec.ok(command_id, outcome))

    def _refuse(self, command_id: str | None, error: ChatError) -> None:
        self._socket.send(
            codec.error(command_id, error.code, error.detail, retry_after=error.retry_after)
        )

    # ---- limits

    def _limit(self, command: commands.Command) -> None:
        if not settings.RATE_LIMITS:
            return
        wait = self._commands.take()
        if not wait and isinstance(command, commands.MessageSend):
            wait = self._messages.take()
        if wait:
            raise RateLimited("Too fast.", retry_after=wait)

    def _count_bad_frame(self) -> None:
        now = time.monotonic()
        self._bad_frames.append(now)
        if len(self._bad_frames) == self._bad_frames.maxlen and now - self._bad_frames[0] < 60:
            self._socket.close(codes.CLOSE_BAD_FRAMES, "Too many bad frames.")


async def _admit(scope: dict[str, Any], transport: Transport) -> Connection | None:
    """The connection of who is signed in; None where the socket was closed, with its reason."""
    try:
        user_id = await _identify(scope)
    except Unavailable:
        Socket(0, transport).close(codes.CLOSE_RESTARTING, "Not available now.", retry_after=5_000)
        return None
    if user_id is None:
        Socket(0, transport).close(codes.CLOSE_SIGNED_OUT, "Signed out.")
        return None
    socket = Socket(user_id, transport)
    if SUBPROTOCOL not in scope["subprotocols"]:
        socket.close(codes.CLOSE_TOO_OLD, f"This server speaks {SUBPROTOCOL}.")
        return None
    return Connection(socket)


def _refuse_binary() -> commands.Command:
    raise BadFrame("Frames are text.")


def _subprotocol(scope: dict[str, Any]) -> str | None:
    return SUBPROTOCOL if SUBPROTOCOL in scope["subprotocols"] else None


async def _identify(scope: dict[str, Any]) -> int | None:
    """The user whose session cookie came with the handshake."""
    cookies: SimpleCookie = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies.load(value.decode("latin1"))
            except CookieError:
                return None
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    return await database.run(identify, session.value) if session else None
