"""Direct rooms: the same people always find the same room, whoever opens it, also two at once."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts.models import User
from chat.actions.changing import changing
from chat.actions.members import enter, refuse_blocked
from chat.errors import NotFound
from chat.limits import limit_opening
from chat.models import Membership, Room, direct_key
from chat.protocol.results import RoomResult
from chat.queries import own_room


def open_direct(actor_id: int, user_ids: Iterable[int]) -> RoomResult:
    """The room of these people and oneself, made when there is none; of oneself alone, one for notes.

    A room that is there opens whatever happened since: its people stay in it, also those whose accounts were
    closed, and who may not write there reads.
    """
    ids = {actor_id, *user_ids}
    me = _find(actor_id, ids) or _make(actor_id, ids)
    return RoomResult(room=own_room(me, sorted(ids)))


def _find(actor_id: int, ids: set[int]) -> Membership | None:
    memberships = Membership.objects.active().select_related("room")
    return memberships.filter(user=actor_id, room__direct_key=direct_key(ids)).first()


def _make(actor_id: int, ids: set[int]) -> Membership:
    with transaction.atomic():
        people = list(User.objects.filter(pk__in=ids, is_active=True).order_by("pk"))
        if len(people) < len(ids):
            raise NotFound(_("There is no such user."))
        room, is_new = Room.objects.get_or_create(
            direct_key=direct_key(ids),
            defaults={"kind": Room.Kind.DIRECT, "created_by_id": actor_id},
        )
        if is_new:  # not by another who was faster
            refuse_blocked(actor_id, ids)
            limit_opening(actor_id)
        with changing(room.pk, *ids) as change:
            if change.active < ids:  # an account was closed since
                raise NotFound(_("There is no such user."))
            change.refuse_sanctioned_everywhere(actor_id)
            memberships = {person.pk: enter(change, person) for person in people}
    return memberships[actor_id]
