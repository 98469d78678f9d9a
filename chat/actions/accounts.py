"""What is done to accounts as a whole, with the refusals of the chat."""

from django.core.exceptions import ValidationError

from accounts import activation
from accounts.models import User
from chat.errors import Conflict


def deactivate(user_id: int, *, actor_id: int | None = None, reason: str = "") -> None:
    """Its caller has seen to who may. Raises `Conflict` at the only owner of the site."""
    try:
        activation.deactivate(User.objects.filter(pk=user_id), actor_id=actor_id, reason=reason)
    except ValidationError as refusal:
        raise Conflict(" ".join(refusal.messages)) from None
