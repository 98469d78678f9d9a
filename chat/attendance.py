"""One connection's attendance: the rooms it is told of, from its `welcome` on.

It joins the feeds first and reads the snapshot then: what happens in between is held for its socket. Later
its user's own feed says which rooms were gained or stand otherwise; they are read and told one after the
other by one task. Where that feed missed something, a new `welcome` tells all.

Owner: the connection. Bounds: one task, and of what is still to be told a set of room ids. End: `end`.
"""

import asyncio
import logging
from collections.abc import Mapping

from . import changes, database, queries
from .errors import Unavailable
from .feeds import CatchUp
from .hub import hub
from .protocol import codec, codes
from .protocol.commands import Hello
from .protocol.events import RoomLeft, Welcome
from .protocol.limits import RESTART_SPREAD_MS
from .sockets import Socket

RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


class Attendance:
    def __init__(self, socket: Socket) -> None:
        self.user_id = socket.user_id
        self._socket = socket
        self._rooms: set[int] = set()  # all that were joined, also those that were left since
        self._unsettled: set[int] = set()  # joined; their snapshot was not sent yet, or not read
        self._is_welcome = False
        self._changed_rooms: set[int] = set()
        self._must_start_over = False
        self._task: asyncio.Task[None] | None = None

    async def begin(self, hello: Hello) -> None:
        """Welcomes, and brings what the client holds up to date. Raises `Unavailable`."""
        hub.start()
        await hub.attend(self)
        snapshot = await self._join()
        same_epoch = hello.epoch in (None, snapshot.server.epoch)
        held = {room: rev if same_epoch else -1 for room, rev in hello.rooms.items()}
        cursors = {room.id: room.last_rev for room in snapshot.rooms}
        behind = {room: held[room] for room in held.keys() & cursors if held[room] != cursors[room]}
        repairs = await database.run(changes.resume, self.user_id, behind) if behind else []
        self._socket.send(codec.encode(snapshot))
        self._settle(cursors | self._tell(repairs, cursors))
        self._is_welcome = True
        self._follow_soon()

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        hub.dismiss(self)
        hub.leave(self._socket, self._rooms)

    # ---- what the user's feed says

    def membership_changed(self, room_id: int) -> None:
        self._changed_rooms.add(room_id)
        self._follow_soon()

    def start_over(self) -> None:
        self._must_start_over = True
        self._follow_soon()

    def restart(self) -> None:
        self._socket.close(
            codes.CLOSE_RESTARTING, "The data was exchanged.", retry_after=RESTART_SPREAD_MS
        )

    # ---- following it

    def _follow_soon(self) -> None:
        is_due = self._must_start_over or self._changed_rooms
        if is_due and self._is_welcome and self._task is None:
            self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        try:
            while self._must_start_over or self._changed_rooms:
                try:
                    await self._follow_one()
                except Unavailable:
                    self._must_start_over = True
                    await asyncio.sleep(RETRY_SECONDS)
        except Exception:
            log.exception("User %d cannot be told of their rooms.", self.user_id)
            self._socket.close_for_now()
        finally:
            self._task = None

    async def _follow_one(self) -> None:
        if self._must_start_over:
            self._must_start_over = False
            self._changed_rooms.clear()
            snapshot = await self._join()
            self._socket.send(codec.encode(snapshot))
            self._settle({room.id: room.last_rev for room in snapshot.rooms})
        else:
            await self._tell_membership(self._changed_rooms.pop())

    async def _tell_membership(self, room_id: int) -> None:
        """A room gained, or one's own part in it: read after its feed was joined, as every snapshot is."""
        if not hub.holds(self._socket, room_id):
            await self._join_rooms({room_id})
        event = await database.run(queries.own_room, self.user_id, room_id)
        if event is None:
            self._leave(self._unsettled & {room_id})
        elif hub.holds(self._socket, room_id):
            self._socket.send(codec.encode(event))
            self._settle({room_id: event.room.last_rev})
        else:
            self._changed_rooms.add(room_id)  # removed and back again while it was read

    # ---- snapshots

    async def _join(self) -> Welcome:
        """Joins what is not joined yet, until the snapshot names no other room."""
        while True:
            snapshot = await database.run(queries.welcome, self.user_id)
            rooms = {room.id for room in snapshot.rooms}
            missing = {room_id for room_id in rooms if not hub.holds(self._socket, room_id)}
            if not missing:
                break
            await self._join_rooms(missing)
        # Where one was told of the room so far, its feed has the last word: what came before the removal.
        gone = self._rooms - rooms
        await hub.catch_up(room for room in gone - self._unsettled if hub.holds(self._socket, room))
        self._leave(gone)
        return snapshot

    async def _join_rooms(self, room_ids: set[int]) -> None:
        self._rooms |= room_ids
        self._unsettled |= room_ids
        await hub.join(self._socket, room_ids)

    def _leave(self, room_ids: set[int]) -> None:
        self._unsettled -= room_ids
        hub.leave(self._socket, room_ids)

    def _settle(self, cursors: Mapping[int, int]) -> None:
        """Nothing happens to the rooms that one was settled in before."""
        for room_id in self._unsettled & cursors.keys():
            hub.settle(self._socket, room_id, cursors[room_id])
        self._unsettled -= cursors.keys()

    def _tell(
        self, repairs: list[tuple[int, CatchUp]], cursors: Mapping[int, int]
    ) -> dict[int, int]:
        """Sends what was missed; up to which rev.

        Of a room that one was removed from meanwhile nothing more is told: where one is back by now, one's
        own feed says so later.
        """
        told: dict[int, int] = {}
        removed: set[int] = set()
        for room_id, repair in repairs:
            if (self.user_id, None) in repair.members:
                removed.add(room_id)
                self._socket.send(codec.encode(RoomLeft(room=room_id, reason="removed")))
                self._leave({room_id})
            if room_id not in removed:
                self._socket.send(repair.payload)
                told[room_id] = max(repair.rev, cursors[room_id])
        return told
