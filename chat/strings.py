"""What the browser's own code says, in the reader's language: the page carries it as data.

`static/js/strings.js` looks a text up by its name here; `%(name)s` is filled in there. A counted text has
a form for one and a form for many.
"""

from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import bidirectional

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .protocol.shapes import User

_TEXTS: dict[str, Promise] = {
    "joint": _(", "),  # between names
    "notes": _("Notes to self"),
    "gone_user": _("Deleted account"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "unread": _("unread"),
    "placeholder": _("Message %(room)s"),
    "reply_gone": _("An earlier message"),
    "jump": _("Jump to latest"),
    "end_offline": _("The latest messages will show once you are connected."),
    "beginning": _("This is the beginning of %(room)s."),
    "beginning_direct": _("This is the beginning of your conversation with %(room)s."),
    "beginning_notes": _("A place for your own notes. Only you can see them."),
    "role_owner": _("Owners"),
    "role_moderator": _("Moderators"),
    "role_member": _("Members"),
    "load_failed": _("The messages couldn't be loaded."),
    "late_loading": _("Loading…"),
    "late_failed": _("Couldn't load this. Try again in a moment."),
    "late_gone": _("This page is from before an update. Reload it to go on; your drafts stay."),
    "room_gone": _("You are no longer in %(room)s."),
    "room_left": _("You left %(room)s."),
    "room_removed": _("You were removed from %(room)s."),
    "room_banned": _("You were banned from %(room)s."),
    "rooms_none": _("There is no public room yet."),
    "rooms_not_found": _("No public room has these words."),
    "rooms_failed": _("The rooms couldn't be loaded."),
    "room_about": _("%(members)s · %(topic)s"),
    "room_open": _("Open"),
    "room_join": _("Join"),
    "room_open_named": _("Open %(room)s"),
    "room_join_named": _("Join %(room)s"),
    "room_address": _("Its address: %(address)s"),
    "room_address_private": _("Its address gets an ending that nobody can guess."),
    "room_name_missing": _("A room needs a name."),
    "room_name_long": _("A name has at most 80 characters."),
    "room_name_taken": _("There is a room of this name already."),
    "room_name_unfit": _(
        "This name can't be used. It needs a letter, a digit or an emoji, and hides nothing."
    ),
    "room_topic_long": _("A topic has at most 500 characters."),
    "room_hidden": _("There are invisible or control characters in it."),
    "people_none": _("Nobody by that name."),
    "people_failed": _("The people couldn't be loaded."),
    "people_offline": _("Who is here will show once you are connected."),
    "people_choose": _("Choose somebody first."),
    "person_drop": _("Without %(name)s"),
    "person_is_in": _("is in this room"),
    "direct_yourself": _("you: notes to self"),
    "added_failed": _("%(name)s couldn't be added. %(reason)s"),
    "role_named_owner": _("owner"),
    "role_named_moderator": _("moderator"),
    "role_named_member": _("member"),
    "person_what": _("What you can do with %(name)s"),
    "confirm_leave": _("Leave %(room)s?"),
    "confirm_leave_public": _("You can join it again at any time."),
    "confirm_leave_private": _("To come back you have to be invited again."),
    "confirm_leave_alone": _("You are the last person in it. Afterwards nobody can read it."),
    "confirm_leave_do": _("Leave"),
    "confirm_archive": _("Archive %(room)s?"),
    "confirm_archive_words": _("Everybody can still read it, and nobody can write in it."),
    "confirm_archive_do": _("Archive"),
    "confirm_remove": _("Remove %(name)s from %(room)s?"),
    "confirm_remove_public": _("They can join again. To keep them out, ban them."),
    "confirm_remove_private": _("To come back they have to be invited again."),
    "confirm_remove_do": _("Remove"),
    "confirm_ban": _("Ban %(name)s from %(room)s?"),
    "confirm_ban_words": _("They are removed, and cannot come back until the ban ends."),
    "confirm_ban_do": _("Ban"),
    "confirm_revoke": _("Revoke this link?"),
    "confirm_revoke_words": _("Nobody comes in by it any more. Who came stays."),
    "confirm_revoke_do": _("Revoke"),
    "last_owner": _(
        "You are its only owner. Make somebody else an owner first, then you can leave."
    ),
    "last_owner_role": _("A room needs an owner. Make somebody else one first."),
    "direct_stays": _(
        "A direct conversation belongs to the people in it, so it cannot be left, renamed or opened "
        "to others. To hear less of it, turn its notifications off."
    ),
    "sanction_done_mute": _("%(name)s is muted."),
    "sanction_lifted": _("%(name)s is no longer muted here."),
    "sanctions_none": _("Nobody any more."),
    "sanction_mute": _("muted %(until)s"),
    "sanction_ban": _("banned %(until)s"),
    "sanction_lift": _("for %(name)s"),
    "link_bounds": _("%(uses)s · %(expires)s · by %(name)s"),
    "link_used": _("used %(uses)s of %(max)s times"),
    "link_used_freely": _("used %(uses)s times"),
    "link_expires": _("until %(time)s"),
    "link_forever": _("without an end"),
    "link_copied": _("Copied."),
    "link_copy_failed": _("It couldn't be copied. Select it and copy it yourself."),
    "links_none": _("There is no link yet."),
    "slow_mode": _("Slow mode: you can write again in %(time)s."),
    "muted_until": _("You are muted here until %(time)s."),
    "refused": _("Something went wrong here. Please try again."),
    "refused_forbidden": _("You may not do that."),
    "refused_not_found": _("It is no longer there."),
    "refused_archived": _("This room is archived."),
    "refused_muted": _("You are muted here."),
    "refused_too_long": _("It is too long."),
    "refused_conflict": _("That is not possible as things are now."),
    "refused_rate_limited": _("Too much at once. Please wait a moment."),
    "refused_unavailable": _("The server cannot store anything right now."),
    "refused_disconnected": _("There is no connection. Please try again once there is."),
    "refused_timeout": _("The server did not answer. Please try again."),
    "search_when": _("%(day)s, %(time)s"),
    "search_none": _("Nothing found."),
    "search_within": _(
        "Searches all of %(room)s, not only what is on the screen. Press %(keys)s again for the "
        "browser's own search."
    ),
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
    "inspect_idle": _("Not started"),
    "inspect_connecting": _("Connecting since %(time)s"),
    "inspect_live": _("Connected since %(time)s"),
    "inspect_waiting": _("Away since %(time)s; trying again"),
    "inspect_stopped": _("Ended at %(time)s"),
    "inspect_none": _("none"),
    "inspect_unknown": _("not known yet"),
    "inspect_trip": _("%(last)s ms, usually %(median)s ms"),
    "inspect_compressed": _("on"),
    "inspect_plain": _("off"),
    "inspect_server": _("version %(version)s, database %(epoch)s"),
    "inspect_loss": _("%(cause)s (code %(code)s, %(time)s)"),
    "inspect_gaps": _("%(count)s, the last in %(room)s at %(time)s"),
    "inspect_unsent": _("%(waiting)s waiting, %(failed)s failed, the oldest of %(time)s"),
    "inspect_clock_same": _("as the server's"),
    "inspect_clock_behind": _("%(seconds)s s behind the server's"),
    "inspect_clock_ahead": _("%(seconds)s s ahead of the server's"),
    "is_online": _("online"),
    "is_away": _("away"),
    "is_offline": _("offline"),
    "last_seen": _("last here %(at)s"),
    "blocked_message": _("Blocked message"),
    "profile_failed": _("That didn't work. Try again in a moment."),
    "profile_message_forbidden": _("This person does not take messages from you."),
    "profile_message_not_found": _("This account is not in use any more."),
    "profile_block_conflict": _("You can't block any more people."),
    "mention_everybody": _("Everybody in this room"),
    "typing_one": _("%(name)s is writing…"),
    "typing_two": _("%(name)s and %(other)s are writing…"),
    "typing_many": _("Several people are writing…"),
    "somebody": _("Somebody"),
    "said_meanwhile": _("New messages came while you were away."),
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
    "failed_forbidden_direct": _("Couldn't send. This person does not take messages from you."),
    "failed_muted": _("Couldn't send. You are muted here."),
    "failed_archived": _("Couldn't send. This room is archived."),
    "failed_too_long": _("Couldn't send. The message is too long."),
    "failed_conflict": _("Couldn't send. Another message took its place."),
    "failed_expired": _("Not sent: it waited too long for a connection."),
    "upload_remove": _("Remove %(name)s"),
    "upload_waits": _("Sends as soon as the files are uploaded."),
    "upload_stuck": _("Your message in %(room)s still waits: look after its files there."),
    "upload_failed": _("Couldn't be uploaded."),
    "upload_disconnected": _("Couldn't be uploaded: there is no connection."),
    "upload_stalled": _("Couldn't be uploaded: nothing moved for a minute."),
    "upload_unavailable": _("Couldn't be uploaded: the server is busy."),
    "upload_too_long": _("Too large."),
    "upload_too_many": _("Too many files for one message."),
    "upload_empty": _("This file is empty."),
    "upload_rate_limited": _("You have too many unsent files, or too much for one day."),
    "upload_not_found": _("You are no longer in this room."),
    "upload_forbidden": _("You may not write here."),
    "upload_muted": _("You are muted here."),
    "upload_archived": _("This room is archived."),
    "failed_files": _("Couldn't send. A file is no longer there."),
    "size_kib": _("%(n)s KB"),
    "size_mib": _("%(n)s MB"),
    "deleted": _("This message was deleted."),
    "date_after_all": _("Nothing was written on that day or after it. This is the latest."),
    "target_gone": _("That message is not here. It may have been removed, or never existed."),
    "reaction": _("%(emoji)s from %(who)s"),
    "emoji_failed": _("The emoji couldn't be loaded."),
    "emoji_often": _("Used often"),
    "emoji_all": _("All"),
    "emoji_none": _("No emoji by that name."),
    "couldnt_react": _("Couldn't react. %(reason)s"),
    "pins_none": _("Nothing is pinned in this room."),
    "reported": _("Reported. Thank you for telling."),
    "reports_none": _("Nothing waits for a decision."),
    "report_decided": _("Somebody else has decided this already."),
    "couldnt_decide": _("Couldn't decide. %(reason)s"),
    "couldnt_pin": _("Couldn't pin the message. %(reason)s"),
    "couldnt_unpin": _("Couldn't unpin the message. %(reason)s"),
    "couldnt_report": _("Couldn't report the message. %(reason)s"),
    "nothing_unread": _("No other room has anything new."),
    "switcher_unread": _("Unread"),
    "switcher_rooms": _("Rooms"),
    "switcher_direct": _("Direct"),
    "switcher_public": _("Rooms to join"),
    "switcher_people": _("Other people"),
    "switcher_none": _("No room and nobody by that name."),
    "shortcuts_around": _("Getting around"),
    "shortcuts_messages": _("Messages"),
    "shortcuts_writing": _("Writing"),
    "shortcut_switcher": _("Go to a room or a person"),
    "shortcut_search": _("Search messages"),
    "shortcut_find": _("Search this room"),
    "shortcut_previous_room": _("Previous room"),
    "shortcut_next_room": _("Next room"),
    "shortcut_previous_unread": _("Previous room with something new"),
    "shortcut_next_unread": _("Next room with something new"),
    "shortcut_escape": _("Close what is on top, or go to writing"),
    "shortcut_help": _("Show these shortcuts"),
    "shortcut_next_message": _("Next message"),
    "shortcut_previous_message": _("Previous message"),
    "shortcut_reply": _("Reply"),
    "shortcut_edit": _("Edit"),
    "shortcut_react": _("React"),
    "shortcut_unread": _("Mark unread from here"),
    "shortcut_latest": _("Jump to latest"),
    "shortcut_send": _("Send"),
    "shortcut_line_break": _("New line"),
    "shortcut_edit_last": _("Edit your last message, where nothing is written"),
    "shortcut_bold": _("Bold"),
    "shortcut_italic": _("Italic"),
    "shortcut_strike": _("Strikethrough"),
    "shortcut_code": _("Code"),
    "shortcut_link": _("Link"),
    "spoiler": _("Hidden text. Press to show it."),
    "copied_code": _("Code copied."),
    "editing": _("Editing"),
    "replying_to": _("Replying to %(author)s"),
    "copied_text": _("Text copied."),
    "copied_link": _("Link copied."),
    "copy_failed": _("The browser did not allow copying."),
    "couldnt_edit": _("Couldn't save the change. %(reason)s"),
    "couldnt_delete": _("Couldn't delete the message. %(reason)s"),
    "loading": _("Loading…"),
    "couldnt_load": _("Couldn't load this. %(reason)s"),
    "offline": _(
        "There is no connection. What you have open can be read, and what you write is sent later."
    ),
    "system_room_created": _("%(actor)s created the room"),
    "system_room_renamed": _("%(actor)s renamed the room to %(name)s"),
    "system_topic_changed": _("%(actor)s changed the topic to %(topic)s"),
    "system_topic_cleared": _("%(actor)s cleared the topic"),
    "system_room_archived": _("%(actor)s archived the room"),
    "system_room_restored": _("%(actor)s restored the room"),
    "system_member_invited": _("%(user)s joined, invited by %(actor)s"),
    "system_member_left": _("%(user)s left"),
    "system_member_added": _("%(actor)s added %(user)s"),
    "system_member_removed": _("%(actor)s removed %(user)s"),
    "system_announcement": _("Announcement: %(text)s"),
}


def catalogue() -> dict[str, str | dict[str, str]]:
    """Every text in the active language."""
    texts: dict[str, str | dict[str, str]] = {key: str(one) for key, one in _TEXTS.items()}
    counted = {key: {"one": form(1), "many": form(5)} for key, form in _COUNTED.items()}
    return texts | counted


def text(name: str, **params: str) -> str:
    return str(_TEXTS[name]) % params


def counted(name: str, n: int) -> str:
    return _COUNTED[name](n) % {"n": number(n)}


def number(n: int) -> str:
    """With its digits in groups, as the browser's `Intl` writes it in either language."""
    return f"{n:,}"


def failure(code: str, room_kind: str) -> str:
    """Why a message could not be sent to a room of this kind."""
    names = (f"failed_{code}_{room_kind}", f"failed_{code}", "failed")
    return str(next(_TEXTS[name] for name in names if name in _TEXTS))


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


def isolated_if_turning(name: str) -> str:
    """The same for a title or a placeholder, which is compared: only where it would turn something."""
    return isolated(name) if any(bidirectional(one) in {"R", "AL"} for one in name) else name


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
    "size_bytes": lambda n: ngettext("%(n)s byte", "%(n)s bytes", n),
    "search_found": lambda n: ngettext("%(n)s message", "%(n)s messages", n),
    "search_more": lambda n: ngettext("%(n)s message, and more", "The newest %(n)s messages", n),
    "seconds": lambda n: ngettext("%(n)s second", "%(n)s seconds", n),
}
