"""What a moderator types into a search box, read so that an index can answer it.

#general            a room, by its address or its number
#general/42         a message, by its address or the link to it
@alice              a person, by the whole username
0198f3a2-7c1e-…     a message's client_id
anything else       text
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import normal_username
from chat.models import Room

_ROOM = re.compile(r"#(?P<name>[^/\s]+)(?:/(?P<seq>\d{1,18}))?\Z")
_LINK = re.compile(r"\S*/(?:rooms|direct)/(?P<name>[^/\s]+)/(?:(?P<seq>\d{1,18})/?)?\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_MAX_ID = 2**63 - 1
_LAST = "\U0010ffff"


class Unclear(Exception):
    """The search cannot be answered; the text says what would help."""


@dataclass(slots=True)
class Sought:
    room: Room | None = None
    seq: int | None = None
    user: User | None = None
    client_id: UUID | None = None
    words: str = ""


def understand(term: str, *, room: int | None = None) -> Sought:
    """Reads a search; `room` is the one that was chosen before. Raises `Unclear`."""
    sought = Sought(room=Room.objects.filter(pk=room).first() if room else None)
    words = []
    for word in term.split():
        if found := _ROOM.match(word) or _LINK.match(word):
            sought.room = _room(unquote(found["name"]))
            sought.seq = int(found["seq"]) if found["seq"] else None
        elif word.startswith("@") and len(word) > 1:
            sought.user = _user(word[1:])
        elif _UUID.match(word):
            sought.client_id = UUID(word)
        else:
            words.append(word)
    sought.words = " ".join(words)
    return sought


def beginning_with(field: str, text: str) -> Q:
    """A prefix, as an index can find it: SQLite's strings sort by code point, its LIKE uses no index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST})
    return Q(**{f"{field}__startswith": text})


def _room(name: str) -> Room:
    room = Room.objects.filter(slug=name).first()
    if room is None and name.isdecimal() and int(name) <= _MAX_ID:
        room = Room.objects.filter(pk=int(name)).first()
    if room is None:
        raise Unclear(_("There is no room %(name)s.") % {"name": name})
    return room


def _user(username: str) -> User:
    user = User.objects.filter(username=normal_username(username)).first()
    if user is None:
        raise Unclear(_("There is no user %(name)s.") % {"name": username})
    return user
