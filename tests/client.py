"""What a test speaks to a running server with: a cookie jar for pages, a socket for the wire."""

import http.client
import itertools
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request
import uuid
from asyncio import timeout
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PASSWORD = "correct horse battery staple"
PROVE = "/accounts/reauthenticate/"  # where it is asked for once more
DEADLINE_SECONDS = 30.0

Frame = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A response down to its bytes; header names are in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Frame:
        value: Frame = json.loads(self.content)
        return value


@dataclass(frozen=True)
class Visitor:
    """Someone with a browser's cookies and no browser."""

    site: str
    cookies: CookieJar = field(default_factory=CookieJar)
    patience: float = DEADLINE_SECONDS  # for an answer to a request

    def get(self, path: str) -> Page:
        return self._open(urllib.request.Request(self.site + path))

    def post(self, path: str, **fields: str) -> Page:
        """Submits the form at `path`: fetched first, for its CSRF token."""
        self.get(path)
        fields["csrfmiddlewaretoken"] = self.cookie("csrftoken") or ""
        body = urllib.parse.urlencode(fields).encode()
        headers = {"Referer": self.site + path}
        return self._open(urllib.request.Request(self.site + path, body, headers))

    def fetch(
        self,
        path: str,
        *,
        method: str = "GET",
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request without redirects, whatever is answered."""
        given = {"Cookie": self.cookie_header(), **(headers or {})}
        address = urllib.parse.urlsplit(self.site)
        is_https = address.scheme == "https"
        kind = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
        connection = kind(address.netloc, timeout=self.patience)
        try:
            connection.request(method, path, data, given)
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read())
        finally:
            connection.close()

    def upload(self, room: int, content: bytes = b"hello", name: str = "hello.txt") -> Reply:
        """As a page does it: with the token that its forms carry."""
        if not self.cookie("csrftoken"):
            self.get("/accounts/password/change/")
        boundary = uuid.uuid4().hex
        parts = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="room"\r\n\r\n{room}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "X-CSRFToken": self.cookie("csrftoken") or "",
            "Referer": self.site,
        }
        body = parts.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.fetch("/uploads/", method="POST", data=body, headers=headers)

    def cookie(self, name: str) -> str | None:
        return next((cookie.value for cookie in self.cookies if cookie.name == name), None)

    def sign_up(self, username: str) -> None:
        """Only what the form sends: to fetch it, and the page that it leads to, is most of the work."""
        token = secrets.token_hex(16)
        fields = {"username": username, "password1": PASSWORD, "password2": PASSWORD}
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        form = f"{self.site}/accounts/signup/"
        headers = {"Cookie": f"csrftoken={token}", "Referer": form}
        request = urllib.request.Request(form, body, headers)
        page = self._open(request, _Stays())
        assert self.cookie("sessionid"), f"no session after sign-up: {page}"

    def sign_in(self, username: str) -> None:
        page = self.post("/accounts/login/", login=username, password=PASSWORD)
        assert self.cookie("sessionid"), f"no session after sign-in: {page}"

    @asynccontextmanager
    async def connect(self, **options: Any) -> "AsyncGenerator[Socket]":
        """An open socket, before `hello`; `options` go to websockets' connect()."""
        options = {
            "origin": self.site,
            "subprotocols": ["chat.v1"],
            "additional_headers": {"Cookie": self.cookie_header()},
            "max_size": None,
            "proxy": None,
            "close_timeout": 1,
        } | options
        address = self.site.replace("http", "ws", 1) + "/ws/"
        async with connect(address, **options) as connection:
            yield Socket(connection)

    @asynccontextmanager
    async def chat(self, **hello: Any) -> "AsyncGenerator[Socket]":
        """A socket that has said `hello` and holds its `welcome`."""
        async with self.connect() as socket:
            await socket.hello(**hello)
            yield socket

    def cookie_header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)

    def _open(self, request: urllib.request.Request, *more: urllib.request.BaseHandler) -> Page:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
            *more,
        )
        try:
            with opener.open(request, timeout=self.patience) as response:
                return Page(response.status, response.url, response.read().decode())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Page(refusal.code, refusal.url, refusal.read().decode(errors="replace"))


class _Stays(urllib.request.HTTPRedirectHandler):
    """Goes nowhere that an answer leads to."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Socket:
    """One connection. Frames are read when a test asks; what it did not ask for waits in `events`."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: list[Frame] = []
        self.welcome: Frame = {}
        self._answers: defaultdict[str | None, list[Frame]] = defaultdict(list)
        self._answered: set[str] = set()
        self._ids = itertools.count(1)

    async def hello(self, **fields: Any) -> Frame:
        await self.ok("hello", client="tests", **fields)
        self.welcome = await self.event("welcome")
        return self.welcome

    def room(self, slug: str) -> int:
        """The id of one of the rooms that `welcome` named."""
        ids: dict[str, int] = {room["slug"]: room["id"] for room in self.welcome["rooms"]}
        return ids[slug]

    async def send(self, command: str, **fields: Any) -> str:
        """Sends without waiting; `answer` takes the id this returns."""
        command_id = str(next(self._ids))
        await self.connection.send(json.dumps({"type": command, "id": command_id, **fields}))
        return command_id

    async def send_raw(self, frame: str | bytes) -> None:
        await self.connection.send(frame)

    async def answer(self, command_id: str | None) -> Frame:
        """The `ok` or `error` of that command; None stands for a frame whose id cannot be read."""
        async with timeout(DEADLINE_SECONDS):
            while not self._answers[command_id]:
                await self._read()
        return self._answers[command_id].pop(0)

    async def unclaimed_answers(self) -> list[Frame]:
        """Those that `answer` was not asked for, by the time a ping sent now is answered."""
        await self.ok("ping")
        found = [answer for answers in self._answers.values() for answer in answers]
        self._answers.clear()
        return found

    async def call(self, command: str, **fields: Any) -> Frame:
        return await self.answer(await self.send(command, **fields))

    async def ok(self, command: str, **fields: Any) -> Frame:
        """A call that must succeed."""
        answer = await self.call(command, **fields)
        assert answer["type"] == "ok", f"{command} was refused: {answer}"
        return answer

    async def say(self, room: int, body: str, **fields: Any) -> Frame:
        """Sends a message that must be stored."""
        return await self.ok(
            "message.send", room=room, client_id=str(uuid.uuid4()), body=body, **fields
        )

    async def event(self, kind: str, **fields: Any) -> Frame:
        """Takes the next event of that kind whose fields are these."""
        wanted = {"type": kind, **fields}
        async with timeout(DEADLINE_SECONDS):
            while True:
                for event in self.events:
                    if wanted.items() <= event.items():
                        self.events.remove(event)
                        return event
                await self._read()

    async def next_event(self) -> Frame:
        """Takes the next event, whatever it is."""
        async with timeout(DEADLINE_SECONDS):
            while not self.events:
                await self._read()
        return self.events.pop(0)

    async def closed(self, *, within: float = DEADLINE_SECONDS) -> int:
        """Waits for the server to close; the close code, 1006 where none came."""
        async with timeout(within):
            while True:
                try:
                    await self._read()
                except ConnectionClosed as end:
                    return end.rcvd.code if end.rcvd else 1006

    async def _read(self) -> None:
        frame = json.loads(await self.connection.recv())
        for item in frame if isinstance(frame, list) else [frame]:
            if item["type"] in {"ok", "error"}:
                self._note_answer(item)
            else:
                self.events.append(item)

    def _note_answer(self, answer: Frame) -> None:
        """Every command is answered exactly once; frames without an id that can be read share None."""
        command_id = answer["id"]
        assert command_id not in self._answered, f"answered twice: {answer}"
        if command_id is not None:
            self._answered.add(command_id)
        self._answers[command_id].append(answer)
