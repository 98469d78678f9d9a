"""Verbs of rooms and memberships. Each locks the room's row first: its numbers are handed out under it."""

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from chat import hub, payloads
from chat.errors import BadRequest, Conflict
from chat.feeds import Change
from chat.models import Membership, Room
from chat.protocol.codec import encode
from chat.protocol.events import MemberChanged
from chat.protocol.limits import MAX_NAME

GENERAL_SLUG = "general"


def create_room(
    *, kind: Room.Kind, name: str, owner: User | None = None, topic: str = "", slug: str = ""
) -> Room:
    """Makes a public or private room; its owner is its first member. Raises `BadRequest`, `Conflict`."""
    name = " ".join(name.split())
    slug = slug or slugify(name, allow_unicode=True)
    if kind == Room.Kind.DIRECT or not slug or len(name) > MAX_NAME:
        raise BadRequest("A room needs a name of its own.")
    with transaction.atomic():
        room, is_new = Room.objects.get_or_create(
            slug=slug, defaults={"kind": kind, "name": name, "topic": topic, "created_by": owner}
        )
        if not is_new:
            raise Conflict("There is a room of this name.")
        if owner is not None:
            add_member(room.pk, owner, role=Membership.Role.OWNER)
    return room


def ensure_general() -> Room:
    """The public room that every account is a member of."""
    room, _ = Room.objects.get_or_create(
        slug=GENERAL_SLUG, defaults={"kind": Room.Kind.PUBLIC, "name": GENERAL_SLUG}
    )
    return room


def on_user_registered(sender: object, user: User, **_: object) -> None:
    """Puts a new account into `general`, in the transaction that makes the account."""
    add_member(ensure_general().pk, user)


def add_member(
    room_id: int, user: User, *, role: Membership.Role = Membership.Role.MEMBER
) -> Membership:
    """Makes the user a member, with everything so far read. One who is a member already stays as is."""
    with transaction.atomic():
        room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
        membership = Membership.objects.filter(room=room, user=user).first()
        if membership is not None and membership.left_at is None:
            return membership
        room.last_rev += 1
        room.member_count += 1
        room.save(update_fields=["last_rev", "member_count"])
        membership, _ = Membership.objects.update_or_create(
            room=room,
            user=user,
            defaults={
                "role": role,
                "rev": room.last_rev,
                "left_at": None,
                "read_seq": room.last_seq,
                "mentions": 0,
            },
        )
        _publish_on_commit(membership, user)
    return membership


def _publish_on_commit(membership: Membership, user: User) -> None:
    role = payloads.member(membership).role
    event = MemberChanged(
        room=membership.room_id,
        rev=membership.rev,
        user=user.pk,
        role=role,
        profile=payloads.user(user),
    )
    change = Change(membership.rev, encode(event), (user.pk, role))
    transaction.on_commit(lambda: hub.publish(membership.room_id, [change]))
