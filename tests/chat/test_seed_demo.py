"""The demo is a chat like any other: its numbers obey the same rules, and whoever is here is in it."""

import re
from collections import defaultdict
from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.management.operating import StatusLine
from accounts.models import User
from chat import queries, richtext, welcomes
from chat.actions.rooms import ensure_general
from chat.demo import cast, script, store
from chat.demo.seed import seed
from chat.models import Membership, Mention, Message, Room, Site
from tests.chat.operating import interrupting

NUMBER = 400
SHARED = len(cast.PLACES)

pytestmark = pytest.mark.django_db


def run(*, again: bool = False, messages: int = NUMBER) -> str:
    out = StringIO()
    call_command("seed_demo", messages=messages, again=again, stdout=out)
    return out.getvalue()


def assert_numbers_are_sound() -> None:
    for room in Room.objects.all():
        rows = list(Message.objects.filter(room=room).order_by("seq"))
        members = Membership.objects.filter(room=room)
        revs = [row.rev for row in rows] + [member.rev for member in members]
        assert [row.seq for row in rows] == list(range(1, room.last_seq + 1))
        assert len(set(revs)) == len(revs)
        assert max(revs) <= room.last_rev
        assert [row.created_rev for row in rows] == sorted({row.created_rev for row in rows})
        assert [row.at for row in rows] == sorted(row.at for row in rows)
        assert room.last_message_at == (rows[-1].at if rows else None)
        assert room.member_count == members.active().count()


def test_its_numbers_obey_the_rules_of_any_room() -> None:
    run()
    assert Message.objects.count() == NUMBER
    assert_numbers_are_sound()


def test_it_adds_to_what_is_there_only_when_asked() -> None:
    run()
    with pytest.raises(CommandError, match="--again"):
        run()
    run(again=True, messages=100)
    assert Message.objects.count() == NUMBER + 100
    assert User.objects.count() == len(cast.PEOPLE)
    assert_numbers_are_sound()


def test_stopped_in_the_middle_it_leaves_what_was_told_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "_BATCH", 50)
    with monkeypatch.context() as patch:
        patch.setattr(StatusLine, "show", interrupting(StatusLine.show, 2))
        with pytest.raises(CommandError, match="run it again"):
            run()
    assert 0 < Message.objects.count() < NUMBER
    assert_numbers_are_sound()
    run(again=True, messages=100)
    assert_numbers_are_sound()


def test_it_leaves_a_chat_in_use_alone(alice: User) -> None:
    room = ensure_general()
    Message.objects.create(
        room=room, seq=1, rev=9, created_rev=9, at=room.created_at, kind="system", event={}
    )
    with pytest.raises(CommandError, match="There are messages here already"):
        run()
    assert list(User.objects.all()) == [alice]


def test_it_does_not_move_into_somebody_elses_room(alice: User) -> None:
    Room.objects.create(kind="public", name="Design", slug="design", created_by=alice)
    with pytest.raises(CommandError, match="The room design is not the demo's"):
        run()


def test_people_who_are_here_already_are_in_all_its_rooms(alice: User, bob: User) -> None:
    run()
    for user in (alice, bob):
        places = Room.objects.filter(slug__in=[place.slug for place in cast.PLACES])
        assert places.filter(memberships__user=user, memberships__left_at=None).count() == SHARED
    assert {room.kind for room in welcomes.welcome(alice.pk).rooms} == {
        "public",
        "private",
        "direct",
    }


def test_a_newcomer_is_greeted(alice: User) -> None:
    run()
    [direct] = [room for room in welcomes.welcome(alice.pk).rooms if room.kind == "direct"]
    page = queries.history(alice.pk, direct.id)
    assert page.messages[0].body.startswith("Hi, and welcome!")
    assert Mention.objects.filter(user=alice, message__room__slug="general").exists()


def test_somebodys_username_is_not_taken_from_them() -> None:
    User.objects.create_user("anna", name="The real Anna")
    run(messages=50)
    host = User.objects.get(email="anna@demo.invalid")
    assert host.username == "anna.demo"
    assert not Message.objects.filter(author__name="The real Anna").exists()


def test_unread_mentions_are_counted() -> None:
    run()
    for membership in Membership.objects.with_mentions().select_related("room"):
        unread = Mention.objects.filter(
            user=membership.user,
            message__room=membership.room,
            message__seq__gt=membership.read_seq,
        )
        assert membership.read_seq <= membership.room.last_seq
        assert membership.mentions == unread.count()


def test_messages_hold_what_their_source_says() -> None:
    run()
    names = dict(User.objects.values_list("username", "pk"))
    bodies = {message.body: message.content for message in Message.objects.all()}
    assert all(content == richtext.parse(body, names) for body, content in bodies.items())
    assert sum(content is not None for content in bodies.values()) > 20


def test_messages_are_edited_deleted_pinned_answered_and_liked() -> None:
    run(messages=1_500)
    some = Message.objects.exclude
    assert some(edited_at=None).exclude(edits=None).exists()
    assert some(deleted_at=None).filter(body="", content__isnull=True).exists()
    assert some(pinned_at=None).exists()
    assert some(reply_to=None).exists()
    assert some(reactions=None).exists()
    assert Message.objects.filter(kind="system", event__name="room_created").exists()


def test_every_answer_is_to_a_line_of_the_same_scene() -> None:
    for scenes in script.read_scenes().values():
        for scene in scenes:
            targets = [(at, line.replies_to) for at, line in enumerate(scene)]
            assert all(target is None or 0 <= target < at for at, target in targets)


def test_every_part_is_played_somewhere() -> None:
    played = {part for place in cast.PLACES for part in place.scripts}
    played |= {part for _, part in cast.DIRECTS} | {cast.WELCOME, cast.HELLO}
    assert played == script.read_scenes().keys()


def test_no_mark_of_the_script_is_left_in_a_message() -> None:
    run(messages=1_500)
    left = re.compile(r"«|»|@[A-D]\b|^[A-D](\^\d)?: |\{[^}]*\d\}\Z", re.MULTILINE)
    assert [
        body for body in Message.objects.values_list("body", flat=True) if left.search(body)
    ] == []


def test_people_talk_by_day() -> None:
    run(messages=1_000)
    by_hour: defaultdict[bool, int] = defaultdict(int)
    for at in Message.objects.values_list("at", flat=True):
        by_hour[6 <= at.hour < 18 and at.weekday() < 5] += 1
    assert by_hour[True] > 2 * by_hour[False]


def test_the_same_chat_comes_from_the_same_number() -> None:
    assert _bodies_of_a_run() == _bodies_of_a_run()


def test_it_prints_how_to_sign_in() -> None:
    counted, how = run().splitlines()
    assert re.fullmatch(r"400 messages in \d+ rooms by 12 people, in \d+\.\d s\.", counted)
    password = how.split("password ")[1].split(",")[0]
    assert all(check_password(password, user.password) for user in User.objects.all())


def test_the_epoch_stays() -> None:
    epoch = Site.current().epoch
    run()
    assert Site.current().epoch == epoch


def _bodies_of_a_run() -> dict[str | None, list[str]]:
    bodies: dict[str | None, list[str]] = {}
    with transaction.atomic():
        seed(NUMBER, "a password of no interest")
        for room in Room.objects.exclude(slug=None):
            rows = Message.objects.filter(room=room).order_by("seq")
            bodies[room.slug] = sorted(rows.values_list("body", flat=True))
        transaction.set_rollback(True)
    return bodies
