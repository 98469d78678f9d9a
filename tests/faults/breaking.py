"""The faults. Each breaks something in the midst of the talk and returns when it is whole again."""

import asyncio
import os
import signal
import socket
import time
from asyncio import to_thread
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from chat.protocol.limits import MAX_SYNC_BYTES
from tests.faults import database
from tests.faults.proxy import Proxy, Way
from tests.faults.world import World
from tests.server import Server
from tests.services import Service

CUTS = 6
BUSY_ROOMS = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a fault happens; `seconds` is how long one that lasts is to last."""

    world: World
    proxy: Proxy
    random: Random
    seconds: float


Fault = Callable[[Scene], Awaitable[None]]


async def kill_server_a(scene: Scene) -> None:
    await restart(scene.world.servers[0], Server.kill)


async def kill_server_b(scene: Scene) -> None:
    await restart(scene.world.servers[1], Server.kill)


async def rolling_restart(scene: Scene) -> None:
    """SIGTERM, as a deployment does it: one after the other."""
    for server in scene.world.servers:
        await restart(server, Server.terminate)


async def pause_server(scene: Scene) -> None:
    """Its clients' connections stay open and say nothing."""
    server = scene.random.choice(scene.world.servers)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(scene.seconds + 2)
    finally:
        os.kill(server.pid, signal.SIGCONT)


async def kill_redis(scene: Scene) -> None:
    await kill_for(scene.world.redis, scene.random.uniform(0, scene.seconds))


async def pause_redis(scene: Scene) -> None:
    await pause(scene.world.redis, scene.seconds)


async def drop_subscriptions(scene: Scene) -> None:
    """Redis ends all subscriptions, again and again: what is published meanwhile reaches nobody."""
    for _ in range(CUTS):
        await to_thread(tell_redis, scene.world, "CLIENT KILL TYPE pubsub")
        await asyncio.sleep(scene.random.uniform(0, scene.seconds / CUTS))


async def hold_publishes(scene: Scene) -> None:
    """Redis answers nobody for a while and then all at once."""
    await to_thread(tell_redis, scene.world, f"CLIENT PAUSE {round(scene.seconds * 1000)} ALL")
    await asyncio.sleep(scene.seconds)


async def kill_postgres(scene: Scene) -> None:
    await kill_for(scene.world.postgres, 0)


class DatabaseOutage:
    """PostgreSQL is away for a while; afterwards `began` and `ended` say from when to when for certain."""

    began = ended = 0.0

    async def __call__(self, scene: Scene) -> None:
        assert scene.world.postgres is not None
        await to_thread(scene.world.postgres.kill)
        self.began = time.monotonic()
        await asyncio.sleep(scene.seconds)
        self.ended = time.monotonic()
        await to_thread(scene.world.postgres.start)


async def pause_postgres(scene: Scene) -> None:
    await pause(scene.world.postgres, scene.seconds)


async def power_cut(scene: Scene) -> None:
    """Everything at once, and back in another order."""
    world = scene.world
    assert world.postgres is not None
    assert world.redis is not None
    ends = [server.kill for server in world.servers] + [world.postgres.kill, world.redis.kill]
    await asyncio.gather(*(to_thread(end) for end in ends))
    services = [world.postgres.start, world.redis.start]
    scene.random.shuffle(services)
    for start in (*services, *(server.start for server in world.servers)):
        await to_thread(start)


async def tear_connections(scene: Scene) -> None:
    """A random half of them, several times."""
    for _ in range(CUTS):
        for link in list(scene.proxy.links):
            if scene.random.random() < 0.5:
                link.tear()
        await asyncio.sleep(scene.random.uniform(0, scene.seconds / CUTS))
    scene.proxy.cut_all()


async def delay_everything(scene: Scene) -> None:
    scene.proxy.delay_seconds = 0.3
    await asyncio.sleep(scene.seconds)
    scene.proxy.delay_seconds = 0.0


async def half_open_connections(scene: Scene) -> None:
    """Most connections lose what is sent one way or both, without ever ending."""
    ways: list[list[Way]] = [["up"], ["down"], ["up", "down"], []]
    for link in list(scene.proxy.links):
        link.swallow(scene.random.choice(ways))
    await asyncio.sleep(scene.seconds)


async def shut_some_out(scene: Scene) -> None:
    """Until the others have said more in some rooms than a sync may hold."""
    scene.proxy.lets_in = False
    for link in list(scene.proxy.links)[::4]:
        link.tear()
    before = await to_thread(bytes_by_room, scene.world)
    busy = 0
    while busy < BUSY_ROOMS:
        now = await to_thread(bytes_by_room, scene.world)
        busy = sum(now[room] - before[room] > MAX_SYNC_BYTES for room in now)
    scene.proxy.lets_in = True


NETWORK: list[Fault] = [tear_connections, delay_everything, half_open_connections]


def name_of(fault: Fault) -> str:
    return fault.__name__


async def restart(server: Server, end: Callable[[Server], object]) -> None:
    await to_thread(end, server)
    await to_thread(server.start)


async def kill_for(service: Service | None, seconds: float) -> None:
    assert service is not None
    await to_thread(service.kill)
    await asyncio.sleep(seconds)
    await to_thread(service.start)


async def pause(service: Service | None, seconds: float) -> None:
    assert service is not None
    service.pause()
    try:
        await asyncio.sleep(seconds)
    finally:
        service.go_on()


def tell_redis(world: World, command: str) -> None:
    """One command, in the form for people who type; a refusal is an error here."""
    assert world.redis is not None
    with socket.create_connection(("127.0.0.1", world.redis.port), timeout=5) as link:
        link.sendall(command.encode() + b"\r\n")
        answer = link.recv(256)
    assert answer[:1] in {b"+", b":"}, f"{command}: {answer!r}"


def bytes_by_room(world: World) -> Counter[int]:
    said: Counter[int] = Counter()
    for row in database.read(world.database_url).messages:
        said[row.room] += len(row.body.encode())
    return said
