"""A client that takes part in a room and then reads nothing any more, as a frozen tab or a hostile one."""

import asyncio
import json
from collections.abc import Callable
from random import Random

from tests.attacks.kernel import ESTABLISHED, connections_of
from tests.attacks.wire import Wire, items, open_wire
from tests.conformance.raw import PING
from tests.faults.client import Person

RECEIVE_BUFFER = 4096
WELCOME_SECONDS = 20.0
BACK_AFTER_SECONDS = (1.0, 5.0)  # as a browser, after 4413
LOOK_SECONDS = 1.0
CLOSE_AFTER_SECONDS = 4.0  # of noise: more than kernels hold


async def greet(
    site: str,
    person: Person,
    *,
    receive_buffer: int | None = None,
    hear: Callable[[bytes], None] | None = None,
) -> Wire:
    """A client that is welcomed."""
    welcomed = asyncio.Event()

    def hear_all(payload: bytes) -> None:
        if hear:
            hear(payload)
        if not welcomed.is_set() and any(item["type"] == "welcome" for item in items(payload)):
            welcomed.set()

    wire = await open_wire(site, person.session, hear_all, receive_buffer=receive_buffer)
    wire.send(type="hello", id="hello", client="attacks")
    try:
        async with asyncio.timeout(WELCOME_SECONDS):
            await welcomed.wait()
    except BaseException:
        wire.drop()
        raise
    return wire


async def freeze(site: str, person: Person) -> Wire:
    """One that is welcomed, and from then on deaf."""
    wire = await greet(site, person, receive_buffer=RECEIVE_BUFFER)
    wire.transport.pause_reading()
    return wire


def own_port(wire: Wire) -> int:
    port: int = wire.transport.get_extra_info("sockname")[1]
    return port


async def be_silent(wire: Wire, room: int) -> None:
    pass


async def keep_asking(wire: Wire, room: int) -> None:
    """Commands whose answers it does not read, the largest that there are."""
    for number in range(10_000):
        for command in ({"type": "ping"}, {"type": "history", "room": room, "limit": 200}):
            wire.send_raw(json.dumps(command | {"id": str(number)}).encode())
        await asyncio.sleep(0.05)


async def keep_pinging(wire: Wire, room: int) -> None:
    """The protocol's own pings, each of which asks for a pong; just fewer than are too many."""
    for _ in range(10_000):
        wire.send_raw(b"?" * 125, PING)
        await asyncio.sleep(0.025)


async def say_close(wire: Wire, room: int) -> None:
    """And wait for ever with what had queued by then."""
    await asyncio.sleep(CLOSE_AFTER_SECONDS)
    wire.leave()


MANNERS = {
    "silent": be_silent,
    "asking": keep_asking,
    "pinging": keep_pinging,
    "closing": say_close,
}


async def keep_frozen(site: str, people: list[Person], ready: asyncio.Event) -> None:
    """All of them, again and again: who is cut off comes back as a browser does."""
    random = Random(0)
    port = int(site.rpartition(":")[2])
    wires = dict(enumerate(await asyncio.gather(*(freeze(site, person) for person in people))))
    ready.set()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        living = connections_of(port)
        for number, wire in list(wires.items()):
            connection = living.get(own_port(wire))
            if connection is None or connection.state != ESTABLISHED:
                del wires[number]
                wire.drop()
                wait = random.uniform(*BACK_AFTER_SECONDS)
                asyncio.get_running_loop().call_later(wait, _come_back, site, people, number, wires)


def _come_back(site: str, people: list[Person], number: int, wires: dict[int, Wire]) -> None:
    async def come_back() -> None:
        try:
            wires[number] = await freeze(site, people[number])
        except (OSError, TimeoutError):
            _come_back(site, people, number, wires)

    task = asyncio.ensure_future(come_back())
    _coming_back.add(task)
    task.add_done_callback(_coming_back.discard)


_coming_back: set[asyncio.Future[None]] = set()
