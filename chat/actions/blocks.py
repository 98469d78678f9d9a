"""Verbs of not hearing from somebody: one's own business, of which only one's own connections are told."""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from accounts import locks
from accounts.models import User
from chat.actions.oneself import lock_oneself, tell_oneself
from chat.errors import BadRequest, Conflict, NotFound
from chat.models import Block, Room, direct_key
from chat.protocol.commands import BlockLift, BlockSet

MAX_BLOCKS = 1_000  # each `welcome` names them all


def set_block(actor_id: int, command: BlockSet) -> None:
    """Stops hearing from a user. Nothing of theirs is stored in the direct room of the two after this."""
    if command.user == actor_id:
        raise BadRequest(_("Nobody can block themselves."))
    with transaction.atomic():
        _lock_direct_room(actor_id, command.user)
        locks.keep({command.user})  # before one's own, which is to be numbered
        lock_oneself(actor_id)
        if Block.objects.filter(user=actor_id, blocked=command.user).exists():
            return
        if not User.objects.filter(pk=command.user).exists():
            raise NotFound(_("There is no such user."))
        if Block.objects.filter(user=actor_id).count() >= MAX_BLOCKS:
            raise Conflict(_("Nobody can block more than %(most)d people."), most=MAX_BLOCKS)
        Block.objects.create(user_id=actor_id, blocked_id=command.user)
        tell_oneself(actor_id)


def lift_block(actor_id: int, command: BlockLift) -> None:
    with transaction.atomic():
        lock_oneself(actor_id)
        lifted, _ = Block.objects.filter(user=actor_id, blocked=command.user).delete()
        if lifted:
            tell_oneself(actor_id)


def _lock_direct_room(*user_ids: int) -> None:
    """As whoever takes a right away does: the writer decides about the blocked sender under this lock."""
    rooms = Room.objects.select_for_update(no_key=True).filter(direct_key=direct_key(user_ids))
    rooms.values_list("pk").first()
