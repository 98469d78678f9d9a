"""What a client may ask. A docstring here is the command's text in docs/protocol.md."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .fields import Correlation, Id, Ids, NotifyLevel, Number, Role, Text, Timestamp, Uuid
from .limits import DEFAULT_PAGE


class Command(
    Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag_field="type"
):
    id: Correlation


class Hello(Command, frozen=True, kw_only=True, forbid_unknown_fields=False, tag="hello"):
    """First and once, within 10 s. `rooms` maps room ids to the revs this client holds."""

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
    room: Id
    seq: Id
    body: Text


class MessageDelete(Command, frozen=True, kw_only=True, tag="message.delete"):
    room: Id
    seq: Id


class ReactionAdd(Command, frozen=True, kw_only=True, tag="reaction.add"):
    room: Id
    seq: Id
    emoji: Text


class ReactionRemove(Command, frozen=True, kw_only=True, tag="reaction.remove"):
    room: Id
    seq: Id
    emoji: Text


class MessagePin(Command, frozen=True, kw_only=True, tag="message.pin"):
    room: Id
    seq: Id


class MessageUnpin(Command, frozen=True, kw_only=True, tag="message.unpin"):
    room: Id
    seq: Id


class MessagesGet(Command, frozen=True, kw_only=True, tag="messages.get"):
    room: Id
    seqs: Annotated[list[Id], Meta(max_length=50)]


class MessageEdits(Command, frozen=True, kw_only=True, tag="message.edits"):
    room: Id
    seq: Id


class MessageReport(Command, frozen=True, kw_only=True, tag="message.report"):
    room: Id
    seq: Id
    reason: Text


class History(Command, frozen=True, kw_only=True, tag="history"):
    """One page: the latest, or one of `before`, `after` (exclusive) and `around` (inclusive)."""

    room: Id
    before: Id | None = None
    after: Number | None = None
    around: Id | None = None
    limit: Annotated[int, Meta(ge=1)] = DEFAULT_PAGE


class SyncRoom(Command, frozen=True, kw_only=True, tag="sync"):
    room: Id
    since: Number


class Read(Command, frozen=True, kw_only=True, tag="read"):
    """Moves the read pointer forward; backward only with `back`."""

    room: Id
    seq: Number
    back: bool = False


class Typing(Command, frozen=True, kw_only=True, tag="typing"):
    room: Id


class PresenceSet(Command, frozen=True, kw_only=True, tag="presence.set"):
    status: Literal["online", "away", "hidden"]


class PresenceWatch(Command, frozen=True, kw_only=True, tag="presence.watch"):
    """Replaces the set of people whose presence this connection is told."""

    users: Annotated[list[Id], Meta(max_length=500)]


class UsersGet(Command, frozen=True, kw_only=True, tag="users.get"):
    ids: Ids


class UsersSearch(Command, frozen=True, kw_only=True, tag="users.search"):
    q: Text


class Members(Command, frozen=True, kw_only=True, tag="members"):
    """One page of a room's members by user id; `after` is the last user id of the page before."""

    room: Id
    after: Number = 0
    limit: Annotated[int, Meta(ge=1)] = DEFAULT_PAGE


class RoomList(Command, frozen=True, kw_only=True, tag="room.list"):
    q: Text = ""
    after: Number = 0


class RoomCreate(Command, frozen=True, kw_only=True, tag="room.create"):
    kind: Literal["public", "private"]
    name: Text
    topic: Text = ""


class RoomUpdate(Command, frozen=True, kw_only=True, tag="room.update"):
    room: Id
    name: Text | None = None
    topic: Text | None = None
    slow_mode: Number | None = None


class RoomJoin(Command, frozen=True, kw_only=True, tag="room.join"):
    room: Id


class RoomLeave(Command, frozen=True, kw_only=True, tag="room.leave"):
    room: Id


class RoomArchive(Command, frozen=True, kw_only=True, tag="room.archive"):
    room: Id


class RoomRestore(Command, frozen=True, kw_only=True, tag="room.restore"):
    room: Id


class RoomInvite(Command, frozen=True, kw_only=True, tag="room.invite"):
    room: Id
    user: Id


class RoomRemove(Command, frozen=True, kw_only=True, tag="room.remove"):
    room: Id
    user: Id


class RoomRole(Command, frozen=True, kw_only=True, tag="room.role"):
    room: Id
    user: Id
    role: Role


class RoomNotify(Command, frozen=True, kw_only=True, tag="room.notify"):
    room: Id
    level: NotifyLevel


class InviteCreate(Command, frozen=True, kw_only=True, tag="invite.create"):
    room: Id
    uses: Id | None = None
    expires: Timestamp | None = None


class InviteList(Command, frozen=True, kw_only=True, tag="invite.list"):
    room: Id


class InviteRevoke(Command, frozen=True, kw_only=True, tag="invite.revoke"):
    room: Id
    code: Text


class DmOpen(Command, frozen=True, kw_only=True, tag="dm.open"):
    """The direct room of these people and oneself: the same for the same set."""

    users: Annotated[list[Id], Meta(max_length=20)]


class BlockSet(Command, frozen=True, kw_only=True, tag="block.set"):
    user: Id


class BlockLift(Command, frozen=True, kw_only=True, tag="block.lift"):
    user: Id


class SanctionSet(Command, frozen=True, kw_only=True, tag="sanction.set"):
    room: Id
    user: Id
    kind: Literal["mute", "ban"]
    reason: Text
    until: Timestamp | None = None


class SanctionLift(Command, frozen=True, kw_only=True, tag="sanction.lift"):
    room: Id
    user: Id
    kind: Literal["mute", "ban"]


class ProfileUpdate(Command, frozen=True, kw_only=True, tag="profile.update"):
    name: Text | None = None
    status_text: Text | None = None
    dnd_until: Timestamp | None = None


class Search(Command, frozen=True, kw_only=True, tag="search"):
    q: Text
    room: Id | None = None
    before: Id | None = None


class Ping(Command, frozen=True, kw_only=True, tag="ping"):
    """Its `ok` is the pong. The only command allowed before `hello`."""
