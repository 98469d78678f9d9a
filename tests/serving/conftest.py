"""Processes of a test's own over the shared server's data, which saves them its preparation."""

from collections.abc import Callable, Iterator

import pytest

from tests.server import Server
from tests.serving.line import Line

SHORT = {
    "HEADER_SECONDS": "1",
    "BODY_SECONDS": "1",
    "KEEP_ALIVE_SECONDS": "1",
    "MAX_UNFINISHED": "30",
    "MAX_UNFINISHED_PER_ADDRESS": "5",
    "MAX_CONNECTIONS_PER_ADDRESS": "8",
    "CLIENT_IP_HEADER": "X-Real-IP",
    "ACCESS_LOG": "true",
}
Serve = Callable[..., Server]
NewLine = Callable[..., Line]


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


@pytest.fixture(scope="module")
def impatient_process(shared_server: Server) -> Iterator[Server]:
    shared_server.ensure_running()
    process = Server(shared_server.var_dir, **SHORT)
    process.start()
    yield process
    process.terminate()


@pytest.fixture
def impatient(impatient_process: Server, server: Server) -> Iterator[Server]:
    """A server behind a proxy (the test), with narrow limits and an access log."""
    with impatient_process.without_complaints():
        yield impatient_process


@pytest.fixture
def new_line() -> Iterator[NewLine]:
    """Connections without a server's loop, which the test turns by hand."""
    lines: list[Line] = []

    def make(**options: int) -> Line:
        lines.append(Line(**options))
        return lines[-1]

    yield make
    for line in lines:
        line.close()
