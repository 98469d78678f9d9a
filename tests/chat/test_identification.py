"""Whose connection it is, by the cookies that came with the handshake."""

import asyncio

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import sessions
from accounts.models import User
from chat import connection, consumers, database, errors
from chat.hub import Hub
from chat.protocol import SUBPROTOCOL
from tests.chat.attending import Tab, outage, reads

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(alice: User) -> str:
    return session_of(alice)


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


async def identify(*cookies: str) -> int | None:
    headers = [(b"host", b"chat.example"), *((b"cookie", one.encode("latin1")) for one in cookies)]
    session_key = consumers._session_key({"headers": headers})
    return await consumers._sessions.read(session_key) if session_key else None


@pytest.mark.parametrize(
    "cookies",
    [
        ["sessionid={}"],
        ["csrftoken=abc; sessionid={}; theme=dark"],
        ["theme;;sessionid = {} ;="],
        ['sessionid="{}"'],
        ["sessionid=older; sessionid={}"],
        ["sessionid={}", "csrftoken=abc"],
        ["csrftoken=abc", "sessionid={}"],
        ["é=ü; [a]={{}}; sessionid={}"],
    ],
)
async def test_a_session_is_found_among_whatever_came_with_it(
    alice: User, session: str, cookies: list[str]
) -> None:
    assert await identify(*(one.replace("{}", session) for one in cookies)) == alice.pk


@pytest.mark.parametrize(
    "cookies", [[], ["csrftoken=abc"], ["sessionid"], ["sessionid="], ["sessionid=a\0b"], [";=;"]]
)
async def test_without_a_session_it_is_nobodys(session: str, cookies: list[str]) -> None:
    assert await identify(*cookies) is None


async def test_many_who_connect_at_once_are_identified_together(
    session: str, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_bob = await database.run(session_of, bob)
    names = reads(monkeypatch)
    keys = [session, of_bob, "gone", "' OR 1=1"] * 8
    found = await asyncio.gather(*(identify(f"sessionid={key}") for key in keys))
    assert [one is not None for one in found] == [True, True, False, False] * 8
    assert names == ["identify_all"]


async def test_one_bad_session_fails_nobody_else(
    alice: User, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = sessions._claim

    def fail_for_bob(stored: Session) -> tuple[int, str] | None:
        if stored.session_key != session:
            raise ValueError("what nobody thought of")
        return claim(stored)

    of_bob = await database.run(session_of, alice)
    monkeypatch.setattr(sessions, "_claim", fail_for_bob)
    found = await asyncio.gather(
        identify(f"sessionid={of_bob}"), identify(f"sessionid={session}"), return_exceptions=True
    )
    assert isinstance(found[0], ValueError)
    assert found[1] == alice.pk


async def test_without_a_database_nobody_is_taken_for_signed_out(
    session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage(monkeypatch, consumers, "identify_all")
    with pytest.raises(errors.Unavailable):
        await identify(f"sessionid={session}")
    assert await identify(f"sessionid={session}")


async def test_who_has_gone_meanwhile_takes_nobodys_seat(
    hub: Hub, alice: User, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "hub", hub)
    monkeypatch.setattr(settings, "RATE_LIMITS", True)
    hub.seats.most = 1
    cookie = (b"cookie", f"sessionid={session}".encode())
    scope = {"headers": [cookie], "subprotocols": [SUBPROTOCOL], "client": None}
    here, gone = Tab(alice), Tab(alice)
    monkeypatch.setattr(gone, "is_gone", lambda: True)
    seat = await consumers._admit(scope, here)
    assert await consumers._admit(scope, gone) is None
    assert (hub.seats.of(alice.pk), here.closed) == ([seat], None)
    assert seat is not None
    seat.end()
