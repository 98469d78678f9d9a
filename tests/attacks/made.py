"""Frames that Hypothesis makes: it knows other corners than our lists, and shrinks what it finds."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.attacks.frames import Assault
from tests.attacks.performing import perform
from tests.attacks.watched import WatchedServer
from tests.conformance.raw import frame

FRAMES_AN_EXAMPLE = 10
COMMANDS = (
    *("ping", "hello", "history", "message.send", "message.edit", "reaction.add", "messages.get"),
    *("users.get", "members", "sync", "room.create", "room.update", "dm.open", "sanction.set"),
)
FIELDS = (
    "room",
    "seq",
    "body",
    "client_id",
    "users",
    "ids",
    "rooms",
    "name",
    "until",
    "emoji",
    "limit",
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
commands = st.fixed_dictionaries(
    {"type": st.sampled_from(COMMANDS) | st.text(), "id": st.text(min_size=1, max_size=64) | values}
).flatmap(
    lambda head: st.dictionaries(st.sampled_from(FIELDS), values).map(lambda rest: rest | head)
)
texts = commands.map(json.dumps) | values.map(json.dumps) | st.text()
pieces = st.builds(
    frame,
    texts.map(lambda text: text.encode(errors="surrogatepass")) | st.binary(max_size=300),
    st.sampled_from([1, 1, 1, 1, 0, 2, 8, 9, 10, 3, 15]),
    final=st.sampled_from([True, True, True, False]),
    masked=st.sampled_from([True, True, True, False]),
)
connections = st.lists(pieces | st.binary(min_size=1, max_size=20), max_size=FRAMES_AN_EXAMPLE)


def search(server: WatchedServer, session: str, number: int, examples: int) -> list[str]:
    """So many connections, made from the seed `number`; the first fault, with its smallest example."""
    sent: list[list[bytes]] = []

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(connections)
    def nothing_is_wrong(frames: list[bytes]) -> None:
        sent.append(frames)
        assault = Assault(0, tuple(frames), is_breach=True)
        outcome = asyncio.run(perform(assault, server.url, session))
        faults = outcome.judge(assault) + server.new_complaints()
        assert not faults, "\n".join(faults)

    return _fault_of(nothing_is_wrong, sent)


def _fault_of(test: Callable[[], Any], sent: list[list[bytes]]) -> list[str]:
    """Hypothesis runs its smallest example last."""
    try:
        test()
    except AssertionError as fault:
        return [f"{fault}\n    {sent[-1]!r}"]
    return []
