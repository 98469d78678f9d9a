"""A signed-in connection: hello, then commands in and answers out.

No rules and no queries are here: a command is decoded, counted against its sender's limits and handed to its
function. Messages to store and read pointers are queued and answered by a call-back; any other action waits
for the answers to the messages before it and is done before the next command is taken up, so the writes of
one connection take effect in the order sent. Reads run beside each other, a few at a time, and while they are
at their bound no further command is taken up.
"""

import asyncio
import logging
import time
from functools import partial

from msgspec import Struct

from accounts.origin import coming_from

from . import database
from .actions import messages
from .attendance import Attendance
from .errors import BadFrame, BadRequest, ChatError, RateLimited, Unavailable
from .hub import hub
from .limits import (
    TokenBucket,
    floods,
    limit_command,
    limit_connection,
    limit_message,
    limit_search,
)
from .protocol import codec, codes, commands, limits
from .sockets import Socket
from .verbs import ACTIONS, QUEUED, READS, Action, Read
from .writer import Outcome

MAX_READS = 4
OF_THE_MOMENT = (commands.Typing, commands.PresenceSet, commands.PresenceWatch)

log = logging.getLogger(__name__)


class Connection:
    """A signed-in socket. Owned by its consumer, which calls `end` whatever happens.

    Most are idle, so what only busy ones need is made when they need it.
    """

    __slots__ = (
        "_address",
        "_all_answered",
        "_attendance",
        "_bad_frames",
        "_commands",
        "_greeted",
        "_hello_timer",
        "_reads",
        "_refusals",
        "_socket",
        "_unanswered_sends",
        "mark",
        "session_key",
        "used_at",
        "user_id",
    )

    def __init__(self, socket: Socket, session_key: str, *, address: str = "") -> None:
        self.user_id = socket.user_id
        self.session_key = session_key
        self.mark: int | None = None
        self.used_at = time.monotonic()
        self._address = address
        self._socket = socket
        self._attendance = Attendance(socket)
        self._greeted = False
        self._reads: set[asyncio.Task[None]] | None = None
        self._unanswered_sends = 0
        self._all_answered: asyncio.Future[None] | None = None
        self._bad_frames: TokenBucket | None = None
        self._commands = TokenBucket(limits.COMMANDS_PER_SECOND, limits.COMMAND_BURST)
        self._refusals: TokenBucket | None = None
        self._hello_timer = asyncio.get_running_loop().call_later(
            limits.HELLO_SECONDS, socket.close, codes.CLOSE_TIMED_OUT, "No hello came."
        )
        hub.start()
        hub.seats.take(self)  # proved when it attends; until then the watch comes round

    async def receive(self, text: str | None) -> None:
        """One frame of the client, answered exactly once; None for a binary one. After goodbye, nothing."""
        if self._socket.is_closed:
            return
        try:
            command = codec.decode(text) if text is not None else _refuse_binary()
        except BadFrame as error:
            self._refuse(error.command_id, error)
            self._count_bad_frame()
            return
        if not self._is_in_time(command):
            return
        try:
            await self._perform(command)
        except ChatError as error:
            self._refuse(command.id, error)
        except Exception:
            log.exception("%s of user %d failed.", type(command).__name__, self.user_id)
            self._socket.send(codec.error(command.id, "internal", "Something went wrong here."))

    def dismiss(self, code: int, reason: str) -> None:
        self._socket.close(code, reason)

    def end(self) -> None:
        hub.seats.leave(self)
        self._hello_timer.cancel()
        for task in self._reads or ():
            task.cancel()
        self._attendance.end()

    async def _perform(self, command: commands.Command) -> None:
        if isinstance(command, commands.Ping):
            self._socket.send(codec.ok(command.id))
        elif isinstance(command, commands.Hello):
            await self._hello(command)
        elif not self._greeted:
            raise BadRequest("Say hello first.")
        elif isinstance(command, commands.MessageSend):
            answer = partial(self._answer_from_writer, command.id)
            messages.send_message(self.user_id, command, answer)
            self._unanswered_sends += 1
        elif isinstance(command, OF_THE_MOMENT):
            await self._attend(command)
        elif queued := QUEUED.get(type(command)):
            queued(self.user_id, command, partial(self._answer_queued, command.id))
        elif action := ACTIONS.get(type(command)):
            await self._act(command, action)
        else:
            await self._start_read(command, READS[type(command)])

    # ---- hello

    async def _hello(self, command: commands.Hello) -> None:
        if self._greeted:
            raise BadRequest("hello comes once.")
        if command.user not in (None, self.user_id):
            self._socket.close(codes.CLOSE_SIGNED_OUT, "Somebody else is signed in here.")
            return
        self._greeted = True
        self._hello_timer.cancel()
        self._socket.send(codec.ok(command.id))
        try:
            await self._attendance.begin(command)
        except Exception as error:
            # hello was answered already: what is left to say is goodbye, and the client comes back.
            if not isinstance(error, Unavailable):
                log.exception("User %d cannot be welcomed.", self.user_id)
            self._socket.close_for_now()

    # ---- what is kept nowhere

    async def _attend(
        self, command: commands.Typing | commands.PresenceSet | commands.PresenceWatch
    ) -> None:
        result = None
        if isinstance(command, commands.Typing):
            await self._attendance.tell_typing(command.room)
        elif isinstance(command, commands.PresenceSet):
            await self._attendance.set_presence(command.status)
        else:
            result = await self._attendance.watch(command)
        self._socket.send(codec.ok(command.id, result))

    # ---- actions

    async def _act(self, command: commands.Command, action: Action) -> None:
        """Does it here and now: what this connection sent before is stored, what it sends after waits."""
        while self._unanswered_sends:
            self._all_answered = asyncio.get_running_loop().create_future()
            await self._all_answered
        result = await database.act(self._do, action, command)
        self._socket.send(codec.ok(command.id, result))

    def _do(self, action: Action, command: commands.Command) -> Struct | None:
        """On a thread of the database."""
        with coming_from(self._address):
            return action(self.user_id, command)

    # ---- reads

    async def _start_read(self, command: commands.Command, read: Read) -> None:
        if self._reads is None:
            self._reads = set()
        reads = self._reads
        while len(reads) >= MAX_READS:
            await asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.get_running_loop().create_task(self._read(command, read))
        reads.add(task)
        task.add_done_callback(reads.discard)

    async def _read(self, command: commands.Command, read: Read) -> None:
        try:
            self._socket.send(codec.ok(command.id, await database.run(read, self.user_id, command)))
        except ChatError as error:
            self._refuse(command.id, error)
        except Exception:
            log.exception("%s of user %d failed.", type(command).__name__, self.user_id)
            self._socket.send(codec.error(command.id, "internal", "Something went wrong here."))

    # ---- answers

    def _answer_from_writer(self, command_id: str, outcome: Outcome) -> None:
        hub.post(partial(self._answer, command_id, outcome))

    def _answer(self, command_id: str, outcome: Outcome) -> None:
        self._unanswered_sends -= 1
        waiting = self._all_answered
        if waiting is not None and not self._unanswered_sends and not waiting.done():
            waiting.set_result(None)
        if isinstance(outcome, ChatError):
            self._refuse(command_id, outcome)
        else:
            self._socket.send(codec.ok(command_id, outcome))

    def _answer_queued(self, command_id: str, refusal: ChatError | None) -> None:
        if refusal is not None:
            self._refuse(command_id, refusal)
        else:
            self._socket.send(codec.ok(command_id))

    def _refuse(self, command_id: str | None, error: ChatError) -> None:
        self._socket.send(
            codec.error(command_id, error.code, error.detail, retry_after=error.retry_after)
        )

    # ---- limits

    def _is_in_time(self, command: commands.Command) -> bool:
        """Whether the command is not too fast; else it is refused, and who goes on is cut off."""
        if not isinstance(command, commands.Ping):  # which says that the page is open, not used
            self.used_at = time.monotonic()
        try:
            self._limit(command)
        except RateLimited as refusal:
            if self._refusals is None:
                self._refusals = TokenBucket(limits.REFUSALS_PER_SECOND, limits.REFUSAL_BURST)
            if self._refusals.take():
                floods.begin(self.user_id)
                self._socket.close(
                    codes.CLOSE_FLOODING, "Too many commands.", retry_after=limits.FLOOD_PAUSE_MS
                )
            else:
                self._refuse(command.id, refusal)
            return False
        return True

    def _limit(self, command: commands.Command) -> None:
        limit_connection(self._commands)
        limit_command(self.user_id)
        if isinstance(command, commands.MessageSend):
            limit_message(self.user_id)
        elif isinstance(command, commands.Search):
            limit_search(self.user_id)

    def _count_bad_frame(self) -> None:
        if self._bad_frames is None:
            most = limits.BAD_FRAMES_PER_MINUTE
            self._bad_frames = TokenBucket(most / 60, most - 1)
        if self._bad_frames.take():
            self._socket.close(codes.CLOSE_BAD_FRAMES, "Too many bad frames.")


def _refuse_binary() -> commands.Command:
    raise BadFrame("Frames are text.")
