"""What an operator's commands about the chat have in common beyond those about accounts."""

from typing import Any

from django.core.management.base import CommandError

from accounts.management.operating import WRONG_USE, OperatorCommand
from chat.errors import BadRequest, ChatError, TooLong
from chat.models import Room


class ChatCommand(OperatorCommand):
    """Its actions may refuse."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except ChatError as refusal:
            is_wrong = isinstance(refusal, BadRequest | TooLong)
            raise CommandError(refusal.detail, returncode=WRONG_USE if is_wrong else 1) from None


def find_room(name: str) -> Room:
    """By id or address; a number is first of all an id."""
    found = Room.objects.filter(pk=int(name)).first() if name.isdecimal() else None
    found = found or Room.objects.filter(slug=name).first()
    if found is None:
        raise CommandError(f"There is no room {name!r}.", returncode=WRONG_USE)
    return found


def room_name(room: Room) -> str:
    """As an operator would say which."""
    return room.slug or f"{room.kind} {room.pk}"
