from django.db import connection
from django.db.models import Q

from .names import normal_name, normal_username

_LAST = "\U0010ffff"


def beginning_with(text: str) -> Q:
    """Those users whose username, name or address begins with the text, each found by its index.

    A name's case is not folded in the index, so a few ways to write it are tried.
    """
    return called(text) | _prefix("email", normal_name(text).lower())


def called(text: str) -> Q:
    """The same without the addresses, which are nobody else's business."""
    name = normal_name(text)
    found = _prefix("username", normal_username(text))
    for spelling in {name, name.lower(), name.capitalize(), name.title(), name.upper()}:
        found |= _prefix("name", spelling)
    return found


def _prefix(field: str, text: str) -> Q:
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    # SQLite's LIKE never uses these indexes; its strings sort by code point, so a range will do.
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST})
