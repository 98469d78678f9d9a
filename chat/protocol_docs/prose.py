"""What the types of the wire cannot say: how a connection is made and what the parts mean together."""

from typing import NamedTuple

from chat.protocol import SUBPROTOCOL, codes, limits

INTRODUCTION = f"""\
One WebSocket carries everything a client says and hears. This text is written for those who build a
client or a bot; `docs/protocol.schema.json` says the same to machines, and `tests/client.py` is a small
client to read.

    → {{"type": "hello", "id": "1", "client": "docs/1.0", "rooms": {{}}}}
    ← {{"type": "ok", "id": "1"}}
    ← {{"type": "welcome", "me": …, "server": …, "rooms": [{{"id": 7, "slug": "general", …}}], …}}
    → {{"type": "message.send", "id": "2", "room": 7, "client_id": "0198f3a2-…", "body": "Hello!"}}
    ← [{{"type": "ok", "id": "2", "room": 7, "seq": 42, "rev": 57, "at": "…"}},
       {{"type": "message", "room": 7, "message": {{"seq": 42, "rev": 57, "body": "Hello!", …}}}}]

The name of this version is the subprotocol `{SUBPROTOCOL}`. Within it things are only added: ignore
fields, event types, message kinds and content nodes that you do not know.
"""

CONNECTING = f"""\
Open `GET /ws/` with the subprotocol `{SUBPROTOCOL}` and the session cookie that signing in at
`/accounts/login/` gave. The `Origin` header must be one of the site's own origins, scheme, host and port;
without it, or with another, the handshake ends with HTTP 403. A program that is no browser sends the
header too.

A connection without a living session is accepted and closed at once with {codes.CLOSE_SIGNED_OUT}: a
browser is not told why a handshake failed, but it is told a close code. One without the subprotocol is
closed with {codes.CLOSE_TOO_OLD}.

Then, within {limits.HELLO_SECONDS} seconds and only once, send [`hello`](#hello). Until it came, `ping`
is the only other command that is answered.
"""

FRAMES = """\
All frames are text; they hold JSON (RFC 8259) in UTF-8.

- A client's frame is one object, a **command**: `type` says which, `id` is a string of the client's
  choice that the answer carries back.
- A server's frame is one object, or an array of objects that were due together and are to be taken in
  order.
- Every command gets exactly one answer, `ok` or `error`. Everything else the server says is an **event**.
- Answers may overtake each other, except that the commands of one connection that write take effect in
  the order sent. The `ok` to a message and the event that shows it come in either order.
- Clients may not send fields that are not listed here, except in `hello`, so that a newer client can
  greet an older server. A field with a default may be left out.
- Lengths count Unicode code points. Keys of an object that are ids are written as decimal strings.

| in the tables | means |
| --- | --- |
| id | an integer from 1 to 2⁵³−1 |
| number | an integer from 0 to 2⁵³−1 |
| text | a string without U+0000 |
| uuid | a UUID in lower case with hyphens |
| time | a string in ISO 8601, UTC, with milliseconds: `2026-11-23T09:30:00.125Z` |
| A \\| B | one or the other |
| [A] | an array of any number of A |
| {id: A} | an object from ids to A |
"""

ORDER = f"""\
A room has two counters, and nearly everything a client must get right is to keep them apart.

**`seq` numbers messages**: 1, 2, 3 and so on without a gap, in the order in which the room's timeline
shows them. A message keeps its number for good; a deleted one stays as a message with an empty body.
Times (`at`) never decrease along `seq`.

**`rev` numbers changes**: a new message, an edit, a deletion, a reaction, a pin, a member who comes or
goes, a new room name. Each takes the room's next `rev`, and each message, membership and the room itself
remember the rev of their own last change.

1. After `welcome` a connection is told every change of its rooms live, in the order of `rev`, none left
   out.
2. Apply a change to a row only if its `rev` is higher than the one held for that row. Then nothing goes
   wrong if the same state comes twice, say by `history` and by an event.
3. A client that was away says in `hello` which rev of each room it holds. For each that is behind it gets
   a [`sync`](#event-sync) with everything that changed (edits and deletions too, not only new messages), or a
   [`reset`](#event-reset) where that would be too much: {limits.MAX_SYNC_CHANGES:,} changes of a room, or
   {limits.MAX_SYNC_BYTES // 1024} KiB of syncs in all. After a `reset`, forget the room's messages and
   load [`history`](#history). For each that it is no member of any more it gets a
   [`room_left`](#event-room_left), which says why.
4. A `sync` may come at any time, with what the server found to be missing. It applies if the rev held
   lies between its `since` and its `rev`; with `more`, ask on with the command `sync`.
5. While a `history` is under way, keep that room's events and apply them over the reply.
6. `epoch` in `welcome` is the database's identity. If it is not the one remembered, numbers may have been
   given out anew: forget everything and start from `welcome`.
7. `welcome` may come again at any time and replaces the list of rooms: one that is missing in it is gone.
"""

SENDING = """\
Make a UUID before sending a message and send it as `client_id`. If no answer comes, because the
connection broke or the server did, send the same command again, on any later connection: a message that
was stored is answered with the numbers of the first time, even if its author may not post there any more,
and is not stored twice. The same `client_id` with another body, reply or attachments is a `conflict`.

`ok` to `message.send` means that the message is on disk. A client that keeps what it has not yet seen
acknowledged, sends one message at a time per room and repeats until the answer comes has neither lost nor
doubled nor reordered anything, whatever happened in between.
"""

READING = """\
`read_seq`, `mentions` and `notify` of a room are one's own part in it. `read_seq` is the last message that
was read; unread are `last_seq` - max(`read_seq`, `first_seq` - 1) messages. `mentions` is how many of the
unread messages mention one, by name or with the whole room; those of people whom one blocks do not count.

`welcome` and [`membership`](#event-membership) tell one's own part as of the `last_seq` beside it. Count on
from there with each message that is new, live or in a `sync`:

- One's own message moves `read_seq` to it; `mentions` is 0 then.
- Another's is one mention more if it has one's id in `mentions`, or `mention_room`, and its author is not in
  `me.blocked`.

What cannot be counted so, such as a mention that an edit adds or takes away, or a pointer that another
device has moved, comes as a new `membership`. It may be older than the newest message one has: count on from
its `last_seq`.

A `mute` beside them says that one may not write there now. It comes and goes with a `membership`, that of a
mute everywhere with a `welcome`; one that has an end ends without a word.

`reports` beside them are the messages there that were reported and wait for one's decision. They come and go
with a `membership`. What was said about them is read by [`reports.get`](#reportsget).

In a body, `@username` mentions a member of the room; in Chinese and the like, the name ends where
somebody's ends. `@room` (or `@所有人`) mentions everybody, where it comes from an owner or a moderator; from
others it is text. So is what stands in code, in an address, or names nobody in the room.
"""
FILES = f"""\
A file is uploaded first and then named by a message. `POST /uploads/` as `multipart/form-data`, with the
session's cookie and the CSRF token (header `X-CSRFToken`, from the cookie `csrftoken`), one `file` and the
id of its `room`. The answer is 201 and an [Attachment](#shape-attachment), whose `id` goes into
`attachments` of `message.send`, at most {limits.MAX_ATTACHMENTS}, in the order in which they are shown. A
message with files needs no text. Who may post in a room may upload to it; until it is sent, a file is its
uploader's alone, and `DELETE /uploads/<id>/` takes it back. What is not sent within
{limits.UNSENT_HOURS} hours goes by itself.

A refusal has a status to match and a body like an `error`: `code`, `detail`, and `retry_after` in
milliseconds where trying again helps. Without it, `rate_limited` (429) means that too much is uploaded and
not sent, or was uploaded in a day. `too_long` is 413, `bad_request` 400, `not_found` 404, `forbidden`,
`muted` and `archived` 403, `unavailable` 503. An upload far beyond the limit is cut off with 413 and no JSON.

`type` is found out from the content. A picture has `width` and `height`, and where it is large a `thumb`,
a WebP of at most 720 pixels each way. Pictures are drawn anew, so `size` is not what was sent, and the
ending of `name` may not be either. `url` and `thumb` answer members of the room as long as the message is
there, with ranges and `ETag`; to everybody else they are not found. Only pictures, audio and video come
with their own type; the rest is `application/octet-stream`, to be saved.
"""

ALIVE = f"""\
The server sends WebSocket pings and drops a connection whose other end does not answer them. A browser
cannot send pings itself: when nothing was heard for `server.heartbeat` seconds
({limits.HEARTBEAT_SECONDS}), send the command `ping`; when that stays unanswered too, reconnect.
"""

CONTENT = """\
`body` is what the author typed. `content` is the same parsed, a tree, or null where the body has no
markup and can be shown as it is. Build the tree with an allow-list of the nodes below, never as HTML. Of
a node you do not know, show the text inside it.
"""

ERRORS: dict[str, tuple[str, str]] = {
    "bad_frame": (
        "The frame could not be read: not JSON, an unknown type or field, a wrong or unbounded value.",
        "Mend the client. `id` is null where it could not be read.",
    ),
    "bad_request": ("The values have no meaning together.", "Mend the client."),
    "not_found": ("There is no such thing, or not for you: the two look alike.", "Forget it."),
    "forbidden": ("It is there, but you may not do this to it.", "Say so to the user."),
    "conflict": ("It contradicts what is already there.", "Read the present state first."),
    "too_long": ("A text exceeds its bound.", "Let the user shorten it."),
    "rate_limited": ("Too much at once.", "Wait `retry_after`, then send it again."),
    "muted": ("You are muted here.", "Keep the draft; `retry_after` where the mute ends."),
    "archived": ("The room is archived.", "Keep the draft."),
    "unavailable": (
        "The database is down, full or busy. Nothing is known to be stored.",
        "Send the same again after `retry_after`, or after a second: the same `client_id` finds out.",
    ),
    "internal": ("The server has a fault; it is in its log.", "Send it again once, later."),
}


class Close(NamedTuple):
    code: int
    meaning: str
    reaction: str


CLOSES = [
    Close(1001, "The server goes away.", "Reconnect after a random part of `retry_after`."),
    Close(
        1006,
        "Never sent: the connection was lost.",
        "Reconnect after a random time up to 0.5 s, 1 s, 1.5 s, after ten seconds up to 4 s, after a minute "
        "up to 30 s. After three failures ask `GET /session` whether the session still lives.",
    ),
    Close(1009, "The frame was too large; no `error` came.", "Reconnect; never send it again."),
    Close(1012, "The server restarts.", "Reconnect after a random part of `retry_after`."),
    Close(4400, "Bad frames again and again.", "Stop; offer to reload."),
    Close(
        4401,
        "The session ended (signed out, expired, a new password, the account closed), or is another user's.",
        "Keep the drafts; go to sign-in.",
    ),
    Close(4403, "Banned from the whole site.", "Stop; say so."),
    Close(4408, "No `hello`, or no sign of life.", "Reconnect within 2 s."),
    Close(4409, "Too many connections of this user.", "Stop; offer to use this one."),
    Close(4413, "The client reads too slowly.", "Reconnect after 1 to 5 s."),
    Close(4426, "The client is too old.", "Reload once."),
    Close(4429, "Commands went on and on while `rate_limited`.", "Reconnect after `retry_after`."),
]

CLOSING = """\
Just before the server closes a connection it says [`bye`](#event-bye) with the same code, a reason to show,
and, where a later try may succeed, `retry_after` in milliseconds. On reconnecting, `hello` with the revs
held brings everything that was missed.
"""

LIMITS = [
    (
        "a client's frame",
        f"{limits.MAX_FRAME_BYTES // 1024} KiB, else the connection is closed with 1009",
    ),
    ("a message's body", f"{limits.MAX_BODY:,} characters"),
    ("people whom a message mentions by name", f"{limits.MAX_MENTIONS}"),
    ("a room's name; its topic", f"{limits.MAX_NAME}; {limits.MAX_TOPIC} characters"),
    ("slow mode", f"{limits.MAX_SLOW_MODE_SECONDS // 3600} hours"),
    (
        "reactions to a message",
        f"{limits.MAX_REACTIONS_PER_MESSAGE}, of {limits.MAX_EMOJI_PER_MESSAGE} different emoji",
    ),
    (
        "reports of one user that wait for a decision",
        f"{limits.MAX_WAITING_REPORTS}, then `rate_limited`",
    ),
    (
        "`reports` of a room",
        f"of {limits.MAX_TOLD_REPORTS} messages, the first {limits.MAX_NAMED_REPORTERS} of each",
    ),
    ("a reason", f"{limits.MAX_REASON:,} characters"),
    ("`limit` of a page", f"{limits.DEFAULT_PAGE} unless given, at most {limits.MAX_PAGE}"),
    ("an answer", f"{limits.MAX_REPLY_BYTES // 1024} KiB: a page may be shorter than its `limit`"),
    (
        "an attachment",
        f"{limits.MAX_UPLOAD_BYTES // 1024**2} MiB, {limits.MAX_ATTACHMENTS} a message",
    ),
    (
        "what a user has uploaded and not sent",
        f"{limits.MAX_UNSENT_UPLOADS} files, {limits.MAX_UNSENT_BYTES // 1024**2} MiB",
    ),
    (
        "pages of the chat for one user from one process",
        f"{limits.PAGES_PER_SECOND} a second, {limits.PAGE_BURST} at once, then status 429",
    ),
    (
        "uploads of one user to one process",
        f"{limits.UPLOADS_PER_MINUTE} a minute, {limits.UPLOAD_BURST} at once",
    ),
    (
        "rooms that one user makes on one process, direct ones too",
        f"{limits.OPENINGS_PER_HOUR} an hour, {limits.OPENING_BURST} at once",
    ),
    (
        "connections of one user to one process",
        f"{limits.MAX_CONNECTIONS} by default; the one idle for longest, `ping` aside, is closed with 4409",
    ),
    (
        "commands on one connection",
        f"{limits.COMMANDS_PER_SECOND} a second, {limits.COMMAND_BURST} at once",
    ),
    (
        "commands of one user to one process",
        f"{limits.USER_COMMANDS_PER_SECOND} a second, {limits.USER_COMMAND_BURST} at once",
    ),
    (
        "messages of one user to one process",
        f"{limits.MESSAGES_PER_SECOND} a second, {limits.MESSAGE_BURST} at once",
    ),
    (
        "searches of one user to one process",
        f"{limits.SEARCHES_PER_SECOND} a second, {limits.SEARCH_BURST} at once",
    ),
    (
        "`rate_limited` answers on one connection",
        f"{limits.REFUSALS_PER_SECOND} a second, {limits.REFUSAL_BURST} at once, then 4429",
    ),
    ("bad frames", f"{limits.BAD_FRAMES_PER_MINUTE} a minute, then 4400"),
]
