"""A normal chat beside the attack: Alice says something, Bob reads it, a page says that the process lives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import Cookie

from tests.client import Visitor
from tests.faults.client import Person

PAUSE_SECONDS = 0.25


class Canary:
    """Owner: whoever enters `singing`. `songs` counts what came through, `faults` says what did not."""

    def __init__(self, site: str, alice: Person, bob: Person) -> None:
        self.songs = 0
        self.faults: list[str] = []
        self._site = site
        self._people = alice, bob
        self._room = (set(alice.rooms) & set(bob.rooms)).pop()

    @asynccontextmanager
    async def singing(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._sing())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _sing(self) -> None:
        try:
            alice, bob = (visitor_of(self._site, person) for person in self._people)
            async with alice.chat() as sender, bob.chat() as reader:
                while True:
                    body = f"song {self.songs}"
                    await sender.say(self._room, body)
                    while (await reader.event("message", room=self._room))["message"][
                        "body"
                    ] != body:
                        pass
                    page = await asyncio.to_thread(alice.get, "/healthz")
                    assert page.status == 200, page
                    self.songs += 1
                    sender.events.clear()
                    reader.events.clear()
                    await asyncio.sleep(PAUSE_SECONDS)
        except Exception as error:
            self.faults.append(f"the normal chat ended after {self.songs} songs: {error!r}")


def visitor_of(site: str, person: Person) -> Visitor:
    """A visitor with that person's session."""
    visitor = Visitor(site)
    visitor.cookies.set_cookie(_session_cookie(person.session))
    return visitor


def _session_cookie(key: str) -> Cookie:
    return Cookie(
        version=0,
        name="sessionid",
        value=key,
        port=None,
        port_specified=False,
        domain="127.0.0.1",
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=False,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )
