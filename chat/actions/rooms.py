"""Verbs of rooms themselves. A public room's address is its name, so it can be guessed and is taken once; a
private room's has a part that cannot be guessed, so that nobody learns of it by trying names."""

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.actions.audit import record
from chat.actions.changing import RoomChange, changing, changing_as
from chat.actions.members import count_as_read, enter
from chat.actions.messages import refuse_silenced
from chat.errors import BadRequest, Conflict, Forbidden
from chat.limits import limit_opening
from chat.models import Membership, Room
from chat.naming import fit_name, fit_topic, slugify
from chat.permissions import can_moderate, is_owner
from chat.protocol.commands import RoomArchive, RoomCreate, RoomRestore, RoomUpdate
from chat.protocol.limits import MAX_NAME, MAX_SLOW_MODE_SECONDS
from chat.protocol.results import ChangeResult, RoomResult
from chat.queries import own_room

GENERAL_SLUG = "general"

Settings = Mapping[str, str | int | None]  # of a room, by the names of its fields


def open_room(actor_id: int, command: RoomCreate) -> RoomResult:
    """Makes a room with oneself as its owner."""
    kind = Room.Kind(command.kind)
    with transaction.atomic():
        actor = User.objects.get(pk=actor_id)
        room = create_room(kind=kind, name=command.name, owner=actor, topic=command.topic)
        with changing_as(room.pk, actor_id) as (change, me):
            change.refuse_sanctioned_everywhere(actor_id)
            limit_opening(actor_id)
            change.announce("room_created", actor=actor_id)
            count_as_read(change, me)
    return RoomResult(room=own_room(me))


def create_room(
    *, kind: Room.Kind, name: str, owner: User | None = None, topic: str = "", slug: str = ""
) -> Room:
    """Makes a public or private room; its owner is its first member. Without a slug one is made of the name.

    Raises `BadRequest`, `TooLong`, and `Conflict` where the address is taken.
    """
    name, topic = fit_name(name), fit_topic(topic)
    slug = slug or _new_slug(kind, name)
    if kind == Room.Kind.DIRECT or not 1 <= len(slug) <= MAX_NAME:
        raise BadRequest(_("A room needs a name with letters, digits or emoji in it."))
    with transaction.atomic():
        room, is_new = Room.objects.get_or_create(
            slug=slug, defaults={"kind": kind, "name": name, "topic": topic, "created_by": owner}
        )
        if not is_new:
            raise Conflict(_("There is a room of this name."))
        if owner is not None:
            add_member(room.pk, owner, role=Membership.Role.OWNER)
    return room


def update_room(actor_id: int, command: RoomUpdate) -> ChangeResult:
    """Changes what is given; the address stays, so that links to the room keep leading there."""
    given = fit_settings(command.name, command.topic, command.slow_mode)
    with changing_as(command.room, actor_id) as (change, me):
        if not can_moderate(me):
            raise Forbidden(_("You may not change this room."))
        refuse_silenced(change, me)
        set_settings(change, given, actor_id)
        return change.result()


def archive_room(actor_id: int, command: RoomArchive) -> ChangeResult:
    with changing_as(command.room, actor_id) as (change, me):
        if not is_owner(me):
            raise Forbidden(_("Only an owner may archive this room."))
        set_archived(change, actor_id, to=True)
        return change.result()


def restore_room(actor_id: int, command: RoomRestore) -> ChangeResult:
    with changing_as(command.room, actor_id) as (change, me):
        if not is_owner(me):
            raise Forbidden(_("Only an owner may restore this room."))
        set_archived(change, actor_id, to=False)
        return change.result()


def fit_settings(name: str | None, topic: str | None, slow_mode: int | None) -> Settings:
    """In the form in which they are stored, before anything is locked; None is what stays as it is.

    Raises `BadRequest` and `TooLong`.
    """
    if (slow_mode or 0) > MAX_SLOW_MODE_SECONDS:
        raise BadRequest(_("slow_mode is at most %(most)d seconds."), most=MAX_SLOW_MODE_SECONDS)
    return {
        "name": None if name is None else fit_name(name),
        "topic": None if topic is None else fit_topic(topic),
        "slow_mode": slow_mode,
    }


def set_settings(change: RoomChange, given: Settings, actor_id: int) -> None:
    """What `update_room` does; its caller has seen to who may."""
    changed = _set(change.room, given)
    if not changed:
        return
    change.publish_room()
    details = {name: given[name] for name in sorted(changed)}
    record("room.update", actor_id=actor_id, room=change.room, details=details)
    if "name" in changed:
        change.announce("room_renamed", actor=actor_id, name=given["name"])
    if "topic" in changed and given["topic"]:
        change.announce("topic_changed", actor=actor_id, topic=given["topic"])
    elif "topic" in changed:
        change.announce("topic_cleared", actor=actor_id)


def set_archived(change: RoomChange, actor_id: int, *, to: bool, reason: str = "") -> None:
    """What `archive_room` and `restore_room` do; their caller has seen to who may."""
    if (change.room.archived_at is not None) == to:
        return
    change.room.archived_at = change.now if to else None
    change.publish_room()
    change.announce("room_archived" if to else "room_restored", actor=actor_id)
    action = "room.archive" if to else "room.restore"
    record(action, actor_id=actor_id, room=change.room, reason=reason)


def ensure_general() -> Room:
    """The public room that every account is a member of."""
    general = {"kind": Room.Kind.PUBLIC, "name": GENERAL_SLUG}
    return Room.objects.get_or_create(slug=GENERAL_SLUG, defaults=general)[0]


def on_user_registering(sender: object, user_id: int, **_: object) -> None:
    """Locks `general` before the row of whoever will be put into it. The other way round they would wait for
    the room while somebody who has it waits for them."""
    general = ensure_general()
    if not Membership.objects.filter(room=general, user=user_id).exists():
        Room.objects.select_for_update(no_key=True).get(pk=general.pk)


def on_user_registered(sender: object, user: User, **_: object) -> None:
    """Puts a new account into `general`, in the transaction that makes the account; one that was there
    already and has left, or was sent away, is not new.

    Who owns the site owns that room, which nobody has made: the first person there has others to invite.
    """
    general = ensure_general()
    if not Membership.objects.filter(room=general, user=user).exists():
        role = Membership.Role.OWNER if user.is_superuser else Membership.Role.MEMBER
        add_member(general.pk, user, role=role)


def add_member(
    room_id: int, user: User, *, role: Membership.Role = Membership.Role.MEMBER
) -> Membership:
    """Makes the user a member, with everything so far read. One who is a member already stays as is."""
    with changing(room_id, user.pk) as change:
        return enter(change, user, role)


def _new_slug(kind: Room.Kind, name: str) -> str:
    """That of a private room cannot be guessed. Empty where nothing of the name could stand in an address."""
    start = slugify(name)
    if kind != Room.Kind.PRIVATE or not start:
        return start
    ending = secrets.token_hex(4)
    return f"{start[: MAX_NAME - len(ending) - 1]}-{ending}"


def _set(room: Room, given: Settings) -> set[str]:
    """Sets those fields of the room that are given and differ; which they were."""
    changed = {name for name, value in given.items() if value not in (None, getattr(room, name))}
    for name in changed:
        setattr(room, name, given[name])
    return changed
