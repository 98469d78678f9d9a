"""The rounds of `bench.pruning`, in a process of their own: a plan comes in by stdin, figures go out."""

import asyncio
import json
import sys
import time
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import msgspec
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.registration import register
from chat import search_index
from chat.actions import messages
from chat.errors import ChatError
from chat.hub import hub
from chat.models import Membership, Mention, Message, Reaction, Room
from chat.protocol.commands import MessageSend
from chat.search_index.words import terms
from chat.writer import Outcome, writer

from . import machine
from .load import BODIES
from .page_rounds import make_room

SENDERS = 5
EVERY_SECONDS = 0.02
AT_ONCE = 5_000
CHILD = "import django; django.setup(); from bench.pruning_child import main; main()"


class Plan(msgspec.Struct, frozen=True):
    messages: int
    members: int
    seconds: float
    rounds: int


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    call_command("migrate", interactive=False, verbosity=0)
    people = [register(username=f"person{n}", password=None) for n in range(SENDERS)]
    room = make_old_room(people, plan)
    turns = asyncio.run(_run(plan, room, people))
    assert writer.close(timeout=10)
    json.dump({"load": machine.load(), "turns": turns}, sys.stdout)


def make_old_room(people: list[User], plan: Plan) -> Room:
    """Messages from long ago, with what hangs on messages."""
    room = make_room(people[0], "old", plan.messages)
    crowd = [User(username=f"m{n}", username_skeleton=f"m{n}") for n in range(plan.members)]
    members = [*people[1:], *User.objects.bulk_create(crowd)]
    Membership.objects.bulk_create(
        Membership(room=room, user=user, rev=room.last_rev + n) for n, user in enumerate(members, 1)
    )
    long_ago = timezone.now() - timedelta(days=30)
    Message.objects.filter(room=room).update(at=long_ago)
    Room.objects.filter(pk=room.pk).update(
        last_rev=room.last_rev + len(members), member_count=len(members) + 1, retention_days=2
    )
    for first in range(1, plan.messages + 1, AT_ONCE):
        _hang_on(room, people, range(first, first + AT_ONCE))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return room


def _hang_on(room: Room, people: list[User], seqs: range) -> None:
    """An entry in the search index for each, a reaction on every fifth, a mention in every tenth."""
    rows = list(Message.objects.filter(room=room, seq__in=seqs))
    search_index.write(
        {
            row.pk: search_index.tokens(room.pk, row.author_id or 0, terms(row.body), ())
            for row in rows
        }
    )
    Reaction.objects.bulk_create(
        Reaction(message=row, user=people[1], emoji="👍") for row in rows[::5]
    )
    Mention.objects.bulk_create(
        Mention(message=row, user=people[2], room=room, seq=row.seq) for row in rows[::10]
    )


async def _run(plan: Plan, room: Room, people: list[User]) -> list[dict[str, Any]]:
    hub.start()
    await _send(room, people, 1)  # to warm up
    turns = []
    for _ in range(plan.rounds):
        turns.append({"kind": "alone"} | await _send(room, people, plan.seconds))
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-c", CHILD, str(room.pk)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        await child.stdout.readline()  # it is ready; now it is pruning
        figures = await _send(room, people, plan.seconds)
        child.stdin.close()
        turns.append(
            {"kind": "while it is pruned"} | figures | json.loads(await child.stdout.read())
        )
        await child.wait()
    await hub.close()
    return turns


async def _send(room: Room, people: list[User], seconds: float) -> dict[str, Any]:
    """Everybody at a pace of their own, however long answers take."""
    took: list[float] = []
    end = time.monotonic() + seconds

    async def send(user: User, number: int) -> None:
        began = time.perf_counter()
        await _acknowledged(room.pk, user.pk, BODIES[number % len(BODIES)])
        took.append((time.perf_counter() - began) * 1000)

    async with asyncio.TaskGroup() as group:
        number = 0
        while time.monotonic() < end:
            group.create_task(send(people[number % SENDERS], number))
            number += 1
            await asyncio.sleep(EVERY_SECONDS / SENDERS)
    took.sort()
    return {
        "sent": len(took),
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[int(len(took) * 0.99)], 2),
        "longest_ms": round(took[-1], 2),
        "above_50_ms": sum(one > 50 for one in took),
    }


async def _acknowledged(room_id: int, user_id: int, body: str) -> None:
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    command = MessageSend(id="1", room=room_id, client_id=str(uuid4()), body=body)
    messages.send_message(
        user_id, command, lambda outcome: hub.post(partial(_settle, answer, outcome))
    )
    await answer


def _settle(answer: asyncio.Future[None], outcome: Outcome) -> None:
    if isinstance(outcome, ChatError):
        answer.set_exception(outcome)
    else:
        answer.set_result(None)
