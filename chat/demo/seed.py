"""The whole of it: stage, script and timeline put together and stored."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random

from django.utils import timezone

from accounts.models import User
from chat.actions.audit import record
from chat.models import Membership, Room

from .cast import GENERAL, HELLO
from .script import Scene, choose_words, language_of, read_scenes
from .stage import Scenery, Stage, set_stage
from .store import Storyteller
from .timeline import Play, first_day, perform

_UNREAD_BY_GUESTS = 3


@dataclass(frozen=True, slots=True)
class Summary:
    messages: int
    rooms: int
    people: list[User]
    seconds: float


def seed(messages: int, password: str, tick: Callable[[int], None] = lambda _: None) -> Summary:
    """Stores so many messages, the last a few minutes ago. Raises `stage.SlugTaken`.

    `tick` is told how many of the conversations' are stored.
    """
    began = time.monotonic()
    end = timezone.now()
    since = first_day(messages, end)
    # First of all: there will be people who all have one password, and who runs the site knows it.
    record("site.seed_demo", actor_id=None, details={"messages": messages})
    stage = set_stage(password, since)
    rooms = [scenery.room for scenery in stage.sceneries] + [s.room for s, _ in stage.welcomes]
    start = max([since, *(room.last_message_at for room in rooms if room.last_message_at)])
    # Its seed differs when there is something already, so that no client_id comes again.
    random = Random(f"demo {sum(room.last_seq for room in rooms)}")  # noqa: S311 - not a secret
    teller = Storyteller(random, _usernames(stage), _audience(stage))
    stored = sum(_open(teller, scenery, start) for scenery in stage.sceneries)
    plays = _plays(stage, random, messages - stored)
    surplus = sum(len(play.scene) for play in plays) - (messages - stored)
    # The oldest are left out: the newest greet the newcomer.
    stored += teller.tell(islice(perform(plays, random, start, end), surplus, None), tick)
    _read(stage, random, rooms)
    return Summary(stored, len(rooms), list(stage.people.values()), time.monotonic() - began)


def _usernames(stage: Stage) -> dict[int, str]:
    return {user.pk: user.username for user in [*stage.people.values(), *stage.guests]}


def _audience(stage: Stage) -> dict[int, list[int]]:
    sceneries = [*stage.sceneries, *(scenery for scenery, _ in stage.welcomes)]
    return {scenery.room.pk: [actor.pk for actor in scenery.actors] for scenery in sceneries}


def _open(teller: Storyteller, scenery: Scenery, at: datetime) -> int:
    """The first entries of a room that was just made."""
    room, actors = scenery.room, scenery.actors
    if room.last_seq or room.kind == Room.Kind.DIRECT or room.slug == GENERAL:
        return 0
    actor = actors[0].pk
    events = [
        {"name": "room_created", "params": {"actor": actor}},
        {"name": "topic_changed", "params": {"actor": actor, "topic": room.topic}},
        *(
            {"name": "member_added", "params": {"actor": actor, "user": added.pk}}
            for added in actors[1:4]
        ),
    ]
    return teller.announce(room, at, events)


def _plays(stage: Stage, random: Random, messages: int) -> list[Play]:
    """Scenes for at least so many messages; those that greet a guest come last."""
    scenes = read_scenes()
    greetings = list(_greetings(stage, scenes, random))
    weights = [scenery.weight for scenery in stage.sceneries]
    decks = {
        script: _shuffled(scenes[script], random)
        for scenery in stage.sceneries
        for script in scenery.scripts
    }
    plays: list[Play] = []
    lines = sum(len(play.scene) for play in greetings)
    while lines < messages:
        [scenery] = random.choices(stage.sceneries, weights)
        script = random.choice(scenery.scripts)
        plays.append(_play(scenery, script, next(decks[script]), random))
        lines += len(plays[-1].scene)
    return plays + greetings


def _greetings(stage: Stage, scenes: dict[str, list[Scene]], random: Random) -> Iterator[Play]:
    general = next(scenery for scenery in stage.sceneries if scenery.room.slug == GENERAL)
    for scenery, guest in stage.welcomes:
        hello = _play(general, HELLO, scenes[HELLO][0], random)
        hello.cast["B"] = guest.pk
        yield hello
        for script in scenery.scripts:
            yield _play(scenery, script, scenes[script][0], random)


def _shuffled(scenes: list[Scene], random: Random) -> Iterator[Scene]:
    """Without end; each scene once before any comes again."""
    while True:
        yield from random.sample(scenes, len(scenes))


def _play(scenery: Scenery, script: str, scene: Scene, random: Random) -> Play:
    actors = random.sample(scenery.actors, len(scenery.actors))
    if language_of(script) == "zh":
        actors.sort(key=lambda actor: actor.name.isascii())  # Chinese names first
    cast = {speaker: actors[place % len(actors)].pk for place, speaker in enumerate("ABCD")}
    return Play(scenery.room.pk, script, scene, cast, choose_words(random, script))


def _read(stage: Stage, random: Random, rooms: list[Room]) -> None:
    """Moves read pointers to where people would have them: the demo's a little behind, yours almost not."""
    actors = {actor.pk for actor in stage.people.values()}
    guests = {guest.pk for guest in stage.guests}
    memberships = list(
        Membership.objects.active()
        .filter(room__in=rooms, user__in=actors | guests)
        .select_related("room")
    )
    for membership in memberships:
        room = membership.room
        is_guest = membership.user_id in guests
        unread = random.choice((0, 0, _UNREAD_BY_GUESTS) if is_guest else (0, 1, 4, 12))
        if is_guest and (room.slug == GENERAL or room.kind == Room.Kind.DIRECT):
            unread = _UNREAD_BY_GUESTS
        membership.read_seq = max(membership.read_seq, room.last_seq - unread)
    Membership.objects.bulk_update(memberships, ["read_seq"], batch_size=100)
