"""Redis is only a hint: a process that has none at hand serves its own people all the same."""

from collections.abc import Callable

import pytest

from tests.client import Visitor
from tests.server import Server, free_port


@pytest.mark.one_process
async def test_a_server_that_never_reached_redis_serves(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    alice, bob = Visitor(server.url), Visitor(server.url)
    alice.sign_up("alice")
    bob.sign_up("bob")
    async with alice.chat() as sender, bob.chat() as reader:
        sent = await sender.say(sender.room("general"), "hello")
        told = await reader.event("message")
        assert told["message"]["seq"] == sent["seq"]
    assert server.log.read_text().count("REDIS_URL") == 1
    assert "Traceback" not in server.log.read_text()
