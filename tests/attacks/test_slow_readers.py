"""Short forms: what holds whatever the machine does. How fast, `make slow-readers` says."""

import asyncio
from typing import Any

import pytest

from tests.attacks.beside import beside
from tests.attacks.canary import visitor_of
from tests.attacks.conftest import Attacked
from tests.attacks.crowd import make_crowd
from tests.attacks.deaf import MOST_RSS, watch_readers
from tests.attacks.frozen import MANNERS

HANDSHAKES = 100


@pytest.mark.parametrize("manner", MANNERS)
async def test_who_reads_nothing_is_cut_off_and_costs_little(
    attacked: Attacked, manner: str
) -> None:
    found = await watch_readers(attacked(), manner)
    assert found.closed_after is not None
    assert found.rss_growth <= MOST_RSS


async def test_a_flood_is_limited(attacked: Attacked) -> None:
    server = attacked(RATE_LIMITS="true")
    (flooder,) = make_crowd(server, "flooder", 1, rooms=1, each=1)
    person = [flooder.user, flooder.session, flooder.rooms]
    flood: dict[str, Any] = {}
    async with beside("flood", flood, site=server.url, people=[person]):
        await asyncio.sleep(1)  # of flood
    assert flood["limited_after_seconds"] is not None
    assert not server.new_complaints()


async def test_handshakes_that_never_end_keep_nobody_out(attacked: Attacked) -> None:
    server = attacked()
    (person,) = make_crowd(server, "patient", 1, rooms=1, each=1)
    visitor, attack = visitor_of(server.url, person), {"site": server.url, "count": HANDSHAKES}
    async with beside("trickle", {}, **attack), visitor.chat() as socket:
        await socket.say(person.rooms[0], "still open")
    assert not server.new_complaints()
