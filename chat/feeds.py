"""A feed: what this process knows of one room, and the sockets it tells.

Changes reach a feed from several sides and in any order; it passes them on strictly in `rev` order. The
next one is accepted, an old one dropped, an early one held until the gap before it is filled, by the change
itself or by a `sync` read from the database.

What is accepted waits for the next flush, which is at once in quiet times; after a flush the next one waits
for as long as the last one took, so a busy room batches by itself. A flush writes one frame to all sockets.

A socket that joins is held aside, with a cursor of its own, until its snapshot has been sent: it then gets
what was accepted in the meantime and enters the shared set once it stands where the others stand.

Owner: the hub, on its event loop. Bounds: MAX_EARLY, MAX_HELD; past either, the database is asked instead. No
frame is much larger than ABOUT_FRAME_BYTES, however much is due.
"""

import asyncio
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from .frames import Frame
from .passing import Passing
from .protocol.codec import encode, join
from .protocol.events import Reset, RoomLeft
from .protocol.fields import Ending, Standing, is_ending
from .tallies import Traffic

MAX_EARLY = 1_000
MAX_HELD = 1_000
ABOUT_FRAME_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a room as an encoded event; `member` names whose standing changed, and to what.

    `recount`: everybody's number of unread mentions may be another, in a way that the event does not say.
    `author`: whose new message it is, who is not writing it any more.
    """

    rev: int
    payload: bytes
    member: tuple[int, Standing] | None = None
    recount: bool = False
    author: int | None = None


@dataclass(frozen=True, slots=True)
class CatchUp:
    """An encoded `sync` or `reset` that brings any holder of an older rev to `rev`."""

    rev: int
    payload: bytes
    members: tuple[tuple[int, Standing], ...] = ()
    recount: bool = False


class Subscriber(Protocol):
    """What a feed needs of a socket. Writing never waits and never raises."""

    user_id: int

    def write(self, frame: Frame) -> None: ...


@dataclass(slots=True)
class _Joining:
    cursor: int | None = None  # None until the snapshot has been sent
    held: list[tuple[int, bytes]] = field(default_factory=list)
    overflowed: bool = False
    ending: Ending | None = None


class Feed:
    def __init__(
        self,
        room_id: int,
        on_gap: Callable[["Feed"], None],
        on_membership: Callable[[int, int], None],
        *,
        traffic: Traffic,
    ) -> None:
        """`on_membership` is called with a user and this room when that user's part in it may be another.
        `traffic` is that of all feeds."""
        self.room_id = room_id
        self.rev: int | None = None  # of the last accepted change; None until the feed has started
        self._on_gap = on_gap
        self._on_membership = on_membership
        self._traffic = traffic
        self._sockets: set[Subscriber] = set()
        self._joining: dict[Subscriber, _Joining] = {}
        self._early: dict[int, Change] = {}
        self._due: list[tuple[int, bytes]] = []
        self._flush_timer: asyncio.Handle | None = None
        self._quiet_until = 0.0
        self._passing: Passing | None = None

    @property
    def is_empty(self) -> bool:
        return not self._sockets and not self._joining

    @property
    def settled(self) -> AbstractSet[Subscriber]:
        """The sockets that stand where the feed stands."""
        return self._sockets

    @property
    def has_gap(self) -> bool:
        """Changes are here that come after one that is not."""
        return bool(self._early)

    def is_behind(self, rev: int) -> bool:
        return self.rev is not None and self.rev < rev

    def holds(self, socket: Subscriber) -> bool:
        return socket in self._sockets or socket in self._joining

    def start(self, rev: int) -> None:
        """Begins at the rev read after the feed had subscribed."""
        self.rev = rev
        self._accept_early()

    def offer(self, change: Change) -> None:
        """Takes a change from the writer, an action or another process."""
        if self.rev is None or change.rev > self.rev + 1:
            if len(self._early) < MAX_EARLY:
                self._early[change.rev] = change
            if self.rev is not None:
                self._on_gap(self)
        elif change.rev == self.rev + 1:
            self._accept(change)
            self._accept_early()

    def catch_up(self, repair: CatchUp) -> None:
        """Takes what was read from the database to fill a gap."""
        if self.rev is None or repair.rev <= self.rev:
            return
        for user_id, standing in repair.members:
            self._note_member(user_id, standing)
        self._put(repair.rev, repair.payload)
        if repair.recount:
            self._recount()
        self._accept_early()

    def pass_on(self, user_id: int, payload: bytes) -> None:
        """Tells of something that is stored nowhere; of each user only the last counts."""
        if self._passing is None:
            self._passing = Passing(self._write)
        self._passing.put(user_id, payload)

    def add(self, socket: Subscriber) -> None:
        """Holds a socket aside until `settle`; from here on it misses nothing."""
        self._joining[socket] = _Joining()

    def settle(self, socket: Subscriber, cursor: int) -> None:
        """The socket has been sent a snapshot as of the rev `cursor`, read after it was added."""
        self.flush()
        joining = self._joining.get(socket)
        if joining is None:
            return
        joining.cursor = cursor
        if joining.ending is not None:
            self._send_held(socket, joining, cursor)  # what came before it
            self._part_with(socket, joining.ending)
        self._advance(socket)

    def remove(self, socket: Subscriber) -> None:
        self._sockets.discard(socket)
        self._joining.pop(socket, None)

    def flush(self) -> None:
        """Writes what is due to every socket, as one frame that is built once."""
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        if not self._due:
            return
        due, self._due = self._due, []
        loop = asyncio.get_running_loop()
        began = loop.time()
        for frame in _frames([payload for _, payload in due]):
            self._write(frame)
        self._traffic.note_flush(len(due), len(self._sockets))
        for socket in list(self._joining):
            self._hold(socket, due)
            self._advance(socket)
        now = loop.time()
        self._quiet_until = now + (now - began)

    def _write(self, frame: Frame) -> None:
        for socket in self._sockets:
            socket.write(frame)

    def _accept(self, change: Change) -> None:
        if change.member is not None:
            self._note_member(*change.member)
        if change.author is not None and self._passing is not None:
            self._passing.drop(change.author)
        self._put(change.rev, change.payload)
        if change.recount:
            self._recount()

    def _recount(self) -> None:
        """Has everybody here learn their own part anew."""
        for user_id in {socket.user_id for socket in (*self._sockets, *self._joining)}:
            self._on_membership(user_id, self.room_id)

    def _accept_early(self) -> None:
        """Accepts what was early and is next by now; a gap that is left is reported."""
        while self.rev is not None and (change := self._early.pop(self.rev + 1, None)):
            self._accept(change)
        if self._early and self.rev is not None:
            self._early = {rev: early for rev, early in self._early.items() if rev > self.rev}
        if self._early:
            self._on_gap(self)

    def _put(self, rev: int, payload: bytes) -> None:
        self.rev = rev
        self._due.append((rev, payload))
        if self._flush_timer is None:
            loop = asyncio.get_running_loop()
            wait = self._quiet_until - loop.time()
            self._flush_timer = (
                loop.call_soon(self.flush) if wait <= 0 else loop.call_later(wait, self.flush)
            )

    def _note_member(self, user_id: int, standing: Standing) -> None:
        """Cuts off the sockets of one who is out now, between what came before and what comes after."""
        if not is_ending(standing):
            self._on_membership(user_id, self.room_id)
            return
        self.flush()
        for socket in [socket for socket in self._sockets if socket.user_id == user_id]:
            self._part_with(socket, standing)
        for socket in [socket for socket in self._joining if socket.user_id == user_id]:
            joining = self._joining[socket]
            if joining.cursor is None:
                joining.ending = standing  # said after its snapshot, which may still name the room
            else:
                self._part_with(socket, standing)

    def _part_with(self, socket: Subscriber, ending: Ending) -> None:
        self.remove(socket)
        socket.write(Frame(encode(RoomLeft(room=self.room_id, reason=ending))))

    def _hold(self, socket: Subscriber, due: list[tuple[int, bytes]]) -> None:
        joining = self._joining[socket]
        if joining.ending is not None or joining.overflowed:
            return
        joining.held.extend(due)
        if len(joining.held) > MAX_HELD:
            joining.held.clear()
            joining.overflowed = True

    def _advance(self, socket: Subscriber) -> None:
        """Sends a joining socket what it lacks; it is one of all as soon as it stands where they stand."""
        joining = self._joining.get(socket)
        if joining is None or joining.cursor is None or self.rev is None:
            return
        if joining.overflowed:
            joining.overflowed = False
            joining.cursor = max(joining.cursor, self.rev)
            socket.write(Frame(encode(Reset(room=self.room_id, rev=joining.cursor))))
            self._on_membership(socket.user_id, self.room_id)
        self._send_held(socket, joining, joining.cursor)
        if joining.cursor <= self.rev:
            self.remove(socket)
            self._sockets.add(socket)

    def _send_held(self, socket: Subscriber, joining: _Joining, cursor: int) -> None:
        missing = [payload for rev, payload in joining.held if rev > cursor]
        joining.held.clear()
        for frame in _frames(missing):
            socket.write(frame)


def _frames(payloads: list[bytes]) -> Iterator[Frame]:
    """What is due together is one frame, unless it is so much that readers would choke on it."""
    part: list[bytes] = []
    size = 0
    for payload in payloads:
        if part and size + len(payload) > ABOUT_FRAME_BYTES:
            yield Frame(join(part))
            part, size = [], 0
        part.append(payload)
        size += len(payload)
    if part:
        yield Frame(join(part))
