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
    "deleted": _("This message was deleted."),
    "target_gone": _("That message is not here. It may have been removed, or never existed."),
    "reaction": _("%(emoji)s from %(who)s"),
    "emoji_failed": _("The emoji couldn't be loaded."),
    "emoji_often": _("Used often"),
    "emoji_all": _("All"),
    "emoji_none": _("No emoji by that name."),
    "couldnt_react": _("Couldn't react. %(reason)s"),
    "pins_none": _("Nothing is pinned in this room."),
    "reported": _("Reported. Thank you for telling."),
    "couldnt_pin": _("Couldn't pin the message. %(reason)s"),
    "couldnt_unpin": _("Couldn't unpin the message. %(reason)s"),
    "couldnt_report": _("Couldn't report the message. %(reason)s"),
    "spoiler": _("Hidden text. Press to show it."),
    "copied_code": _("Code copied."),
    "editing": _("Editing"),
    "replying_to": _("Replying to %(author)s"),
    "copied_text": _("Text copied."),
    "copied_link": _("Link copied."),
    "copy_failed": _("The browser did not allow copying."),
    "couldnt_edit": _("Couldn't save the change. %(reason)s"),
    "couldnt_delete": _("Couldn't delete the message. %(reason)s"),
    "couldnt_load": _("Couldn't load this. %(reason)s"),
    "reason": _("Something went wrong here, not with you."),
    "reason_forbidden": _("You may not do this."),
    "reason_not_found": _("It is no longer there."),
    "reason_muted": _("You are muted in this room."),
    "reason_archived": _("This room is archived."),
    "reason_too_long": _("It is too long."),
    "reason_conflict": _("The message has changed meanwhile."),
    "reason_rate_limited": _("Too much at once. Try again in a moment."),
    "reason_unavailable": _("The server cannot store anything right now."),
    "reason_disconnected": _("There is no connection."),
    "reason_timeout": _("The server did not answer."),
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
    "others": lambda n: ngettext("%(n)s other", "%(n)s others", n),
    "members": lambda n: ngettext("%(n)s member", "%(n)s members", n),
    "new_messages": lambda n: ngettext("%(n)s new message", "%(n)s new messages", n),
    "waiting": lambda n: ngettext(
        "%(n)s message waits for the connection.", "%(n)s messages wait for the connection.", n
    ),
    "characters_left": lambda n: ngettext("%(n)s character left", "%(n)s characters left", n),
    "characters_over": lambda n: ngettext(
        "%(n)s character too many", "%(n)s characters too many", n
    ),
    "seconds": lambda n: ngettext("%(n)s second", "%(n)s seconds", n),
}
