"""What the browser's own code says, in the reader's language: the page carries it as data.

`static/js/strings.js` looks a text up by its name here; `%(name)s` is filled in there. A counted text has
a form for one and a form for many.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .protocol.shapes import User

_TEXTS: dict[str, Promise] = {
    "notes": _("Notes to self"),
    "gone_user": _("Deleted account"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "unread": _("unread"),
    "placeholder": _("Message %(room)s"),
    "reply_gone": _("An earlier message"),
    "jump": _("Jump to latest"),
    "beginning": _("This is the beginning of %(room)s."),
    "beginning_direct": _("This is the beginning of your conversation with %(room)s."),
    "beginning_notes": _("A place for your own notes. Only you can see them."),
    "role_owner": _("Owners"),
    "role_moderator": _("Moderators"),
    "role_member": _("Members"),
    "load_failed": _("The messages couldn't be loaded."),
    "room_gone": _("You are no longer in %(room)s."),
    "search_none": _("Nothing found."),
    "search_offline": _("You are offline. The search goes on once you are connected."),
    "search_failed": _("The search did not work."),
    "search_bad_request": _("This search can't be understood."),
    "search_not_found": _("There is no such person, or you are not in such a room."),
    "search_too_long": _("This search is too long."),
    "connection_connecting": _("Connecting…"),
    "connection_lost": _("Connection lost."),
    "connection_offline": _("You are offline."),
    "connection_restarting": _("The server is restarting."),
    "connection_slow": _("This connection could not keep up."),
    "connection_flooding": _("Too much at once."),
    "connection_in": _("Next try in %(time)s."),
    "connection_now": _("Trying again…"),
    "connection_retry": _("Try now"),
    "stopped_frames": _("This page and the server no longer understand each other."),
    "stopped_banned": _("You are banned from this site."),
    "stopped_signed_out": _("You are signed out."),
    "stopped_displaced": _("You are connected in many other places, so this one was paused."),
    "stopped_old": _("There is a newer version of this page."),
    "stopped_reload": _("Reload"),
    "stopped_here": _("Use here"),
    "is_online": _("online"),
    "is_away": _("away"),
    "is_offline": _("offline"),
    "last_seen": _("last here %(at)s"),
    "typing_one": _("%(name)s is writing…"),
    "typing_two": _("%(name)s and %(other)s are writing…"),
    "typing_many": _("Several people are writing…"),
    "somebody": _("Somebody"),
    "notices_off": _("Turn on notifications"),
    "notices_on": _("Notifications are on"),
    "notices_denied": _("Your browser blocks notifications"),
    "sound_off": _("Turn on sound"),
    "sound_on": _("Sound is on"),
    "quiet_until": _("Quiet until %(time)s – end now"),
    "away": _("What you write now is sent once you are connected."),
    "unsure": _("It is not certain that this was sent."),
    "failed": _("Couldn't send."),
    "failed_not_found": _("Couldn't send. You are no longer in this room."),
    "failed_forbidden": _("Couldn't send. You may not write here."),
    "failed_muted": _("Couldn't send. You are muted in this room."),
    "failed_archived": _("Couldn't send. This room is archived."),
    "failed_too_long": _("Couldn't send. The message is too long."),
    "failed_conflict": _("Couldn't send. Another message took its place."),
    "failed_expired": _("Not sent: it waited too long for a connection."),
    "system_room_created": _("%(actor)s created the room"),
    "system_room_renamed": _("%(actor)s renamed the room to %(name)s"),
    "system_topic_changed": _("%(actor)s changed the topic to %(topic)s"),
    "system_topic_cleared": _("%(actor)s cleared the topic"),
    "system_room_archived": _("%(actor)s archived the room"),
    "system_room_restored": _("%(actor)s restored the room"),
    "system_member_joined": _("%(user)s joined"),
    "system_member_left": _("%(user)s left"),
    "system_member_added": _("%(actor)s added %(user)s"),
    "system_member_removed": _("%(actor)s removed %(user)s"),
}


def catalogue() -> dict[str, str | dict[str, str]]:
    """Every text in the active language."""
    texts: dict[str, str | dict[str, str]] = {key: str(one) for key, one in _TEXTS.items()}
    counted = {key: {"one": form(1), "many": form(5)} for key, form in _COUNTED.items()}
    return texts | counted


def text(name: str, **params: str) -> str:
    return str(_TEXTS[name]) % params


def system_text(event: Mapping[str, Any], people: Mapping[int, User]) -> str | None:
    """What a system message says; None for an event that this version does not know."""
    template = _TEXTS.get(f"system_{event.get('name')}")
    params = event.get("params", {})
    said = {key: isolated(_named(key, value, people)) for key, value in params.items()}
    try:
        return None if template is None else str(template) % said
    except KeyError:
        return None


def isolated(name: str) -> str:
    """Text whose writing direction cannot turn its neighbours around (Unicode's FSI … PDI)."""
    return f"\u2068{name}\u2069"


def _named(key: str, value: Any, people: Mapping[int, User]) -> str:
    if key not in {"actor", "user"}:
        return str(value)
    return people[value].name if value in people else str(_TEXTS["gone_user"])


_COUNTED: dict[str, Callable[[int], str]] = {
    "members": lambda n: ngettext("%(n)s member", "%(n)s members", n),
    "new_messages": lambda n: ngettext("%(n)s new message", "%(n)s new messages", n),
    "waiting": lambda n: ngettext(
        "%(n)s message waits for the connection.", "%(n)s messages wait for the connection.", n
    ),
    "characters_left": lambda n: ngettext("%(n)s character left", "%(n)s characters left", n),
    "characters_over": lambda n: ngettext(
        "%(n)s character too many", "%(n)s characters too many", n
    ),
    "search_found": lambda n: ngettext("%(n)s message", "%(n)s messages", n),
    "search_more": lambda n: ngettext("%(n)s message, and more", "The newest %(n)s messages", n),
    "seconds": lambda n: ngettext("%(n)s second", "%(n)s seconds", n),
}
