import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from hypothesis import settings as hypothesis
from pytest_django import Settings

from tests.client import Visitor
from tests.dealing import Dealing
from tests.deploy.places import find_nginx
from tests.deploy.site import DeployedServer
from tests.people import alice, bob, carol, room  # noqa: F401 - fixtures for every test
from tests.server import Server
from tests.services import Postgres, Redis

TESTS = Path(__file__).parent
BY_FOLDER = {"attacks", "browser", "conformance", "deploy", "faults"}
BACKENDS = ("sqlite", "postgresql")
DEPLOYED = "deployed"
QUICK = {"DJANGO_SETTINGS_MODULE": "tests.quick_settings"}

hypothesis.register_profile("untimed", hypothesis(), deadline=None)
hypothesis.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--deployed",
        action="store_true",
        help="conformance through wss://, nginx and two processes, with the files of deploy/",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is tested from outside is tested on both back ends, or where it is asked for, as deployed."""
    folder = Path(str(metafunc.definition.path)).relative_to(TESTS).parts[0]
    if folder == "deploy" or metafunc.config.getoption("--deployed"):
        backends: Sequence[str] = (DEPLOYED,)
    else:
        backends = BACKENDS
    if folder in {"conformance", "deploy"} and "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", backends, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks tests by their folder, and those that use the database directly; the browser is last."""
    if config.getoption("--deployed"):
        left_out = [item for item in items if item.get_closest_marker("one_process")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in BY_FOLDER:
            item.add_marker(folder)
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Dealing | None:
    """For `--dist=loadgroup`."""
    return Dealing(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session", autouse=True)
def quick_settings() -> Iterator[None]:
    """What would only cost time here: file names hashed by collectstatic. Servers have them.

    An override tells Django of it: what a test file's imports made from the old settings is made anew.
    """
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """As `prepare` makes them for a server."""
    from chatsite.translations import compile_translations

    compile_translations()


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    """After each test that commits."""
    from django.test import TransactionTestCase

    from tests.emptying import empty_database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_database())
        yield


@pytest.fixture(autouse=True)
def pages_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that somebody of the same id asked for in another test count in no other."""
    from chat import limits
    from chat.protocol.limits import PAGE_BURST, PAGES_PER_SECOND

    buckets = limits.UserBuckets(PAGES_PER_SECOND, PAGE_BURST)
    monkeypatch.setattr(limits, "_pages", buckets)


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
def django_db_setup(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """The writer's own connection ends before the test database does, and so do those that tests have left:
    PostgreSQL drops no database that somebody is in."""
    from chat.writer import writer

    yield
    assert writer.close(timeout=10)
    with django_db_blocker.unblock():
        _end_sessions()


def _end_sessions() -> None:
    from django.db import connection

    from tests.sessions import end_other_sessions

    if connection.vendor == "postgresql":
        end_other_sessions()
        connection.close()


@dataclass(frozen=True)
class Backend:
    """Where servers keep their data and meet each other: SQLite and nothing, or PostgreSQL and Redis.

    And whether those that tests share are one process, or all that deploy/ puts together.
    """

    name: str
    postgres: Postgres | None = None
    redis: Redis | None = None
    server: type[Server] = Server

    def env(self) -> dict[str, str]:
        """The settings of servers that share a database of their own; none where SQLite is one."""
        if self.postgres is None or self.redis is None:
            return {}
        database = self.postgres.create_database(f"chat_{secrets.token_hex(4)}")
        return {"DATABASE_URL": database, "REDIS_URL": self.redis.url}


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """SQLite, or where a test is run on both, whichever of the two it is run on."""
    name = getattr(request, "param", BACKENDS[0])
    if name == "sqlite":
        yield Backend(name)
        return
    if name == DEPLOYED and find_nginx() is None:
        pytest.skip("nginx is not installed")
    services = Postgres(is_durable=False), Redis()
    for service in services:
        service.start()
    yield Backend("postgresql", *services, DeployedServer if name == DEPLOYED else Server)
    for service in services:
        service.remove()


@pytest.fixture(scope="session")
def shared_server(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    # What ships is tested with its own settings: `tests/quick_settings.py` saves time that nobody else may.
    quick = {} if backend.server is DeployedServer else QUICK
    server = backend.server(tmp_path_factory.mktemp("server"), **quick | backend.env())
    with pytest.MonkeyPatch.context() as patch:
        if certificate := server.env.get("SSL_CERT_FILE"):
            patch.setenv("SSL_CERT_FILE", certificate)
        server.prepare()
        server.start()
        yield server
    server.close()


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """The running server that many tests share: they meet in it under names of their own."""
    shared_server.ensure_running()
    with shared_server.without_complaints():
        yield shared_server


@pytest.fixture
def start_server(backend: Backend, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server of the test's own, with settings given as keywords."""
    started: list[Server] = []

    def start(**env: str) -> Server:
        server = Server(tmp_path / f"server-{len(started)}", **QUICK | backend.env() | env)
        server.var_dir.mkdir()
        server.prepare()
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        if server.is_running:
            server.kill()
        server.close()


@pytest.fixture
def sign_up(server: Server) -> Callable[[str], Visitor]:
    """Signs somebody up on the shared server, under a name that nobody has there yet."""

    def newcomer(name: str) -> Visitor:
        visitor = Visitor(server.url)
        visitor.sign_up(f"{name}{secrets.token_hex(3)}")
        return visitor

    return newcomer


@pytest.fixture
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where files are stored in this test; static files were not collected for it."""
    media, static = tmp_path / "media", tmp_path / "static"
    static.mkdir()
    settings.MEDIA_ROOT, settings.STATIC_ROOT = media, static
    return media
