"""The rounds of `bench.send` on one database, in a process of their own that reports in JSON.

Both sides use the same tables, rooms and people, one after the other, so that whatever the machine does
meanwhile happens to both. Before each turn the database is checkpointed: neither pays for the other's pages.
"""

import asyncio
import json
import sys
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F, Max

from accounts.models import User
from accounts.registration import register
from chat.actions import messages
from chat.actions.rooms import add_member, create_room
from chat.errors import ChatError
from chat.hub import hub
from chat.models import Room
from chat.protocol.commands import MessageSend
from chat.writer import Outcome, writer

from .load import Figures, Send, measure
from .naive import NaiveStore
from .phases import WHOLE, clocked

ROOMS = 10
WARM_UP_SECONDS = 0.5


class Plan(msgspec.Struct, frozen=True):
    """`threads` are the naive side's."""

    senders: list[int]
    seconds: float
    rounds: int
    threads: int
    fsync: bool


def main() -> None:
    """Reads a plan from standard input, writes the report to standard output."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    if connection.vendor == "sqlite" and not plan.fsync:
        options = settings.DATABASES["default"]["OPTIONS"]
        options["init_command"] = options["init_command"].replace("FULL", "OFF")
    call_command("migrate", verbosity=0)
    talk = Talk(max(plan.senders), plan.threads)
    report = asyncio.run(_run(plan, talk))
    assert writer.close(timeout=10)
    _check_numbers()
    json.dump(report | {"settings": _database_settings()}, sys.stdout)


class Talk:
    """The people, their rooms, and the two ways to send. Everybody talks in one room."""

    def __init__(self, people: int, threads: int) -> None:
        self.people = [register(username=f"person{n}", password=None) for n in range(people)]
        rooms = [_make_room(f"Room {n}", self.people[n::ROOMS]) for n in range(ROOMS)]
        self.rooms = [rooms[n % ROOMS].pk for n in range(people)]
        self.naive = NaiveStore(threads)

    async def send_naively(self, sender: int, body: str) -> None:
        await self.naive.send(self.people[sender].pk, self.rooms[sender], body)

    async def send(self, sender: int, body: str) -> None:
        """As a connection does it: the answer comes from the writer by way of the hub."""
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        command = MessageSend(id="1", room=self.rooms[sender], client_id=str(uuid4()), body=body)
        messages.send_message(
            self.people[sender].pk,
            command,
            lambda outcome: hub.post(partial(_settle, answer, outcome)),
        )
        await answer


def _make_room(name: str, people: list[User]) -> Room:
    room = create_room(kind=Room.Kind.PRIVATE, name=name)
    for person in people:
        add_member(room.pk, person)
    return room


def _settle(answer: asyncio.Future[None], outcome: Outcome) -> None:
    if isinstance(outcome, ChatError):
        answer.set_exception(outcome)
    else:
        answer.set_result(None)


async def _run(plan: Plan, talk: Talk) -> dict[str, Any]:
    hub.start()
    sides: dict[str, Send] = {"naive": talk.send_naively, "ours": talk.send}
    for send in sides.values():
        await measure(send, max(plan.senders), WARM_UP_SECONDS)
    turns = []
    for number in range(1, plan.rounds + 1):
        for senders in plan.senders:
            for side, send in sides.items():
                figures = await _turn(send, senders, plan.seconds)
                turns.append({"round": number, "senders": senders, "side": side} | asdict(figures))
    parts = [await _parts(talk.send, senders, plan.seconds) for senders in plan.senders]
    await hub.close()
    return {"turns": turns, "parts": parts}


async def _turn(send: Send, senders: int, seconds: float) -> Figures:
    await asyncio.to_thread(_checkpoint)
    return await measure(send, senders, seconds)


async def _parts(send: Send, senders: int, seconds: float) -> dict[str, Any]:
    """Where a batch's time goes on the writer's thread."""
    with clocked() as clock:
        figures = await _turn(send, senders, seconds)
    return {
        "senders": senders,
        "messages_per_batch": round(figures.messages / clock.calls[WHOLE], 1),
        "microseconds": clock.microseconds_per_batch(),
    }


def _checkpoint() -> None:
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "CHECKPOINT")
    connection.close()


def _check_numbers() -> None:
    """The speed of what does not work would be worth nothing."""
    rooms = Room.objects.annotate(stored=Count("messages"), highest=Max("messages__seq"))
    wrong = rooms.exclude(last_seq=0).exclude(last_seq=F("stored"), highest=F("stored"))
    assert not wrong.exists(), "messages are missing, or their numbers"


def _database_settings() -> dict[str, str]:
    if connection.vendor == "sqlite":
        names = ["journal_mode", "synchronous", "wal_autocheckpoint", "cache_size"]
        return {"SQLite": _value("SELECT sqlite_version()")} | {
            name: _value(f"PRAGMA {name}") for name in names
        }
    names = ["fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers"]
    return {"PostgreSQL": _value("SHOW server_version")} | {
        name: _value(f"SHOW {name}") for name in names
    }


def _value(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
