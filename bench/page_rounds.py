"""The rounds of `bench.pages`, in a process of their own: a plan comes in by stdin, figures go out."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from chat import welcomes
from chat.actions.rooms import create_room
from chat.models import Message, Room
from chat.protocol import codec

SMALL = 1_000
IN_EACH = 20  # messages of the many rooms
BODY = "Message %s: we meet at the harbour 下午三点 and bring the drawings along."
FILL = {
    "sqlite": """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
INSERT INTO chat_message ({columns})
SELECT {room}, n, {rev} + n, {rev} + n, 'text', {author}, printf('%%08x%%024x', {room}, n),
replace(%s, '%%s', n), %s, 0 FROM numbers
""",
    "postgresql": """
INSERT INTO chat_message ({columns})
SELECT {room}, n, {rev} + n, {rev} + n, 'text', {author},
(lpad(to_hex({room}), 8, '0') || lpad(to_hex(n), 24, '0'))::uuid,
replace(%s, '%%s', n::text), %s, false FROM generate_series(1, {count}) AS n
""",
}
COLUMNS = "room_id, seq, rev, created_rev, kind, author_id, client_id, body, at, mention_room"


def main() -> None:
    plan = json.load(sys.stdin)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    alice = User.objects.create_user("alice", password="not-asked-for")
    rooms = {
        "small": make_room(alice, "small", SMALL),
        "large": make_room(alice, "large", plan["messages"]),
    }
    for number in range(plan["rooms"] - len(rooms)):
        make_room(alice, f"room {number}", IN_EACH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    client.force_login(alice)

    def page(room: Room, query: str = "") -> Callable[[], bytes]:
        def load() -> bytes:
            response = client.get(f"/rooms/{room.slug}/{query}")
            assert response.status_code == 200
            return response.content

        return load

    work = {
        "page of a room of 1,000 messages": page(rooms["small"]),
        f"page of a room of {plan['messages']:,}": page(rooms["large"]),
        "from its middle, of 1,000": page(rooms["small"], f"?before={SMALL // 2}"),
        f"from its middle, of {plan['messages']:,}": page(
            rooms["large"], f"?before={plan['messages'] // 2}"
        ),
        f"welcome in {plan['rooms']} rooms": lambda: codec.encode(welcomes.welcome(alice.pk)),
    }
    json.dump(measure(work, plan["rounds"]), sys.stdout)


def make_room(owner: User, name: str, count: int) -> Room:
    """A private room of this many messages, as if they had been written long ago."""
    room = create_room(kind=Room.Kind.PRIVATE, name=name, owner=owner)
    fill(room, owner, count)
    return room


def fill(room: Room, author: User, count: int) -> None:
    room.refresh_from_db()
    start = Message.objects.filter(room=room).count()
    Message.objects.filter(room=room).delete()
    statement = FILL[connection.vendor].format(
        columns=COLUMNS, room=room.pk, rev=room.last_rev, author=author.pk, count=count
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [BODY, timezone.now()])
    room.last_seq, room.last_rev = max(count, start), room.last_rev + count
    room.last_message_at = timezone.now()
    room.save()


def measure(work: dict[str, Callable[[], bytes]], rounds: int) -> dict[str, Any]:
    """In turns, so that what else the machine does hits all alike, after one in which queries are counted."""
    times: dict[str, list[float]] = {name: [] for name in work}
    work_times: dict[str, list[float]] = {name: [] for name in work}
    facts: dict[str, dict[str, int]] = {}
    for name, call in work.items():
        call()
        with CaptureQueriesContext(connection) as captured:
            body = call()
        facts[name] = {"queries": len(captured), "bytes": len(body)}
    for _ in range(rounds):
        for name, call in work.items():
            began, began_work = time.perf_counter(), time.process_time()
            call()
            times[name].append((time.perf_counter() - began) * 1000)
            work_times[name].append((time.process_time() - began_work) * 1000)
    return {
        name: facts[name]
        | {
            "lowest_ms": min(took),
            "median_ms": statistics.median(took),
            "highest_ms": max(took),
            "cpu_ms": statistics.median(work_times[name]),  # of this process, not of PostgreSQL's
        }
        for name, took in times.items()
    }
