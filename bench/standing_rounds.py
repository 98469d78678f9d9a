"""The rounds of `bench.standing`, in a process of their own: a plan comes in by stdin, figures go out."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle, islice
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.session_engine import SessionStore
from chat import access, pointer_store, queries
from chat.access import Claim
from chat.actions.rooms import create_room
from chat.hub import hub
from chat.models import Membership, Room
from chat.pointer_store import Move
from chat.watch import PART
from chat.writer import writer

from .fan_out.cores import cpu_seconds
from .load import measure
from .send_rounds import Talk

POLLED = (100, 1_000)  # rooms of a process, which has ten times as many people
WARM_UP = 3  # rounds that are not counted
READERS = (1, 20, 200)  # who have read on within the same second


class Plan(msgspec.Struct, frozen=True):
    people: int
    rooms: int
    rounds: int
    senders: list[int]
    seconds: float


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    call_command("migrate", verbosity=0)
    claims, rooms = _people(plan.people), _rooms(plan.rooms)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    report = {
        "watch": [_watch(claims, plan.rounds)],
        "poll": [_poll(claims, rooms, plan, count) for count in POLLED],
        "read": [_read(claims, plan.rounds, readers) for readers in READERS],
        "messages": asyncio.run(_messages(plan)),
    }
    assert writer.close(timeout=10)
    json.dump(report, sys.stdout)


def _people(count: int) -> list[Claim]:
    """Signed in, as their connections claim it."""
    people = User.objects.bulk_create(User.objects.build(f"stander{n}") for n in range(count))
    ends = timezone.now() + timedelta(days=30)
    store = SessionStore()
    sessions = [
        Session(session_key=f"{n:032d}", session_data=_signed_in(store, person), expire_date=ends)
        for n, person in enumerate(people)
    ]
    Session.objects.bulk_create(sessions)
    return [
        Claim(one.session_key, person.pk, None)
        for one, person in zip(sessions, people, strict=True)
    ]


def _signed_in(store: SessionStore, person: User) -> str:
    return store.encode(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
    )


def _rooms(count: int) -> list[int]:
    return [create_room(kind=Room.Kind.PRIVATE, name=f"Standing {n}").pk for n in range(count)]


def _watch(claims: list[Claim], rounds: int) -> dict[str, Any]:
    """Of connections that were proved when they opened: only their rows have to be there."""
    proved = [
        Claim(claim.session_key, claim.user_id, mark)
        for start in range(0, len(claims), PART)
        for claim, mark in _marks(claims[start : start + PART])
    ]
    parts = cycle([proved[start : start + PART] for start in range(0, len(proved), PART)])
    return {"seats": PART} | _cost(lambda: access.examine(next(parts)), rounds)


def _marks(claims: list[Claim]) -> list[tuple[Claim, int]]:
    found = [(claim, mark) for claim, mark in zip(claims, access.examine(claims), strict=True)]
    assert all(isinstance(mark, int) for _, mark in found)
    return found  # type: ignore[return-value]  # as was just seen


def _poll(claims: list[Claim], rooms: list[int], plan: Plan, count: int) -> dict[str, Any]:
    """One look of one process at so many rooms and ten times as many people."""
    people = [claim.user_id for claim in islice(cycle(claims), count * 10)]
    polled = rooms[:count]
    cost = _cost(lambda: queries.marks(polled, people), plan.rounds)
    return {"rooms": len(polled), "people": len(people)} | cost


def _read(claims: list[Claim], rounds: int, readers: int) -> dict[str, Any]:
    """Pointers of so many in one room, moved in one transaction: each time one message further or back."""
    people = [claim.user_id for claim in claims[:readers]]
    room = create_room(kind=Room.Kind.PRIVATE, name=f"Read by {readers}")
    revs = {"last_seq": 2, "last_rev": room.last_rev + 2}
    Room.objects.filter(pk=room.pk).update(member_count=readers, **revs)
    Membership.objects.bulk_create(Membership(room=room, user_id=one, rev=1) for one in people)
    seqs = cycle([1, 2])

    def move() -> None:
        seq = next(seqs)
        pointer_store.move_all([Move(one, room.pk, seq, back=True) for one in people])

    log, _ = _written()
    cost = _cost(move, rounds)
    grown = (_written()[0] - log) / (rounds + WARM_UP) / readers
    return {"readers": readers} | cost | {"wal_bytes_of_each": round(grown)}


def _cost(ask: Callable[[], object], rounds: int) -> dict[str, float]:
    """Of one question: milliseconds of PostgreSQL's CPU, of ours, and on the clock."""
    for _ in range(WARM_UP):
        ask()
    pids = _backends()
    theirs, own, began = _cpu(pids), time.process_time(), time.perf_counter()
    for _ in range(rounds):
        ask()
    spent = [_cpu(pids) - theirs, time.process_time() - own, time.perf_counter() - began]
    names = ["postgresql_ms", "process_ms", "took_ms"]
    return {name: round(value / rounds * 1000, 3) for name, value in zip(names, spent, strict=True)}


# ---- messages


async def _messages(plan: Plan) -> list[dict[str, Any]]:
    talk = await asyncio.to_thread(Talk, max(plan.senders), 1)
    hub.start()
    await measure(talk.send, max(plan.senders), 0.5)
    found = [await _stored(talk, senders, plan.seconds) for senders in plan.senders]
    await hub.close()
    return found


async def _stored(talk: Talk, senders: int, seconds: float) -> dict[str, Any]:
    pids = await asyncio.to_thread(_backends)
    cpu, log, disk = _cpu(pids), *await asyncio.to_thread(_written)
    figures = await measure(talk.send, senders, seconds)
    spent = _cpu(pids) - cpu
    log_after, disk_after = await asyncio.to_thread(_written)
    return {
        "senders": senders,
        "messages": figures.messages,
        "messages_a_second": figures.rate,
        "postgresql_us": round(spent / figures.messages * 1e6),
        "wal_bytes": round((log_after - log) / figures.messages),
        "disk_bytes": round((disk_after - disk) / figures.messages),
    }


def _written() -> tuple[int, int]:
    """Bytes of the write-ahead log so far, and of the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, pg_database_size(current_database())"
        )
        log, disk = cursor.fetchone()
    connection.close()
    return int(log), int(disk)


def _backends() -> list[int]:
    """All processes of the server, those that serve us and those that write behind them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity")
        return [pid for (pid,) in cursor.fetchall()]


def _cpu(pids: Sequence[int]) -> float:
    return sum(cpu_seconds(pid) for pid in pids)
