"""Who asks about what is not theirs learns as much as of what is not there, by the same work."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.activation import deactivate
from accounts.models import User
from chat import welcomes
from chat.actions.blocks import set_block
from chat.actions.direct import open_direct
from chat.errors import Forbidden, NotFound
from chat.models import Room
from chat.protocol.commands import BlockSet
from tests.chat.uploading import upload
from tests.people import make_direct, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "fresh_limits")]

# What is another on each page.
CHANGING = re.compile(r"nonce-[\w+/=-]+|nonce=\"[^\"]+\"|value=\"[A-Za-z0-9]{64}\"")


@pytest.fixture
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def as_carol(client: Client, carol: User) -> Client:
    client.force_login(carol)
    return client


def told(answer: Any, *names: str) -> tuple[int, str]:
    """Status and page, without what each page has anew and what was asked for."""
    text = CHANGING.sub("", answer.text)
    for name in names:
        text = text.replace(name, "")
    return answer.status_code, text


@pytest.mark.parametrize("ending", ["", "1/", "join/"])
def test_an_address_of_a_private_room_is_as_none(as_carol: Client, room: Room, ending: str) -> None:
    slug = room.slug or ""
    ask: Callable[[str], Any] = as_carol.post if ending == "join/" else as_carol.get
    hidden, absent = ask(f"/rooms/{slug}/{ending}"), ask(f"/rooms/no-room/{ending}")
    assert hidden.status_code == 404
    assert told(hidden, slug) == told(absent, "no-room")


def test_to_say_so_takes_about_the_same_work(as_carol: Client, room: Room) -> None:
    counts = []
    as_carol.get("/")  # a first visit is noted
    for slug in (room.slug, "no-room"):
        with CaptureQueriesContext(connection) as queries:
            as_carol.get(f"/rooms/{slug}/")
        counts.append(len(queries))
    assert abs(counts[0] - counts[1]) <= 2


def test_a_direct_room_of_others_is_as_none(as_carol: Client, alice: User, bob: User) -> None:
    direct = make_direct(alice, bob)
    hidden, absent = as_carol.get(f"/direct/{direct.pk}/"), as_carol.get("/direct/99999/")
    assert hidden.status_code == 404
    assert told(hidden, str(direct.pk)) == told(absent, "99999")


def test_a_file_of_others_is_as_none(as_carol: Client, alice: User, room: Room) -> None:
    row = upload(alice, room)
    for path in ("/files/{}/a", "/thumbs/{}"):
        hidden, absent = as_carol.get(path.format(row.pk)), as_carol.get(path.format(99999))
        assert hidden.status_code == 404
        assert told(hidden) == told(absent)
    answers = [as_carol.delete(f"/uploads/{one}/") for one in (row.pk, 99999)]
    assert told(answers[0]) == told(answers[1])


def test_a_stranger_is_sent_to_sign_in_wherever_they_ask(client: Client, room: Room) -> None:
    paths = [f"/rooms/{room.slug}/", "/rooms/no-room/", "/files/1/a", "/direct/1/"]
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [302] * 4
    assert {answer["Location"].partition("?")[0] for answer in answers} == {"/accounts/login/"}


def test_a_resume_tells_nothing_of_rooms_that_were_never_ones_own(
    carol: User, alice: User, room: Room
) -> None:
    assert welcomes.endings_of(carol.pk, {room.pk, 99_999}) == {}


def test_one_cannot_find_out_who_has_blocked_one_but_by_writing_to_them(
    alice: User, bob: User, carol: User
) -> None:
    """That much is told, so that nobody waits for an answer; a profile and the search tell nothing."""
    set_block(alice.pk, BlockSet(id="1", user=carol.pk))
    with pytest.raises(Forbidden):
        open_direct(carol.pk, [alice.pk])
    with pytest.raises(NotFound):
        open_direct(carol.pk, [alice.pk, 99_999])


def hashes_of(monkeypatch: pytest.MonkeyPatch, work: Callable[[], Any]) -> int:
    """How many passwords were hashed: that takes a thousand times as long as all else."""
    counted: list[str] = []

    def counting(name: str) -> Callable[..., Any]:
        done = getattr(Argon2PasswordHasher, name)

        def hash_one(*args: Any, **kwargs: Any) -> Any:
            counted.append(name)
            return done(*args, **kwargs)

        return hash_one

    with monkeypatch.context() as patch:
        for name in ("encode", "verify"):
            patch.setattr(Argon2PasswordHasher, name, counting(name))
        work()
    return len(counted)


@pytest.mark.parametrize("who", ["nobody-here", "nobody@example.org", "carol", "bob"])
def test_to_sign_in_takes_the_same_work_whoever_there_is(
    client: Client, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    deactivate(User.objects.filter(pk=bob.pk))

    def wrong(login: str) -> Any:
        return client.post("/accounts/login/", {"login": login, "password": "not the password"})

    known = hashes_of(monkeypatch, lambda: wrong("alice"))
    assert hashes_of(monkeypatch, lambda: wrong(who)) == known == 1
    assert told(wrong("alice"), "alice") == told(wrong(who), who)


def test_a_reset_takes_the_same_queries_but_for_the_key(client: Client) -> None:
    """Both have a mail sent, which takes far longer than the rest."""
    make_person("dora")
    User.objects.filter(username="dora").update(email="dora@example.org")
    counts = []
    for email in ("dora@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/accounts/password/reset/", {"email": email})
        assert answer["Location"] == "/accounts/password/reset/done/"
        counts.append(len(queries))
    assert abs(counts[0] - counts[1]) <= 2
