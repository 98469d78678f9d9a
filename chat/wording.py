"""What a refusal says to who reads a page of the server's."""

from django.utils.translation import gettext

from .errors import ChatError


def in_words(refusal: ChatError) -> str:
    """In the language that is active."""
    return refusal.fill(gettext(refusal.text))
