"""The line between a browser's pages and the server's socket, which a test can cut."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from playwright.sync_api import BrowserContext, Error, WebSocketRoute

Message = str | bytes


class Line:
    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.connections = 0
        self._is_cut = False
        self._loses_hello = False
        self._loses_message = False
        self._refusals: dict[str, str] = {}
        self._holds: set[str] = set()
        self._held: list[Callable[[], None]] = []
        self._open: list[WebSocketRoute] = []
        self._servers: list[WebSocketRoute] = []
        context.route_web_socket("**/ws/", self._connect)

    def cut(self) -> None:
        """What was connected is lost, and nobody answers."""
        self._is_cut = True
        for page in self._open:
            page.close(code=1011)
        self._open.clear()

    def close(self, code: int) -> None:
        """As if the server had closed with this code."""
        for page in self._open:
            page.close(code=code)
        self._open.clear()

    def lose_the_next_hello(self) -> None:
        """The server hears nothing of the page that connects next, which does hear the server."""
        self._loses_hello = True

    def lose_the_next_message(self) -> None:
        """The page hears nothing of the next frame that tells of a message."""
        self._loses_message = True

    def refuse(self, command: str, code: str) -> None:
        """The next command of this type is refused, and the server hears nothing of it."""
        self._refusals[command] = code

    def hold(self, command: str) -> None:
        """What comes of this type waits on its way, until all that waits is let go."""
        self._holds.add(command)

    def let_go(self) -> None:
        self._holds.clear()
        while self._held:
            self._held.pop(0)()

    def say(self, frame: str, *, times: int = 1) -> None:
        """Something to the server, as if the page that connected last had sent it."""
        for _ in range(times):
            self._servers[-1].send(frame)

    def fall_silent(self) -> None:
        """What was connected stays so and dies without a word, as over a night's sleep."""
        self._open.clear()

    def mend(self) -> None:
        """It can be connected again, and the pages are told so."""
        self._is_cut = False
        for page in self.context.pages:
            try:
                page.evaluate("dispatchEvent(new Event('online'))")
            except Error as error:  # one that goes elsewhere comes back by itself
                if "navigation" not in str(error):
                    raise

    def tell(self, **event: Any) -> None:
        """An event to every page, as the server would send it."""
        for page in self._open:
            page.send(json.dumps(event))

    def _connect(self, page: WebSocketRoute) -> None:
        if self._is_cut:
            page.close(code=1011)
            return
        self.connections += 1
        self._open.append(page)
        server = page.connect_to_server()
        self._servers.append(server)
        hears = not self._loses_hello
        self._loses_hello = False
        page.on_message(partial(self._up, page, server) if hears else lambda _: None)
        server.on_message(partial(self._down, page))
        server.on_close(partial(self._close, page))

    def _up(self, page: WebSocketRoute, server: WebSocketRoute, message: Message) -> None:
        command = json.loads(message)
        code = self._refusals.pop(command["type"], None)
        if command["type"] in self._holds:
            self._held.append(partial(self._pass_on, page, server.send, message))
        elif code is None:
            self._pass_on(page, server.send, message)
        else:
            error = {"type": "error", "id": command["id"], "code": code, "detail": ""}
            page.send(json.dumps(error))

    def _down(self, page: WebSocketRoute, message: Message) -> None:
        frame = json.loads(message)
        events = frame if isinstance(frame, list) else [frame]
        if self._loses_message and any(event["type"] == "message" for event in events):
            self._loses_message = False
        else:
            self._pass_on(page, page.send, message)

    def _pass_on(
        self, page: WebSocketRoute, send: Callable[[Message], None], message: Message
    ) -> None:
        if page in self._open:
            send(message)

    def _close(self, page: WebSocketRoute, code: int | None, reason: str | None) -> None:
        if page in self._open:
            page.close(code=code, reason=reason)
