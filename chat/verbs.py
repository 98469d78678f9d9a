"""Which function does a command: reads run beside each other, actions one after the other, what is queued is
answered by a call-back.

`message.send` is in no table: the connection counts those that are unanswered. Nor are those that touch no
database: they are the connection's own.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from . import changes, directory, invites, keepers, people, previews, queries, search
from .actions import (
    blocks,
    direct,
    members,
    messages,
    own_part,
    profiles,
    reactions,
    reports,
    rooms,
    sanctions,
)
from .actions import invites as invite_actions
from .errors import ChatError
from .protocol import commands
from .protocol.codec import moment

Read = Callable[[int, Any], Struct]
Action = Callable[[int, Any], Struct | None]
Queued = Callable[[int, Any, Callable[[ChatError | None], None]], None]

READS: dict[type[commands.Command], Read] = {
    commands.History: lambda user_id, command: queries.history(
        user_id,
        command.room,
        before=command.before,
        after=command.after,
        around=command.around,
        at=None if command.at is None else moment(command.at),
        limit=command.limit,
    ),
    commands.MessagesGet: lambda user_id, command: queries.messages(
        user_id, command.room, command.seqs
    ),
    commands.SyncRoom: lambda user_id, command: changes.room_changes(
        user_id, command.room, command.since
    ),
    commands.MessageEdits: lambda user_id, command: queries.message_edits(
        user_id, command.room, command.seq
    ),
    commands.MessagePins: lambda user_id, command: queries.pins(
        user_id, command.room, before=command.before, limit=command.limit
    ),
    commands.MessagePreview: previews.preview,
    commands.UsersSearch: people.search,
    commands.RoomList: directory.public_rooms,
    commands.UsersGet: lambda _, command: queries.users(command.ids),
    commands.InviteList: invites.room_invites,
    commands.SanctionList: lambda user_id, command: keepers.sanctions(user_id, command.room),
    commands.ReportsGet: lambda user_id, command: keepers.reports(
        user_id, command.room, command.seqs
    ),
    commands.Members: lambda user_id, command: queries.members(
        user_id, command.room, after=command.after, limit=command.limit
    ),
    commands.Search: lambda user_id, command: search.search(
        user_id, command.q, room_id=command.room, before=command.before
    ),
}
ACTIONS: dict[type[commands.Command], Action] = {
    commands.MessageEdit: messages.edit_message,
    commands.MessageDelete: messages.delete_message,
    commands.MessagePin: messages.pin_message,
    commands.MessageUnpin: messages.unpin_message,
    commands.MessageReport: reports.report_message,
    commands.ReportDecide: reports.decide_in_room,
    commands.ReactionAdd: reactions.add_reaction,
    commands.ReactionRemove: reactions.remove_reaction,
    commands.RoomCreate: rooms.open_room,
    commands.RoomUpdate: rooms.update_room,
    commands.RoomArchive: rooms.archive_room,
    commands.RoomRestore: rooms.restore_room,
    commands.RoomJoin: members.join_room,
    commands.RoomLeave: members.leave_room,
    commands.RoomInvite: members.invite_member,
    commands.RoomRemove: members.remove_member,
    commands.RoomRole: members.change_role,
    commands.RoomNotify: own_part.choose_notify_level,
    commands.ProfileUpdate: profiles.update_profile,
    commands.InviteCreate: invite_actions.create_invite,
    commands.InviteRevoke: invite_actions.revoke_invite,
    commands.BlockSet: blocks.set_block,
    commands.BlockLift: blocks.lift_block,
    commands.DmOpen: lambda user_id, command: direct.open_direct(user_id, command.users),
    commands.SanctionSet: sanctions.set_sanction,
    commands.SanctionLift: sanctions.lift_sanction,
}
QUEUED: dict[type[commands.Command], Queued] = {
    commands.Read: own_part.read,
    commands.ReadAll: own_part.read_all,
}
