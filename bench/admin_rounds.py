"""The rounds of `bench.admin`, in a process of their own: a plan comes in by stdin, figures go out."""

import json
import sys
from collections.abc import Callable
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bench.page_rounds import fill, measure
from chat.actions.rooms import create_room
from chat.models import AuditEntry, Membership, Message, Report, Room, Sanction

PEOPLE, ROOMS = 1_000, 200
REPORTS, SANCTIONS, ENTRIES = 10_000, 10_000, 100_000
SPREAD = "UPDATE chat_message SET author_id = %s + (id / 2) %% %s WHERE id %% 2 = 0"
LISTS = {
    "messages": "message/",
    "messages, page 100": "message/?p=100",
    "messages of the large room": "message/?room={room}",
    "its words": "message/?q=%23large+harbour",
    "its edited ones": "message/?room={room}&state=edited",
    "one message": "message/?q=%23large/42",
    "of who wrote half of all": "message/?q=@chatty",
    "of who wrote as others do": "message/?q=@person7",
    "rooms": "room/",
    "rooms that begin so": "room/?q=room",
    "members of the large room": "membership/?room={room}",
    "reports that wait": "report/",
    "all reports": "report/?queue=all",
    "sanctions in force": "sanction/?force=yes",
    "audit log": "auditentry/",
    "what somebody did or had done": "auditentry/?q=@person7",
    "users": "../accounts/user/",
    "users that begin so": "../accounts/user/?q=person",
    "page of a message": "message/{message}/change/",
    "page of a report": "report/{report}/change/",
    "page of who wrote half of all": "../accounts/user/{chatty}/change/",
    "page of who wrote as others do": "../accounts/user/{person}/change/",
}


def main() -> None:
    plan = json.load(sys.stdin)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    ids = _populate(plan["messages"])
    client = Client(SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    client.force_login(User.objects.get(username="owner"))
    work: dict[str, Callable[[], bytes]] = {
        name: partial(_load, client, f"/admin/chat/{path.format(**ids)}".replace("/chat/..", ""))
        for name, path in LISTS.items()
    }
    json.dump(measure(work, plan["rounds"]), sys.stdout)


def _load(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content


def _populate(count: int) -> dict[str, int]:
    """Half of the messages in one room and half of all by one author."""
    User.objects.create_superuser("owner", "not-asked-for")
    chatty = User.objects.create_user("chatty", password="not-asked-for")
    crowd = [User.objects.build(f"person{number}") for number in range(PEOPLE)]
    people = User.objects.bulk_create(crowd)
    large = create_room(kind=Room.Kind.PUBLIC, name="large", owner=chatty)
    fill(large, chatty, count // 2)
    for number in range(ROOMS):
        room = create_room(kind=Room.Kind.PUBLIC, name=f"room {number}", owner=chatty)
        fill(room, chatty, count // 2 // ROOMS)
    Membership.objects.bulk_create(
        Membership(room=large, user=user, rev=large.last_rev) for user in people
    )
    _spread_authors(people)
    _judge(large, people, chatty)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "room": large.pk,
        "message": Message.objects.get(room=large, seq=count // 4).pk,
        "report": Report.objects.order_by("pk")[REPORTS // 2].pk,
        "chatty": chatty.pk,
        "person": people[7].pk,
    }


def _spread_authors(people: list[User]) -> None:
    """Every second message is one of these people's, whose ids follow each other."""
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, [people[0].pk, len(people)])


def _judge(room: Room, people: list[User], chatty: User) -> None:
    """What moderators of a large site would have behind them, and a day's reports before them."""
    now = timezone.now()
    ids = list(
        Message.objects.filter(room=room).order_by("pk").values_list("pk", flat=True)[:REPORTS]
    )
    Report.objects.bulk_create(
        Report(
            message_id=pk,
            room=room,
            reporter=people[number % PEOPLE],
            reason="Advertising.",
            decision="" if number >= REPORTS - 200 else Report.Decision.DISMISSED,
            decided_at=None if number >= REPORTS - 200 else now,
        )
        for number, pk in enumerate(ids)
    )
    Sanction.objects.bulk_create(
        Sanction(
            user=people[number % PEOPLE],
            kind=Sanction.Kind.MUTE,
            reason="Noise.",
            lifted_at=now if number % 10 else None,
        )
        for number in range(SANCTIONS)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(action="message.delete", actor=chatty, user=people[number % PEOPLE], room=room)
        for number in range(ENTRIES)
    )
