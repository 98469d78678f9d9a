"""Verbs of reactions. A reaction is one emoji of one person on one message."""

from django.db.models import Count
from django.utils.translation import gettext_noop as _

from chat.actions.changing import RoomChange, changing_as
from chat.actions.messages import find_message, refuse_silenced
from chat.emoji import is_emoji
from chat.errors import BadRequest, Conflict, TooLong
from chat.models import Message, Reaction
from chat.protocol.commands import ReactionAdd, ReactionRemove
from chat.protocol.limits import MAX_EMOJI, MAX_EMOJI_PER_MESSAGE, MAX_REACTIONS_PER_MESSAGE
from chat.protocol.results import ChangeResult


def add_reaction(actor_id: int, command: ReactionAdd) -> ChangeResult:
    _refuse_other_than_emoji(command.emoji)
    with changing_as(command.room, actor_id) as (change, me):
        message = find_message(change, command.seq)
        refuse_silenced(change, me)
        if message.deleted_at is not None:
            raise Conflict(_("This message was deleted."))
        if not message.reactions.filter(user=actor_id, emoji=command.emoji).exists():
            _refuse_too_many(message, command.emoji)
            message.reactions.create(user_id=actor_id, emoji=command.emoji, at=change.now)
            _tell(change, message)
        return change.result()


def remove_reaction(actor_id: int, command: ReactionRemove) -> ChangeResult:
    _refuse_other_than_emoji(command.emoji)
    with changing_as(command.room, actor_id) as (change, me):
        message = find_message(change, command.seq)
        refuse_silenced(change, me)
        if reaction := message.reactions.filter(user=actor_id, emoji=command.emoji).first():
            take_out(reaction)
            _tell(change, message)
        return change.result()


def take_out(reaction: Reaction) -> None:
    """Emoji stand in the order of their first rows. Who reacted next inherits the place of the first, so
    that the emoji does not move behind others for those who load it now, while it stays for the rest."""
    place = reaction.pk
    rest = Reaction.objects.filter(message=reaction.message_id, emoji=reaction.emoji, pk__gt=place)
    heir = rest.order_by("pk").first()
    is_first = not Reaction.objects.filter(
        message=reaction.message_id, emoji=reaction.emoji, pk__lt=place
    ).exists()
    reaction.delete()
    if heir is not None and is_first:
        Reaction.objects.filter(pk=heir.pk).update(id=place)


def _refuse_other_than_emoji(emoji: str) -> None:
    if len(emoji) > MAX_EMOJI:
        raise TooLong(_("An emoji has at most %(most)d characters."), most=MAX_EMOJI)
    if not is_emoji(emoji):
        raise BadRequest(_("A reaction is one emoji."))


def _refuse_too_many(message: Message, emoji: str) -> None:
    by_emoji = message.reactions.order_by().values_list("emoji").annotate(Count("pk"))
    used = dict(by_emoji)
    if emoji not in used and len(used) >= MAX_EMOJI_PER_MESSAGE:
        raise Conflict(
            _("A message takes at most %(most)d different emoji."), most=MAX_EMOJI_PER_MESSAGE
        )
    if sum(used.values()) >= MAX_REACTIONS_PER_MESSAGE:
        raise Conflict(
            _("A message takes at most %(most)d reactions."), most=MAX_REACTIONS_PER_MESSAGE
        )


def _tell(change: RoomChange, message: Message) -> None:
    message.rev = change.next_rev()
    message.save(update_fields=["rev"])
    change.publish_message(message)
