"""One instance of every command, result and event: the source of the frames that the document shows."""

from msgspec import Struct

from chat.protocol import commands as c
from chat.protocol import events as e
from chat.protocol import results as r
from chat.protocol import shapes as s

_CLIENT_ID = "0198f3a2-7c1e-7b54-9d2a-3f6c1e0b8a47"
_EPOCH = "5f0c9e64-2d1b-4c37-8a90-6b7e13d4f2a8"
_AT = "2026-11-23T09:30:00.125Z"
_LATER = "2026-11-23T09:31:07.480Z"

_ANNA = s.User(1, "anna", "Anna Lind", None, "at the harbour", "person")
_WEI = s.User(2, "wei", "陈伟", "/accounts/avatars/2/5e1f0c", "", "person")
_SENT = s.Message(
    seq=42,
    rev=57,
    kind="text",
    author=1,
    client_id=_CLIENT_ID,
    body="**Ship it** today?",
    content=[
        {
            "t": "p",
            "c": [
                {"t": "b", "c": [{"t": "text", "text": "Ship it"}]},
                {"t": "text", "text": " today?"},
            ],
        }
    ],
    event=None,
    at=_AT,
)
_REPLY = s.Message(
    seq=43,
    rev=59,
    kind="text",
    author=2,
    client_id="0198f3a3-1b02-7e15-8c77-d04f5a9e2b61",
    body="好，下午三点。",
    content=None,
    event=None,
    at=_LATER,
    reply_to=42,
    reactions=[("👍", [1])],
)
_SHARED = {
    "id": 7,
    "kind": "public",
    "name": "general",
    "slug": "general",
    "topic": "",
    "first_seq": 1,
    "last_seq": 43,
    "last_rev": 59,
    "members": 2,
    "last_at": _LATER,
    "archived_at": None,
    "slow_mode": 0,
    "by": 1,
}
_ROOM = s.Room(**_SHARED)  # type: ignore[arg-type]
_OWN_ROOM = s.OwnRoom(**_SHARED, role="member", read_seq=42, mentions=0, notify="all")  # type: ignore[arg-type]

_CODE = "2f1c77f0c2b64d0f8a9e5b3d6c4a1e90"
_INVITE = s.Invite(
    _CODE, f"https://chat.example.org/invite/{_CODE}/", 1, _AT, _LATER, max_uses=5, uses=2
)

COMMANDS: list[c.Command] = [
    c.Hello(id="1", client="docs/1.0", user=1, epoch=_EPOCH, rooms={7: 55}),
    c.MessageSend(id="2", room=7, client_id=_CLIENT_ID, body="**Ship it** today?"),
    c.MessageEdit(id="3", room=7, seq=42, body="**Ship it** tomorrow?"),
    c.MessageDelete(id="4", room=7, seq=42),
    c.ReactionAdd(id="5", room=7, seq=43, emoji="👍"),
    c.ReactionRemove(id="6", room=7, seq=43, emoji="👍"),
    c.MessagePin(id="7", room=7, seq=42),
    c.MessageUnpin(id="8", room=7, seq=42),
    c.MessagePins(id="43", room=7),
    c.MessagesGet(id="9", room=7, seqs=[42]),
    c.MessageEdits(id="10", room=7, seq=42),
    c.MessagePreview(id="45", room=7, body="**Ship it** today?"),
    c.MessageReport(id="11", room=7, seq=42, reason="Advertising."),
    c.ReportsGet(id="46", room=8, seqs=[42]),
    c.ReportDecide(id="47", room=8, seq=42, last=5, decision="removed"),
    c.History(id="12", room=7, before=44, limit=2),
    c.SyncRoom(id="13", room=7, since=57),
    c.Read(id="14", room=7, seq=43),
    c.ReadAll(id="44", rooms={7: 43, 9: 12}),
    c.Typing(id="15", room=7),
    c.PresenceSet(id="16", status="away"),
    c.PresenceWatch(id="17", users=[2]),
    c.UsersGet(id="18", ids=[2]),
    c.UsersSearch(id="19", q="陈"),
    c.Members(id="20", room=7, limit=2),
    c.RoomList(id="21", q="design"),
    c.RoomCreate(id="22", kind="private", name="Harbour", topic="The new office"),
    c.RoomUpdate(id="23", room=8, topic="Moving on Friday"),
    c.RoomJoin(id="24", room=9),
    c.RoomLeave(id="25", room=9),
    c.RoomArchive(id="26", room=8),
    c.RoomRestore(id="27", room=8),
    c.RoomInvite(id="28", room=8, user=2),
    c.RoomRemove(id="29", room=8, user=2),
    c.RoomRole(id="30", room=8, user=2, role="moderator"),
    c.RoomNotify(id="31", room=7, level="mentions"),
    c.InviteCreate(id="32", room=8, uses=5, expires="2026-12-01T00:00:00.000Z"),
    c.InviteList(id="33", room=8),
    c.InviteRevoke(id="34", room=8, code=_CODE),
    c.DmOpen(id="35", users=[2]),
    c.BlockSet(id="36", user=6),
    c.BlockLift(id="37", user=6),
    c.SanctionSet(id="38", room=7, user=6, kind="mute", reason="Advertising.", until=_LATER),
    c.SanctionLift(id="39", room=7, user=6, kind="mute"),
    c.SanctionList(id="40", room=7),
    c.ProfileUpdate(id="41", dnd_until="2026-11-24T08:00:00.000Z"),
    c.Search(id="42", q="下午 harbour", room=7),
    c.Ping(id="43"),
]
RESULTS: list[Struct] = [
    r.SendResult(room=7, seq=42, rev=57, at=_AT),
    r.ChangeResult(rev=60),
    r.EditsResult(edits=[s.Edit("Ship it today?", _LATER)]),
    r.PreviewResult(content=_SENT.content),
    r.RoomResult(room=_OWN_ROOM),
    r.MessagesResult(messages=[_SENT], users=[_ANNA]),
    r.PinsResult(messages=[_SENT], users=[_ANNA], more=False),
    r.HistoryResult(7, [_SENT, _REPLY], [_ANNA, _WEI], [], first_seq=1, last_seq=43, rev=59),
    r.UsersResult(users=[_WEI]),
    r.MembersResult([s.Member(1, "owner"), s.Member(2, "member")], [_ANNA, _WEI], more=False),
    r.PresenceResult(users={2: "online", 6: "offline"}, seen={6: _LATER}),
    r.RoomsResult(
        rooms=[s.ListedRoom(9, "Design", "design", "Ideas", 12, joined=False)], more=False
    ),
    r.InviteResult(invite=_INVITE),
    r.InvitesResult(invites=[_INVITE], users=[_ANNA]),
    r.SanctionsResult(
        sanctions=[s.Sanction(6, "mute", "Advertising.", 1, _AT, _LATER)], users=[_ANNA]
    ),
    r.ReportsResult(
        [s.Reported(_SENT, 1, 5, [s.Report(2, "Advertising.", _LATER)])], [_WEI, _ANNA]
    ),
    r.SearchResult([s.SearchHit(7, _REPLY, [(2, 4)])], [_ANNA, _WEI], more=None),
    r.SyncResult(7, 57, 59, [_REPLY], [], [_ANNA, _WEI], [_SENT], more=False),
    r.ProfileResult(user=_ANNA, dnd_until="2026-11-24T08:00:00.000Z"),
]
EVENTS: list[Struct] = [
    e.Welcome(s.Me(_ANNA, []), s.ServerInfo("1.0", _EPOCH), [_OWN_ROOM], [], online=[]),
    e.MessageChanged(room=7, message=_SENT),
    e.RoomChanged(rev=60, room=_ROOM),
    e.MemberChanged(room=7, rev=58, user=2, role="member", profile=_WEI),
    e.Sync(7, 57, 59, [_REPLY], [], [_ANNA, _WEI], [_SENT], more=False, room_state=_ROOM),
    e.Reset(room=7, rev=59),
    e.MembershipChanged(room=_OWN_ROOM, users=[]),
    e.RoomLeft(room=9, reason="removed"),
    e.TypingNow(room=7, user=2),
    e.PresenceChanged(users={2: "away"}),
    e.UserChanged(user=_WEI),
    e.Notice(text="Maintenance at 22:00 UTC.", at=_AT),
    e.Bye(code=1012, reason="Restarting.", retry_after=3000),
]
