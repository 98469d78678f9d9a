"""One change of a room, made under the lock of its row: what every verb but `send_message` is written in.

    with changing_as(command.room, actor_id) as (change, me):
        ...                             # read what decides, refuse by raising
        message.rev = change.next_rev()
        message.save()
        change.publish_message(message)

The room's numbers are handed out under that lock, and what is read after it no other verb can change
meanwhile. So nothing slow belongs into the block: no parsing, no files, no network; everybody who writes in
the room waits. A block that takes no rev changes nothing that others see, and tells them nothing.

Locks are taken in the order that holds everywhere: rooms, users (`accounts/locks.py`), the rest.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import transaction

from accounts.committed import once_committed
from chat import hub, message_sql, payloads, search_index
from chat.feeds import Change
from chat.message_store import present
from chat.models import Membership, Message, Room, Sanction
from chat.permissions import (
    InForce,
    is_member,
    outsider_refusal,
    sanction_refusal,
    sanctions_on,
)
from chat.protocol.codec import encode
from chat.protocol.events import Event, MemberChanged, MessageChanged, RoomChanged
from chat.protocol.results import ChangeResult
from chat.user_feeds import UserChange
from chat.user_revs import next_user_revs

_WRITTEN = [
    *("name", "topic", "slow_mode", "archived_at", "last_seq", "last_rev", "meta_rev"),
    *("first_seq", "member_count", "last_message_at"),
]


class RoomChange:
    """The locked room, the numbers it hands out and the events that are told once all is committed."""

    def __init__(self, room: Room, active: set[int]) -> None:
        self.room = room
        self.active = active  # of the users named to `changing`, those whose accounts are in use
        self.affected: set[int] = set()  # whose own part in the room is another now
        self.now = present()
        self._sanctions: dict[int, message_sql.Sanctions] = {}
        self._first_rev: int | None = None
        self._events: list[Change] = []
        self._afterwards: list[Callable[[], None]] = []

    def next_rev(self) -> int:
        self.room.last_rev += 1
        self._first_rev = self._first_rev or self.room.last_rev
        return self.room.last_rev

    def result(self) -> ChangeResult:
        """The rev of the change; of what changed nothing, the room's."""
        return ChangeResult(rev=self._first_rev or self.room.last_rev)

    def membership(self, user_id: int) -> Membership | None:
        """That of anyone who ever was in the room."""
        found = Membership.objects.filter(room=self.room, user=user_id).first()
        if found is not None:
            found.room = self.room
        return found

    def sanctions_on(self, user_id: int) -> list[InForce]:
        """Those that the user is under here, that of everywhere first."""
        return sanctions_on(self._sanctions_of(user_id), user_id, self.room.pk)

    def refuse_banned_everywhere(self, user_id: int) -> None:
        if (found := self._everywhere(user_id)) and found[0] == Sanction.Kind.BAN:
            raise sanction_refusal(*found, self.now)

    def refuse_sanctioned_everywhere(self, user_id: int) -> None:
        """Who is muted on the whole site does not begin conversations either."""
        if found := self._everywhere(user_id):
            raise sanction_refusal(*found, self.now)

    def publish(
        self, event: Event, member: Membership | None = None, *, recount: bool = False
    ) -> None:
        """Tells of the change that the last rev was taken for; `member` is whose standing it changed."""
        told = None if member is None else (member.user_id, payloads.standing(member))
        self._events.append(Change(self.room.last_rev, encode(event), told, recount))

    def publish_message(self, message: Message, *, recount: bool = False) -> None:
        """`recount`: it mentions the whole room no more, or only now."""
        (shape,) = payloads.messages([message])
        search_index.update(self.room.pk, message.pk, shape)
        self.publish(MessageChanged(room=self.room.pk, message=shape), recount=recount)

    def change_messages(self, rows: list[Message], *, recount: Collection[int] = ()) -> None:
        """Gives each of many messages that were changed a rev, stores it and tells of them.

        `recount` are the ids of those that mention the whole room no more, or only now.
        """
        for row in rows:
            row.rev = self.next_rev()
        Message.objects.bulk_update(rows, ["rev"])
        shapes = payloads.messages(rows)
        for row, shape in zip(rows, shapes, strict=True):
            event = MessageChanged(room=self.room.pk, message=shape)
            self._events.append(Change(row.rev, encode(event), None, row.pk in recount))
        entries = zip(rows, shapes, strict=True)
        search_index.write(
            {
                row.pk: search_index.entry(self.room.pk, shape)
                for row, shape in entries
                if row.kind == Message.Kind.TEXT
            }
        )

    def publish_member(self, membership: Membership) -> None:
        event = MemberChanged(
            room=self.room.pk,
            rev=membership.rev,
            user=membership.user_id,
            role=payloads.member(membership).role,
            profile=payloads.user(membership.user),
        )
        self.publish(event, membership)
        self.tell_own_part({membership.user_id})

    def publish_room(self, *, recount: bool = False) -> None:
        """Its shared state, which took no rev yet. `recount`: messages that mention all are no more."""
        self.room.meta_rev = self.next_rev()
        event = RoomChanged(rev=self.room.meta_rev, room=payloads.room(self.room))
        self.publish(event, recount=recount)

    def tell_own_part(self, user_ids: Iterable[int]) -> None:
        """Has these learn, on all their connections, how they stand in the room now."""
        self.affected |= set(user_ids)

    def announce(self, name: str, /, **params: Any) -> None:
        """Puts a system message into the timeline: what `system_<name>` in chat/strings.py says."""
        self.room.last_seq += 1
        self.room.last_message_at = max(self.now, self.room.last_message_at or self.now)
        rev = self.next_rev()
        message = Message.objects.create(
            room=self.room,
            seq=self.room.last_seq,
            rev=rev,
            created_rev=rev,
            kind=Message.Kind.SYSTEM,
            event={"name": name, "params": params},
            at=self.room.last_message_at,
        )
        self.publish_message(message)

    def afterwards(self, work: Callable[[], None]) -> None:
        """Has something done once the change is committed and told, which nobody need wait for."""
        self._afterwards.append(work)

    def finish(self) -> None:
        if self._first_rev is not None:
            self.room.save(update_fields=_WRITTEN)
            room_id, events = self.room.pk, self._events
            # Where telling of it fails, the poll finds it.
            once_committed(lambda: hub.publish(room_id, events))
        for user_id, rev in next_user_revs(self.affected).items():
            user = UserChange(user_id, rev, (self.room.pk,))
            once_committed(partial(hub.publish_user, user))
        for work in self._afterwards:
            once_committed(work)

    def _everywhere(self, user_id: int) -> InForce | None:
        return self._sanctions_of(user_id).get((user_id, None))

    def _sanctions_of(self, user_id: int) -> message_sql.Sanctions:
        """Read once: they are asked for by several rules."""
        if user_id not in self._sanctions:
            self._sanctions[user_id] = message_sql.read_sanctions({user_id}, self.now)
        return self._sanctions[user_id]


@contextmanager
def changing(room_id: int, *user_ids: int) -> Iterator[RoomChange]:
    """Locks the room, then the users. Raises `NotFound` where there is no such room."""
    with transaction.atomic():
        room = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
        if room is None:
            raise outsider_refusal(None)
        change = RoomChange(room, message_sql.lock_authors(set(user_ids)))
        yield change
        change.finish()


@contextmanager
def changing_as(
    room_id: int, actor_id: int, *user_ids: int
) -> Iterator[tuple[RoomChange, Membership]]:
    """The same for one of its members, with their membership; anybody else gets the outsider's answer.

    Nobody who is banned from the whole site does anything any more, whatever is still connected.
    """
    with changing(room_id, actor_id, *user_ids) as change:
        me = change.membership(actor_id)
        if me is None or not is_member(me) or actor_id not in change.active:
            raise outsider_refusal(change.room.kind)
        change.refuse_banned_everywhere(actor_id)
        yield change, me
