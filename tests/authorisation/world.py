"""A site with somebody in every standing, and something of theirs in every kind of room."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.activation import deactivate
from accounts.models import User
from chat.actions.blocks import set_block
from chat.actions.members import change_role, leave_room
from chat.actions.rooms import archive_room
from chat.actions.sanctions import sanction_everywhere, set_sanction
from chat.models import Attachment, Invite, Message, Room, Site
from chat.protocol import commands
from tests.chat.stored import complain, store
from tests.people import make_direct, make_person, make_room

from .roles import INSIDE, ROLES

NOBODY = 999_999  # an id that no row has
NAMES = {
    "outsider": "carol",
    "former": "faye",
    "banned": "gus",
    "staff": "sam",
    "superuser": "olga",
    "member": "bob",
    "blocked": "blake",
    "muted": "mia",
    "silenced": "silas",
    "exiled": "edgar",
    "closed": "cleo",
    "moderator": "mona",
    "owner": "alice",
}
# Those to whom something is done: Pat is in every room, Magnus is a second moderator, Nora is in none.
OTHERS = ["pat", "magnus", "nora"]
SHARED = {"public": Room.Kind.PUBLIC, "private": Room.Kind.PRIVATE, "archived": Room.Kind.PUBLIC}


@dataclass(frozen=True)
class World:
    people: dict[str, User]  # by role, and those of OTHERS by name
    rooms: dict[str, Room]  # those that all share, by kind
    directs: dict[str, Room]  # everybody's own with Pat, by role
    seqs: dict[tuple[int, int], int] = field(default_factory=dict)  # by room and author
    uploads: dict[tuple[str, str], int] = field(default_factory=dict)  # by role and kind of room
    files: dict[int, int] = field(default_factory=dict)  # that hangs on Pat's message, by room
    invites: dict[str, str] = field(default_factory=dict)  # codes, by kind of room


@dataclass(frozen=True)
class Place:
    """What the words of the tables mean for somebody in one kind of room."""

    world: World
    role: str
    kind: str

    @property
    def user(self) -> int:
        return self.world.people[self.role].pk

    @property
    def found(self) -> Room | None:
        if self.kind == "direct":
            return self.world.directs.get(self.role) or self.world.directs["member"]
        return self.world.rooms.get(self.kind)

    @property
    def room(self) -> int:
        return self.found.pk if self.found else NOBODY

    @property
    def slug(self) -> str:
        return (self.found.slug if self.found else None) or "no-such-room"

    @property
    def others(self) -> int:
        """The number of a message of Pat's."""
        return self.world.seqs.get((self.room, self.pat), 1)

    @property
    def own(self) -> int:
        """The number of one's own message; of those who have none there, Pat's."""
        return self.world.seqs.get((self.room, self.user), self.others)

    @property
    def moderators(self) -> int:
        """That of one of Magnus's; where he is not, Pat's."""
        return self.world.seqs.get((self.room, self.magnus), self.others)

    @property
    def upload(self) -> int:
        """One's own file for this room, not sent yet."""
        return self.world.uploads.get((self.role, self.kind), NOBODY)

    @property
    def upload_elsewhere(self) -> int:
        return self.world.uploads.get((self.role, "public"), NOBODY)

    @property
    def others_upload(self) -> int:
        return self.world.uploads["pat", "private"]

    @property
    def file(self) -> int:
        return self.world.files.get(self.room, NOBODY)

    @property
    def code(self) -> str:
        return self.world.invites.get(self.kind, "no-such-code")

    @property
    def code_elsewhere(self) -> str:
        return self.world.invites["other"]

    @property
    def pat(self) -> int:
        return self.world.people["pat"].pk

    @property
    def magnus(self) -> int:
        return self.world.people["magnus"].pk

    @property
    def nora(self) -> int:
        return self.world.people["nora"].pk

    @property
    def site_owner(self) -> int:
        return self.world.people["superuser"].pk

    @property
    def banned(self) -> int:
        return self.world.people["banned"].pk

    @property
    def owner(self) -> int:
        return self.world.people["owner"].pk

    @property
    def closed(self) -> int:
        return self.world.people["closed"].pk

    @property
    def nobody(self) -> int:
        return NOBODY


def build() -> World:
    people = {role: make_person(name, name=name.title()) for role, name in NAMES.items()}
    people |= {name: make_person(name, name=name.title()) for name in OTHERS}
    rooms = {kind: _room(people, kind, of_kind) for kind, of_kind in SHARED.items()}
    directs = {role: make_direct(people[role], people["pat"]) for role in INSIDE}
    world = World(people, rooms, directs)
    Site.current()  # made when it is first asked for
    _fill(world)
    _complain(world)
    _give_standings(world)
    return world


def _room(people: dict[str, User], kind: str, of_kind: Room.Kind) -> Room:
    """With all who are in it, and those who will have been."""
    inside = [*INSIDE, "former", "banned", "pat", "magnus"]
    others = [people[one] for one in inside if one != "owner"]
    room = make_room(people["owner"], *others, name=f"{kind.title()} yard", kind=of_kind)
    for keeper in ("moderator", "magnus"):
        command = commands.RoomRole(id="1", room=room.pk, user=people[keeper].pk, role="moderator")
        change_role(people["owner"].pk, command)
    return room


def _fill(world: World) -> None:
    """A message of everybody's, a file on Pat's, uploads and invitations."""
    for room in [*world.rooms.values(), *world.directs.values()]:
        members = User.objects.filter(memberships__room=room).order_by("pk")
        for author in members:
            store(room, author, f"Pomegranates, says {author}")
            world.seqs[room.pk, author.pk] = room.last_seq
        message = Message.objects.get(room=room, seq=world.seqs[room.pk, world.people["pat"].pk])
        world.files[room.pk] = _attachment(room, world.people["pat"], message)
    for role in [*ROLES, "pat"]:
        for kind in ("public", "private"):
            world.uploads[role, kind] = _attachment(world.rooms[kind], world.people[role])
    other = make_room(world.people["owner"], name="Other yard")
    for kind, room in [*world.rooms.items(), ("other", other)]:
        invite = Invite.objects.create(room=room, created_by=world.people["owner"])
        world.invites[kind] = invite.code


def _complain(world: World) -> None:
    """About what Pat and Magnus wrote, by somebody who is not there any more."""
    authors = [world.people["pat"], world.people["magnus"]]
    for message in Message.objects.filter(author__in=authors).order_by("pk"):
        complain(message, world.people["former"])


def _attachment(room: Room, uploader: User, message: Message | None = None) -> int:
    row = Attachment.objects.create(
        room=room,
        uploader=uploader,
        message=message,
        file=_stored("attachments/seed"),
        thumb=_stored("thumbs/seed"),
        name="seed.txt",
        type="text/plain",
        size=4,
    )
    return row.pk


def _stored(name: str) -> str:
    """One file stands for all."""
    if not Path(settings.MEDIA_ROOT, name).exists():
        default_storage.save(name, ContentFile(b"seed"))
    return name


def _give_standings(world: World) -> None:
    ids = {role: person.pk for role, person in world.people.items()}
    for room in world.rooms.values():
        leave_room(ids["former"], commands.RoomLeave(id="1", room=room.pk))
        kinds: dict[str, Literal["ban", "mute"]] = {"banned": "ban", "muted": "mute"}
        for role, kind in kinds.items():
            command = commands.SanctionSet(
                id="1", room=room.pk, user=ids[role], kind=kind, reason="noise"
            )
            set_sanction(ids["owner"], command)
    archived = world.rooms["archived"]
    archive_room(ids["owner"], commands.RoomArchive(id="1", room=archived.pk))
    for blocker in ("pat", "nora"):
        set_block(ids[blocker], commands.BlockSet(id="1", user=ids["blocked"]))
    sanction_everywhere(ids["silenced"], "mute", "noise")
    sanction_everywhere(ids["exiled"], "ban", "spam")
    deactivate(User.objects.filter(pk=ids["closed"]))
    User.objects.filter(pk__in=[ids["staff"], ids["superuser"]]).update(is_staff=True)
    User.objects.filter(pk=ids["superuser"]).update(is_superuser=True)
    may_view = Permission.objects.filter(codename__startswith="view_")
    world.people["staff"].user_permissions.set(may_view)
