"""The rounds of `bench.layer`, in a process of their own: a plan comes in by stdin, figures go out."""

import asyncio
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import msgspec
from channels.layers import get_channel_layer  # noqa: TID251 - what the line makes of it is measured

from chat import telegrams
from chat.feeds import Change
from chat.line import room_group
from chat.presence import Presence
from chat.protocol.codec import encode
from chat.protocol_docs.examples import EVENTS
from chat.roster import Gossip

from .fan_out.cores import cpu_seconds
from .layer_listeners import receiver, sinks

ROOM = 1
GROUP = room_group(ROOM)
CHANNEL = f"asgi__group__{GROUP}"  # as the layer calls it
ENOUGH = 100_000  # ids of people have so many digits
IDLE_SECONDS = 3.0
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
    idle = await _idle(plan.redis)
    return {
        "publishes": [await _publishes(plan, count, idle) for count in plan.processes],
        "back_to_back": await _back_to_back(),
        "groups": await _groups(plan),
        "presence": _presence(plan.people),
    }


# ---- a change, told to so many processes


def _telegram() -> dict[str, Any]:
    """A new message, as the hub publishes it."""
    event = next(one for one in EVENTS if one.__struct_config__.tag == "message")
    return telegrams.of_changes("0" * 32, ROOM, [Change(1, encode(event))])


async def _idle(pid: int) -> float:
    """What Redis uses of a core by itself: it looks after its timers ten times a second."""
    before = cpu_seconds(pid)
    await asyncio.sleep(IDLE_SECONDS)
    return (cpu_seconds(pid) - before) / IDLE_SECONDS


async def _publishes(plan: Plan, processes: int, idle: float) -> dict[str, Any]:
    layer, count = get_channel_layer(), int(plan.rate * plan.seconds)
    with receiver(GROUP, count) as ours, sinks(CHANNEL, processes - 1):
        await layer.group_send(GROUP, _telegram())  # which opens the connection
        before = await _state(plan, layer)
        await _pace(layer, count, plan.rate)
        after = await _state(plan, layer)
        received = await asyncio.to_thread(ours.recv)
    per = 1e6 / count
    return {
        "processes": processes,
        "publishes": count,
        "redis_us": round((after["redis"] - before["redis"] - idle * plan.seconds) * per, 1),
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
    with sinks(CHANNEL, 1):
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
