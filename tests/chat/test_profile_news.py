"""Whom the news of a profile reaches: each connection once, whatever it shares with the person."""

import asyncio
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from accounts.models import User
from chat import database, profile_news
from chat.actions.profiles import update_profile
from chat.frames import Frame
from chat.hub import Hub
from chat.models import Room
from chat.profile_news import MAX_NEWS, Profile, ProfileNews
from chat.protocol.commands import PresenceWatch, ProfileUpdate
from tests.chat.attending import Tab, until
from tests.people import make_room

pytestmark = pytest.mark.django_db(transaction=True)


class Listener:
    user_id = 1

    def __init__(self) -> None:
        self.told: list[bytes] = []

    def write(self, frame: Frame) -> None:
        self.told.append(frame.payload)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def news(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> ProfileNews:
    monkeypatch.setattr(profile_news, "NEWS_SECONDS", 0.05)
    return ProfileNews(lambda _: [listener])


def profile(user_id: int, rev: int) -> Profile:
    return Profile(user_id, rev, f"{user_id}.{rev}".encode(), ())


async def rename(user: User, name: str) -> None:
    await database.run(update_profile, user.pk, ProfileUpdate(id="1", name=name))


def names(tab: Tab) -> list[Any]:
    return [frame["user"]["name"] for frame in tab.frames if frame["type"] == "user"]


# ---- when it is told


async def test_in_quiet_times_it_is_told_at_once_then_of_each_the_last(
    news: ProfileNews, listener: Listener
) -> None:
    news.put(profile(1, 1))
    await until(lambda: listener.told == [b"1.1"])
    for one in (profile(1, 2), profile(2, 1), profile(1, 4), profile(1, 3)):
        news.put(one)
    await asyncio.sleep(0)
    assert listener.told == [b"1.1"]
    await until(lambda: listener.told == [b"1.1", b"1.4", b"2.1"])


async def test_more_than_can_be_told_is_dropped(news: ProfileNews, listener: Listener) -> None:
    for user_id in range(MAX_NEWS + 10):
        news.put(profile(user_id, 1))
    news.put(profile(0, 2))
    await until(lambda: len(listener.told) == MAX_NEWS)
    assert listener.told[0] == b"0.2"


async def test_one_that_cannot_be_told_keeps_nobody_from_what_follows(
    news: ProfileNews, listener: Listener
) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    with patch.object(listener, "write", side_effect=OSError) as broken:
        news.put(profile(1, 1))
        await until(lambda: broken.called)
    news.put(profile(2, 1))
    await until(lambda: listener.told == [b"2.1"])


# ---- whom it is told


async def test_each_connection_is_told_once_however_many_rooms_it_shares(
    hub: Hub, alice: User, bob: User, carol: User, room: Room
) -> None:
    for name in ("One", "Two", "Three"):
        await database.run(partial(make_room, alice, bob, name=name))
    first, second = await Tab(alice).hello(), await Tab(alice).hello()
    await rename(bob, "Robert")
    await until(lambda: names(first) and names(second))
    assert (names(first), names(second)) == (["Robert"], ["Robert"])


async def test_who_shares_no_room_is_told_if_they_watch(hub: Hub, alice: User, room: Room) -> None:
    stranger = await database.run(lambda: User.objects.create(username="dora", name="Dora"))
    watcher, other = await Tab(stranger).hello(), await Tab(stranger).hello()
    await watcher.attendance.watch(PresenceWatch(id="1", users=[alice.pk]))
    await rename(alice, "Alicia")
    await until(lambda: names(watcher))
    assert (names(watcher), names(other)) == (["Alicia"], [])


async def test_ones_own_tabs_are_welcomed_anew(hub: Hub, bob: User, room: Room) -> None:
    tab = await Tab(bob).hello()
    await rename(bob, "Robert")
    await until(lambda: len(tab.welcomed_to()) == 2)
    welcomes = [frame for frame in tab.frames if frame["type"] == "welcome"]
    assert welcomes[-1]["me"]["user"]["name"] == "Robert"


async def test_another_process_tells_its_own_and_ones_own_word_is_not_repeated(
    hub: Hub, alice: User, bob: User, room: Room
) -> None:
    tab = await Tab(alice).hello()
    elsewhere = {"user": bob.pk, "rev": 9, "event": b'{"type":"user","user":{"name":"Robert"}}'}
    message = {"type": "user.profile", "rooms": [room.pk], **elsewhere}
    hub._receive(message | {"origin": hub.instance})
    hub._receive(message | {"origin": "another"})
    await until(lambda: names(tab))
    assert names(tab) == ["Robert"]
