"""Sets the stage: the demo's accounts, their rooms, and a place in them for whoever was here before."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.registration import is_taken
from chat.actions import rooms as room_actions
from chat.actions.direct import open_direct
from chat.models import Membership, Room

from .cast import DIRECT_WEIGHT, DIRECTS, GENERAL, HOST, PEOPLE, PLACES, WELCOME, Place

MAX_GUESTS = 50
MAX_WELCOMED = 3


class SlugTaken(Exception):
    """A room that is not the demo's has the address of one of its rooms."""


@dataclass(frozen=True, slots=True)
class Scenery:
    """A room with the parts played in it and the demo's people in it, who are those who speak."""

    room: Room
    scripts: tuple[str, ...]
    weight: int
    actors: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    people: dict[str, User]
    guests: list[User]
    sceneries: list[Scenery]
    welcomes: list[tuple[Scenery, User]]


def set_stage(password: str, since: datetime) -> Stage:
    """Makes what is missing; may be called again. Raises `SlugTaken`."""
    people = _hire(password, since)
    guests = list(
        User.objects.filter(is_active=True, kind=User.Kind.PERSON)
        .exclude(pk__in=[person.pk for person in people.values()])
        .order_by("pk")[:MAX_GUESTS]
    )
    sceneries = [_open(place, people, guests) for place in PLACES]
    for usernames, script in DIRECTS:
        actors = tuple(people[username] for username in usernames)
        room = _direct_room([*actors])
        sceneries.append(Scenery(room, (script,), DIRECT_WEIGHT, actors))
    _backdate([scenery.room for scenery in sceneries], people, since)
    welcomes = []
    for guest in guests[:MAX_WELCOMED]:
        room = _direct_room([people[HOST], guest])
        if not room.last_seq:
            welcomes.append((Scenery(room, (WELCOME,), 0, (people[HOST],)), guest))
    return Stage(people, guests, sceneries, welcomes)


def _hire(password: str, since: datetime) -> dict[str, User]:
    """The demo's people by the username that the script has for them. They share one password."""
    hashed = make_password(password)  # slow on purpose: once is enough for all
    known = {user.email: user for user in User.objects.filter(email__in=[p.email for p in PEOPLE])}
    people = {}
    for person in PEOPLE:
        user = known.get(person.email)
        if user is None:
            username = f"{person.username}.demo" if is_taken(person.username) else person.username
            user = User.objects.build(
                username,
                name=person.name,
                email=person.email,
                status_text=person.status,
                date_joined=since,
            )
        user.password = hashed
        user.save()
        people[person.username] = user
    return people


def _open(place: Place, people: dict[str, User], guests: list[User]) -> Scenery:
    actors = tuple(people[username] for username in place.members)
    room = _room(place, actors[0], people)
    for user in (*actors, *guests):
        room_actions.add_member(room.pk, user)
    room.refresh_from_db()
    return Scenery(room, place.scripts, place.weight, actors)


def _room(place: Place, owner: User, people: dict[str, User]) -> Room:
    if place.slug == GENERAL:
        return room_actions.ensure_general()
    room = Room.objects.filter(slug=place.slug).first()
    if room is None:
        return room_actions.create_room(
            kind=place.kind, name=place.name, owner=owner, topic=place.topic, slug=place.slug
        )
    if room.created_by_id not in {person.pk for person in people.values()}:
        raise SlugTaken(place.slug)
    return room


def _direct_room(users: list[User]) -> Room:
    opener = users[-1]  # a guest, where there is one: they may have blocked the demo's person
    return Room.objects.get(pk=open_direct(opener.pk, [user.pk for user in users]).room.id)


def _backdate(rooms: list[Room], people: dict[str, User], since: datetime) -> None:
    """They have been here for weeks. No client is told when somebody joined, so no rev is due."""
    empty = [room.pk for room in rooms if not room.last_seq]
    Room.objects.filter(pk__in=empty).exclude(slug=GENERAL).update(created_at=since)
    Membership.objects.filter(room__in=empty, user__in=people.values()).update(joined_at=since)
