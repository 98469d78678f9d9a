"""Attendance in this process: a hub of the test's own, tabs that remember what they are told, and gates."""

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError

from accounts.models import User
from chat import database, queries
from chat.actions import members, rooms
from chat.attendance import Attendance
from chat.frames import Frame
from chat.models import Room
from chat.protocol import commands
from chat.sockets import Socket
from tests.chat import sending

DEADLINE_SECONDS = 15.0


class Tab:
    """A connection without a network."""

    def __init__(self, user: User) -> None:
        self.frames: list[dict[str, Any]] = []
        self.closed: int | None = None
        self.socket = Socket(user.pk, self)
        self.attendance = Attendance(self.socket)

    def write(self, frame: Frame) -> None:
        told = json.loads(frame.payload)
        self.frames += told if isinstance(told, list) else [told]

    write_soon = write

    def is_behind(self) -> bool:
        return False

    def is_gone(self) -> bool:
        return False

    def close(self, code: int) -> None:
        self.closed = code

    async def hello(self, **held: Any) -> "Tab":
        await self.attendance.begin(commands.Hello(id="1", client="tests", **held))
        return self

    def told_of(self, room: Room) -> list[Any]:
        """In short, in order: revs of changes, (since, rev) of syncs, else the type of the event."""
        return [_short(frame) for frame in self.frames if _room_of(frame) == room.pk]

    def welcomed_to(self) -> list[list[int]]:
        """The rooms that each welcome named."""
        welcomes = [frame for frame in self.frames if frame["type"] == "welcome"]
        return [[room["id"] for room in welcome["rooms"]] for welcome in welcomes]


class Gate:
    """Stops each call of a function of the database's threads, once it has read or before, until opened."""

    def __init__(
        self, stopped: Callable[..., Any], *, after: int = 0, before: bool = False
    ) -> None:
        self._stopped = stopped
        self._passes = after
        self._before = before
        self._reached = threading.Event()
        self._open = threading.Event()

    def __call__(self, *args: Any) -> Any:
        if self._before:
            self._stop()
            return self._stopped(*args)
        read = self._stopped(*args)
        self._stop()
        return read

    def _stop(self) -> None:
        self._passes -= 1
        if self._passes < 0:
            self._reached.set()
            assert self._open.wait(DEADLINE_SECONDS)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, DEADLINE_SECONDS)

    def open(self) -> None:
        self._open.set()


class Outage:
    """The database fails one call of a function, after some that it answers."""

    def __init__(self, failing: Callable[..., Any], *, after: int = 0) -> None:
        self._failing = failing
        self._passes = after

    def __call__(self, *args: Any) -> Any:
        self._passes -= 1
        if self._passes == -1:
            raise OperationalError("gone")
        return self._failing(*args)


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the database's threads are given to read from here on, by name, but for the poll."""
    names: list[str] = []
    run = database.run

    async def noting(work: Callable[..., Any], *args: Any) -> Any:
        if work is not queries.marks:
            names.append(work.__name__.strip("_"))
        return await run(work, *args)

    monkeypatch.setattr(database, "run", noting)
    return names


def outage(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, after: int = 0) -> None:
    monkeypatch.setattr(module, name, Outage(getattr(module, name), after=after))


def gate(
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    *,
    after: int = 0,
    before: bool = False,
) -> Gate:
    stopped = Gate(getattr(module, name), after=after, before=before)
    monkeypatch.setattr(module, name, stopped)
    return stopped


async def until(condition: Callable[[], object]) -> None:
    """Waits for it, not for a time."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not condition():  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.002)


async def say(room: Room, author: User, body: str = "hello") -> None:
    await database.run(sending.say, author, room, body)


async def remove(owner: User, room: Room, user: User) -> None:
    command = commands.RoomRemove(id="1", room=room.pk, user=user.pk)
    await database.run(members.remove_member, owner.pk, command)


async def invite(owner: User, room: Room, user: User) -> None:
    command = commands.RoomInvite(id="1", room=room.pk, user=user.pk)
    await database.run(members.invite_member, owner.pk, command)


async def rename(owner: User, room: Room, name: str) -> None:
    command = commands.RoomUpdate(id="1", room=room.pk, name=name)
    await database.run(rooms.update_room, owner.pk, command)


def _room_of(frame: dict[str, Any]) -> int | None:
    room: Any = frame.get("room")
    found: int | None = room["id"] if isinstance(room, dict) else room
    return found


def _short(frame: dict[str, Any]) -> Any:
    if frame["type"] == "message":
        return frame["message"]["rev"]
    if frame["type"] == "sync":
        return (frame["since"], frame["rev"])
    return frame["rev"] if frame["type"] in {"member", "room"} else frame["type"]
