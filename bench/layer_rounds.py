"""The rounds of `bench.layer`, in a process of their own: a plan comes in by stdin, figures go out."""

import asyncio
import gc
import json
import multiprocessing
import os
import selectors
import socket
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import msgspec
from channels.layers import get_channel_layer
from django.conf import settings

from chat import telegrams
from chat.feeds import Change
from chat.line import Line, room_group
from chat.presence import Presence
from chat.protocol.codec import encode
from chat.protocol_docs.examples import EVENTS
from chat.roster import Gossip

from .fan_out.cores import LOAD_CORE, SERVER_CORE, cpu_seconds

ROOM = 1
GROUP = room_group(ROOM)
CHANNEL = f"asgi__group__{GROUP}".encode()
ENOUGH = 100_000  # ids of people have so many digits
ROUNDS = 20  # of taking in whom another process has


class Plan(msgspec.Struct, frozen=True):
    """`redis` is the id of its process."""

    redis: int
    processes: list[int]
    rate: int
    seconds: float
    groups: int
    people: int


def main() -> None:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    json.dump(asyncio.run(_run(plan)), sys.stdout)


async def _run(plan: Plan) -> dict[str, Any]:
    return {
        "publishes": [await _publishes(plan, count) for count in plan.processes],
        "back_to_back": await _back_to_back(),
        "groups": await _groups(plan),
        "presence": _presence(plan.people),
    }


# ---- a change, told to so many processes


def _telegram() -> dict[str, Any]:
    """A new message, as the hub publishes it."""
    event = next(one for one in EVENTS if one.__struct_config__.tag == "message")
    return telegrams.of_changes("0" * 32, ROOM, [Change(1, encode(event))])


async def _publishes(plan: Plan, processes: int) -> dict[str, Any]:
    layer, count = get_channel_layer(), int(plan.rate * plan.seconds)
    with _receiver(count) as ours, _sinks(processes - 1):
        await layer.group_send(GROUP, _telegram())  # which opens the connection
        before = await _state(plan, layer)
        await _pace(layer, count, plan.rate)
        after = await _state(plan, layer)
        received = await asyncio.to_thread(ours.recv)
    per = 1e6 / count
    return {
        "processes": processes,
        "publishes": count,
        "redis_us": round((after["redis"] - before["redis"]) * per, 1),
        "publisher_us": round((after["own"] - before["own"]) * per, 1),
        "receiver_us": round(received * per, 1),
        "redis_bytes_out": round((after["out"] - before["out"]) / count),
    }


async def _pace(layer: Any, count: int, rate: int) -> None:
    began, message = time.perf_counter(), _telegram()
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        await layer.group_send(GROUP, message)


async def _back_to_back(count: int = 4_000) -> dict[str, float]:
    """How many publishes a second one process brings about: it waits for each before the next."""
    layer, message = get_channel_layer(), _telegram()
    with _sinks(1):
        began = time.perf_counter()
        for _ in range(count):
            await layer.group_send(GROUP, message)
        return {"publishes_a_second": round(count / (time.perf_counter() - began))}


async def _state(plan: Plan, layer: Any) -> dict[str, float]:
    info = await _client(layer).info("stats")
    return {
        "redis": cpu_seconds(plan.redis),
        "own": time.process_time(),
        "out": info["total_net_output_bytes"],
    }


def _client(layer: Any) -> Any:
    """The layer's own connection."""
    return layer._get_layer()._shards[0]._redis


@contextmanager
def _receiver(count: int) -> Iterator[Connection]:
    """A process with a line of ours; tells what CPU it took to take so many in, after one that warms up."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_receive, args=(there, count), daemon=True)
    process.start()
    here.recv()
    try:
        yield here
    finally:
        process.kill()
        process.join()


def _receive(pipe: Connection, count: int) -> None:
    import django

    django.setup()
    asyncio.run(_take_in(pipe, count))


async def _take_in(pipe: Connection, count: int) -> None:
    heard, all_heard, began = 0, asyncio.Event(), 0.0

    def hear(message: dict[str, Any]) -> None:
        nonlocal heard, began
        assert telegrams.changes(message)
        heard += 1
        if heard == 1:
            began = time.process_time()
        elif heard == count + 1:
            all_heard.set()

    line = Line(hear)
    line.want([GROUP])
    await line.ready({GROUP})
    pipe.send("ready")
    await all_heard.wait()
    pipe.send(time.process_time() - began)


@contextmanager
def _sinks(count: int) -> Iterator[None]:
    """Other processes, as far as Redis sees them: so many connections that subscribe and read."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    place = urlsplit(settings.REDIS_URL)
    address = (place.hostname, place.port)
    process = context.Process(target=_sink, args=(there, address, count), daemon=True)
    process.start()
    here.recv()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _sink(pipe: Connection, address: tuple[str, int], count: int) -> None:
    os.sched_setaffinity(0, {LOAD_CORE, SERVER_CORE})
    selector = selectors.DefaultSelector()
    for _ in range(count):
        link = socket.create_connection(address)
        link.sendall(b"*2\r\n$9\r\nSUBSCRIBE\r\n$%d\r\n%s\r\n" % (len(CHANNEL), CHANNEL))
        link.recv(1024)
        selector.register(link, selectors.EVENT_READ)
    pipe.send("ready")
    while True:
        for key, _ in selector.select():
            key.fileobj.recv(65_536)  # type: ignore[union-attr]  # sockets are all there is


# ---- groups and people


async def _groups(plan: Plan) -> dict[str, float]:
    """One process subscribes to so many groups, one after the other."""
    layer = get_channel_layer()
    channel = await layer.new_channel("bench")
    memory = (await _client(layer).info("memory"))["used_memory"]
    redis, own, began = cpu_seconds(plan.redis), time.process_time(), time.perf_counter()
    for number in range(plan.groups):
        await layer.group_add(f"user.{ENOUGH + number}", channel)
    took = time.perf_counter() - began
    redis, own = cpu_seconds(plan.redis) - redis, time.process_time() - own
    grown = (await _client(layer).info("memory"))["used_memory"] - memory
    return {
        "groups": plan.groups,
        "redis_us": round(redis / plan.groups * 1e6, 1),
        "process_us": round(own / plan.groups * 1e6, 1),
        "groups_a_second": round(plan.groups / took),
        "redis_bytes": round(grown / plan.groups),
    }


def _presence(people: int) -> dict[str, float]:
    """Another process tells of its people, all of them, as it does every 20 seconds."""
    layer = get_channel_layer()
    told: list[dict[str, Any]] = []
    users = {ENOUGH + number: "online" for number in range(people)}
    gossip = Gossip("a" * 32, 1, users, is_whole=True)  # type: ignore[arg-type]  # a literal by now
    Presence("a" * 32, told.append)._publish_gossip(gossip)
    sent = layer.serialize(told.pop())
    listener = Presence("b" * 32, told.append)
    listener.hear(layer.deserialize(sent))  # anew, as every time but the first
    began = time.process_time()
    for _ in range(ROUNDS):
        listener.hear(layer.deserialize(sent))
    took = (time.process_time() - began) / ROUNDS
    return {
        "people": people,
        "bytes": round(len(sent) / people, 1),
        "take_in_us": round(took / people * 1e6, 3),
        "known_bytes": round(_memory_of(lambda one: one.hear(layer.deserialize(sent))) / people),
    }


def _memory_of(hear: Callable[[Presence], None]) -> int:
    """What a process holds after it was told."""
    listener = Presence("b" * 32, lambda _: None)
    gc.collect()
    tracemalloc.start()
    hear(listener)
    listener._roster.take_changed()  # the next tick does
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held
