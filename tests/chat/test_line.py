"""The line over a channel layer that raises, hangs, does not stop hanging, or does and says it did not."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from channels_redis.pubsub import RedisPubSubLoopLayer

from accounts.models import User
from chat import hub as hubs
from chat import line as lines
from chat.hub import Hub
from chat.line import MAX_UNPUBLISHED, Line, nobodys_groups, publish_from_outside
from chat.models import Room
from tests.chat.attending import Tab, invite, remove, say, until

CALLS = ("new_channel", "group_add", "group_discard", "group_send", "receive", "flush")
Trouble = Literal["raises", "hangs", "is deaf", "does and raises"]


class Layer:
    """A channel layer with troubles of each call's own."""

    def __init__(self) -> None:
        self.trouble: dict[str, Trouble] = {}
        self.groups: defaultdict[str, set[str]] = defaultdict(set)
        self.sent: list[str] = []
        self.calls: list[str] = []
        self._received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def new_channel(self, prefix: str) -> str:
        await self._suffer("new_channel")
        self._say_no("new_channel")
        return f"{prefix}!1"

    async def group_add(self, group: str, channel: str) -> None:
        await self._suffer("group_add")
        self.groups[group].add(channel)
        self._say_no("group_add")

    async def group_discard(self, group: str, channel: str) -> None:
        await self._suffer("group_discard")
        self.groups[group].discard(channel)
        self._say_no("group_discard")

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._suffer("group_send")
        self.sent.append(group)

    async def receive(self, channel: str) -> dict[str, Any]:
        await self._suffer("receive")
        return await self._received.get()

    async def flush(self) -> None:
        await self._suffer("flush")

    @property
    def subscribed(self) -> set[str]:
        return {group for group, channels in self.groups.items() if channels}

    async def _suffer(self, call: str) -> None:
        self.calls.append(call)
        trouble = self.trouble.get(call)
        if trouble == "raises":
            raise ConnectionError(call)
        try:
            if trouble in {"hangs", "is deaf"}:
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            if trouble == "hangs":
                raise

    def _say_no(self, call: str) -> None:
        if self.trouble.get(call) == "does and raises":
            raise ConnectionError(call)


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    monkeypatch.setattr(lines, "LAYER_SECONDS", 0.05)
    monkeypatch.setattr(lines, "READY_SECONDS", 0.05)
    monkeypatch.setattr(lines, "RETRY_SECONDS", 0.01)
    layer = Layer()
    monkeypatch.setattr(lines, "get_channel_layer", lambda: layer)
    return layer


@pytest.fixture
async def line(layer: Layer) -> AsyncIterator[Line]:
    line = Line(lambda message: None)
    yield line
    await line.close()


async def test_it_subscribes_to_what_is_wanted_and_to_nothing_else(
    layer: Layer, line: Line
) -> None:
    line.want({"a", "b"})
    await line.ready({"a", "b"})
    assert layer.subscribed == {"a", "b"}
    line.unwant({"a"})
    await until(lambda: layer.subscribed == {"b"})


async def test_nobody_waits_for_a_group_that_somebody_else_gave_up_meanwhile(
    layer: Layer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "READY_SECONDS", 60.0)
    line.want({"kept", "given up"})
    line.unwant({"given up"})
    async with asyncio.timeout(5):
        await line.ready({"kept", "given up"})
    assert layer.subscribed == {"kept"}


@pytest.mark.parametrize("trouble", ["raises", "does and raises", "hangs"])
@pytest.mark.parametrize("call", ["new_channel", "group_add", "group_discard"])
async def test_after_any_trouble_the_layer_comes_in_step(
    layer: Layer, line: Line, call: str, trouble: Trouble
) -> None:
    line.want({"gone"})
    if call == "group_discard":
        await line.ready({"gone"})
    layer.trouble[call] = trouble
    line.unwant(["gone"] if call == "group_discard" else [])
    await until(lambda: layer.calls.count(call) >= 1 and line._failed_at)
    line.unwant({"gone"})
    line.want({"kept"})
    layer.trouble.clear()
    await until(lambda: layer.subscribed == {"kept"})


async def test_publishing_well_hurries_nobody_who_waits_to_be_subscribed(
    layer: Layer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in ("READY_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(lines, seconds, 60.0)
    layer.trouble["group_add"] = "raises"
    line.want({"a"})
    await until(lambda: "group_add" in layer.calls)
    line.publish("a", {})
    await until(lambda: layer.sent)
    async with asyncio.timeout(5):
        await line.ready({"a"})


async def test_of_a_layer_that_half_works_it_complains_once(
    layer: Layer, line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lines, "RETRY_SECONDS", 0.01)
    layer.trouble["group_add"] = "raises"
    line.want({"a"})
    for _ in range(4):
        await one_more(layer, "group_add")
        line.publish("b", {})
        await one_more(layer, "group_send")
    assert len(caplog.records) == 1


async def one_more(layer: Layer, call: str) -> None:
    before = layer.calls.count(call)
    await until(lambda: layer.calls.count(call) > before)


async def test_it_says_when_the_layer_works_again(
    layer: Layer, line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lines, "WELL_SECONDS", 0.0)
    layer.trouble["group_send"] = "raises"
    line.publish("a", {})
    await until(lambda: caplog.records)
    layer.trouble.clear()
    line.publish("a", {})
    await until(lambda: len(caplog.records) == 2)
    assert caplog.records[-1].message == "The channel layer works again."


async def test_what_waits_to_be_published_is_bounded(
    layer: Layer, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LAYER_SECONDS", 60.0)
    layer.trouble["group_send"] = "hangs"
    line.publish("first", {})
    await until(lambda: "group_send" in layer.calls)
    for _ in range(MAX_UNPUBLISHED + 5):
        line.publish("more", {})
    assert (line.unpublished, line.lost > 0) == (MAX_UNPUBLISHED, True)


@pytest.mark.parametrize("trouble", ["raises", "hangs", "is deaf"])
@pytest.mark.parametrize("call", CALLS)
async def test_it_ends_whatever_a_call_does(layer: Layer, call: str, trouble: Trouble) -> None:
    """A client library may swallow the cancellation of one call."""
    line = Line(lambda message: None)
    if call == "group_discard":
        line.want({"a"})
        await line.ready({"a"})
        line.unwant({"a"})
    layer.trouble[call] = trouble
    if call == "flush":
        layer.trouble["new_channel"] = "raises"
    line.want({"b", "c"})
    line.publish("b", {})
    await until(lambda: call in layer.calls)
    async with asyncio.timeout(5):
        await line.close()
    assert all(task.done() for task in line._tasks)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", ["raises", "hangs"])
@pytest.mark.parametrize("call", CALLS)
async def test_whatever_the_layer_does_all_are_told_in_the_end(
    layer: Layer, hub: Hub, alice: User, bob: User, room: Room, call: str, trouble: Trouble
) -> None:
    layer.trouble[call] = trouble
    tab = await Tab(bob).hello()
    await say(room, alice)
    await remove(alice, room, bob)
    await invite(alice, room, bob)
    await until(lambda: tab.told_of(room)[:3] == [3, "room_left", "membership"])


@pytest.mark.django_db(transaction=True)
async def test_what_another_process_published_in_vain_is_found_by_the_poll(
    layer: Layer, hub: Hub, alice: User, bob: User, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = await Tab(bob).hello()
    monkeypatch.setattr(hubs, "publish", lambda room_id, told: None)
    await say(room, alice)
    await until(lambda: tab.told_of(room) == [(2, 3)])


def test_a_process_without_a_hub_publishes(caplog: pytest.LogCaptureFixture) -> None:
    publish_from_outside("room.1", {"type": "room.changes"})
    assert caplog.messages == []


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_each_redis_of_the_layer_has_a_group_of_nobodys(count: int) -> None:
    hosts = [f"redis://host-{number}/0" for number in range(count)]
    layer = RedisPubSubLoopLayer(hosts=hosts)
    places = [
        layer._get_shard(layer._get_group_channel_name(group)).host["address"]
        for group in nobodys_groups(count)
    ]
    assert places == hosts
