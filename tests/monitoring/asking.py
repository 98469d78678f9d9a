"""Asks the application without a server, which is how what no server shows can be brought about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chatsite.monitoring.answers import Monitored
from chatsite.monitoring.parts import Parts


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


async def ask(path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Headers by their names in lower case."""
    sent: list[Mapping[str, Any]] = []
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await Monitored(_site, Parts())(scope, receive, send)
    start, body = sent
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], named, body["body"].decode())


async def _site(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """What is no monitor's comes here."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"the site"})
