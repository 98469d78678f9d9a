import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.client import Visitor
from tests.people import alice, bob, carol, room  # noqa: F401 - fixtures for every test
from tests.server import Server

TESTS = Path(__file__).parent
BY_FOLDER = {"browser", "conformance"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests by their folder; those that share a server share a process; the browser is last."""
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in BY_FOLDER:
            item.add_marker(folder)
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("server"))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> None:
    """What would only cost time here: dear passwords, and file names hashed by collectstatic."""
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["tests.hashers.CheapArgon2", *settings.PASSWORD_HASHERS]
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, not in shared memory, where the connections of two threads would collide."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "chatsite.sqlite":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(path)
    else:
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The writer's own connection ends before the test database does."""
    from chat.writer import writer

    yield
    assert writer.close(timeout=10)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    server.prepare()
    server.start()
    yield server
    if server.is_running:
        server.terminate()


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """The running server that many tests share: they meet in it under names of their own."""
    shared_server.ensure_running()
    with shared_server.without_complaints():
        yield shared_server


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server of the test's own, with settings given as keywords."""
    started: list[Server] = []

    def start(**env: str) -> Server:
        server = Server(tmp_path / f"server-{len(started)}", **env)
        server.var_dir.mkdir()
        server.prepare()
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        if server.is_running:
            server.kill()


@pytest.fixture
def sign_up(server: Server) -> Callable[[str], Visitor]:
    """Signs somebody up on the shared server, under a name that nobody has there yet."""

    def newcomer(name: str) -> Visitor:
        visitor = Visitor(server.url)
        visitor.sign_up(f"{name}{secrets.token_hex(3)}")
        return visitor

    return newcomer
