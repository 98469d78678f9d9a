"""What each command of the wire is answered with: of every verb a line for each thing that it can be done to.

Words with an @ stand for what `world.Place` finds: `@own` is the number of one's own message in the room.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chat.models import Membership
from tests.client import Frame

from .roles import KINDS
from .rules import (
    KEEPERS,
    Rule,
    acts,
    by_role,
    everybody,
    in_kind,
    instead,
    only,
    posts,
    reads,
)
from .world import Place

ALL_KINDS = tuple(KINDS)
NO_ROOM = ("",)
Finds = Callable[[Frame, Place], bool]


@dataclass(frozen=True)
class Line:
    verb: str
    target: str
    rule: Rule
    fields: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = ALL_KINDS
    finds: Finds | None = None  # whether the room is in an `ok`; one without it says "nothing"


def in_room(verb: str, target: str, rule: Rule, **fields: Any) -> Line:
    return Line(verb, target, rule, {"room": "@room", **fields})


def in_private(verb: str, target: str, rule: Rule, **fields: Any) -> Line:
    """What is not another in other kinds of room."""
    return Line(verb, target, rule, {"room": "@room", **fields}, ("private",))


def anywhere(verb: str, target: str, rule: Rule, **fields: Any) -> Line:
    return Line(verb, target, rule, fields, NO_ROOM)


def in_kind_of_room(verb: str, target: str, rule: Rule, finds: Finds, **fields: Any) -> Line:
    """What is answered to everybody, and is nothing where the rule has a refusal."""

    def answer(role: str, kind: str) -> str:
        return "ok" if rule(role, kind) == "ok" else "nothing"

    return Line(verb, target, answer, fields, finds=finds)


def send(target: str, rule: Rule, *, kinds: tuple[str, ...] = ALL_KINDS, **fields: Any) -> Line:
    fields = {"room": "@room", "client_id": CLIENT_ID, "body": "hello", **fields}
    return Line("message.send", target, rule, fields, kinds)


def only_public(_role: str, kind: str) -> str:
    return "ok" if kind == "public" else "not_found"


def _is_read(_ok: Frame, place: Place) -> bool:
    return Membership.objects.filter(room=place.room, user=place.user, read_seq__gt=0).exists()


def _finds(ok: Frame, place: Place) -> bool:
    return place.room in {hit["room"] for hit in ok["hits"]}


def _lists(ok: Frame, place: Place) -> bool:
    return place.room in {room["id"] for room in ok["rooms"]}


CLIENT_ID = "0b5a4c0e-3f0e-4c0e-9d5b-7f4f3a1d2c11"
PRIVATE = ("private",)
EMOJI = "👍"
LAST = 2**53 - 1  # of the reports, whichever there are
SANCTION = {"kind": "mute", "reason": "noise"}
OF_ONESELF = by_role("ok", exiled="forbidden", closed="not_found")

joins = in_kind(
    by_role("not_found"),
    public=by_role("ok", banned="forbidden"),
    archived=lambda role, kind: (
        "forbidden" if role == "banned" else "ok" if reads(role, kind) == "ok" else "archived"
    ),
    private=reads,
    direct=reads,
)
leaves = in_kind(instead(acts, owner="conflict"), direct=only())
pins = in_kind(only(*KEEPERS, of=posts), direct=posts)
keeps_in_use = only(*KEEPERS, of=posts)
brings_in = in_kind(
    only(*KEEPERS),
    public=instead(acts, silenced="muted", blocked="forbidden"),
    archived=instead(acts, silenced="muted", ok="archived"),
)
brings_in_no_one_new = in_kind(
    only(*KEEPERS),
    public=instead(acts, silenced="muted"),
    archived=instead(acts, silenced="muted"),
)
sees_what_keepers_see = in_kind(
    lambda role, kind: (
        "forbidden" if reads(role, kind) == "ok" and role not in KEEPERS else reads(role, kind)
    ),
    direct=instead(reads, ok="forbidden"),
)
over_a_keeper = instead(only(*KEEPERS), moderator="forbidden")


def over_the_owner(role: str, kind: str) -> str:
    """The owner has it done to themselves, which is refused as that."""
    rule = instead(acts, ok="bad_request") if role == "owner" else over_a_keeper
    return rule(role, kind)


opens = by_role("ok", blocked="forbidden", silenced="muted", exiled="forbidden", closed="not_found")

LINES = [
    anywhere("hello", "one's own session", everybody, client="tests"),
    anywhere("ping", "the connection", everybody),
    # ---- messages
    send("a message", posts),
    send("with one's own file", posts, kinds=PRIVATE, attachments=["@upload"]),
    send(
        "with another's file",
        instead(posts, ok="not_found"),
        kinds=PRIVATE,
        attachments=["@others_upload"],
    ),
    send(
        "with one's file for another room",
        instead(posts, ok="not_found"),
        kinds=PRIVATE,
        attachments=["@upload_elsewhere"],
    ),
    send("in answer to none", instead(posts, ok="not_found"), kinds=PRIVATE, reply_to="@nobody"),
    in_room("message.edit", "one's own message", posts, seq="@own", body="better"),
    in_room("message.edit", "another's message", only(), seq="@others", body="worse"),
    in_private(
        "message.edit", "no message", instead(acts, ok="not_found"), seq="@nobody", body="a"
    ),
    in_room("message.delete", "one's own message", acts, seq="@own"),
    in_room("message.delete", "another's message", only(*KEEPERS), seq="@others"),
    in_private("message.delete", "no message", instead(acts, ok="not_found"), seq="@nobody"),
    in_room("message.pin", "another's message", pins, seq="@others"),
    in_room("message.unpin", "another's message", pins, seq="@others"),
    in_room("message.pins", "the room", reads),
    in_room("messages.get", "another's message", reads, seqs=["@others"]),
    in_room("message.edits", "another's message", reads, seq="@others"),
    in_private("message.edits", "no message", instead(reads, ok="not_found"), seq="@nobody"),
    in_room("message.preview", "a text", reads, body="*hello*"),
    in_room("message.report", "another's message", acts, seq="@others", reason="rude"),
    in_room(
        "message.report",
        "one's own message",
        instead(acts, ok="forbidden"),
        seq="@own",
        reason="rude",
    ),
    in_room("reports.get", "another's message", sees_what_keepers_see, seqs=["@others"]),
    in_room(
        "report.decide",
        "a member's message",
        only(*KEEPERS),
        seq="@others",
        last=LAST,
        decision="removed",
    ),
    in_room(
        "report.decide",
        "a moderator's message",
        over_a_keeper,
        seq="@moderators",
        last=LAST,
        decision="dismissed",
    ),
    in_room(
        "report.decide", "one's own message", only(), seq="@own", last=LAST, decision="dismissed"
    ),
    in_room("reaction.add", "another's message", posts, seq="@others", emoji=EMOJI),
    in_room("reaction.remove", "another's message", posts, seq="@others", emoji=EMOJI),
    in_room("history", "the room", reads),
    in_room("sync", "the room", reads, since=0),
    in_room("search", "the room", reads, q="pomegranates"),
    in_room("read", "the room", reads, seq=1),
    in_room(
        "typing", "the room", lambda role, kind: posts("member" if role == "closed" else role, kind)
    ),
    # ---- these answer everybody, of what one may see alone
    in_kind_of_room("read.all", "among other rooms", reads, _is_read, rooms={"@room": 1}),
    in_kind_of_room("search", "among all rooms", reads, _finds, q="pomegranates from:pat"),
    in_kind_of_room("room.list", "among all rooms", only_public, _lists),
    # ---- rooms
    anywhere(
        "room.create",
        "a new room",
        by_role(
            "ok",
            silenced="muted",
            exiled="forbidden",
            closed="not_found",
        ),
        kind="private",
        name="Quiet corner",
    ),
    in_room("room.update", "the room", keeps_in_use, topic="Hens"),
    in_room("room.archive", "the room", only("owner")),
    in_room("room.restore", "the room", only("owner")),
    in_room("room.join", "the room", joins),
    in_room("room.leave", "the room", leaves),
    in_room("room.notify", "one's own part", acts, level="none"),
    in_room("members", "the room", reads),
    # ---- people in rooms
    in_room("room.invite", "somebody new", brings_in, user="@nora"),
    in_room(
        "room.invite",
        "somebody banned from it",
        instead(brings_in_no_one_new, ok="forbidden"),
        user="@banned",
    ),
    in_room("room.invite", "nobody", instead(brings_in_no_one_new, ok="not_found"), user="@nobody"),
    in_room("room.remove", "a member", only(*KEEPERS), user="@pat"),
    in_room("room.remove", "a moderator", over_a_keeper, user="@magnus"),
    in_room("room.remove", "the owner", over_the_owner, user="@owner"),
    in_room("room.remove", "nobody", instead(only(*KEEPERS), ok="not_found"), user="@nobody"),
    in_room("room.role", "a member", only("owner"), user="@pat", role="moderator"),
    in_room("room.role", "oneself", only("owner"), user="@user", role="owner"),
    in_room(
        "room.role",
        "somebody outside",
        instead(only("owner"), ok="not_found"),
        user="@nora",
        role="owner",
    ),
    # ---- invitations
    in_room(
        "invite.create",
        "the room",
        in_kind(only(*KEEPERS), archived=only(*KEEPERS, of=instead(acts, ok="archived"))),
    ),
    in_room("invite.list", "the room", sees_what_keepers_see),
    in_room("invite.revoke", "an invitation to it", only(*KEEPERS), code="@code"),
    in_room(
        "invite.revoke",
        "one to another room",
        instead(only(*KEEPERS), ok="not_found"),
        code="@code_elsewhere",
    ),
    in_private("invite.revoke", "none", instead(only(*KEEPERS), ok="not_found"), code="none"),
    # ---- sanctions
    in_room("sanction.set", "a mute of a member", only(*KEEPERS), user="@pat", **SANCTION),
    in_room(
        "sanction.set", "a ban of a member", only(*KEEPERS), user="@pat", kind="ban", reason="spam"
    ),
    in_room(
        "sanction.set",
        "a ban of somebody outside",
        only(*KEEPERS),
        user="@nora",
        kind="ban",
        reason="spam",
    ),
    in_room("sanction.set", "a mute of a moderator", over_a_keeper, user="@magnus", **SANCTION),
    in_room(
        "sanction.set",
        "a ban of an owner of the site",
        instead(only(*KEEPERS), ok="forbidden"),
        user="@site_owner",
        kind="ban",
        reason="spam",
    ),
    in_room("sanction.set", "a mute of the owner", over_the_owner, user="@owner", **SANCTION),
    in_room(
        "sanction.set",
        "a mute of nobody",
        instead(only(*KEEPERS), ok="not_found"),
        user="@nobody",
        **SANCTION,
    ),
    in_room("sanction.lift", "a ban from it", only(*KEEPERS), user="@banned", kind="ban"),
    in_room(
        "sanction.lift",
        "one's own mute",
        instead(acts, ok="bad_request"),
        user="@user",
        kind="mute",
    ),
    in_room("sanction.list", "the room", sees_what_keepers_see),
    # ---- people
    anywhere("users.get", "anybody", everybody, ids=["@pat", "@nobody"]),
    anywhere("users.search", "everybody", everybody, q="pat"),
    in_room("users.search", "the room's people", reads, q="pat"),
    anywhere("dm.open", "with somebody new", opens, users=["@nora"]),
    anywhere(
        "dm.open",
        "with somebody whose account was closed",
        by_role("not_found"),
        users=["@nora", "@closed"],
    ),
    anywhere("dm.open", "with nobody", by_role("not_found"), users=["@nobody"]),
    anywhere("block.set", "anybody", OF_ONESELF, user="@magnus"),
    anywhere("block.set", "nobody", by_role("not_found", exiled="forbidden"), user="@nobody"),
    anywhere("block.set", "oneself", by_role("bad_request"), user="@user"),
    anywhere("block.lift", "anybody", OF_ONESELF, user="@magnus"),
    anywhere("profile.update", "oneself", OF_ONESELF, status_text="Gone fishing"),
    anywhere("presence.set", "oneself, to hide", OF_ONESELF, status="hidden"),
    anywhere("presence.watch", "anybody", everybody, users=["@pat"]),
]
