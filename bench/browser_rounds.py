"""The rounds of `bench.browser`: a real Chromium, driven through what a visitor does."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from http.cookiejar import Cookie
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from tests.client import Visitor
from tests.server import Server

THROTTLED = 4
EVENTS_PER_SECOND, SENDERS = 500, 5
KEYS_PER_SECOND = 8
SETTLE_MS = 3_000
WATCH = (Path(__file__).parent / "browser_page.js").read_text()
WEIGHTS = """() => ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
  .map(({ name, encodedBodySize }) => ({ name, encodedBodySize }))"""
Frame = dict[str, Any]


def first_loads(browser: Browser, alice: Visitor, path: str, rounds: int) -> list[Frame]:
    return [_first_load(browser, alice, path) for _ in range(rounds)]


def _first_load(browser: Browser, alice: Visitor, path: str) -> Frame:
    """In a browser that has been nowhere, only signed in."""
    with visit(browser, alice, path, slowed=THROTTLED) as (page, _):
        seen = page.evaluate("seen")
        live = max(seen["welcomed"], seen["usable"])
        return {"readable": seen["readable"], "live": live, "entries": page.evaluate(WEIGHTS)}


def openings(browser: Browser, alice: Visitor, slugs: list[str], rounds: int) -> list[float]:
    """Of rooms that were open before, in turns."""
    with visit(browser, alice, f"/rooms/{slugs[0]}/", slowed=THROTTLED) as (page, _):
        for slug in slugs:
            page.evaluate("slug => seen.open(slug)", slug)
            page.wait_for_timeout(SETTLE_MS / 3)
        return [
            page.evaluate("slug => seen.open(slug)", slug) for _ in range(rounds) for slug in slugs
        ]


def scrolling(browser: Browser, alice: Visitor, path: str, seconds: float) -> Frame:
    """From the last message of a room to its first, or as far as it gets in these seconds."""
    with visit(browser, alice, path, slowed=1) as (page, _):
        _forget(page)
        lowest = page.evaluate("seconds => seen.scroll(seconds)", seconds)
        return {"lowest": lowest, **page.evaluate("({ frames: seen.frames, long: seen.long })")}


def flood(
    browser: Browser, server: Server, alice: Visitor, bob: Visitor, slug: str, seconds: float
) -> Frame:
    """Somebody writes while the room is full of others' words."""
    with (
        visit(browser, alice, f"/rooms/{slug}/", slowed=THROTTLED) as (page, cdp),
        ProcessPoolExecutor(1) as others,
    ):

        def talk(for_seconds: float) -> None:
            told = others.submit(_talk, server.url, list(bob.cookies), slug, for_seconds)
            while not told.done():
                page.keyboard.press("x")
                page.wait_for_timeout(1000 / KEYS_PER_SECOND)
            told.result()
            page.wait_for_timeout(SETTLE_MS)
            page.locator("#composer textarea").fill("")

        page.locator("#composer textarea").focus()
        talk(2)  # what a page keeps of any room is no growth
        before = _heap(cdp)
        _forget(page)
        talk(seconds)
        seen = page.evaluate("({ long: seen.long, keys: seen.keys })")
        return {"heap_before": before, "heap_after": _heap(cdp), **seen}


@contextmanager
def visit(
    browser: Browser, alice: Visitor, path: str, *, slowed: float
) -> Iterator[tuple[Page, CDPSession]]:
    """A page that is live, in a browser of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": alice.site} for one in alice.cookies]
    )
    context.add_init_script(WATCH)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.goto(alice.site + path, wait_until="commit")
    page.evaluate("seen.live()")
    page.wait_for_load_state("networkidle")
    yield page, cdp
    context.close()


def _forget(page: Page) -> None:
    page.evaluate("for (const name of ['long', 'frames', 'keys']) seen[name].length = 0")


def _heap(cdp: CDPSession) -> float:
    """Bytes that are still reachable."""
    cdp.send("HeapProfiler.collectGarbage")
    found = cdp.send("Runtime.getHeapUsage")
    return float(found["usedSize"])


def _talk(site: str, cookies: list[Cookie], slug: str, seconds: float) -> None:
    """Runs in a process of its own: what it costs is not the browser's."""
    bob = Visitor(site)
    for cookie in cookies:
        bob.cookies.set_cookie(cookie)
    asyncio.run(_say_much(bob, slug, seconds))


async def _say_much(bob: Visitor, slug: str, seconds: float) -> None:
    await asyncio.gather(*(_say(bob, slug, seconds) for _ in range(SENDERS)))


async def _say(bob: Visitor, slug: str, seconds: float) -> None:
    """By the clock, so that a late message is followed by the next one at its time."""
    async with bob.chat() as socket:
        room = socket.room(slug)
        connection = socket.connection
        listening = asyncio.create_task(_listen(connection.recv))
        began, pause = time.monotonic(), SENDERS / EVENTS_PER_SECOND
        for number in range(round(seconds / pause)):
            await asyncio.sleep(max(0.0, began + number * pause - time.monotonic()))
            sent = {"type": "message.send", "id": f"n{number}", "room": room}
            sent |= {
                "client_id": str(uuid.uuid4()),
                "body": f"number {number}, and some more words",
            }
            await connection.send(json.dumps(sent))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _listen(receive: Callable[[], Any]) -> None:
    while True:
        await receive()
