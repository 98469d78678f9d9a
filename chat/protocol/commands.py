"""What a client may ask. A docstring here is the command's text in docs/protocol.md."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from .fields import MOST_ID, Correlation, Id, Ids, NotifyLevel, Number, Role, Text, Timestamp, Uuid
from .limits import DEFAULT_PAGE


class Command(
    Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag_field="type"
):
    id: Correlation


class Hello(Command, frozen=True, kw_only=True, forbid_unknown_fields=False, tag="hello"):
    """First and once, within 10 s. `rooms` maps room ids to the revs this client holds.

    After `ok` comes `welcome`, then a `sync` or `reset` for each of these rooms that is behind, and a
    `room_left` for each that one is no member of any more.
    """

    client: Annotated[str, Meta(max_length=200)]
    user: Id | None = None
    epoch: Uuid | None = None
    rooms: Annotated[dict[Id, Number], Meta(max_length=10_000)] = {}


class MessageSend(Command, frozen=True, kw_only=True, tag="message.send"):
    """Stores one message. The same `client_id` again gets the first answer again."""

    room: Id
    client_id: Uuid
    body: Text
    reply_to: Id | None = None
    attachments: list[Id] = []


class MessageEdit(Command, frozen=True, kw_only=True, tag="message.edit"):
    """Replaces the body of one's own message. What it said before can be read with `message.edits`.

    After 1,000 edits it stays as it is.
    """

    room: Id
    seq: Id
    body: Text


class MessageDelete(Command, frozen=True, kw_only=True, tag="message.delete"):
    """Empties a message, one's own or, as owner or moderator, any. Place, number and author stay."""

    room: Id
    seq: Id


class ReactionAdd(Command, frozen=True, kw_only=True, tag="reaction.add"):
    """Adds one's reaction, one emoji. The same again changes nothing."""

    room: Id
    seq: Id
    emoji: Text


class ReactionRemove(Command, frozen=True, kw_only=True, tag="reaction.remove"):
    """Takes one's reaction back."""

    room: Id
    seq: Id
    emoji: Text


class MessagePin(Command, frozen=True, kw_only=True, tag="message.pin"):
    """Pins a message to its room. For owners and moderators; in a direct room for both."""

    room: Id
    seq: Id


class MessageUnpin(Command, frozen=True, kw_only=True, tag="message.unpin"):
    """Takes the pin out."""

    room: Id
    seq: Id


class MessagePins(Command, frozen=True, kw_only=True, tag="message.pins"):
    """The pinned messages of a room, the latest first; `before` is the last seq of the page before."""

    room: Id
    before: Id | None = None
    limit: Annotated[int, Meta(ge=1)] = DEFAULT_PAGE


class MessagesGet(Command, frozen=True, kw_only=True, tag="messages.get"):
    """Single messages by number, at most 50: the targets of replies, or those around a link."""

    room: Id
    seqs: Annotated[list[Id], Meta(max_length=50)]


class MessageEdits(Command, frozen=True, kw_only=True, tag="message.edits"):
    """The earlier bodies of a message, oldest first; none of a deleted one."""

    room: Id
    seq: Id


class MessagePreview(Command, frozen=True, kw_only=True, tag="message.preview"):
    """How a text would look as a message of this room, by the rules of now. Nothing is stored or told."""

    room: Id
    body: Text


class MessageReport(Command, frozen=True, kw_only=True, tag="message.report"):
    """Tells those who keep order, on the site and in the room, about another's message.

    The same again changes nothing.
    """

    room: Id
    seq: Id
    reason: Text


class ReportsGet(Command, frozen=True, kw_only=True, tag="reports.get"):
    """Messages of one's own `reports`, with what was said about each; at most 50 are asked for, and an answer
    may have fewer. Those that do not wait for one's decision are left out. For owners and moderators.
    """

    room: Id
    seqs: Annotated[list[Id], Meta(max_length=50)]


class ReportDecide(Command, frozen=True, kw_only=True, tag="report.decide"):
    """Decides for all who reported a message, up to the report `last`: there is nothing to do, or it is
    deleted. Who reports it afterwards waits for a decision of their own, unless it is gone. Without `last` it
    is for all who have reported it by then.

    Owners decide on what anybody else wrote, moderators on what was written by who is neither. Where somebody
    else was faster it is a `conflict`; one's own decision again changes nothing.
    """

    room: Id
    seq: Id
    last: Id = MOST_ID
    decision: Literal["dismissed", "removed"]


class History(Command, frozen=True, kw_only=True, tag="history"):
    """One page: the latest, or one of `before`, `after` (exclusive), `around` (inclusive) and `at`.

    `at` is as `around` the first message of that time or later, and as the latest where there is none.
    """

    room: Id
    before: Id | None = None
    after: Number | None = None
    around: Id | None = None
    at: Timestamp | None = None
    limit: Annotated[int, Meta(ge=1)] = DEFAULT_PAGE


class SyncRoom(Command, frozen=True, kw_only=True, tag="sync"):
    """What changed in a room after the rev `since`, as in the `sync` event."""

    room: Id
    since: Number


class Read(Command, frozen=True, kw_only=True, tag="read"):
    """Says how far one has read. The pointer moves forward, with `back` to exactly `seq`.

    Answered when it is stored, within about a second: what many say is written together. All of one's own
    connections are told by `membership`.
    """

    room: Id
    seq: Number
    back: bool = False


class ReadAll(Command, frozen=True, kw_only=True, tag="read.all"):
    """The same for many rooms at once; `rooms` maps room ids to what was read there.

    A room that one is not in, or a seq that is not there yet, is passed over.
    """

    rooms: Annotated[dict[Id, Number], Meta(max_length=1_000)]


class Typing(Command, frozen=True, kw_only=True, tag="typing"):
    """Says that one is writing in this room. At most once in a few seconds is enough."""

    room: Id


class PresenceSet(Command, frozen=True, kw_only=True, tag="presence.set"):
    """How one appears to others. `hidden` looks like `offline`, on all connections until one says `shown`;
    whether one is `online` or `away` at this one may be said all the same.
    """

    status: Literal["online", "away", "hidden", "shown"]


class PresenceWatch(Command, frozen=True, kw_only=True, tag="presence.watch"):
    """Replaces the set of people whose presence this connection is told."""

    users: Annotated[list[Id], Meta(max_length=500)]


class UsersGet(Command, frozen=True, kw_only=True, tag="users.get"):
    """Public profiles by id, at most 200. Ids that nobody has are left out."""

    ids: Ids


class UsersSearch(Command, frozen=True, kw_only=True, tag="users.search"):
    """The first 20 people whose username or name begins with `q`, then those that have it inside.

    With a `room`, of which one is a member: those in it. An empty `q` gives those who come first.
    """

    q: Text
    room: Id | None = None


class Members(Command, frozen=True, kw_only=True, tag="members"):
    """One page of a room's members by user id; `after` is the last user id of the page before."""

    room: Id
    after: Number = 0
    limit: Annotated[int, Meta(ge=1)] = DEFAULT_PAGE


class RoomList(Command, frozen=True, kw_only=True, tag="room.list"):
    """Public rooms by id, but for archived ones; `after` is the last id of the page before.

    Where `q` is given, those with it in their name or topic.
    """

    q: Text = ""
    after: Number = 0


class RoomCreate(Command, frozen=True, kw_only=True, tag="room.create"):
    """Makes a room with oneself as its owner. A public room's name must be a new one."""

    kind: Literal["public", "private"]
    name: Text
    topic: Text = ""


class RoomUpdate(Command, frozen=True, kw_only=True, tag="room.update"):
    """Changes what is given and leaves the rest; `slow_mode` is in seconds, 0 is off.

    Slow mode spaces new messages. Edits do not wait: they put nothing below what others say, and what they
    replace can be read. For owners and moderators. The room keeps its address.
    """

    room: Id
    name: Text | None = None
    topic: Text | None = None
    slow_mode: Number | None = None


class RoomJoin(Command, frozen=True, kw_only=True, tag="room.join"):
    """Becomes a member of a public room that is not archived. Everything so far counts as read."""

    room: Id


class RoomLeave(Command, frozen=True, kw_only=True, tag="room.leave"):
    """Ends one's membership. The last owner goes last: before, somebody else is made one."""

    room: Id


class RoomArchive(Command, frozen=True, kw_only=True, tag="room.archive"):
    """Closes a room to new messages and new members; it stays readable. For owners."""

    room: Id


class RoomRestore(Command, frozen=True, kw_only=True, tag="room.restore"):
    """Opens an archived room again. For owners."""

    room: Id


class RoomInvite(Command, frozen=True, kw_only=True, tag="room.invite"):
    """Makes another user a member. In a public room anyone may, in a private one owners and moderators.

    Whom the other has blocked may not. Nobody new comes into an archived room.
    """

    room: Id
    user: Id


class RoomRemove(Command, frozen=True, kw_only=True, tag="room.remove"):
    """Ends another user's membership. For owners, and for moderators where the other is a plain member."""

    room: Id
    user: Id


class RoomRole(Command, frozen=True, kw_only=True, tag="room.role"):
    """Gives a member another role. For owners."""

    room: Id
    user: Id
    role: Role


class RoomNotify(Command, frozen=True, kw_only=True, tag="room.notify"):
    """Chooses what one is notified of in this room. What is unread is counted all the same."""

    room: Id
    level: NotifyLevel


class InviteCreate(Command, frozen=True, kw_only=True, tag="invite.create"):
    """Makes a link into the room, good for `uses` people and until `expires`, where they are given.

    For owners and moderators; not of a direct room. It is good as long as its maker is one of them.
    """

    room: Id
    uses: Id | None = None
    expires: Timestamp | None = None


class InviteList(Command, frozen=True, kw_only=True, tag="invite.list"):
    """The room's invitations that are still good, newest first. For owners and moderators."""

    room: Id


class InviteRevoke(Command, frozen=True, kw_only=True, tag="invite.revoke"):
    """Makes an invitation worthless, whoever made it. For owners and moderators."""

    room: Id
    code: Text


class DmOpen(Command, frozen=True, kw_only=True, tag="dm.open"):
    """The direct room of these people and oneself: the same for the same set, made when first opened.

    None is made with somebody who has blocked oneself. Nobody leaves it or is removed from it.
    """

    users: Annotated[list[Id], Meta(max_length=20)]


class BlockSet(Command, frozen=True, kw_only=True, tag="block.set"):
    """Stops hearing from a user: a matter of the one who blocks, which the blocked is not told.

    It is the client that hides: messages of those in `me.blocked` still come. They mention nobody who blocks
    their author, and in a direct room of the two they are refused. One's own connections are told by a new
    `welcome`. The same again changes nothing.
    """

    user: Id


class BlockLift(Command, frozen=True, kw_only=True, tag="block.lift"):
    """Lets a blocked user be heard again. One who is not blocked stays so."""

    user: Id


class SanctionSet(Command, frozen=True, kw_only=True, tag="sanction.set"):
    """Mutes or bans a user in the room, until a time or for good. Who may is as with `room.remove`,
    but that an owner of the site is muted or banned by another alone.

    A ban ends the membership. The same kind again takes the place of the first.
    """

    room: Id
    user: Id
    kind: Literal["mute", "ban"]
    reason: Text
    until: Timestamp | None = None


class SanctionLift(Command, frozen=True, kw_only=True, tag="sanction.lift"):
    """Ends a mute or a ban before its time."""

    room: Id
    user: Id
    kind: Literal["mute", "ban"]


class SanctionList(Command, frozen=True, kw_only=True, tag="sanction.list"):
    """The mutes and bans in force in the room, newest first, at most 200. For owners and moderators."""

    room: Id


class ProfileUpdate(Command, frozen=True, kw_only=True, tag="profile.update"):
    """Changes what is given of one's own profile and settings and leaves the rest.

    A `name` has 1 to 50 characters, a `status_text` at most 100; neither hides anything: no control,
    invisible or bidirectional characters, no piles of accents. All who may show them are told by `user`.

    Until `dnd_until` no connection notifies of anything; null ends that before its time.
    """

    name: Text | None = None
    status_text: Text | None = None
    dnd_until: Timestamp | UnsetType | None = UNSET


class Search(Command, frozen=True, kw_only=True, tag="search"):
    """Messages that hold all of `q`, newest first, in one room or all of one's own. An answer has at most 20;
    `before` is the `more` of the one before.

    `q` has at most 500 characters: words, "phrases", and the filters `from:` (a username or `me`), `in:` (a
    room's address or name, or `@` and a username), `before:` and `after:` (a year, month or day, `today`,
    `yesterday`; that span itself is in neither), `has:` (`link`, `file`, `image`, `reaction`, `pin`). Scripts
    without spaces are found by any of their characters; case, width and accents make no difference.
    """

    q: Text
    room: Id | None = None
    before: Id | None = None


class Ping(Command, frozen=True, kw_only=True, tag="ping"):
    """Its `ok` is the pong. The only command allowed before `hello`."""
