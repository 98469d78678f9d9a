"""Short forms: what holds whatever the machine does. How fast, `make slow-readers` says."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.beside import beside
from tests.attacks.canary import visitor_of
from tests.attacks.crowd import make_crowd
from tests.attacks.deaf import MOST_RSS, watch_readers
from tests.attacks.watched import WatchedServer, started

HANDSHAKES = 100


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedServer]:
    server = started(tmp_path_factory.mktemp("slow"))
    yield server
    server.kill()


@pytest.mark.parametrize("sends", [False, True], ids=["silent", "asking"])
async def test_who_reads_nothing_is_cut_off_and_costs_little(
    server: WatchedServer, sends: bool
) -> None:
    found = await watch_readers(server, sends=sends)
    assert found.closed_after is not None
    assert found.rss_growth <= MOST_RSS


async def test_a_flood_is_limited(tmp_path: Path) -> None:
    server = started(tmp_path, RATE_LIMITS="true")
    flood: dict[str, Any] = {}
    try:
        (flooder,) = make_crowd(server, "flooder", 1, rooms=1, each=1)
        person = [flooder.user, flooder.session, flooder.rooms]
        async with beside("flood", flood, site=server.url, people=[person]):
            await asyncio.sleep(1)
        assert not server.new_complaints()
    finally:
        server.kill()
    assert flood["limited_after_seconds"] is not None


async def test_handshakes_that_never_end_keep_nobody_out(server: WatchedServer) -> None:
    (person,) = make_crowd(server, "patient", 1, rooms=1, each=1)
    visitor, attack = visitor_of(server.url, person), {"site": server.url, "count": HANDSHAKES}
    async with beside("trickle", {}, **attack), visitor.chat() as socket:
        await socket.say(person.rooms[0], "still open")
    assert not server.new_complaints()
