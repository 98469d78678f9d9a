"""The three addresses, answered on the event loop before the site is asked.

A health check needs no session, gets no cookie and is led to no https; it is answered while all threads hang.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from django.conf import settings

from . import EXTENSION, figures
from .exposition import CONTENT_TYPE
from .parts import Parts

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Monitored:
    """Owner: the process. It is the ASGI application for HTTP."""

    def __init__(self, site: Application, parts: Parts) -> None:
        self._site = site
        self._parts = parts
        self._answers: dict[str, Callable[[Scope], Awaitable[Answer]]] = {
            "/healthz": self._health,
            "/readyz": self._readiness,
            "/metrics": self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ask = self._answers.get(scope["path"])
        if ask is None:
            await self._site(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await _send(await ask(scope), scope["method"], send)
        else:
            refusal = Answer(405, "Only to be read.\n", headers=((b"allow", b"GET, HEAD"),))
            await _send(refusal, scope["method"], send)

    async def _health(self, scope: Scope) -> Answer:
        return Answer(200, "ok\n")

    async def _readiness(self, scope: Scope) -> Answer:
        failing = await self._parts.failing()
        return Answer(503 if failing else 200, "\n".join([*failing, ""]) if failing else "ok\n")

    async def _metrics(self, scope: Scope) -> Answer:
        if not settings.METRICS_TOKEN:
            return Answer(404, "Not found.\n")
        if not _has_token(scope):
            headers = ((b"www-authenticate", b"Bearer"),)
            return Answer(401, "Say the token of METRICS_TOKEN.\n", headers=headers)
        vitals = scope.get("extensions", {}).get(EXTENSION)
        return Answer(200, figures.text(vitals), CONTENT_TYPE)


def _has_token(scope: Scope) -> bool:
    """RFC 6750 §2.1. How long it takes to say no tells nothing of the token."""
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, token = b",".join(values).partition(b" ")
    return scheme.lower() == b"bearer" and compare_digest(
        token.strip(), settings.METRICS_TOKEN.encode()
    )


async def _send(answer: Answer, method: str, send: Send) -> None:
    body = answer.text.encode()
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
