"""What becomes of reports with what becomes of messages and roles, and who is told.

That somebody complained is not the room's to know, least of all the author's: no rev of the room is taken.
Those whose it is to decide learn of it with their own part in the room.
"""

from collections.abc import Collection, Iterable

from chat.actions.changing import RoomChange
from chat.models import Membership, Message, Report
from chat.permissions import can_judge, is_member
from chat.reported import KEEPERS, waiting_in


def settle(
    change: RoomChange,
    messages: Iterable[Message],
    *,
    by: int,
    decision: Report.Decision = Report.Decision.REMOVED,
    last: int | None = None,
) -> None:
    """What waited for a decision about these messages is decided; of it, what came after the report `last` is
    not."""
    rows = list(messages)
    waiting = Report.objects.filter(message__in=[row.pk for row in rows], decided_at=None)
    if last is not None:
        waiting = waiting.filter(pk__lte=last)
    if waiting.update(decision=decision, decided_by_id=by, decided_at=change.now):
        tell_judges(change, {row.author_id for row in rows if row.author_id})


def is_judge(change: RoomChange, me: Membership, message: Message) -> bool:
    """Whether a member decides on what is reported of this message."""
    author_id = message.author_id or 0  # what the room says has none, and is not reported
    author = change.membership(author_id)
    role = author.role if author is not None and is_member(author) else None
    return can_judge(me.user_id, me.role, author_id, role)


def tell_judges(change: RoomChange, author_ids: Collection[int]) -> None:
    """Has those learn what waits now who may decide on what these wrote in the room."""
    members = Membership.objects.active().filter(room=change.room)
    keepers = members.filter(role__in=KEEPERS).values_list("user_id", "role")
    roles = dict(members.filter(user__in=author_ids).values_list("user_id", "role"))
    change.tell_own_part(
        user_id
        for user_id, role in keepers
        if any(can_judge(user_id, role, author, roles.get(author)) for author in author_ids)
    )


def tell_of_role(change: RoomChange, user_id: int) -> None:
    """Who may decide on what somebody wrote changes with their role; they themselves never may."""
    waiting = waiting_in([change.room.pk]).get(change.room.pk, ())
    if any(one.author_id == user_id for one in waiting):
        keepers = Membership.objects.active().filter(room=change.room, role__in=KEEPERS)
        change.tell_own_part(keepers.exclude(user=user_id).values_list("user_id", flat=True))
