"""How a cell of the socket's table is tried: as a frame, on a WebSocket that somebody's session let in."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from chat.models import Sanction
from tests.client import Socket, Visitor

from .addresses import signed_in
from .asking import meant, undone
from .roles import ROLES, STRANGER
from .served import HERE, served, turn
from .socket_table import Line
from .world import Place, World


@dataclass(frozen=True, slots=True)
class Answer:
    """`ok`, or what the refusal says."""

    code: str
    detail: str = ""
    retry_after: int | None = None


@contextmanager
def opened(world: World) -> Iterator["Sockets"]:
    """To be made before a test begins, which takes back what it has written."""
    with served() as port:
        sockets = Sockets(world, port)
        yield sockets
        turn(sockets.close())


class Sockets:
    """A connection for everybody. Whose connections are being closed have one from before they had to be."""

    def __init__(self, world: World, port: int) -> None:
        self._people = world.people
        self._port = port
        self._cookies = {role: _header(signed_in(world.people[role])) for role in ROLES}
        self._cookies[STRANGER] = ""
        self._stack = AsyncExitStack()  # of all that were opened
        self._open: dict[str, Socket] = {}

    async def close(self) -> None:
        await self._stack.aclose()

    def who(self, role: str) -> int:
        """Who the server says that they are."""
        user: int = self._socket(role).welcome["me"]["user"]["id"]
        return user

    def answer_to(self, line: Line, place: Place) -> Answer:
        """What the command changed is taken back."""
        with undone():
            is_first = line.verb == "hello"  # and comes once
            socket = self._let_in(place.role) if is_first else self._socket(place.role)
            told = turn(socket.call(line.verb, **meant(line.fields, place)))
            if told["type"] == "error":
                return Answer(told["code"], told["detail"], told.get("retry_after"))
            is_found = line.finds is None or line.finds(told, place)
            return Answer("ok" if is_found else "nothing")

    async def goodbye(self, role: str) -> int:
        """The code that a new connection of theirs is closed with, whatever they say."""
        self._open.pop(role, None)
        async with self._connect(role) as socket:
            with suppress(ConnectionClosed):
                await socket.send("hello", client="tests")
            return await socket.closed()

    def _socket(self, role: str) -> Socket:
        if role not in self._open:
            socket = self._let_in(role)
            with self._as_before(role):
                turn(socket.hello())
            self._open[role] = socket
        return self._open[role]

    def _let_in(self, role: str) -> Socket:
        """A new connection, before `hello`. When it says that, all of theirs are looked at anew and may be
        closed, so no other is kept."""
        self._open.pop(role, None)
        with self._as_before(role):
            socket = turn(self._stack.enter_async_context(self._connect(role)))
            turn(socket.ok("ping"))  # whoever is answered was let in
        return socket

    @contextmanager
    def _as_before(self, role: str) -> Iterator[None]:
        """Before what they are sent away for."""
        person = self._people[role]
        with undone():
            User.objects.filter(pk=person.pk).update(is_active=True)
            Sanction.objects.filter(user=person, room=None, kind=Sanction.Kind.BAN).delete()
            yield

    def _connect(self, role: str) -> AbstractAsyncContextManager[Socket]:
        return Visitor(settings.SITE_URL).connect(
            host=HERE,
            port=self._port,
            additional_headers={"Cookie": self._cookies[role]},
            compression=None,
            ping_interval=None,
        )


def _header(cookies: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
