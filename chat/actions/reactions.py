"""Verbs of reactions. A reaction is one emoji of one person on one message."""

import re

from chat.actions.changing import RoomChange, changing_as
from chat.actions.messages import find_message, refuse_silenced
from chat.errors import BadRequest, Conflict, TooLong
from chat.models import Message, Reaction
from chat.protocol.commands import ReactionAdd, ReactionRemove
from chat.protocol.limits import MAX_EMOJI, MAX_EMOJI_PER_MESSAGE
from chat.protocol.results import ChangeResult

# One emoji as Unicode builds them (UTS #51, ED-13 to ED-16). Which of those sequences a font can draw is
# the font's matter and grows every year, so pictographs are known by their place: a whole block outside the
# Basic Multilingual Plane, inside it those with the property Extended_Pictographic.
_PICTOGRAPH = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u2388\u23cf"
    "\u23e9-\u23f3\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2605\u2607-\u2612"
    "\u2614-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747"
    "\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0\u27bf\u2934\u2935"
    "\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299]"
)
_DRAWN = f"{_PICTOGRAPH}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"  # in colour, or with a tone of skin
_JOINED = f"{_DRAWN}(?:\u200d{_DRAWN})*"  # families and professions
_REGION = f"{_PICTOGRAPH}[\U000e0020-\U000e007e]+\U000e007f"  # the flag of Scotland
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEY = "[0-9#*]\ufe0f?\u20e3"
_EMOJI = re.compile(f"{_JOINED}|{_REGION}|{_FLAG}|{_KEY}")


def add_reaction(actor_id: int, command: ReactionAdd) -> ChangeResult:
    _refuse_other_than_emoji(command.emoji)
    with changing_as(command.room, actor_id) as (change, me):
        message = find_message(change, command.seq)
        refuse_silenced(change, me)
        if message.deleted_at is not None:
            raise Conflict("This message was deleted.")
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
            _take_out(reaction)
            _tell(change, message)
        return change.result()


def is_emoji(text: str) -> bool:
    """Whether it is one emoji, and nothing else."""
    return _EMOJI.fullmatch(text) is not None


def _refuse_other_than_emoji(emoji: str) -> None:
    if len(emoji) > MAX_EMOJI:
        raise TooLong(f"An emoji has at most {MAX_EMOJI} characters.")
    if not is_emoji(emoji):
        raise BadRequest("A reaction is one emoji.")


def _refuse_too_many(message: Message, emoji: str) -> None:
    used = set(message.reactions.values_list("emoji", flat=True))
    if emoji not in used and len(used) >= MAX_EMOJI_PER_MESSAGE:
        raise Conflict(f"A message takes at most {MAX_EMOJI_PER_MESSAGE} different emoji.")


def _take_out(reaction: Reaction) -> None:
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


def _tell(change: RoomChange, message: Message) -> None:
    message.rev = change.next_rev()
    message.save(update_fields=["rev"])
    change.publish_message(message)
