"""Servers to attack."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks.watched import WatchedServer

TIMEOUT_SECONDS = 240  # no bound on the server: an attack is work, and other tests run beside it
ATTACKS = Path(__file__).parent

Attacked = Callable[..., WatchedServer]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ATTACKS):
            item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture
def attacked(tmp_path: Path) -> Iterator[Attacked]:
    """Starts a server of the test's own, with settings given as keywords."""
    begun: list[WatchedServer] = []

    def start(**env: str) -> WatchedServer:
        folder = tmp_path / f"server-{len(begun)}"
        begun.append(WatchedServer(folder, pinned=False, **env))
        begun[-1].prepare()
        begun[-1].start()
        return begun[-1]

    yield start
    for server in begun:
        if server.is_running:
            server.kill()
