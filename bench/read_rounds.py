"""The rounds of `bench.reads`, in a process of their own: a plan comes in by stdin, figures go out."""

import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterable

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from chat import pointer_store, welcomes
from chat.actions import messages
from chat.models import Membership, Mention, Message, Room
from chat.pointer_store import Move
from chat.protocol import codec
from chat.protocol.commands import MessageSend
from chat.protocol.limits import MAX_MENTIONS
from chat.writer import writer

READERS = 200
IN_EACH = 200  # messages of the many rooms, 50 of them unread, 4 of these mentions


def main() -> None:
    plan = json.load(sys.stdin)
    call_command("migrate", interactive=False, verbosity=0)
    people = _people(plan["members"])
    large = _large_room(people)
    for number in range(plan["rooms"] - 1):
        _room_with_mentions(number, people[1], people[0])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    author, names = people[0], [f"@{one.username}" for one in people[1 : MAX_MENTIONS + 1]]

    def send(body: str) -> Callable[[], object]:
        return lambda: messages.send_and_wait(
            author.pk,
            MessageSend(id="1", room=large.pk, client_id=str(uuid.uuid4()), body=body),
        )

    work = {
        "send: hello": send("hello"),
        f"send: {MAX_MENTIONS} names": send(" ".join(names)),
        "send: @room": send("@room hello"),
        "read: one reader": _reads(large, people[2:3]),
        f"read: {READERS} readers": _reads(large, people[2 : READERS + 2]),
        f"welcome in {plan['rooms']} rooms": lambda: codec.encode(welcomes.welcome(people[1].pk)),
    }
    report = {name: _measure(call, plan["rounds"]) for name, call in work.items()}
    writer.close(timeout=10)
    json.dump(report, sys.stdout)


def _people(count: int) -> list[User]:
    made = (
        User(username=f"u{number}", username_skeleton=f"u{number}", name=f"Name {number}")
        for number in range(count)
    )
    return User.objects.bulk_create(made, batch_size=5_000)


def _large_room(people: list[User]) -> Room:
    room = Room.objects.create(
        kind="private", name="large", slug="large", last_rev=1, member_count=len(people)
    )
    _join(room, people)
    return room


def _room_with_mentions(number: int, reader: User, author: User) -> None:
    room = Room.objects.create(
        kind="private",
        name=f"room {number}",
        slug=f"room-{number}",
        last_seq=IN_EACH,
        last_rev=IN_EACH,
        member_count=2,
        last_message_at=timezone.now(),
    )
    _join(room, [author, reader], read_seq=IN_EACH - 50)
    rows = [
        Message(
            room=room,
            seq=seq,
            rev=seq,
            created_rev=seq,
            author=author,
            client_id=uuid.uuid4(),
            body="hello",
            at=timezone.now(),
            mention_room=seq % 50 == 0,
        )
        for seq in range(1, IN_EACH + 1)
    ]
    stored = Message.objects.bulk_create(rows)
    Mention.objects.bulk_create(
        Mention(message=row, user=reader, room=room, seq=row.seq) for row in stored[9::20]
    )


def _join(room: Room, people: Iterable[User], read_seq: int = 0) -> None:
    Membership.objects.bulk_create(
        (
            Membership(
                room=room, user=user, rev=1, read_seq=read_seq, role="member" if at else "owner"
            )
            for at, user in enumerate(people)
        ),
        batch_size=5_000,
    )


def _reads(room: Room, readers: list[User]) -> Callable[[], object]:
    """Each time one message further or back, so that every pointer moves."""
    seqs = iter(range(1, 1_000_000))

    def read() -> object:
        seq = next(seqs) % 2
        return pointer_store.move_all([Move(one.pk, room.pk, seq, back=True) for one in readers])

    return read


def _measure(call: Callable[[], object], rounds: int) -> tuple[float, float]:
    call()
    times: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1_000)
    return statistics.median(times), max(times)
