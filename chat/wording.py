"""What a refusal says to who reads a page of the server's."""

from django.utils.translation import gettext

from .errors import ChatError


def in_words(refusal: ChatError) -> str:
    """In the language that is active."""
    text = gettext(refusal.text)
    return text % refusal.values if refusal.values else text
