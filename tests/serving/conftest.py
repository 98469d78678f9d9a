"""Processes of a test's own over the shared server's data, which saves them its preparation."""

from collections.abc import Callable, Iterator

import pytest

from tests.server import Server

Serve = Callable[..., Server]


@pytest.fixture
def serve(server: Server) -> Iterator[Serve]:
    """Starts another process; options of `manage.py serve` come first, settings as keywords."""
    started: list[Server] = []

    def start(*options: str, **settings: str) -> Server:
        another = Server(server.var_dir, **settings)
        another.command += options
        another.start()
        started.append(another)
        return another

    yield start
    for another in started:
        if another.is_running:
            another.kill()
