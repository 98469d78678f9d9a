"""The fields that `ok` carries, command by command."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from . import commands
from .fields import Presence, Timestamp
from .shapes import (
    Edit,
    Invite,
    ListedRoom,
    Member,
    Message,
    OwnRoom,
    Reported,
    Room,
    Sanction,
    SearchHit,
    User,
)


class SendResult(Struct, frozen=True, gc=False):
    """The numbers the message was stored under."""

    room: int
    seq: int
    rev: int
    at: Timestamp


class ChangeResult(Struct, frozen=True, gc=False):
    """The rev of the change, or the room's present one where there was nothing to change."""

    rev: int


class EditsResult(Struct, frozen=True, gc=False):
    """Of a message that was edited very often, the newest that an answer can hold."""

    edits: list[Edit]


class PreviewResult(Struct, frozen=True, gc=False):
    """`content` as the message would have it: null where the text says all by itself."""

    content: list[Any] | None


class RoomResult(Struct, frozen=True, gc=False):
    """The room as one's own `welcome` shows it."""

    room: OwnRoom


class MessagesResult(Struct, frozen=True, gc=False):
    """`users` are the people that the messages name, as far as they fit into an answer, the authors first; of
    those who reacted with an emoji the first 20. Ask `users.get` for whoever else is to be shown.
    """

    messages: list[Message]
    users: list[User]


class PinsResult(Struct, frozen=True, gc=False):
    """`more` says that there is a page after this one."""

    messages: list[Message]
    users: list[User]
    more: bool


class HistoryResult(Struct, frozen=True, gc=False):
    """`messages` ascend; `replied` are reply targets outside the page; `rev` was read before the rows."""

    room: int
    messages: list[Message]
    users: list[User]
    replied: list[Message]
    first_seq: int
    last_seq: int
    rev: int


class UsersResult(Struct, frozen=True, gc=False):
    """In no particular order."""

    users: list[User]


class MembersResult(Struct, frozen=True, gc=False):
    """`more` says that there is a page after this one."""

    members: list[Member]
    users: list[User]
    more: bool


class PresenceResult(Struct, frozen=True, gc=False):
    """How those watched are now; `seen` says when those who are offline and do not hide were last here."""

    users: dict[int, Presence]
    seen: dict[int, Timestamp]


class RoomsResult(Struct, frozen=True, gc=False):
    """`more` says that there is a page after this one."""

    rooms: list[ListedRoom]
    more: bool


class InviteResult(Struct, frozen=True, gc=False):
    invite: Invite


class InvitesResult(Struct, frozen=True, gc=False):
    """Newest first; `users` are those who made them."""

    invites: list[Invite]
    users: list[User]


class SanctionsResult(Struct, frozen=True, gc=False):
    """Newest first; `users` are those under them and those who decided."""

    sanctions: list[Sanction]
    users: list[User]


class ReportsResult(Struct, frozen=True, gc=False):
    """`users` are those who report, and those whom the messages name, as far as they fit into an answer."""

    reports: list[Reported]
    users: list[User]


class SearchResult(Struct, frozen=True, gc=False):
    """`more` is the `before` that goes on, null at the end. Where a search takes long, an answer may have few
    hits, or none, and more to come."""

    hits: list[SearchHit]
    users: list[User]
    more: int | None


class SyncResult(Struct, frozen=True, gc=False):
    """What changed after `since`, up to `rev`: current states in rev order; `more` says ask again."""

    room: int
    since: int
    rev: int
    messages: list[Message]
    members: list[Member]
    users: list[User]
    replied: list[Message]
    more: bool
    room_state: Room | UnsetType = UNSET


class ProfileResult(Struct, frozen=True, gc=False):
    """One's profile and settings as they are now."""

    user: User
    dnd_until: Timestamp | None


RESULTS: dict[type[commands.Command], type[Struct]] = {
    commands.MessageSend: SendResult,
    commands.MessageEdit: ChangeResult,
    commands.MessageDelete: ChangeResult,
    commands.ReactionAdd: ChangeResult,
    commands.ReactionRemove: ChangeResult,
    commands.MessagePin: ChangeResult,
    commands.MessageUnpin: ChangeResult,
    commands.MessageEdits: EditsResult,
    commands.MessagePins: PinsResult,
    commands.MessagePreview: PreviewResult,
    commands.MessagesGet: MessagesResult,
    commands.History: HistoryResult,
    commands.SyncRoom: SyncResult,
    commands.UsersGet: UsersResult,
    commands.UsersSearch: UsersResult,
    commands.Members: MembersResult,
    commands.PresenceWatch: PresenceResult,
    commands.RoomList: RoomsResult,
    commands.Search: SearchResult,
    commands.RoomCreate: RoomResult,
    commands.RoomUpdate: ChangeResult,
    commands.RoomJoin: RoomResult,
    commands.RoomLeave: ChangeResult,
    commands.RoomArchive: ChangeResult,
    commands.RoomRestore: ChangeResult,
    commands.RoomInvite: ChangeResult,
    commands.RoomRemove: ChangeResult,
    commands.RoomRole: ChangeResult,
    commands.InviteCreate: InviteResult,
    commands.InviteList: InvitesResult,
    commands.DmOpen: RoomResult,
    commands.ProfileUpdate: ProfileResult,
    commands.SanctionList: SanctionsResult,
    commands.ReportsGet: ReportsResult,
}
