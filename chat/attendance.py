"""One connection's attendance: the rooms it is told of, from its `welcome` on.

It joins the feeds first and reads the snapshot then: what happens in between is held for its socket. Later
its user's own feed says which rooms were gained or stand otherwise; they are read and told one after the
other by one task. Where that feed missed something, a new `welcome` tells all.

After a restart everybody comes back at once. What each of them needs is read together with the others'
(`batches.py`), and who missed the same gets the same frame.

Owner: the connection. Bounds: one task, and of what is still to be told a set of room ids. End: `end`.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from msgspec import UNSET
from msgspec.structs import replace

from . import database, queries, resumes, welcomes
from .actions.presence import set_hidden
from .batches import Batch
from .errors import Unavailable
from .hub import hub
from .posting import check_posting
from .protocol import codec, codes
from .protocol.commands import Hello, PresenceWatch
from .protocol.events import MembershipChanged, RoomLeft, Welcome
from .protocol.limits import RESTART_SPREAD_MS
from .protocol.results import PresenceResult
from .resumes import Missed, Want
from .sockets import Socket

RETRY_SECONDS = 1.0
TYPING_PAUSE_SECONDS = 2.0
NONE: frozenset[int] = frozenset()  # one for all: most connections wait for nothing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """An encoded `welcome`, and the rev of each room in it."""

    payload: bytes
    epoch: str
    revs: dict[int, int]
    is_hidden: bool


class Attendance:
    __slots__ = (
        "_changed_rooms",
        "_is_welcome",
        "_must_welcome_anew",
        "_rooms",
        "_socket",
        "_task",
        "_typing",
        "_unsettled",
        "user_id",
    )

    def __init__(self, socket: Socket) -> None:
        self.user_id = socket.user_id
        self._socket = socket
        self._rooms = NONE  # all that were joined, also those that were left since
        self._unsettled = NONE  # joined; their snapshot was not sent yet, or not read
        self._is_welcome = False
        self._changed_rooms = NONE
        self._must_welcome_anew = False
        self._task: asyncio.Task[None] | None = None
        self._typing = (0, 0.0)  # in which room, and when it was said

    async def begin(self, hello: Hello) -> None:
        """Welcomes, and brings what the client holds up to date. Raises `Unavailable`."""
        await hub.user_feeds.attend(self)
        snapshot = await self._join()
        behind, lost = _behind(hello, snapshot), _lost(hello, snapshot)
        missed = await _resumes.read(Want(self.user_id, snapshot.epoch, behind)) if behind else []
        ended = await database.run(welcomes.endings_of, self.user_id, lost) if lost else {}
        self._socket.send(snapshot.payload)
        for room_id, ending in ended.items():
            self._socket.send(codec.encode(RoomLeft(room=room_id, reason=ending)))
        self._settle(snapshot.revs | self._tell(missed, snapshot.revs))
        hub.presence.arrive(self._socket, is_hidden=snapshot.is_hidden)
        self._is_welcome = True
        self._follow_soon()

    async def tell_typing(self, room_id: int) -> None:
        """Who may not write there is refused as a message would be. Raises `ChatError`."""
        now = asyncio.get_running_loop().time()
        last_room, said_at = self._typing
        if room_id == last_room and now - said_at <= TYPING_PAUSE_SECONDS:
            return
        await database.run(check_posting, self.user_id, room_id)
        self._typing = (room_id, now)
        if hub.holds(self._socket, room_id):  # still
            hub.tell_typing(room_id, self.user_id)

    async def set_presence(self, status: Literal["online", "away", "hidden", "shown"]) -> None:
        """To hide, and to be seen again, is kept for all of one's connections. Raises `ChatError`.

        Each is a wish of its own: a page that was not told yet that one hides says `online` by itself.
        """
        if status == "online" or status == "away":
            hub.presence.set(self._socket, status)
            return
        await database.act(set_hidden, self.user_id, status == "hidden")
        hub.presence.arrive(self._socket, is_hidden=status == "hidden")
        if status == "shown":
            hub.presence.set(self._socket, "online")

    async def watch(self, command: PresenceWatch) -> PresenceResult:
        users = hub.presence.watch(self._socket, command.users)
        offline = [user_id for user_id, status in users.items() if status == "offline"]
        seen = await database.run(queries.last_seen, offline) if offline else {}
        return PresenceResult(users=users, seen=seen)

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        hub.presence.leave(self._socket)
        hub.user_feeds.unattend(self)
        hub.leave(self._socket, self._rooms)

    # ---- what the user's feed says

    def membership_changed(self, room_id: int, told: bytes | None = None) -> None:
        """`told` says it all, unless something before it is still to be told, or the room to be joined."""
        if told is not None and self._is_settled(room_id):
            self._socket.send(told)
            return
        self._changed_rooms |= {room_id}
        self._follow_soon()

    def welcome_anew(self) -> None:
        self._must_welcome_anew = True
        self._follow_soon()

    def send_away(self) -> None:
        self._socket.close(
            codes.CLOSE_RESTARTING, "The data was exchanged.", retry_after=RESTART_SPREAD_MS
        )

    def _is_settled(self, room_id: int) -> bool:
        is_due = self._must_welcome_anew or self._changed_rooms
        is_joining = room_id in self._unsettled or not hub.holds(self._socket, room_id)
        return self._is_welcome and self._task is None and not is_due and not is_joining

    # ---- following it

    def _follow_soon(self) -> None:
        is_due = self._must_welcome_anew or self._changed_rooms
        if is_due and self._is_welcome and self._task is None:
            self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        try:
            while self._must_welcome_anew or self._changed_rooms:
                try:
                    await self._follow_one()
                except Unavailable:
                    self._must_welcome_anew = True
                    await asyncio.sleep(RETRY_SECONDS)
        except Exception:
            log.exception("User %d cannot be told of their rooms.", self.user_id)
            self._socket.close_for_now()
        finally:
            self._task = None

    async def _follow_one(self) -> None:
        if self._must_welcome_anew:
            self._must_welcome_anew = False
            self._changed_rooms = NONE
            snapshot = await self._join()
            self._socket.send(snapshot.payload)
            self._settle(snapshot.revs)
            hub.presence.arrive(self._socket, is_hidden=snapshot.is_hidden)
        else:
            changed, self._changed_rooms = self._changed_rooms, NONE
            await self._tell_memberships(changed)

    async def _tell_memberships(self, room_ids: frozenset[int]) -> None:
        """Rooms gained, or one's own part in them: read after their feeds were joined, as all snapshots."""
        if missing := self._not_held(room_ids):
            await self._join_rooms(missing)
        found = await _own_rooms.read((self.user_id, room_ids))
        for room_id in sorted(room_ids):
            self._tell_membership(room_id, found.get(room_id))

    def _tell_membership(self, room_id: int, event: MembershipChanged | None) -> None:
        if event is None:
            self._leave(self._unsettled & {room_id})
        elif hub.holds(self._socket, room_id):
            self._socket.send(codec.encode(event))
            self._settle({room_id: event.room.last_rev})
        else:
            self._changed_rooms |= {room_id}  # removed and back again while it was read

    # ---- snapshots

    async def _join(self) -> _Snapshot:
        """Joins what is not joined yet, until the snapshot names no other room."""
        missing = self._not_held(await _room_ids.read(self.user_id))
        while True:
            await self._join_rooms(missing)
            snapshot = await _snapshots.read(self.user_id)
            missing = self._not_held(snapshot.revs)
            if not missing:
                break
        # Where one was told of the room so far, its feed has the last word: what came before the removal.
        gone = self._rooms - snapshot.revs.keys()
        await hub.catch_up(room for room in gone - self._unsettled if hub.holds(self._socket, room))
        self._leave(gone)
        return snapshot

    def _not_held(self, room_ids: Iterable[int]) -> set[int]:
        return {room_id for room_id in room_ids if not hub.holds(self._socket, room_id)}

    async def _join_rooms(self, room_ids: set[int]) -> None:
        self._rooms |= room_ids
        self._unsettled |= room_ids
        await hub.join(self._socket, room_ids)

    def _leave(self, room_ids: AbstractSet[int]) -> None:
        self._unsettled -= room_ids
        hub.leave(self._socket, room_ids)

    def _settle(self, cursors: Mapping[int, int]) -> None:
        """Nothing happens to the rooms that one was settled in before."""
        for room_id in self._unsettled & cursors.keys():
            hub.settle(self._socket, room_id, cursors[room_id])
        self._unsettled = self._unsettled - cursors.keys() or NONE

    def _tell(self, missed: Iterable[Missed], cursors: Mapping[int, int]) -> dict[int, int]:
        """Sends what was missed; up to which rev.

        Of a room that one is no member of any more nothing more is told: where one is back by now, one's
        own feed says so later.
        """
        told: dict[int, int] = {}
        gone: set[int] = set()
        for part in missed:
            if ending := part.ending_of(self.user_id):
                gone.add(part.room_id)
                self._socket.send(codec.encode(RoomLeft(room=part.room_id, reason=ending)))
                self._leave({part.room_id})
            if part.room_id not in gone:
                self._socket.write(part.frame)
                told[part.room_id] = max(part.rev, cursors[part.room_id])
        return told


def _behind(hello: Hello, snapshot: _Snapshot) -> dict[int, int]:
    """The rev held of each room that is not up to date; -1 where it means nothing to this database."""
    revs = snapshot.revs
    is_known = _is_known(hello, snapshot)
    held = {
        room_id: rev if is_known and rev <= revs[room_id] else -1
        for room_id, rev in hello.rooms.items()
        if room_id in revs
    }
    return {room_id: rev for room_id, rev in held.items() if rev != revs[room_id]}


def _lost(hello: Hello, snapshot: _Snapshot) -> set[int]:
    """Rooms of this database that the client was in when it was last here, and is not in now."""
    return hello.rooms.keys() - snapshot.revs.keys() if _is_known(hello, snapshot) else set()


def _is_known(hello: Hello, snapshot: _Snapshot) -> bool:
    return hello.epoch in (None, snapshot.epoch)


# ---- what many ask for at once


async def _read_room_ids(user_ids: Sequence[int]) -> list[set[int]]:
    return await database.run(welcomes.room_ids_of, user_ids)


async def _read_snapshots(user_ids: Sequence[int]) -> list[_Snapshot]:
    return await database.run(_snapshots_of, user_ids)


def _snapshots_of(user_ids: Sequence[int]) -> list[_Snapshot]:
    return [
        _Snapshot(
            codec.encode(replace(welcome, online=hub.presence.online(_partners(welcome)))),
            welcome.server.epoch,
            {room.id: room.last_rev for room in welcome.rooms},
            welcome.me.hidden,
        )
        for welcome in welcomes.welcome_all(user_ids)
    ]


def _partners(welcome: Welcome) -> list[int]:
    """Those one has a direct room with."""
    users = (room.users for room in welcome.rooms if room.users is not UNSET)
    return sorted(set(chain.from_iterable(users)) - {welcome.me.user.id})


async def _read_own_rooms(
    asked: Sequence[tuple[int, AbstractSet[int]]],
) -> list[dict[int, MembershipChanged]]:
    return await database.run(queries.own_rooms, asked)


async def _read_missed(wants: Sequence[Want]) -> list[list[Missed]]:
    return await database.run(resumes.resume_all, wants, _shared)


_shared = resumes.Shared()
_room_ids = Batch(_read_room_ids)
_snapshots = Batch(_read_snapshots)
_own_rooms = Batch(_read_own_rooms)
_resumes = Batch(_read_missed)
