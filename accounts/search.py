from django.db import connection
from django.db.models import Q

from .names import normal_name, normal_username

_LAST = "\U0010ffff"


def beginning_with(text: str) -> Q:
    """Those users whose username, name or address begins with the text, each found by its index."""
    return people_beginning_with(text) | _prefix("email", normal_name(text).lower())


def people_beginning_with(text: str) -> Q:
    """The same by what all may know of them: never by an address."""
    found = _prefix("username", normal_username(text))
    for spelling in spellings(normal_name(text)):
        found |= _prefix("name", spelling)
    return found


def people_holding(text: str) -> Q:
    """Those with the text anywhere in their username or name. No index helps."""
    return Q(username__contains=normal_username(text)) | holding("name", normal_name(text))


def holding(field: str, text: str) -> Q:
    """Rows with the text anywhere in a field."""
    found = Q()
    for spelling in spellings(text):
        found |= Q(**{f"{field}__icontains": spelling})
    return found


def spellings(text: str) -> set[str]:
    """The ways to write it that are tried: no database folds the case of all scripts."""
    return {text, text.lower(), text.capitalize(), text.title(), text.upper()}


def _prefix(field: str, text: str) -> Q:
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    # SQLite's LIKE never uses these indexes; its strings sort by code point, so a range will do.
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST})
