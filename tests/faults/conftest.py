"""Options of `make faults`, the worlds that are broken, and the table at the end."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.recovery import Recoveries
from tests.faults.trial import Trial
from tests.faults.world import World

RECOVERIES = pytest.StashKey[Recoveries]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults")
    group.addoption(
        "--runs", type=int, default=0, help="the long form: each scenario so many times"
    )
    group.addoption("--seed", type=int, help="repeats what a failure printed")
    group.addoption("--recovery", type=Path, help="where the table of recoveries goes, as JSON")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "run" in metafunc.fixturenames:
        metafunc.parametrize("run", range(metafunc.config.getoption("--runs") or 1))


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Iterator[None]:
    yield
    if recoveries := config.stash.get(RECOVERIES, None):
        recoveries.show(terminalreporter)
        if path := config.getoption("--recovery"):
            recoveries.keep(path)


@pytest.fixture(scope="module")
def whole_world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """All that the module's BACKEND needs, running."""
    world = World(tmp_path_factory.mktemp("world"), request.module.BACKEND)
    try:
        world.start()
        yield world
    finally:
        world.end()


@pytest.fixture
def trial(pytestconfig: pytest.Config, whole_world: World, run: int) -> Trial:
    """One of many runs; a seed that is given counts up with them."""
    whole_world.heal()
    given: int | None = pytestconfig.getoption("--seed")
    return Trial(
        whole_world,
        seed=secrets.randbelow(1_000_000) if given is None else given + run,
        is_long=bool(pytestconfig.getoption("--runs")),
        recoveries=pytestconfig.stash.setdefault(RECOVERIES, Recoveries()),
    )
